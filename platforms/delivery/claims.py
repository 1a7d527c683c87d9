"""Which messages are due, and whose turn it is: claimed with a lease, so that none is sent twice in parallel."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from orders.models import Attempt, OutboxMessage
from platforms.channels.requests import ACCEPTED, WAITING
from platforms.delivery import circuits
from platforms.delivery.sending import LANE_WIDTH, MAILS
from platforms.models import SecondChannel

LEASE = timedelta(seconds=25)  # longer than any try; a killed worker's messages are taken up within 30 s
BATCH = 200
HELD_BACK = 5  # attempts (about 20 s) for which an undelivered message holds back those after it


@dataclass(frozen=True)
class Turn:
    """One message that its first channel, or the `second` one, is to carry now; leased to whoever claimed it.

    `ran_out_at` is when the lease of another, who never gave it back, ended.
    """

    message: OutboxMessage
    second: SecondChannel | None = None
    ran_out_at: datetime | None = None

    @property
    def row(self) -> OutboxMessage | SecondChannel:
        """The row that says when it goes next, and holds the lease."""
        return self.second or self.message


def claim(*, at: datetime) -> list[Turn]:
    """What to send now, leased to the caller until `at` + 25 s, by first channels and then by second ones.

    At most `LANE_WIDTH` of one recipient are in flight by its first channel (one while its circuit is open), and of one
    order and recipient only one, the earliest. What has a lease that ran out is due again.
    """
    first = _leased(_due(at), _next_in_lane, at) if _due(at).exists() else []
    second = _leased(_second_due(at), _next_second, at) if _second_due(at).exists() else []
    turns = [Turn(message, ran_out_at=lease) for message, lease in first]
    return turns + [Turn(row.message, row, lease) for row, lease in second]


def _leased(due: QuerySet[Any], choose: Any, at: datetime) -> list[tuple[Any, datetime | None]]:
    """The rows chosen among `due` that nobody else is claiming, each with the lease that ran out, if one did.

    Where rows cannot be locked (SQLite) we hold all.
    """
    related = "message__dossier" if due.model is SecondChannel else "dossier"
    with transaction.atomic():
        rows = due.filter(pk__in=choose(at)).select_related(related).order_by("next_attempt_at", "pk")
        claimed = list(rows.select_for_update(skip_locked=True, of=("self",)))
        due.model._default_manager.filter(pk__in=[row.pk for row in claimed]).update(leased_until=at + LEASE)
    before = [row.leased_until for row in claimed]
    for row in claimed:
        row.leased_until = at + LEASE
    return list(zip(claimed, before, strict=True))


def _next_in_lane(at: datetime) -> list[int]:
    waiting = _due(at).filter(~Exists(_earlier(at))).order_by("next_attempt_at", "pk")
    rows = list(waiting.values_list("pk", "recipient"))
    widths = circuits.slowed({recipient for _, recipient in rows}, at=at)
    in_flight = _in_flight(at)
    keys = []
    for key, recipient in rows:
        in_flight[recipient] += 1
        if in_flight[recipient] <= widths.get(recipient, LANE_WIDTH):
            keys.append(key)
    return keys[:BATCH]


def _next_second(at: datetime) -> list[int]:
    """As many as can be handed over at once: a mail that waits for another one would use up its lease."""
    in_flight = SecondChannel.objects.filter(leased_until__gt=at, next_attempt_at__isnull=False).count()
    due = _second_due(at).order_by("next_attempt_at", "pk").values_list("pk", flat=True)
    return list(due[: max(MAILS - in_flight, 0)])


def _due(at: datetime) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(_free(at), next_attempt_at__lte=at)


def _second_due(at: datetime) -> QuerySet[SecondChannel]:
    """Of messages that are still to be sent and not proven received."""
    rows = SecondChannel.objects.filter(_free(at), next_attempt_at__lte=at)
    return rows.filter(message__next_attempt_at__isnull=False, message__delivered_at=None)


def _free(at: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=at)


def _earlier(at: datetime) -> QuerySet[OutboxMessage]:
    """Messages about the same order to the same recipient that go first: being sent, due, or not yet tried enough.

    What the recipient has or can fetch holds nothing back.
    """
    there = Attempt.objects.filter(message=OuterRef("pk"), outcome__in=(ACCEPTED, *WAITING))
    return OutboxMessage.objects.filter(
        ~Exists(there),
        Q(next_attempt_at__lte=at) | Q(attempts_made__lt=HELD_BACK),
        dossier=OuterRef("dossier"),
        recipient=OuterRef("recipient"),
        sequence__lt=OuterRef("sequence"),
        next_attempt_at__isnull=False,
    )


def _in_flight(at: datetime) -> Counter[str]:
    leased = OutboxMessage.objects.filter(leased_until__gt=at, next_attempt_at__isnull=False).order_by()
    return Counter(dict(leased.values_list("recipient").annotate(Count("pk"))))
