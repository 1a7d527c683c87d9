"""What synthetic authorities do by themselves after a test order: steps found by query, each done once."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from orders.acts.refusals import Refusal
from orders.models import LedgerEntry, RemovalOrder
from orders.regulation.limits import scaled
from platforms.models import ScriptStep
from platforms.sandbox import performing
from platforms.sandbox.kinds import Step

log = logging.getLogger(__name__)


def plan(order: RemovalOrder, steps: Sequence[Step], *, at: datetime) -> None:
    """Write down the steps of the script of `order`, as sent at `at`, after those that it has."""
    first = ScriptStep.objects.filter(order=order).count() + 1
    ScriptStep.objects.bulk_create(
        ScriptStep(
            order=order,
            number=number,
            act=step.act,
            arguments=step.arguments,
            waits_for=step.waits_for,
            nth=step.nth,
            delay=int(step.after.total_seconds()),
            due_at=None if step.waits_for else at + scaled(step.after, order.limit_scale),
        )
        for number, step in enumerate(steps, start=first)
    )


def pending() -> QuerySet[ScriptStep]:
    """The steps that are still to come."""
    return ScriptStep.objects.filter(done_at=None, dropped_at=None)


def play(*, at: datetime) -> int:
    """Do what is due at `at`; returns how many acts were performed. One that fails does not hold up the others."""
    _hear()
    due = pending().filter(due_at__lte=at).order_by("due_at", "pk").values_list("pk", flat=True)
    return sum(_attempted(key, at) for key in list(due))


def _hear() -> None:
    """The steps whose answer has come get their time."""
    same = LedgerEntry.objects.filter(dossier=OuterRef("order__dossier"), act=OuterRef("waits_for")).order_by()
    heard = Subquery(same.values("dossier").annotate(count=Count("pk")).values("count"))
    waiting = pending().filter(due_at=None).annotate(heard=heard).filter(heard__gte=F("nth"))
    for step in waiting.select_related("order"):
        entries = LedgerEntry.objects.filter(dossier=step.order.dossier_id, act=step.waits_for).order_by("number")
        due_at = entries[step.nth - 1].recorded_at + scaled(timedelta(seconds=step.delay), step.order.limit_scale)
        ScriptStep.objects.filter(pk=step.pk, due_at=None).update(due_at=due_at)


def _attempted(key: int, at: datetime) -> bool:
    try:
        return _perform(key, at)
    except Exception:
        log.exception("step %s of a sandbox script could not be done; it is tried again", key)
        return False


@transaction.atomic
def _perform(key: int, at: datetime) -> bool:
    """One step and the note that it was done, together. What is not open any more is dropped, with the reason."""
    step = pending().select_for_update(skip_locked=True).filter(pk=key).first()
    if step is None:  # somebody else is at it
        return False
    try:
        with transaction.atomic():
            performing.perform(step.act, order=step.order, arguments=step.arguments, at=at)
    except Refusal as refused:
        drop(ScriptStep.objects.filter(pk=key), because=refused.detail, at=at)
        return False
    ScriptStep.objects.filter(pk=key).update(done_at=at)
    return True


def drop(steps: QuerySet[ScriptStep], *, because: str, at: datetime) -> None:
    """These steps will not be done."""
    steps.filter(done_at=None, dropped_at=None).update(dropped_at=at, dropped_because=because)
