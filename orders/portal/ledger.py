"""The seal of the ledger as a page: the latest checkpoint, and what waits for the next."""

import base64

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.evidence.sealing import proofs, rounds
from orders.models import Checkpoint
from orders.portal.access import Desk, officer_page


@require_safe
@officer_page
def ledger(request: HttpRequest, desk: Desk) -> HttpResponse:  # noqa: ARG001  the same for whoever reads the record
    """The latest checkpoint."""
    checkpoint = rounds.latest()
    shown = _said(checkpoint) if checkpoint else {}
    return render(request, "portal/ledger.html", {"checkpoint": checkpoint, "backlog": rounds.backlog(), **shown})


def _said(checkpoint: Checkpoint) -> dict[str, str]:
    key = proofs.verifier_key(checkpoint.key.name, checkpoint.key.public)
    return {"root": base64.b64encode(bytes.fromhex(checkpoint.root)).decode(), "key": key}
