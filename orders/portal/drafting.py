"""Writing an order: the Annex I form, new and again."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from orders import clock
from orders.acts import capacity, consulting, drafting, issuing
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid, Refusal
from orders.models import RemovalOrder
from orders.portal import offers
from orders.portal.access import Desk, officer_page
from orders.portal.forms import KINDS, DraftForm
from orders.portal.leaving import leaving
from orders.portal.tags import for_people


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Begin an order."""
    authority = desk.drafts_for
    if authority is None:
        raise PermissionDenied("Drafting needs the role drafter at an authority that issues orders (Art. 12(1)(a)).")
    form = _form(request)
    if not _sent(request, form):
        return _page(request, form)
    try:
        by = capacity.officer(desk.user, authority, channel="portal")
        begun = _begun(form, authority=authority, content=form.draft(), by=by, at=clock.now())
    except Refusal as refusal:
        return _refused(request, desk, form, refusal)
    return _saved(request, desk, begun[0]) if len(begun) == 1 else _saved_each(request, desk, begun)


def _begun(form: DraftForm, **said: Any) -> list[RemovalOrder]:
    return drafting.draft_each(**said) if form.one_order_each else [drafting.draft(**said)]


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def edit(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """Change a draft."""
    order = desk.own_order(reference)
    if request.method != "POST" and not offers.may_edit(desk, order):
        messages.warning(request, f"{reference} is not a draft of yours: it cannot be edited now.")
        return redirect("portal:order", reference)
    form = _form(request, order)
    if not _sent(request, form):
        consulting.consult(order=order, by=desk.onlooker(order), at=clock.now())
        return _page(request, form, order)
    try:
        kept = _revised(form, order, by=desk.capacity(order))
    except Refusal as refusal:
        return _refused(request, desk, form, refusal, desk.own_order(reference))
    return _saved(request, desk, desk.own_order(reference)) if len(kept) == 1 else _saved_each(request, desk, kept)


def _revised(form: DraftForm, order: RemovalOrder, *, by: Capacity) -> list[RemovalOrder]:
    content, at, generation = form.draft(), clock.now(), _seen(form)
    if form.one_order_each:
        return drafting.revise_each(order=order, content=content, by=by, at=at, generation=generation)
    return [drafting.revise(order=order, content=content, by=by, at=at, generation=generation)]


def _form(request: HttpRequest, order: RemovalOrder | None = None) -> DraftForm:
    if request.method != "POST":
        return DraftForm(order=order)
    return DraftForm(request.POST, order=order, rows=1 if "add_item" in request.POST else 0)


def _sent(request: HttpRequest, form: DraftForm) -> bool:
    """Whether the form is to be recorded: asking for another row, or wrong input, only shows it again."""
    return request.method == "POST" and "add_item" not in request.POST and form.is_valid()


def _seen(form: DraftForm) -> int:
    """The generation the officer saw; what cannot be read is no generation there ever was."""
    text = str(form.generation)
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _page(request: HttpRequest, form: DraftForm, order: RemovalOrder | None = None, status: int = 0) -> HttpResponse:
    wrong = request.method == "POST" and "add_item" not in request.POST
    status = status or (HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)
    look = leaving(order, at=clock.now()) if order else None
    context = {"form": form, "order": order, "kinds": KINDS, "leaving": look}
    return render(request, "portal/draft.html", context, status=status)


def _refused(
    request: HttpRequest, desk: Desk, form: DraftForm, refusal: Refusal, order: RemovalOrder | None = None
) -> HttpResponse:
    if isinstance(refusal, Invalid):
        form.refuse(refusal)
        return _page(request, form, order)
    messages.error(
        request, offers.explained(desk, order, refusal, str(form.generation)) if order else for_people(refusal.detail)
    )
    if order:
        form.generation = order.dossier.generation
    return _page(request, form, order, offers.status(refusal))


def _saved(request: HttpRequest, desk: Desk, order: RemovalOrder) -> HttpResponse:
    """The order's page; “save and submit” goes to approval at once, unless there is something to look at first."""
    look = leaving(order, at=clock.now())
    if "submit" in request.POST and look and look.calls_for_a_look:
        messages.warning(
            request, f"{order.reference}: saved, not yet submitted. Look at what is said below, then submit."
        )
        return redirect("portal:order", order.reference)
    if "submit" not in request.POST:
        messages.success(request, f"{order.reference}: the draft is saved.")
        return redirect("portal:order", order.reference)
    try:
        issuing.submit(order=order, by=desk.capacity(order), at=clock.now())
    except Refusal as refusal:
        form = DraftForm(request.POST, order=order)
        form.is_valid()
        form.generation, form.saved = order.dossier.generation, True
        return _refused(request, desk, form, refusal, order)
    messages.success(request, f"{order.reference}: submitted for approval by a second officer.")
    return redirect("portal:order", order.reference)


def _saved_each(request: HttpRequest, desk: Desk, orders: list[RemovalOrder]) -> HttpResponse:
    """The board; “save and submit” submits each order of which there is nothing to look at, and that misses nothing."""
    names = ", ".join(order.reference for order in orders)
    messages.success(request, f"One order per address: {names} are saved.")
    waiting: dict[str, list[str]] = {}
    for order in orders if "submit" in request.POST else []:
        waiting.setdefault(_submitted(desk, order), []).append(order.reference)
    for sentence, references in waiting.items():
        say = messages.warning if sentence else messages.success
        say(request, f"{', '.join(references)}: {sentence or 'submitted for approval by a second officer.'}")
    return redirect("portal:board")


def _submitted(desk: Desk, order: RemovalOrder) -> str:
    """Submit `order`; or why it was not, empty when it was."""
    look = leaving(order, at=clock.now())
    if look and look.calls_for_a_look:
        return "not yet submitted. Look at what its page says, then submit."
    try:
        issuing.submit(order=order, by=desk.capacity(order), at=clock.now())
    except Refusal as refusal:
        return f"not submitted. {for_people(refusal.detail)}"
    return ""
