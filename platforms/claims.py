"""Which messages are due, and whose turn it is: claimed with a lease, so that none is sent twice in parallel."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from orders.models import OutboxMessage
from platforms.sending import LANE_WIDTH

LEASE = timedelta(seconds=30)  # twice the time limit of a request: a killed worker's messages are taken up after it
BATCH = 200
HELD_BACK = 5  # attempts (about 20 s) for which an undelivered message holds back those after it


def claim(*, at: datetime) -> list[OutboxMessage]:
    """The messages to send now, leased to the caller until `at` + 30 s, those due longest first.

    At most `LANE_WIDTH` of one recipient are in flight, and of one order and recipient only one, the earliest. A
    message whose lease ran out is due again.
    """
    with transaction.atomic():
        claimed = _locked(_next_in_lane(at), at)
        OutboxMessage.objects.filter(pk__in=[message.pk for message in claimed]).update(leased_until=at + LEASE)
    for message in claimed:
        message.leased_until = at + LEASE
    return claimed


def _locked(keys: list[int], at: datetime) -> list[OutboxMessage]:
    """Those nobody else is claiming. Where rows cannot be locked (SQLite) the transaction holds all."""
    rows = _due(at).filter(pk__in=keys).select_related("dossier").order_by("next_attempt_at", "pk")
    return list(rows.select_for_update(skip_locked=True, of=("self",)))


def _next_in_lane(at: datetime) -> list[int]:
    turn = Window(RowNumber(), partition_by=F("recipient"), order_by=["next_attempt_at", "pk"])
    waiting = _due(at).filter(~Exists(_earlier(at))).annotate(turn=turn).filter(turn__lte=LANE_WIDTH)
    in_flight = _in_flight(at)
    keys = []
    for key, recipient in waiting.order_by("next_attempt_at", "pk").values_list("pk", "recipient"):
        in_flight[recipient] += 1
        if in_flight[recipient] <= LANE_WIDTH:
            keys.append(key)
    return keys[:BATCH]


def _due(at: datetime) -> QuerySet[OutboxMessage]:
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    return OutboxMessage.objects.filter(free, next_attempt_at__lte=at)


def _earlier(at: datetime) -> QuerySet[OutboxMessage]:
    """Messages about the same order to the same recipient that go first: being sent, due, or not yet tried enough."""
    return OutboxMessage.objects.filter(
        Q(next_attempt_at__lte=at) | Q(attempts_made__lt=HELD_BACK),
        dossier=OuterRef("dossier"),
        recipient=OuterRef("recipient"),
        sequence__lt=OuterRef("sequence"),
        next_attempt_at__isnull=False,
    )


def _in_flight(at: datetime) -> Counter[str]:
    leased = OutboxMessage.objects.filter(leased_until__gt=at, next_attempt_at__isnull=False).order_by()
    return Counter(dict(leased.values_list("recipient").annotate(Count("pk"))))
