"""What a provider states too late to have an effect, what cannot be, and terms that end before they began."""

from datetime import timedelta

import pytest

from orders.acts import answering, clarifying, disclosing, drafting, following_up, issuing
from orders.acts.drafting import DraftItem
from orders.acts.opening import open_acts
from orders.acts.refusals import Invalid
from orders.evidence import verify
from orders.models import OutboxMessage
from orders.regulation.regions import Measure, Purpose
from tests import factories
from tests.factories import HOUR, T0, again, annex_ii, by_provider, deliver, hours, issued, officer, received
from tests.people import approver
from tests.recipes import (
    SECOND,
    afterwards,
    annulled,
    annulment_received,
    crossing,
    failed,
    preserved_longer,
    put,
    reinstated,
    removed,
    withdrawn,
    withheld,
    withheld_longer,
)
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
MINUTE, TICK = timedelta(minutes=1), timedelta(microseconds=1)
TOLERANCE = 120 * SECOND


# --- an order that was withdrawn ---
def test_an_answer_to_an_order_whose_withdrawal_was_heard_of_is_recorded_without_effect():
    order = received()
    issuing.withdraw(order=order, reason="Wrong.", by=officer("bert", order.issuing_authority), at=T0 + MINUTE)
    deliver(order, "order.withdrawn", at=T0 + MINUTE)
    taken = T0 + 2 * MINUTE
    answer = answering.report_removal(order=order, annex=annex_ii(taken_at=taken), by=by_provider(order), at=taken)
    assert (answer.effect, answer.reason) == (
        "none",
        "the order is withdrawn by the issuing authority: nothing more is required",
    )


# --- grounds that are over already ---
def cease(order):
    at = afterwards(order)
    return answering.report_grounds_ceased(order=order, items=(), ceased_at=at, by=by_provider(order), at=at)


def record_ceased(order):
    evidence = {"ceased_at": afterwards(order), "evidence": "It answers.", "items": (1,)}
    return put(order, clarifying.record_grounds_ceased, approver(order), **evidence)


def test_that_grounds_ceased_after_a_withdrawal_is_recorded_without_effect():
    order = withdrawn(failed(received()))
    answer = cease(order)
    assert answer.reason == "the order is withdrawn by the issuing authority: nothing more is required"
    assert (answer.effect, answer.entry.facts["effect"]) == ("none", "none")
    assert list(verify.findings()) == []


def test_that_grounds_ceased_after_the_authority_recorded_it_is_recorded_without_effect_and_moves_no_hour():
    order = record_ceased(failed(received()))
    ended = hours(order)[-1].starts_at
    answer = cease(order)
    assert (answer.effect, hours(order)[-1].starts_at) == ("none", ended)
    assert answer.reason == (
        f"that the grounds of item 1 ceased is on record already, as of {ended:%Y-%m-%dT%H:%M:%S.%fZ}"
    )
    assert not OutboxMessage.objects.filter(dossier=order.dossier, type="order.grounds_ceased", recipient="de-fpo")
    assert list(verify.findings()) == []


def test_that_grounds_ceased_of_what_was_removed_meanwhile_is_recorded_without_effect():
    answer = cease(removed(failed(received())))
    assert (answer.effect, answer.reason) == ("none", "item 1 is removed: nothing more is required")


def test_the_authority_records_no_end_of_grounds_that_are_over():
    order = record_ceased(failed(received(items=2)))
    with pytest.raises(Invalid) as refused:
        record_ceased(order)
    assert refused.value.code == "no-such-ground"


# --- times that cannot be ---
@pytest.mark.parametrize(("before", "possible"), [(TOLERANCE, True), (TOLERANCE + TICK, False)])
def test_nothing_is_back_before_it_was_taken_down(before, possible):
    order = annulment_received(annulled(removed(crossing())))
    back_at, by, known = order.items.get().taken_at - before, by_provider(order), everything()
    report = {"order": order, "items": (1,), "reinstated_at": back_at, "by": by, "at": afterwards(order)}
    if possible:
        assert following_up.report_reinstatement(**report).effect == "recorded"
        return
    with pytest.raises(Invalid, match="before item 1 was taken down") as refused:
        following_up.report_reinstatement(**report)
    assert (refused.value.pointer, refused.value.code, everything()) == ("/reinstated_at", "time-too-early", known)


