"""The article in the record is that of the transition which moved, and not of another with the same act."""

import pytest

from orders.acts import appealing
from orders.acts.opening import open_acts
from orders.models import LedgerEntry
from orders.regulation.regions import Stage
from tests.factories import T0, deliver
from tests.people import scrutineer
from tests.recipes import (
    DAY,
    afterwards,
    announced,
    annulled,
    annulment_received,
    appealed,
    asked,
    clarified,
    crossing,
    decided,
    judged,
    on_own_initiative,
    passed,
    removed,
    requested,
    withheld,
)

pytestmark = pytest.mark.django_db


def last(order, act):
    return LedgerEntry.objects.filter(dossier=order.dossier, act=act).latest("number").article


@pytest.mark.parametrize(
    ("reach", "article"),
    [
        (lambda: decided(on_own_initiative(crossing()), Stage.NO_INFRINGEMENT), "4(3)"),
        (lambda: decided(announced(on_own_initiative(crossing())), Stage.INFRINGEMENT), "4(3)"),
        (lambda: decided(requested(crossing()), Stage.NO_INFRINGEMENT), "4(4)"),
        (lambda: decided(requested(on_own_initiative(crossing())), Stage.NO_INFRINGEMENT), "4(4)"),
        (lambda: annulled(crossing()), "4(4)"),
        (lambda: decided(requested(crossing()), Stage.WINDOW_CLOSED), "4(4)"),
    ],
    ids=["none, own", "infringement, own", "none, asked", "none, both", "infringement, asked", "inadmissible"],
)
def test_a_decision_on_own_initiative_rests_on_4_3_and_one_on_request_on_4_4(reach, article):
    assert last(reach(), "decide_scrutiny") == article


def test_an_announcement_rests_on_4_5():
    assert last(announced(requested(crossing())), "announce_intent") == "4(5)"


def clarification_received():
    order = clarified(asked(crossing()))
    deliver(order, "order.clarified", at=afterwards(order))
    return order


@pytest.mark.parametrize(
    ("reach", "article"),
    [
        (crossing, "3(5)"),
        (clarification_received, "3(8)"),
        (lambda: annulment_received(annulled(removed(crossing()))), "4(7)"),
        (lambda: annulment_received(annulled(crossing())), "4(7)"),
    ],
    ids=["order", "clarification", "annulment", "annulment of which nothing follows"],
)
def test_a_receipt_rests_on_the_article_of_what_was_received(reach, article):
    assert last(reach(), "record_receipt") == article


@pytest.mark.parametrize(
    ("reach", "act", "article"),
    [
        (lambda: passed(crossing(), T0 + 31 * DAY), "declare_final", "3(9)"),
        (lambda: passed(withheld(crossing()), T0 + 50 * DAY), "allow_disclosure", "11(3)"),
        (lambda: passed(crossing(), T0 + DAY), "lapse", "3(3)"),
        (lambda: judged(appealed(crossing()), appealing.CONFIRMED), "record_judgment", "9"),
    ],
    ids=["final", "secrecy", "hour", "judgment"],
)
def test_what_time_and_courts_do_rests_on_the_article_of_what_they_move(reach, act, article):
    assert last(reach(), act) == article


@pytest.mark.parametrize(
    ("reach", "article", "label"),
    [
        (lambda: on_own_initiative(crossing()), "4(3)", "Decide: no infringement"),
        (lambda: announced(on_own_initiative(crossing())), "4(3)", "Decide: infringement / Decide: no infringement"),
        (lambda: requested(crossing()), "4(4)", "Decide: inadmissible / Decide: no infringement"),
    ],
    ids=["own initiative", "announced", "requested"],
)
def test_what_is_open_shows_the_article_and_the_label_of_what_it_may_do_now(reach, article, label):
    order = reach()
    (found,) = [one for one in open_acts(order, list(order.items.all()), scrutineer()) if one.act == "decide_scrutiny"]
    assert (found.article, found.label) == (article, label)
