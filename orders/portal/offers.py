"""The acts an officer may perform: which are open, each with its form and its one call, and refusals in plain words."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

from django.http import QueryDict

from orders import clock
from orders.acts.declarations import Declaration
from orders.acts.opening import open_acts
from orders.acts.refusals import ActNotOpen, ActNotYours, FourEyes, Invalid, Refusal, StaleGeneration
from orders.models import LedgerEntry, RemovalOrder
from orders.portal import people, wording
from orders.portal.access import Desk
from orders.portal.arguments import ActForm, Files
from orders.portal.catalogue import OFFERS, Offer
from orders.portal.tags import for_people, utc, utc_time
from orders.regulation.regions import Actor


@dataclass
class Open:
    """One act that is open now, with its form; `asks` is whether there is anything to fill in."""

    declared: Declaration
    offer: Offer
    form: ActForm
    note: str = ""

    @property
    def asks(self) -> bool:
        return len(self.form.fields) > 1


class Tried(NamedTuple):
    """The form of an act that was refused, and the status with which the page is shown again."""

    name: str = ""
    form: ActForm | None = None
    status: int = HTTPStatus.OK


NOTHING = Tried()


def open_forms(desk: Desk, order: RemovalOrder, tried: Tried = NOTHING) -> list[Open]:
    """The acts open to this officer on `order`."""
    declared = {one.act: one for one in open_acts(order, list(order.items.all()), desk.capacity(order))}
    shown = [act for act in OFFERS if act in declared]
    return [
        Open(
            declared[act],
            OFFERS[act],
            tried.form if tried.form and act == tried.name else form_of(act, order),
            _note(act, order),
        )
        for act in shown
    ]


OF_THE_WHOLE = (
    "withdraw", "record_appeal", "record_judgment", "declare_final", "request_scrutiny", "decide_scrutiny",
)  # fmt: skip


def _note(act: str, order: RemovalOrder) -> str:
    """What an officer needs to know of the moment: when the 12 hours of Art. 3(2) are over, what a bundle means."""
    if act in OF_THE_WHOLE and (count := order.items.count()) > 1:
        return (
            f"The order names {count} addresses: this concerns it as a whole, except for items that you can name here."
        )
    return _prior_information(act, order)


def _prior_information(act: str, order: RemovalOrder) -> str:
    wait = order.dossier.deadlines.filter(code="C1").order_by("pk").last() if act == "issue" else None
    if wait is None or order.prior_information_at is None:
        return ""
    if order.emergency:
        return "An emergency is claimed: the 12 hours of the prior information need not be over."
    over = "have been over since" if wait.due_at and wait.due_at < clock.now() else "are over at"
    return f"The 12 hours of the prior information {over} {utc(wait.due_at)}."


def may_edit(desk: Desk, order: RemovalOrder) -> bool:
    """Whether the draft may be changed by this officer."""
    return is_open(desk, order, "revise")


def is_open(desk: Desk, order: RemovalOrder, name: str) -> bool:
    """Whether the act `name` is open to this officer now."""
    return any(one.act == name for one in open_acts(order, list(order.items.all()), desk.capacity(order)))


def drafted_it(desk: Desk, order: RemovalOrder) -> bool:
    """Whether this officer drafted what waits for approval: four eyes ask for another person."""
    return order.drafted_by_id == desk.user.pk


def form_of(name: str, order: RemovalOrder, data: QueryDict | None = None, files: Files | None = None) -> ActForm:
    """The form of one act, carrying the generation that the officer saw."""
    return OFFERS[name].form(data, files, order=order, prefix=name)


_STATUS: dict[type[Refusal], HTTPStatus] = {
    StaleGeneration: HTTPStatus.CONFLICT,
    ActNotOpen: HTTPStatus.CONFLICT,
    FourEyes: HTTPStatus.FORBIDDEN,
    ActNotYours: HTTPStatus.FORBIDDEN,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def status(refusal: Refusal) -> HTTPStatus:
    """With which status a refusal is shown; one that is not named here came from the state of the order."""
    return _STATUS.get(type(refusal), HTTPStatus.CONFLICT)


def perform(desk: Desk, order: RemovalOrder, name: str, form: ActForm) -> None:
    """The one call: the act `name` with what its valid form says. Raises its refusal."""
    OFFERS[name].perform(
        order=order,
        by=desk.capacity(order),
        at=clock.now(),
        generation=form.cleaned_data["generation"],
        **form.arguments(),
    )


def explained(desk: Desk, order: RemovalOrder, refusal: Refusal, seen: str) -> str:
    """A refusal for a person; when somebody was faster, who did what in between."""
    between = _since(desk, order, seen) if isinstance(refusal, StaleGeneration | ActNotOpen) else ""
    if isinstance(refusal, StaleGeneration) and between:
        return f"Nothing was done: {order.reference} changed while you were reading. {between} Look again, then decide."
    return f"Nothing was done. {for_people(refusal.detail)} {between}".rstrip()


def closed(desk: Desk, order: RemovalOrder, seen: str) -> str:
    """That an act is not open, to somebody whose form was not even complete, and who did what in between."""
    return f"Nothing was done: this is not open on {order.reference} now. {_since(desk, order, seen)}".rstrip()


def _since(desk: Desk, order: RemovalOrder, seen: str) -> str:
    """What people did since then; what time itself did only where nobody did anything."""
    if not (seen.isdecimal() and len(seen) < 10):
        return ""
    later = LedgerEntry.objects.filter(dossier=order.dossier, number__gt=int(seen)).order_by("number")
    entries = list(later.exclude(actor_role=Actor.TIME)[:5]) or list(later[:5])
    names = people.Names(entries, seen_by=desk)
    told = (f"{names.of(one)} at {utc_time(one.recorded_at)}: {wording.sentence(one)}" for one in entries)
    return " ".join(told)
