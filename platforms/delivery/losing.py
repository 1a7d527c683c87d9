"""A try that was under way when its worker was killed: what came of it is not known, and that it was made is a row."""

import logging
from datetime import datetime

from orders import canonical
from orders.models import Exhibit
from platforms.channels import requests
from platforms.channels.requests import Outcome
from platforms.delivery import recording, trying
from platforms.delivery.claims import LEASE, Turn
from platforms.models import Connection

WHY = "Our worker ended before it could say what came of it: the message may have arrived. It goes again under its id."
log = logging.getLogger(__name__)


def note(turn: Turn, connection: Connection | None, *, at: datetime) -> None:
    """Write down the try of whoever held this message before and whose lease ran out, with the times of that lease.

    The bytes of a try are kept before they leave: where they are not, nothing left, and there was no try. A failure
    here keeps nothing from being sent.
    """
    if turn.ran_out_at is None:
        return
    began = turn.ran_out_at - LEASE
    try:
        request = trying.made(turn, connection, began)
        if request is not None and Exhibit.objects.filter(pk=canonical.sha256(request.body)).exists():
            lost = Outcome(request, requests.NOT_KNOWN, began, turn.ran_out_at, problem=WHY)
            recording.record_lost(turn, lost, at=at)
    except Exception:
        log.exception("the lost try of %s could not be recorded", turn.message.message_id)
