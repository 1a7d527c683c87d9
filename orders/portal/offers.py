"""The acts an officer may perform: which are open, each with its form and its one call, and refusals in plain words."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import QueryDict

from orders import clock
from orders.acts import clarifying, issuing
from orders.acts.declarations import Declaration
from orders.acts.opening import open_acts
from orders.acts.refusals import ActNotOpen, ActNotYours, FourEyes, Invalid, Refusal, StaleGeneration
from orders.models import LedgerEntry, RemovalOrder
from orders.portal import people, wording
from orders.portal.access import Desk
from orders.portal.forms import ActForm, ClarifyForm, ConfirmedReasonForm, ReasonForm
from orders.portal.tags import utc_time


@dataclass(frozen=True)
class Offer:
    """How an act is offered: what performs it, what it asks for, what the button says and what will happen."""

    perform: Callable[..., Any]
    form: type[ActForm]
    button: str
    promise: str
    done: str
    tone: str = "plain"


OFFERS = {
    "submit": Offer(
        issuing.submit, ActForm, "Submit for approval",
        "A second officer reads and approves it. You can no longer edit it, unless it is returned.",
        "Submitted for approval.", "main",
    ),
    "approve": Offer(
        issuing.approve, ActForm, "Approve",
        "You confirm as second person that the order may be issued. Nothing leaves the authority yet.",
        "Approved. The order can now be issued.", "main",
    ),
    "issue": Offer(
        issuing.issue, ActForm, "Issue and send",
        "Signs the order and sends it at once. The provider's hour starts when it has received it.",
        "Issued and on its way.", "main",
    ),
    "clarify": Offer(
        clarifying.clarify, ClarifyForm, "Send the clarification",
        "A fresh full hour starts when the provider has received your answers.",
        "The clarification is on its way.", "main",
    ),
    "return_to_draft": Offer(
        issuing.return_to_draft, ReasonForm, "Return to the drafter", "The drafter can edit it again.",
        "Returned to the drafter.",
    ),
    "cancel_before_dispatch": Offer(
        issuing.cancel_before_dispatch, ConfirmedReasonForm, "Cancel the order",
        "The order never leaves the authority. The record of it stays.", "Cancelled.", "grave",
    ),
    "withdraw": Offer(
        issuing.withdraw, ConfirmedReasonForm, "Withdraw the order",
        "Running clocks end and the provider is told. A limit that passed before stays on record.",
        "Withdrawn.", "grave",
    ),
}  # fmt: skip


@dataclass
class Open:
    """One act that is open now, with its form; `asks` is whether there is anything to fill in."""

    declared: Declaration
    offer: Offer
    form: ActForm

    @property
    def asks(self) -> bool:
        return len(self.form.fields) > 1


def open_forms(desk: Desk, order: RemovalOrder, tried: ActForm | None = None, name: str = "") -> list[Open]:
    """The acts open to this officer on `order`; `tried` is the form of `name` that was refused."""
    declared = {one.act: one for one in open_acts(order, list(order.items.all()), desk.capacity(order))}
    if drafted_it(desk, order):
        declared.pop("approve", None)
    shown = [act for act in OFFERS if act in declared]
    return [Open(declared[act], OFFERS[act], tried if tried and act == name else form_of(act, order)) for act in shown]


def may_edit(desk: Desk, order: RemovalOrder) -> bool:
    """Whether the draft may be changed by this officer."""
    return is_open(desk, order, "revise")


def is_open(desk: Desk, order: RemovalOrder, name: str) -> bool:
    """Whether the act `name` is open to this officer now."""
    return any(one.act == name for one in open_acts(order, list(order.items.all()), desk.capacity(order)))


def drafted_it(desk: Desk, order: RemovalOrder) -> bool:
    """Whether this officer drafted what waits for approval: four eyes ask for another person."""
    return order.drafted_by_id == desk.user.pk


def form_of(name: str, order: RemovalOrder, data: QueryDict | None = None) -> ActForm:
    """The form of one act, carrying the generation that the officer saw."""
    return OFFERS[name].form(data, order=order, prefix=name)


STATUS = {
    StaleGeneration: HTTPStatus.CONFLICT,
    ActNotOpen: HTTPStatus.CONFLICT,
    FourEyes: HTTPStatus.FORBIDDEN,
    ActNotYours: HTTPStatus.FORBIDDEN,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def perform(desk: Desk, order: RemovalOrder, name: str, form: ActForm) -> None:
    """The one call: the act `name` with what its valid form says. Raises its refusal."""
    OFFERS[name].perform(
        order=order,
        by=desk.capacity(order),
        at=clock.now(),
        generation=form.cleaned_data["generation"],
        **form.arguments(),
    )


def explained(order: RemovalOrder, refusal: Refusal, seen: str) -> str:
    """A refusal for a person; when somebody was faster, who did what in between."""
    between = _since(order, seen) if isinstance(refusal, StaleGeneration | ActNotOpen) else ""
    if isinstance(refusal, StaleGeneration) and between:
        return f"Nothing was done: {order.reference} changed while you were reading. {between} Look again, then decide."
    return f"Nothing was done. {refusal.detail} {between}".rstrip()


def closed(order: RemovalOrder, seen: str) -> str:
    """That an act is not open, to somebody whose form was not even complete, and who did what in between."""
    return f"Nothing was done: this is not open on {order.reference} now. {_since(order, seen)}".rstrip()


def _since(order: RemovalOrder, seen: str) -> str:
    if not seen.isdigit():
        return ""
    entries = list(LedgerEntry.objects.filter(dossier=order.dossier, number__gt=int(seen)).order_by("number")[:5])
    names = people.Names(entries)
    told = (f"{names.of(one)} at {utc_time(one.recorded_at)}: {wording.sentence(one)}" for one in entries)
    return " ".join(told)
