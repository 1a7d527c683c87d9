"""Orders on which each act of an officer is open, and how the act is performed at the portal."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from orders import clock
from orders.acts import answering, capacity, issuing, lapsing, preparing, scrutinising
from orders.acts.capacity import Capacity
from orders.models import RemovalOrder
from orders.regulation.regions import OfficerRole, ReasonClass
from tests.factories import (
    HOUR,
    again,
    annex_ii,
    authority,
    by_provider,
    drafted,
    impossible,
    issued,
    officer,
    received,
    unclear,
)


def now() -> datetime:
    return clock.now().replace(microsecond=0)


def typed(at: datetime) -> str:
    """An instant as a browser sends it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def home() -> Capacity:
    """Saar, who scrutinises at the provider's home."""
    of = authority("nl-atc", "NL", scrutinises=True)
    saar = officer("saar", of, OfficerRole.SCRUTINEER).person
    assert saar is not None
    return capacity.officer(saar, of, channel="portal", acting_as=capacity.Actor.SCRUTINISING_AUTHORITY)


def copied() -> RemovalOrder:
    """A received order of which the home authority has the copy."""
    home()
    return received(at=now())


def in_review(**fields: Any) -> RemovalOrder:
    order = drafted(at=now(), **fields)
    issuing.submit(order=order, by=officer("anna", order.issuing_authority), at=now())
    return again(order)


def cleared(**fields: Any) -> RemovalOrder:
    order = in_review(**fields)
    issuing.approve(order=order, by=officer("bert", order.issuing_authority), at=now())
    return again(order)


def held() -> RemovalOrder:
    order = in_review()
    by = officer("bert", order.issuing_authority)
    preparing.put_on_hold(order=order, reason=ReasonClass.LEAVE_ONLINE, by=by, at=now())
    return again(order)


def impeded() -> RemovalOrder:
    order = received(at=now() - HOUR / 2)
    annex = impossible(since=now() - HOUR / 4)
    answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=now())
    return again(order)


def asked() -> RemovalOrder:
    order = received(at=now())
    answering.seek_clarification(order=order, annex=unclear(), by=by_provider(order), at=now())
    return again(order)


def removed() -> RemovalOrder:
    order = received(at=now() - HOUR / 2)
    answering.report_removal(order=order, annex=annex_ii(taken_at=now()), by=by_provider(order), at=now())
    return again(order)


def secret() -> RemovalOrder:
    return received(at=now(), must_not_inform=True, withholding_reason="Synthetic reason of public security.")


def requested() -> RemovalOrder:
    order = copied()
    scrutinising.request_scrutiny(order=order, reasons="Satire.", by=by_provider(order), at=now())
    return again(order)


def appealable() -> RemovalOrder:
    """An order that time alone does not make final: nobody knows when the content provider's period ends."""
    with override_settings(RULES={**settings.RULES, "finality": "all_parties"}):
        order = received(at=now() - 60 * DAY)
    while lapsing.lapse(at=now()):
        pass
    return again(order)


class Case(NamedTuple):
    """One act: an order on which it is open, who performs it, what they fill in, what the page then says."""

    name: str
    reach: Callable[[], RemovalOrder]
    who: str
    fields: dict[str, Any]
    told: str


SURE = {"confirmed": "on"}
DAY = timedelta(days=1)
CASES = [
    Case("submit", lambda: drafted(at=now()), "anna", {}, "Submitted for approval"),
    Case("approve", in_review, "bert", {}, "Approved by a second officer"),
    Case("return_to_draft", in_review, "bert", {"reason": "Which video?"}, "Returned to the drafter: Which video?"),
    Case("issue", cleared, "bert", {}, "Issued, signed with key"),
    Case("cancel_before_dispatch", in_review, "anna", {"reason": "Twice.", **SURE}, "Cancelled before dispatch"),
    Case("put_on_hold", in_review, "anna", {"reason": "live_investigation"}, "an investigation is under way"),
    Case("release_hold", held, "anna", {"reason": "Agreed by phone."}, "The hold was released: Agreed by phone."),
    Case("inform_beforehand", lambda: cleared(emergency=False), "bert", {}, "informed of procedures and deadlines"),
    Case(
        "record_submission", lambda: issued(at=now()), "anna",
        {"submitted_at": now, "address": "https://form.example/"}, "submitted by hand at https://form.example/",
    ),
    Case("clarify", asked, "anna", {"answer_1": "The first."}, "questions were answered"),
    Case("dispute_ground", impeded, "anna", {"reason": "It answers."}, "are disputed: It answers."),
    Case(
        "record_grounds_ceased", impeded, "anna",
        {"ceased_at": lambda: now() - HOUR / 8, "evidence": "It answers.", "items": ["1"]}, "Recorded that the grounds",
    ),
    Case(
        "withhold_disclosure", lambda: received(at=now()), "anna", {"reason": "Arrests.", "decided_at": now},
        "is withheld until",
    ),
    Case("extend_withholding", secret, "anna", {"reason": "Still."}, "Disclosure is withheld longer, until"),
    Case("allow_disclosure", secret, "anna", SURE, "Disclosure is allowed."),
    Case(
        "extend_preservation", removed, "anna", {"reason": "Case 4 K 12/26.", "until": lambda: now() + 400 * DAY},
        "Preservation of item 1 extended until",
    ),
    Case(
        "record_appeal", lambda: received(at=now()), "anna", {"appellant": "provider", "received_at": now},
        "An appeal of the hosting service provider",
    ),
    Case(
        "record_judgment", removed, "bert",
        {"outcome": "annulled", "received_at": now, "reinstate": ["1"], "reasons": "Satire.", **SURE},
        "A court annulled the order",
    ),
    Case("declare_final", appealable, "bert", SURE, "The order was declared final."),
    Case("withdraw", lambda: received(at=now()), "anna", {"reason": "In error.", **SURE}, "Withdrawn: In error."),
    Case("open_scrutiny", copied, "saar", {}, "on its own initiative"),
    Case(
        "request_scrutiny", copied, "saar", {"reasons": "It is satire.", "received_at": now},
        "Scrutiny was requested by the content provider",
    ),
    Case("announce_intent", requested, "saar", {"reasons": "Manifest."}, "An infringement decision was announced"),
    Case(
        "decide_scrutiny", requested, "saar", {"outcome": "no_infringement", "reasons": "Sound.", **SURE},
        "Decided: no infringement. Sound.",
    ),
]  # fmt: skip
NAMED = {case.name: case for case in CASES}


def client_of(name: str) -> Client:
    client = Client()
    by = home() if name == "saar" else officer(name, authority())
    client.force_login(by.person)
    return client


def perform(client: Client, order: RemovalOrder, case: Case) -> Any:
    said = {"generation": again(order).dossier.generation}
    for name, value in case.fields.items():
        said[name] = typed(value()) if callable(value) else value
    data = {f"{case.name}-{name}": value for name, value in said.items()}
    return client.post(reverse("portal:act", args=[order.reference, case.name]), data)


def page_of(client: Client, order: RemovalOrder) -> Any:
    return client.get(reverse("portal:order", args=[order.reference]))


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("&#x27;", "'")
