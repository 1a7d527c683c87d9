"""Every kind of the catalogue, sent and played by the clock: what the provider is told, and what it may do."""

from datetime import timedelta

import pytest

from orders.acts import answering, following_up
from orders.acts.refusals import Invalid
from orders.evidence import verify
from orders.models import CompetentAuthority, OutboxMessage, RemovalOrder
from orders.regulation.regions import Actor
from platforms.models import ScriptStep
from platforms.sandbox import ordering, scripts, tenants
from platforms.sandbox.catalogue import BY_CODE
from tests import factories
from tests.factories import T0

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ISSUED = "order.issued"


@pytest.fixture
def connection():
    return tenants.start(factories.provider(), at=T0).connection


def sent(connection, kind, *, scale="1"):
    return ordering.send_test_order(connection=connection, kind=kind, limit_scale=scale, at=T0)[0]


def told(connection):
    """The types of the messages to the provider, oldest first."""
    messages = OutboxMessage.objects.filter(recipient=connection.provider.code).order_by("pk")
    return list(messages.values_list("type", flat=True))


def remove(order, at):
    by = factories.by_provider(order)
    answering.report_removal(order=order, annex=factories.annex_ii(taken_at=at), by=by, at=at)


def ask(order, at):
    annex = factories.unclear(items=(1,))
    answering.seek_clarification(order=order, annex=annex, by=factories.by_provider(order), at=at)


def cannot(order, at):
    annex = factories.impossible(since=at, items=(1,))
    answering.report_impossibility(order=order, annex=annex, by=factories.by_provider(order), at=at)


def ask_twice(order, at):
    ask(order, at)
    scripts.play(at=at + MINUTE)  # gives the first answer its time
    scripts.play(at=at + 5 * MINUTE)
    factories.deliver(order, "order.clarified", at=at + 6 * MINUTE)
    ask(order, at + 7 * MINUTE)


def nothing(order, at):
    """Some kinds ask for no answer."""


SCRUTINY = ["order.scrutiny_opened", "order.scrutiny_decided", "order.annulled"]
STORIES = {  # what the provider does five minutes after the issue, and all it is told within two hours
    "plain": (remove, [ISSUED]),
    "several_urls": (remove, [ISSUED]),
    "other_scripts": (remove, [ISSUED]),
    "large": (remove, [ISSUED]),
    "cross_border": (remove, [ISSUED]),
    "secret": (remove, [ISSUED, "order.disclosure_allowed"]),
    "first_order": (nothing, ["order.prior_information_given"]),
    "emergency": (remove, [ISSUED]),
    "wrong_url": (ask, [ISSUED, "order.clarified"]),
    "unclear_twice": (ask_twice, [ISSUED, "order.clarified", "order.clarified"]),
    "withdrawn": (remove, [ISSUED, "order.withdrawn"]),
    "annulled": (remove, [ISSUED, *SCRUTINY]),
    "disputed_ground": (cannot, [ISSUED, "order.ground_disputed"]),
    "duplicate": (remove, [ISSUED, ISSUED]),
    "appealed_and_final": (remove, [ISSUED, "order.appeal_recorded", "order.final"]),
    "preservation_extended": (remove, [ISSUED, "order.preservation_extended"]),
}


def test_every_kind_has_a_story():
    assert list(STORIES) == list(BY_CODE)


@pytest.mark.exhaustive
@pytest.mark.parametrize("kind", STORIES)
def test_the_provider_is_told_what_the_kind_promises_and_the_record_holds(kind, connection):
    answer, messages = STORIES[kind]
    order = sent(connection, kind)
    if kind != "first_order":
        factories.deliver(order, ISSUED, at=T0 + MINUTE)
    answer(order, T0 + 5 * MINUTE)
    for minute in range(5, 120):
        scripts.play(at=T0 + minute * MINUTE)
    assert told(connection) == messages
    assert list(scripts.pending().values_list("act", flat=True)) == (["issue"] if kind == "first_order" else [])
    assert list(ScriptStep.objects.exclude(dropped_because="").values_list("dropped_because", flat=True)) == []
    assert list(verify.findings()) == []


def test_after_an_annulment_the_content_is_put_back(connection):
    order = sent(connection, "annulled")
    remove(order, T0 + MINUTE)
    for minute in range(2, 30):
        scripts.play(at=T0 + minute * MINUTE)
    assert factories.again(order).force == "annulled_by_scrutiny"
    at = T0 + 40 * MINUTE
    put_back = following_up.report_reinstatement(
        order=order, items=(1,), reinstated_at=at, by=factories.by_provider(order), at=at
    )
    assert put_back.effect == "recorded"


def test_a_first_order_comes_twelve_hours_after_its_prior_information(connection):
    order = sent(connection, "first_order")
    hours = timedelta(hours=12)
    scripts.play(at=T0 + hours - timedelta(seconds=1))
    assert told(connection) == ["order.prior_information_given"]
    scripts.play(at=T0 + hours)
    assert told(connection) == ["order.prior_information_given", ISSUED]
    assert factories.again(order).first_order is True