@pytest.mark.parametrize(
    ("what", "happened", "refused"),
    [
        ("accessed", 9 * MINUTE, "before item 1 was taken down"),
        ("ended", 9 * MINUTE, "before item 1 was taken down"),
        ("accessed", 12 * MINUTE, ""),
        ("kept", 9 * MINUTE, ""),
        ("kept", -3 * MINUTE, "before the order was issued"),
    ],
)
def test_preserved_content_is_not_looked_at_before_it_was_taken_down_nor_kept_before_the_order(what, happened, refused):
    order = received()
    common = {"order": order, "by": by_provider(order)}
    answering.report_removal(**common, annex=annex_ii(taken_at=T0 + 12 * MINUTE), at=T0 + 12 * MINUTE)
    report = {**common, "items": (1,), "what": what, "happened_at": T0 + happened, "purpose": Purpose.CRIME}
    if not refused:
        assert following_up.report_preservation(**report, at=T0 + HOUR).effect == "recorded"
        return
    with pytest.raises(Invalid, match=refused) as refusal:
        following_up.report_preservation(**report, at=T0 + HOUR)
    assert (refusal.value.pointer, refusal.value.code) == ("/happened_at", "time-too-early")


# --- terms that were extended and end early ---
@pytest.mark.parametrize(
    ("extended", "end", "code"),
    [
        (
            lambda: preserved_longer(annulment_received(annulled(removed(crossing())))),
            lambda order: reinstated(order),
            "C15",
        ),
        (
            lambda: withheld_longer(withheld(crossing())),
            lambda order: put(order, disclosing.allow_disclosure, approver(order)),
            "C18",
        ),
    ],
    ids=["preservation", "secrecy"],
)
def test_an_extension_that_ends_before_it_began_is_closed_when_it_ends_and_not_in_the_future(extended, end, code):
    order = end(extended())
    last = order.dossier.entries.latest("number")
    extension = order.dossier.deadlines.filter(code=code).latest("pk")
    assert extension.starts_at > last.recorded_at
    assert (extension.closed_at, extension.stopped_at, extension.verdict) == (last.recorded_at,) * 2 + ("ended",)
    assert list(verify.findings()) == []


# --- preservation is reported of what was preserved ---
def reports_on_preservation(order):
    return "report_preservation" in {act.act for act in open_acts(order, list(order.items.all()), by_provider(order))}


@pytest.mark.parametrize(
    ("reach", "offered"),
    [
        (issued, False),
        (received, False),
        (lambda: removed(received(), Measure.ALREADY_UNAVAILABLE), False),
        (lambda: removed(received()), True),
        (lambda: reinstated(annulment_received(annulled(removed(crossing())))), True),
    ],
    ids=["not received", "nothing done", "already gone", "removed", "back, and preserved before"],
)
def test_a_report_on_preserved_content_is_offered_where_something_was_preserved(reach, offered):
    assert reports_on_preservation(again(reach())) == offered


def test_a_report_on_content_of_which_nothing_was_preserved_is_recorded_without_effect():
    order = received()
    answer = following_up.report_preservation(
        order=order, items=(1,), what="ended", happened_at=T0, by=by_provider(order), at=T0 + MINUTE
    )
    assert (answer.effect, answer.reason) == (
        "none",
        "nothing of item 1 was preserved: there is nothing to report on",
    )


# --- one address, one item ---
@pytest.mark.parametrize("second", ["https://hosting-nl.example/v/1", "https://HOSTING-NL.example:443/v/1#at"])
def test_a_draft_names_each_address_once_whatever_way_it_is_written(second):
    of, to = factories.authority(), factories.provider()
    anna, known = factories.officer("anna", of), everything()
    urls = ("https://hosting-nl.example/v/1", "https://hosting-nl.example/v/2", second)
    content = factories.content(to=to)
    twice = type(content)(**{**vars(content), "items": tuple(DraftItem(url) for url in urls)})
    with pytest.raises(Invalid) as refused:
        drafting.draft(authority=of, content=twice, by=anna, at=T0)
    assert str(refused.value).startswith("Items 1 and 3 name the same address (https://hosting-nl.example/v/1).")
    assert (refused.value.pointer, refused.value.code, everything()) == ("/items/2/url", "url-twice", known)
