"""Who hears of what and when: of what undoes finality (Art. 3(9), L6), of what secrecy kept back (Art. 4(6), 11(3))."""

import pytest

from orders.acts import appealing, disclosing, following_up, scrutinising
from orders.models import OutboxMessage
from orders.regulation.limits import Verdict
from orders.regulation.regions import Actor, Information, Stage
from tests.factories import T0, by_provider
from tests.orders.findings import found
from tests.people import approver, scrutineer
from tests.recipes import (
    DAY,
    afterwards,
    announced,
    annulled,
    appealed,
    crossing,
    decided,
    judged,
    passed,
    put,
    withdrawn,
    withheld,
)

pytestmark = pytest.mark.django_db


def told(order, role):
    messages = OutboxMessage.objects.filter(dossier=order.dossier, recipient_role=role)
    return list(messages.order_by("sequence").values_list("type", flat=True))


def final(order):
    return judged(appealed(order), appealing.CONFIRMED)


@pytest.mark.parametrize(
    ("undo", "kinds"),
    [
        (appealed, ["order.appeal_recorded"]),
        (lambda order: judged(order, appealing.ANNULLED), ["order.annulled"]),
        (lambda order: judged(appealed(order), appealing.ANNULLED), ["order.appeal_recorded", "order.annulled"]),
        (annulled, ["order.annulled"]),
        (withdrawn, ["order.withdrawn"]),
    ],
    ids=["appeal", "court", "appeal, then court", "scrutiny", "withdrawal"],
)
def test_whoever_was_told_that_an_order_is_final_is_told_what_undoes_it(undo, kinds):
    order = undo(final(crossing()))
    assert told(order, Actor.OVERSIGHT_AUTHORITY) == ["order.final", *kinds]
    assert found() == []


@pytest.mark.parametrize("end", [annulled, withdrawn, appealed], ids=["scrutiny", "withdrawal", "appeal"])
def test_the_oversight_authority_hears_nothing_of_an_order_that_never_was_final(end):
    assert told(end(crossing()), Actor.OVERSIGHT_AUTHORITY) == []


def asked_by_content_provider(order):
    at = afterwards(order)
    return put(order, scrutinising.request_scrutiny, scrutineer(), reasons="It is satire.", received_at=at)


def informed(order):
    more = {"information": Information.COPY_GIVEN, "informed_at": afterwards(order)}
    return put(order, following_up.inform_content_provider, by_provider(order), **more)


def test_a_content_provider_who_asked_before_being_informed_has_no_window_that_lapses():
    order = passed(informed(asked_by_content_provider(crossing())), T0 + 10 * DAY)
    assert not order.dossier.deadlines.filter(code="C10a", debtor_role=Actor.CONTENT_PROVIDER).exists()
    assert found() == []


def test_a_content_provider_whose_request_was_dismissed_still_has_48_hours_once_informed():
    order = decided(asked_by_content_provider(crossing()), Stage.WINDOW_CLOSED)
    order = passed(informed(order), T0 + 10 * DAY)
    window = order.dossier.deadlines.get(code="C10a", debtor_role=Actor.CONTENT_PROVIDER)
    assert window.verdict == Verdict.LAPSED


def test_a_content_provider_who_appealed_before_being_informed_has_no_period_that_lapses():
    order = passed(informed(appealed(crossing(), Actor.CONTENT_PROVIDER)), T0 + 100 * DAY)
    assert not order.dossier.deadlines.filter(code="C26", debtor_role=Actor.CONTENT_PROVIDER).exists()
    assert found() == []


def allowed(order):
    return put(order, disclosing.allow_disclosure, approver(order))


SETTLED = {
    "no infringement": (lambda order: decided(order, Stage.NO_INFRINGEMENT), "order.scrutiny_decided"),
    "infringement": (lambda order: decided(announced(order), Stage.INFRINGEMENT), "order.scrutiny_decided"),
    "withdrawn": (withdrawn, "order.scrutiny_closed"),
    "court": (lambda order: judged(order, appealing.ANNULLED), "order.scrutiny_closed"),
}


@pytest.mark.parametrize(("settle", "kind"), SETTLED.values(), ids=SETTLED)
@pytest.mark.parametrize(
    "end", [allowed, lambda order: passed(order, T0 + 50 * DAY)], ids=["ended early", "six weeks over"]
)
def test_what_was_decided_in_secrecy_reaches_the_content_provider_who_asked_when_the_secrecy_ends(settle, kind, end):
    """L7 meanwhile: nothing is visible to the content provider."""
    order = settle(withheld(asked_by_content_provider(crossing())))
    assert told(order, Actor.CONTENT_PROVIDER) == []
    assert told(end(order), Actor.CONTENT_PROVIDER) == [kind]
    assert found() == []


def test_what_the_content_provider_was_told_before_the_secrecy_is_not_told_again():
    order = allowed(withheld(decided(asked_by_content_provider(crossing()), Stage.NO_INFRINGEMENT)))
    assert told(order, Actor.CONTENT_PROVIDER) == ["order.scrutiny_decided"]