def test_each_first_order_is_the_first_of_its_authority(connection):
    orders = [sent(connection, "first_order"), sent(connection, "emergency"), sent(connection, "emergency")]
    assert len({order.issuing_authority_id for order in orders}) == 3
    other = tenants.start(factories.provider(), at=T0).connection
    again = sent(other, "emergency")
    assert again.issuing_authority_id == orders[0].issuing_authority_id  # which never sent anything to that one


@pytest.mark.parametrize(("scale", "seconds"), [("1", 600), ("1/60", 10), ("1/3600", 1 / 6)])
def test_a_step_is_scaled_with_the_hour(scale, seconds, connection):
    sent(connection, "withdrawn", scale=scale)
    due_at = T0 + timedelta(seconds=seconds)
    assert scripts.play(at=due_at - timedelta(milliseconds=1)) == 0
    assert scripts.play(at=due_at) == 1
    assert told(connection) == [ISSUED, "order.withdrawn"]


def test_a_step_that_waits_counts_from_the_answer_and_not_from_the_order(connection):
    order = sent(connection, "wrong_url")
    assert scripts.play(at=T0 + timedelta(days=1)) == 0
    ask(order, T0 + timedelta(days=2))
    assert scripts.play(at=T0 + timedelta(days=2, minutes=9)) == 0
    assert ScriptStep.objects.get().due_at == T0 + timedelta(days=2, minutes=10)
    assert scripts.play(at=T0 + timedelta(days=2, minutes=10)) == 1


def test_a_step_is_done_once_however_often_it_is_looked_for(connection):
    sent(connection, "withdrawn")
    assert [scripts.play(at=T0 + minute * MINUTE) for minute in (10, 10, 11, 12)] == [1, 0, 0, 0]
    assert told(connection) == [ISSUED, "order.withdrawn"]


def test_a_step_whose_act_is_not_open_any_more_is_dropped_with_the_reason(connection):
    order = sent(connection, "wrong_url")
    ask(order, T0 + MINUTE)
    remove(order, T0 + 2 * MINUTE)
    before = told(connection)
    assert scripts.play(at=T0 + 11 * MINUTE) == 0
    step = ScriptStep.objects.get()
    assert (step.done_at, step.dropped_at) == (None, T0 + 11 * MINUTE)
    assert step.dropped_because.startswith("clarify (Art. 3(8)) is not open")
    assert told(connection) == before


def test_a_step_that_fails_is_tried_again_and_holds_up_no_other(connection, monkeypatch):
    first = sent(connection, "withdrawn")
    sent(connection, "withdrawn")
    withdraw = scripts.performing.perform

    def broken(act, *, order, arguments, at):
        if order == first:
            raise RuntimeError("a fault of ours")
        withdraw(act, order=order, arguments=arguments, at=at)

    with monkeypatch.context() as patched:
        patched.setattr(scripts.performing, "perform", broken)
        assert scripts.play(at=T0 + 10 * MINUTE) == 1
    assert scripts.play(at=T0 + 10 * MINUTE) == 1
    assert told(connection).count("order.withdrawn") == 2


def test_test_orders_across_borders_are_copied_to_no_real_authority(connection):
    factories.authority("nl-atc", "NL", scrutinises=True)
    order = sent(connection, "cross_border")
    copies = OutboxMessage.objects.filter(type="order.copied").values_list("recipient", "recipient_role")
    assert list(copies) == [("sandbox-home-nl", Actor.SCRUTINISING_AUTHORITY)]
    order = factories.again(order)
    assert (order.issuing_authority.member_state, order.home_authority.sandbox) == ("DE", True)
    plain = sent(connection, "plain")
    assert (plain.issuing_authority.member_state, plain.home_authority) == ("NL", None)


def test_a_real_order_is_copied_to_no_authority_of_the_sandbox(connection):
    sent(connection, "cross_border")  # makes the sandbox's home authority, which comes first by its code, too
    CompetentAuthority.objects.filter(code="sandbox-home-nl").update(code="a-sandbox-home")
    home = factories.authority("nl-atc", "NL", scrutinises=True)
    assert factories.issued(to=connection.provider).home_authority == home


def test_a_provider_without_a_home_gets_no_order_across_borders(connection):
    tenants.register(connection, home_member_state="", at=T0)
    before = RemovalOrder.objects.count()
    with pytest.raises(Invalid, match="home_member_state"):
        sent(connection, "annulled")
    assert RemovalOrder.objects.count() == before
    assert sent(connection, "plain").issuing_authority.member_state == "DE"


def test_a_contact_point_that_knows_no_english_is_told_why_the_order_is_in_it(connection):
    tenants.register(connection, languages=["nl"], at=T0)
    assert sent(connection, "plain").language_override == "Synthetic text is written in English only."


@pytest.mark.parametrize(("kind", "wanted", "count"), [("several_urls", None, 3), ("plain", 5, 5), ("plain", None, 1)])
def test_the_number_of_urls_is_the_kind_s_unless_one_is_given(kind, wanted, count, connection):
    order = ordering.send_test_order(connection=connection, kind=kind, limit_scale="1", at=T0, items=wanted)[0]
    assert order.items.count() == count
