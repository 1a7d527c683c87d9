"""Performs what platforms planned, through the client that any provider could use."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F

from platforms.client import Client, Refused
from platforms.simulator import reach
from platforms.simulator.behaviours import What
from platforms.simulator.models import PlannedAct, take_down

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)  # longer than a try can take; after it another round takes the act over
TRIES = 12  # about three minutes


def due(*, at: datetime) -> PlannedAct | None:
    """The act that has waited longest at `at`, or None."""
    waiting = PlannedAct.objects.filter(done_at=None, try_at__lte=at)
    return waiting.select_related("platform").order_by("try_at", "pk").first()


def perform(act: PlannedAct, *, at: datetime) -> bool:
    """Try `act` at `at`. Returns False when somebody else was quicker; a failed try is kept and repeated later."""
    claim = PlannedAct.objects.filter(pk=act.pk, done_at=None, try_at=act.try_at)
    if claim.update(try_at=at + LEASE, tries=F("tries") + 1) != 1:
        return False
    act.tries += 1
    try:
        ACTS[What(act.what)](reach.client_of(act.platform), act, at)
    except Exception as error:  # whatever it is, the other platforms go on
        _failed(act, error, at)
    else:
        PlannedAct.objects.filter(pk=act.pk).update(done_at=at, outcome="done", problem=None)
    return True


def _failed(act: PlannedAct, error: Exception, at: datetime) -> None:
    log.warning("%s: %s", act, error)
    problem = error.problem if isinstance(error, Refused) else {"title": type(error).__name__, "detail": str(error)}
    given_up = {"done_at": at, "outcome": "given_up"} if act.tries >= TRIES else {}
    pause = timedelta(seconds=min(2 ** (act.tries - 1), 20))
    PlannedAct.objects.filter(pk=act.pk).update(problem=problem, try_at=at + pause, **given_up)


def _acknowledge(client: Client, act: PlannedAct, at: datetime) -> None:  # noqa: ARG001  all acts are called alike
    client.acknowledge(act.reference, key=act.key, provider_reference=_own_reference(act))


def _remove(client: Client, act: PlannedAct, at: datetime) -> None:
    measures = [_measure(act, item, at) for item in _with_urls(client, act)]
    client.annex_ii(act.reference, key=act.key, document=_form(act) | {"measures": measures})


def _measure(act: PlannedAct, item: dict[str, Any], at: datetime) -> dict[str, Any]:
    gone_at = take_down(act.platform, item["url"], at=at)
    measure = "already_unavailable" if gone_at < act.planned_at else "removed"  # perhaps for an earlier order
    return {"item": item["item"], "measure": measure, "taken_at": _instant(gone_at)}


def _with_urls(client: Client, act: PlannedAct) -> list[dict[str, Any]]:
    """The items of `act`; a clarification names no URLs, so the order is read again."""
    items = act.payload["items"]
    if all("url" in item for item in items):
        return list(items)
    urls = {item["item"]: item["url"] for item in client.order(act.reference)["annex_i"]["items"]}
    return [{"item": item["item"], "url": urls[item["item"]]} for item in items]


def _ask(client: Client, act: PlannedAct, at: datetime) -> None:  # noqa: ARG001
    document = _form(act) | {
        "items": [item["item"] for item in act.payload["items"]],
        "reason": "insufficient_information",
        "explanation": "The address opens a list of many entries (synthetic).",
        "needed": [{"question": 1, "text": "Which entry, and which time span of it?"}],
    }
    client.annex_iii(act.reference, key=act.key, document=document)


def _own_reference(act: PlannedAct) -> str:
    return f"TS-{act.reference}"


def _form(act: PlannedAct) -> dict[str, Any]:
    """What Annex II and III have in common. The same at every try: one idempotency key, one body."""
    signatory = {
        "provider": act.platform.name,
        "authorised_person": "R. Obot",
        "contact_email": f"tco@{act.platform.code}.example",
        "signed_at": _instant(act.due_at),
    }
    return {"provider_reference": _own_reference(act), "signatory": signatory}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


ACTS: dict[What, Callable[[Client, PlannedAct, datetime], None]] = {
    What.ACKNOWLEDGE: _acknowledge,
    What.REMOVE: _remove,
    What.ASK: _ask,
}
