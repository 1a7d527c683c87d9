"""Who looked at where the content is: each look is on record, beside the order and never in its chain."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders import clock
from orders.acts import answering, capacity, consulting, following_up
from orders.acts.exporting import take_export
from orders.evidence import verify, writing
from orders.evidence.scope import Scope
from orders.evidence.tables.access import ACCESS
from orders.models import Dossier, LedgerEntry, Membership, User
from orders.regulation.looks import ONE_LOOK
from orders.regulation.regions import OfficerRole, Purpose
from tests import api, factories, people
from tests.api import A, P
from tests.at_once import at_once
from tests.factories import HOUR, T0, again, by_provider, issued, officer, received
from tests.orders.exported import LATER, chosen
from tests.orders.test_portal_access import signed_in, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables_alone")]
ALL = Scope()
LOOK = ("role", "party", "person", "object", "purpose", "entry_number", "channel")


def looks(order):
    """Of `order`, oldest first, each as (role, party, object, purpose, channel)."""
    entries = LedgerEntry.objects.filter(dossier__about=order.dossier).order_by("number")
    return [
        (one.actor_role, one.actor_party, one.facts["object"], one.facts["purpose"], one.channel) for one in entries
    ]


def table(scope=ALL, *, at=LATER):
    """The rows of the table of looks, as JSON lines have them."""
    read = ([writing.json_value(value) for value in ACCESS.read(row)] for row in ACCESS.rows(scope, at))
    return [dict(zip(ACCESS.columns, values, strict=True)) for values in read]


def taken(scope, *, by=capacity.OPERATOR, at):
    take_export(scope=scope.facts(), by=by, at=at)


def page_of(order, name="order", *more):
    return reverse(f"portal:{name}", args=[order.reference, *more])


def anna_of(order):
    return signed_in(officer("anna", order.issuing_authority).person)


def test_a_look_is_on_record_beside_the_order_whose_generation_and_chain_stay_as_they_were():
    order = received()
    before = (again(order).dossier.generation, order.dossier.entries.count())
    anna_of(order).get(page_of(order))
    (entry,) = LedgerEntry.objects.filter(act="consult")
    assert (entry.dossier.reference, entry.dossier.about) == ("ACC-2026-000001", order.dossier)
    assert (again(order).dossier.generation, order.dossier.entries.count()) == before
    assert list(verify.findings()) == []


def test_the_page_of_an_order_tells_who_looked_in_which_role():
    people.home()
    order = received()
    ada = User.objects.create(username="ada")
    Membership.objects.create(user=ada, role=OfficerRole.AUDITOR)
    officer("olaf", order.issuing_authority, OfficerRole.AUDITOR)
    people.scrutineer()
    people.europol()
    for name in ("anna", "ada", "olaf", "carla", "elena"):
        user = officer("anna", order.issuing_authority).person if name == "anna" else User.objects.get(username=name)
        assert signed_in(user).get(page_of(order)).status_code == 200
    assert looks(order) == [
        ("issuing_authority", "de-fpo", "url", "own_order", "portal"),
        ("auditor", "", "url", "audit", "portal"),
        ("auditor", "de-fpo", "url", "audit", "portal"),
        ("scrutinising_authority", "nl-home", "url", "scrutiny", "portal"),
        ("europol", "europol", "url", "coordination", "portal"),
    ]


def test_a_page_that_refreshes_itself_is_one_look_and_another_after_an_hour(time_machine):
    order = received()
    now = clock.now()
    time_machine.move_to(now, tick=False)
    browser = anna_of(order)
    browser.get(page_of(order))
    for _ in range(3):
        assert browser.get(page_of(order, "order-live")).status_code == 200
        browser.get(page_of(order, "acts"))
    assert len(looks(order)) == 1
    time_machine.move_to(now + ONE_LOOK, tick=False)
    browser.get(page_of(order, "order-live"))
    assert len(looks(order)) == 2


def test_a_part_of_the_page_asked_for_alone_is_a_look_and_an_answer_that_nothing_changed_is_none():
    order = received()
    browser = anna_of(order)
    tag = browser.get(page_of(order, "order-live"))["ETag"]
    LedgerEntry.objects.filter(act="consult").get()
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page_of(order, "order-live"), headers={"If-None-Match": tag}).status_code == 304
    assert [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE"))] == []


def test_the_form_of_a_draft_and_a_page_shown_again_with_a_refusal_are_looks():
    order = factories.drafted()
    browser = anna_of(order)
    assert browser.get(page_of(order, "edit")).status_code == 200
    assert browser.post(page_of(order, "act", "approve"), {"approve-generation": 1}).status_code in (403, 409, 422)
    assert len(looks(order)) == 2


def test_the_board_names_no_address_and_is_no_look():
    order = received()
    page = anna_of(order).get("/")
    assert (b"hosting-nl.example" in page.content, looks(order)) == (False, [])


def test_reading_over_the_api_is_a_look_and_acting_is_none():
    order = received()
    machine = api.authority_machine(order.issuing_authority)
    for path in ("", "/timeline", "/clocks", "/actions"):
        assert machine.get(f"{A}/orders/{order.reference}{path}").status_code == 200
    assert looks(order) == [("issuing_authority", "de-fpo", "url", "own_order", "api_machine")] * 2


def test_a_provider_that_reads_its_order_looks_at_it_too():
    order = issued()
    assert api.platform(order.provider).get(f"{P}/orders/{order.reference}").status_code == 200
    assert looks(order) == [("provider", "hosting-nl", "url", "execution", "api")]


def test_a_document_that_is_handed_out_is_a_look_at_that_document():
    order = received()
    number = order.dossier.entries.get(act="issue").number
    assert anna_of(order).get(page_of(order, "document", number)).status_code == 200
    by = staff(order.provider)
    assert by.get(reverse("inbox:document", args=[order.reference, number])).status_code == 200
    machine = api.authority_machine(order.issuing_authority)
    assert machine.get(f"{A}/orders/{order.reference}/documents/{number}").status_code == 200
    entries = LedgerEntry.objects.filter(act="consult").order_by("number")
    assert [(one.facts["object"], one.facts["entry_number"], one.channel) for one in entries] == [
        ("document", number, "portal"), ("document", number, "inbox"), ("document", number, "api_machine"),
    ]  # fmt: skip


def test_a_document_that_is_not_there_was_not_looked_at():
    order = received()
    assert anna_of(order).get(page_of(order, "document", 999)).status_code == 404
    assert looks(order) == []


def test_the_table_of_looks_holds_pages_documents_exports_and_preserved_content():
    order = received()
    anna = officer("anna", order.issuing_authority)
    report_an_access(order)
    consulting.consult(order=order, by=anna, at=T0)
    taken(Scope(authority="de-fpo"), by=anna, at=T0 + HOUR)
    found = table()
    assert [chosen(row, "reference", "item", *LOOK) for row in found] == [
        row(order.reference, None, anna, "url", "own_order", None, "portal"),
        row(order.reference, 1, by_provider(order), "preserved_content", "crime", found[1]["entry_number"], "api"),
        row("EXP-2026-000001", None, anna, "export", "own_order", 1, "portal"),
    ]
    assert found[1]["at"] == "2026-11-21T01:50:00.000000Z"


def row(reference, item, by, what, purpose, number, channel):
    values = (str(by.actor), by.party or None, by.pseudonym or None, what, purpose, number, channel)
    return {"reference": reference, "item": item, **dict(zip(LOOK, values, strict=True))}


def report_an_access(order):
    annex = factories.annex_ii(taken_at=T0 + timedelta(minutes=10))
    answering.report_removal(order=order, annex=annex, by=by_provider(order), at=T0 + timedelta(minutes=11))
    following_up.report_preservation(
        order=again(order), items=(1,), what="accessed", happened_at=T0 + timedelta(minutes=20),
        purpose=Purpose.CRIME, by=by_provider(order), at=T0 + timedelta(minutes=30),
    )  # fmt: skip


def test_a_scope_holds_the_looks_at_its_orders_and_the_exports_that_may_hold_one():
    ours, anna = received(), officer("anna", factories.authority())
    other = factories.authority("fr-oclc", "FR")
    zoe = officer("zoe", other)
    theirs = factories.drafting.draft(
        authority=other, content=factories.content(to=factories.provider("video-ie", "IE")), by=zoe, at=T0
    )
    for order, by in ((ours, anna), (theirs, zoe)):
        consulting.consult(order=order, by=by, at=T0)
        taken(Scope(authority=by.party), by=by, at=T0 + HOUR)
    taken(ALL, at=T0 + 2 * HOUR)  # of everything
    for scope, by in (
        (Scope(authority="de-fpo"), "EXP-2026-000001"), (Scope(order=theirs.reference), "EXP-2026-000002"),
        (Scope(provider="video-ie"), "EXP-2026-000002"),
    ):  # fmt: skip
        found = {line["reference"] for line in table(scope)}
        order = ours if by == "EXP-2026-000001" else theirs
        assert {order.reference, by, "EXP-2026-000003"} <= found
        assert {ours.reference, theirs.reference} & found == {order.reference}
        assert {"EXP-2026-000001", "EXP-2026-000002"} & found == {by}


def test_looking_costs_as_much_at_an_order_with_many_items_as_at_one_with_few():
    few, many = received(), received(items=30)
    anna = officer("anna", few.issuing_authority)
    counts = []
    for order in (few, many):
        consulting.consult(order=order, by=anna, at=T0)
        with CaptureQueriesContext(connection) as queries:
            consulting.consult(order=order, by=anna, at=T0)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7


@pytest.mark.django_db(transaction=True)
def test_two_who_look_first_at_once_make_one_chain():
    order, at = received(), T0
    anna = officer("anna", order.issuing_authority)

    def look():
        for _ in range(5):
            consulting.consult(order=order, by=anna, at=at)

    at_once(look, look, look, look)
    assert (Dossier.objects.filter(kind="access").count(), len(looks(order))) == (1, 20)
    assert list(verify.findings()) == []


def test_a_dossier_of_looks_put_beside_another_order_is_found():
    first, second = received(), received()
    consulting.consult(order=first, by=capacity.OPERATOR, at=T0)
    Dossier.objects.filter(kind="access").update(about=second.dossier)
    assert [str(found) for found in verify.findings()] == [
        f"ACC-2026-000001, entry 1: the order looked at is {second.reference}, but should be {first.reference}"
    ]
