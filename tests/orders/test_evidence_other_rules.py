"""Exports show beside each verdict what the other choice of PERIOD_RULE, HOUR_PROOF or LATE_NOTICE makes of it."""

from datetime import timedelta

import pytest
from django.test import override_settings

from orders.acts import answering, issuing
from orders.evidence import verify
from perci.settings import RULES
from tests.factories import HOUR, T0, again, by_provider, impossible, officer, received, unclear
from tests.orders.exported import export, lines, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables_alone")]
MINUTE = timedelta(minutes=1)


def hours_of(name):
    """(verdict, verdict under the other choice) of each hour, oldest first."""
    clocks = lines(export()[1], "clocks")
    return [(clock["verdict"], clock[name]) for clock in clocks if clock["code"] == "C2"]


def displace(order, *, at):
    answering.seek_clarification(order=order, annex=unclear(), by=by_provider(order), at=at)


def withdraw(order, *, at):
    issuing.withdraw(order=order, reason="Wrong.", by=officer("bert", order.issuing_authority), at=at)


def under(**rules):
    with override_settings(RULES={**RULES, **rules}):
        return received()


@pytest.mark.parametrize(
    ("taken", "at", "by_action", "by_report"),
    [
        (59, 60, "within_hour", "within_hour"),
        (59, 61, "within_hour_reported_late", "after_hour"),
        (61, 62, "after_hour", "after_hour"),
    ],
)
def test_the_other_proof_holds_the_report_against_the_hour_or_the_measure(taken, at, by_action, by_report):
    for rules in ({"proof": "action"}, {"proof": "report"}):
        reported(under(**rules), taken=taken * MINUTE, at=at * MINUTE)
    assert hours_of("verdict_other_proof") == [(by_action, by_report), (by_report, by_action)]


def test_an_hour_that_was_displaced_or_ended_before_the_report_came_missed_nothing_where_the_report_counts():
    for rules in ({"proof": "action"}, {"proof": "report"}):
        for stop in (displace, withdraw):
            order = under(**rules)
            stop(order, at=T0 + 30 * MINUTE)
            reported(again(order), taken=20 * MINUTE, at=100 * MINUTE)
    in_time = "within_hour_reported_late"
    assert hours_of("verdict_other_proof") == [
        (in_time, "displaced"),
        (in_time, "ended"),
        ("displaced", in_time),
        ("ended", in_time),
    ]
    assert hours_of("late_by_s") == [(in_time, None), (in_time, None), ("displaced", None), ("ended", None)]
    assert list(verify.findings()) == []


@pytest.mark.parametrize(
    ("since", "notified", "taken", "flag", "counts"),
    [
        (50, 70, None, "unanswered", "displaced"),
        (50, 70, 75, "after_hour", "displaced"),
        (50, 70, 45, "within_hour_reported_late", "within_hour_reported_late"),
        (65, 70, None, "unanswered", "unanswered"),
        (65, 70, 75, "after_hour", "after_hour"),
        (50, 55, 75, "displaced", "displaced"),
    ],
    ids=[
        "arose within the hour, notified after it",
        "and removed since",
        "and removed before it arose",
        "arose after the hour",
        "and removed since: both leave the hour open",
        "notified in time",
    ],
)
def test_the_other_rule_for_late_notices_displaces_the_hour_from_when_the_ground_arose(
    since, notified, taken, flag, counts
):
    for rules in ({"late_notice": "flag"}, {"late_notice": "counts"}):
        order = under(**rules)
        annex = impossible(since=T0 + since * MINUTE)
        answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=T0 + notified * MINUTE)
        if taken is not None:
            reported(again(order), taken=taken * MINUTE, at=80 * MINUTE)
    assert hours_of("verdict_other_notice") == [(flag, counts), (counts, flag)]


def test_the_choices_do_not_mix_each_column_changes_one_of_them():
    order = under(proof="report", late_notice="counts")
    reported(order, taken=59 * MINUTE, at=HOUR + MINUTE)
    assert hours_of("verdict_other_notice") == [("after_hour", "after_hour")]
    assert hours_of("verdict_other_proof") == [("after_hour", "within_hour_reported_late")]
