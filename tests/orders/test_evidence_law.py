"""Evidence about all that the law lets happen to an order: replayed exactly (L13), missed when changed."""

import pytest

from orders.acts import lapsing
from orders.models import ContentItem, Deadline, RemovalOrder, Scrutiny, ScrutinyRequest
from orders.regulation.regions import Execution, Force, Stage
from tests.factories import HOUR, T0
from tests.orders.findings import found
from tests.orders.law_stories import (
    DAY,
    MINUTE,
    STORIES,
    annulled_by_scrutiny,
    appealed_in_time_but_entered_late,
    cancelled_while_waiting,
    first_order,
    long_secret,
    through_the_courts,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("story", STORIES)
def test_the_ledger_rebuilds_every_region_and_column_as_they_are_and_as_they_are_years_later(story):
    order = story()
    assert found() == []
    while lapsing.lapse(at=T0 + 1000 * DAY):
        assert found() == []
    assert not Deadline.objects.filter(dossier=order.dossier, due_at__lt=T0 + 1000 * DAY, verdict="").exists()


@pytest.mark.parametrize(
    ("story", "table", "change"),
    [
        (annulled_by_scrutiny, Scrutiny, {"stage": Stage.NO_INFRINGEMENT}),
        (annulled_by_scrutiny, Scrutiny, {"decided_at": T0}),
        (annulled_by_scrutiny, Scrutiny, {"copy_received_at": T0 + MINUTE}),
        (annulled_by_scrutiny, Scrutiny, {"reasons": "Others."}),
        (annulled_by_scrutiny, ScrutinyRequest, {"late": True}),
        (annulled_by_scrutiny, ScrutinyRequest, {"decided_by": None}),
        (annulled_by_scrutiny, ContentItem, {"reinstated_at": T0}),
        (annulled_by_scrutiny, RemovalOrder, {"force_at": T0}),
        (annulled_by_scrutiny, RemovalOrder, {"home_authority": None}),
        (long_secret, RemovalOrder, {"withheld_until": T0}),
        (long_secret, RemovalOrder, {"withholding_decided_at": None}),
        (long_secret, ContentItem, {"preserved_until": T0 + 1000 * DAY}),
        (long_secret, ContentItem, {"content_provider_informed_at": None}),
        (through_the_courts, RemovalOrder, {"force": Force.FINAL}),
        (through_the_courts, RemovalOrder, {"withholding_reason": "Another."}),
        (through_the_courts, RemovalOrder, {"appeal_days": 31}),
        (through_the_courts, ContentItem, {"execution": Execution.REINSTATED}),
        (first_order, RemovalOrder, {"prior_information_at": T0 - DAY}),
        (first_order, RemovalOrder, {"first_order": False}),
        (first_order, RemovalOrder, {"emergency": True}),
    ],
)
def test_whatever_is_changed_behind_the_ledger_is_found_and_named(story, table, change):
    story()
    assert found() == []
    table.objects.update(**change)
    (name,) = change
    assert any(f"{name} of" in finding or f" {name} is" in finding for finding in found())


@pytest.mark.parametrize(
    ("story", "code", "change"),
    [
        (first_order, "C1", {"close_entry": 9}),
        (cancelled_while_waiting, "C1", {"stopped_at": T0 + MINUTE}),
        (appealed_in_time_but_entered_late, "C26", {"taken_at": T0}),
        (annulled_by_scrutiny, "C9", {"taken_at": T0}),
        (annulled_by_scrutiny, "C10a", {"closed_at": T0}),
        (annulled_by_scrutiny, "C10b", {"reported_at": T0}),
        (annulled_by_scrutiny, "C11", {"closed_at": None, "close_entry": None, "taken_at": None, "verdict": ""}),
        (annulled_by_scrutiny, "C15", {"stop": "displaced"}),
        (annulled_by_scrutiny, "C3", {"taken_at": T0 + HOUR}),
        (annulled_by_scrutiny, "C7", {"starts_at": T0 - HOUR}),
        (long_secret, "C18", {"closed_at": None, "close_entry": None, "stop": "", "stopped_at": None, "verdict": ""}),
        (long_secret, "C19", {"starts_at": T0}),
        (through_the_courts, "C26", {"verdict": "used_late"}),
        (through_the_courts, "C6", {"debtor": "nobody"}),
        (long_secret, "C10a", {"article": "4(3)"}),
        (first_order, "C2", {"period_rule": "reg1182"}),
    ],
)
def test_a_clock_of_any_kind_that_says_something_else_is_found(story, code, change):
    order = story()
    clock = Deadline.objects.filter(dossier=order.dossier, code=code).earliest("pk")
    Deadline.objects.filter(pk=clock.pk).update(**change)
    assert any(clock.clock_id in finding or f"({code})" in finding for finding in found())


def test_a_request_taken_away_is_missed_by_its_entry():
    order = annulled_by_scrutiny()
    ScrutinyRequest.objects.all().delete()
    number = order.dossier.entries.get(act="request_scrutiny").number
    assert f"{order.reference}, entry {number}: the request that it filed has no row" in found()
