"""Performs what platforms planned, through the client that any provider could use."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F

from platforms.client import Client, Refused
from platforms.simulator import pages, reach
from platforms.simulator.behaviours.intents import What
from platforms.simulator.models import HeardMessage, PlannedAct

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
        ACTS[What(act.what)](reach.client_of(act.platform), act, at + act.platform.skew)
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


# --- what each act does; `at` is what the platform's own clock shows ---
def _acknowledge(client: Client, act: PlannedAct, at: datetime) -> None:  # noqa: ARG001  all acts are called alike
    _answer(client, act, "acknowledgements", {"provider_reference": _own_reference(act)})


def _remove(client: Client, act: PlannedAct, at: datetime) -> None:
    items = _with_urls(client, act)
    since = pages.take_all_down(act.platform, [item["url"] for item in items], at=_instant_of(act, "gone_at") or at)
    measures = [_measure(act, item, since[item["url"]]) for item in items]
    _answer(client, act, "annex-ii", _form(act) | {"measures": measures})


def _measure(act: PlannedAct, item: dict[str, Any], gone_at: datetime) -> dict[str, Any]:
    gone_before = gone_at < act.planned_at + act.platform.skew  # perhaps for an earlier order
    measure = "already_unavailable" if gone_before else "removed"
    return {"item": item["item"], "measure": measure, "taken_at": _instant(gone_at)}


def _claim(client: Client, act: PlannedAct, at: datetime) -> None:  # noqa: ARG001  it claims when it meant to
    claimed = {"measure": "removed", "taken_at": _instant(act.due_at + act.platform.skew)}
    measures = [{"item": number, **claimed} for number in _numbers(act)]
    _answer(client, act, "annex-ii", _form(act) | {"measures": measures})


def _with_urls(client: Client, act: PlannedAct) -> list[dict[str, Any]]:
    """The items of `act`; messages after the first name no URLs, so the order is read again."""
    items = act.payload["items"]
    if all("url" in item for item in items):
        return list(items)
    urls = {item["item"]: item["url"] for item in client.order(act.reference)["annex_i"]["items"]}
    return [{"item": item["item"], "url": urls[item["item"]]} for item in items]


def _ask(client: Client, act: PlannedAct, at: datetime) -> None:  # noqa: ARG001
    document = _form(act) | {
        "items": _numbers(act),
        "reason": "insufficient_information",
        "explanation": "The address opens a list of many entries (synthetic).",
        "needed": [{"question": 1, "text": "Which entry, and which time span of it?"}],
    }
    _answer(client, act, "annex-iii", document)


def _notify_outage(client: Client, act: PlannedAct, at: datetime) -> None:
    document = _form(act) | {
        "items": _numbers(act),
        "reason": "force_majeure_or_impossibility",
        "grounds_since": _instant(_instant_of(act, "grounds_since") or at),
        "explanation": "The data centre has no power (synthetic).",
    }
    _answer(client, act, "annex-iii", document)


def _end_outage(client: Client, act: PlannedAct, at: datetime) -> None:
    ceased_at = _instant(_instant_of(act, "ceased_at") or at)
    _answer(client, act, "grounds-ceased", {"items": _numbers(act), "ceased_at": ceased_at})


def _request_scrutiny(client: Client, act: PlannedAct, at: datetime) -> None:  # noqa: ARG001
    reasons = "The content reports on events for the public; it incites nobody, Art. 1(3) (synthetic)."
    _answer(client, act, "scrutiny-requests", {"reasons": reasons})


def _reinstate(client: Client, act: PlannedAct, at: datetime) -> None:  # noqa: ARG001
    for item in _with_urls(client, act):
        pages.put_back(act.platform, item["url"])
    back = {"items": _numbers(act), "reinstated_at": _instant(act.due_at + act.platform.skew)}
    _answer(client, act, "reinstatements", back)


def _upload_again(client: Client, act: PlannedAct, at: datetime) -> None:  # noqa: ARG001
    for item in _with_urls(client, act):
        pages.upload_again(act.platform, item["url"])


def _answer(client: Client, act: PlannedAct, kind: str, document: dict[str, Any]) -> None:
    client.answer(act.reference, kind, key=act.key, document=document)


def _numbers(act: PlannedAct) -> list[int]:
    return [item["item"] for item in act.payload["items"]]


def _own_reference(act: PlannedAct) -> str:
    return f"TS-{act.reference}"


def _form(act: PlannedAct) -> dict[str, Any]:
    """What Annex II and III have in common. The same at every try: one idempotency key, one body."""
    signatory = {
        "provider": act.platform.name,
        "authorised_person": "R. Obot",
        "contact_email": f"tco@{act.platform.code}.example",
        "signed_at": _instant(_instant_of(act, "signed_at") or act.due_at + act.platform.skew),
    }
    return {"provider_reference": _own_reference(act), "received_at": _received_at(act), "signatory": signatory}


def _received_at(act: PlannedAct) -> str | None:
    """When the order came in, by the platform's own clock."""
    order = HeardMessage.objects.filter(platform=act.platform, reference=act.reference, type="order.issued").first()
    return _instant(order.heard_at + act.platform.skew) if order else None


def _instant_of(act: PlannedAct, name: str) -> datetime | None:
    """An instant that was planned, by the platform's own clock."""
    planned = act.payload.get("instants", {}).get(name)
    return datetime.fromisoformat(planned) + act.platform.skew if planned else None


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _inform(client: Client, act: PlannedAct, at: datetime) -> None:
    given = act.payload.get("information", "available")
    told = {"information": given, "informed_at": _instant(at)}
    _answer(client, act, "content-provider-information", told)


ACTS: dict[What, Callable[[Client, PlannedAct, datetime], None]] = {
    What.ACKNOWLEDGE: _acknowledge,
    What.REMOVE: _remove,
    What.CLAIM: _claim,
    What.ASK: _ask,
    What.NOTIFY_OUTAGE: _notify_outage,
    What.END_OUTAGE: _end_outage,
    What.REQUEST_SCRUTINY: _request_scrutiny,
    What.REINSTATE: _reinstate,
    What.UPLOAD_AGAIN: _upload_again,
    What.INFORM: _inform,
}
