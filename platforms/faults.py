"""How we misbehave towards a sandbox connection when its engineer asks for it: set, counted down, seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet

from orders.models import HostingServiceProvider, OutboxMessage
from platforms.models import Connection, Fault, FaultUse

MOST_TIMES = 100
LONGEST = 10  # seconds: less than any try may take
DUPLICATE, NO_DELIVERY, OUT_OF_ORDER = "duplicate", "no_delivery", "out_of_order"
HALF_BODY, SLOW = "half_body", "slow"
UNAVAILABLE, TOKEN_EXPIRED, LOST_ANSWER, SLOW_ANSWER = "unavailable", "token_expired", "lost_answer", "slow_answer"


@dataclass(frozen=True)
class FaultKind:
    """What a fault does, to our messages or to our answers; `seconds` where it is about time, else 0."""

    name: str
    on: Literal["message", "answer"]
    says: str
    seconds: int = 0


FAULTS = (
    FaultKind("bad_signature", "message", "The webhook signature does not match the body. Refuse it."),
    FaultKind("old_timestamp", "message", "Signed rightly, ten minutes ago. Refuse it: it may be replayed."),
    FaultKind(
        "future_timestamp", "message", "Signed rightly, ten minutes from now. Refuse it: one of two clocks is wrong."
    ),
    FaultKind("unknown_key", "message", "The order's JWS is made with a key that is not in the JWKS. Refuse it."),
    FaultKind("other_authority", "message", "The order's JWS is made with the key of another authority. Refuse it."),
    FaultKind(
        "altered_order", "message", "Annex I is not what its JWS signed, the webhook is signed rightly. Refuse it."
    ),
    FaultKind(
        "unsigned_order", "message", "The order's JWS names the algorithm none. Refuse it: Ed25519 alone counts."
    ),
    FaultKind("tampered_body", "message", "The body was changed after it was signed. Refuse it."),
    FaultKind("wrong_secret", "message", "Signed with a secret that was never yours. Refuse it."),
    FaultKind(
        "rotated_secret", "message", "Two signatures, yours is the second. Accept it: any one that matches is enough."
    ),
    FaultKind("extra_fields", "message", "It has members that you do not know. Accept it, and leave them alone."),
    FaultKind(DUPLICATE, "message", "It comes once more under the same webhook-id. Answer 2xx, and act once."),
    FaultKind(
        OUT_OF_ORDER, "message", "A later message of the order comes first; it waits for that up to five minutes."
    ),
    FaultKind(HALF_BODY, "message", "Half of the body comes, then the connection is closed. It comes again."),
    FaultKind(SLOW, "message", "The body takes its time to come.", 5),
    FaultKind(NO_DELIVERY, "message", "The webhook never comes. Pull it with GET /events."),
    FaultKind(UNAVAILABLE, "answer", "503 with Retry-After; nothing is recorded. Send it again.", 2),
    FaultKind(TOKEN_EXPIRED, "answer", "Your token ends before its time: 401. Get a new one and send it again."),
    FaultKind(
        LOST_ANSWER, "answer", "Your POST is recorded, but the connection is closed. Repeat it with the same key."
    ),
    FaultKind(SLOW_ANSWER, "answer", "The answer takes its time.", 5),
)
KINDS = {kind.name: kind for kind in FAULTS}
ON_MESSAGES = tuple(kind.name for kind in FAULTS if kind.on == "message")
ON_A_JWS = ("unknown_key", "other_authority", "altered_order", "unsigned_order")


class Standing(NamedTuple):
    """How it stands with a fault: for how many messages or answers more it is set, and how long it takes."""

    kind: FaultKind
    left: int
    seconds: int


def standings(provider: HostingServiceProvider) -> list[Standing]:
    """Every fault there is, in the order of FAULTS."""
    present = {fault.name: fault for fault in Fault.objects.filter(connection__provider=provider)}
    return [standing(kind, present.get(kind.name)) for kind in FAULTS]


def standing(kind: FaultKind, fault: Fault | None) -> Standing:
    """One of them."""
    return Standing(kind, fault.left, fault.seconds) if fault else Standing(kind, 0, kind.seconds)


def uses(provider: HostingServiceProvider) -> QuerySet[FaultUse]:
    """What they met, latest first."""
    return FaultUse.objects.filter(connection__provider=provider)


def set_fault(connection: Connection, name: str, *, times: int, seconds: int | None = None, at: datetime) -> Fault:
    """Misbehave so from now on, for `times` messages or answers; what was set before under this name is replaced."""
    wanted = {"left": times, "seconds": KINDS[name].seconds if seconds is None else seconds, "set_at": at}
    return Fault.objects.update_or_create(connection=connection, name=name, defaults=wanted)[0]


def clear(provider: HostingServiceProvider, name: str = "") -> None:
    """Behave again: in this way, or in all."""
    found = Fault.objects.filter(connection__provider=provider)
    (found.filter(name=name) if name else found).delete()


def take(provider: HostingServiceProvider, names: Iterable[str], *, met: str, at: datetime) -> Fault | None:
    """The fault among `names` that meets this message or request; it is counted down, and what it met is noted.

    The one set first, when there are several. None for whoever set none, and outside of the sandbox.
    """
    live = Fault.objects.filter(connection__provider=provider, connection__sandbox=True, left__gt=0, name__in=names)
    fault = live.select_related("connection").first()
    if fault is None:
        return None
    with transaction.atomic():
        if not Fault.objects.filter(pk=fault.pk, left__gt=0).update(left=F("left") - 1):
            return None  # another message was faster
        FaultUse.objects.create(connection=fault.connection, name=fault.name, met=met[:300], at=at)
    return fault


def met(connection: Connection, name: str, message: OutboxMessage) -> bool:
    """Whether this fault met `message` before."""
    return FaultUse.objects.filter(connection=connection, name=name, met=message.message_id).exists()


def let_go(message: OutboxMessage, *, at: datetime) -> None:
    """`message` arrived: what was to be overtaken by it goes now."""
    held = FaultUse.objects.filter(name=OUT_OF_ORDER, connection__provider__code=message.recipient).values("met")
    waiting = OutboxMessage.objects.filter(dossier=message.dossier_id, recipient=message.recipient, delivered_at=None)
    overtaken = waiting.filter(sequence__lt=message.sequence, message_id__in=held, next_attempt_at__gt=at)
    overtaken.update(next_attempt_at=at)
