"""Taking an export from the portal: recorded as an act, made in the background, kept for its taker."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from orders import clock
from orders.acts import capacity
from orders.acts.refusals import Refusal
from orders.evidence.jobs import asking, keeping
from orders.evidence.jobs.asking import Asked
from orders.evidence.scope import Scope
from orders.models import ExportJob, RemovalOrder
from orders.models.exports import BUNDLE, FORMS
from orders.portal import polled
from orders.portal.access import Desk, officer_page, posted_from
from orders.portal.tags import for_people

SHOWN = 20


class Row(NamedTuple):
    """One export: what of, and how far."""

    job: ExportJob
    about: str
    form: str


@officer_page
@posted_from("portal:exports")
def export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Everything of this officer's authority; of an auditor of no party, everything."""
    scope = Scope() if desk.reads_all else Scope(authority=desk.authorities[0].code)
    asked = Asked(scope, request.POST.get("format", BUNDLE), withhold="withhold" in request.POST)
    return _ask(request, asked, _taker(desk, None))


@officer_page
@posted_from("portal:order")
def export_order(request: HttpRequest, desk: Desk, reference: str) -> HttpResponseBase:
    """One order."""
    order = desk.own_order(reference)
    scope = Scope(order=reference, authority=order.issuing_authority.code)
    return _ask(request, Asked(scope, withhold="withhold" in request.POST), _taker(desk, order))


def _ask(request: HttpRequest, asked: Asked, by: capacity.Capacity) -> HttpResponse:
    try:
        job = asking.ask(asked, by=by, at=clock.now())
    except Refusal as refusal:
        messages.error(request, for_people(refusal.detail))
    else:
        messages.success(request, f"{job.reference} is on record and waits for a worker.")
    return redirect("portal:exports")


@require_safe
@officer_page
def exports(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The exports that this person took, and a button for another one."""
    jobs = _taken(desk)
    return render(request, "portal/exports.html", {**_context(jobs, _tag(desk, jobs)), "forms": FORMS})


@require_safe
@officer_page
def live(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The part of that page that refreshes itself while something is being made."""
    jobs = _taken(desk)
    tag = _tag(desk, jobs)
    context = None if polled.unchanged(request, tag) else _context(jobs, tag)
    return polled.answer(request, "portal/_exports.html", context, tag)


@require_safe
@officer_page
def file(request: HttpRequest, desk: Desk, reference: str) -> HttpResponseBase:
    """The file of one of them."""
    job = next(iter(_taken(desk, entry__dossier__reference=reference)), None)
    if job is None:
        raise Http404(f"There is no export {reference} of yours.")
    path = keeping.file(job)
    if path is None:
        messages.error(request, f"{reference} has no file now: {job.get_state_display()}.")
        return redirect("portal:exports")
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=job.file)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _taken(desk: Desk, **only: str) -> list[ExportJob]:
    """The latest of this person, for whichever of their authorities they took them, newest first."""
    found = [job for by in _capacities(desk) for job in asking.taken_by(by).filter(**only)[:SHOWN]]
    return sorted(found, key=lambda job: -job.pk)[:SHOWN]


def _capacities(desk: Desk) -> list[capacity.Capacity]:
    alone = [capacity.auditor(desk.user, channel="portal")] if desk.audits else []
    return [*alone, *(capacity.officer(desk.user, authority, channel="portal") for authority in desk.authorities)]


def _tag(desk: Desk, jobs: list[ExportJob]) -> str:
    return polled.etag(desk.user.pk, *((job.pk, job.state, job.step, job.done, job.total) for job in jobs))


def _context(jobs: list[ExportJob], tag: str) -> dict[str, Any]:
    rows = [Row(job, _about(job), FORMS[job.form]) for job in jobs]
    return {
        "rows": rows,
        "tag": tag,
        "now": clock.now(),
        "open": any(job.is_open for job in jobs),
        "days": keeping.KEPT.days,
    }


def _about(job: ExportJob) -> str:
    """What it is an export of, in words."""
    scope = job.facts["scope"]
    if scope["order"]:
        return f"order {scope['order']}" + (", without addresses and texts" if job.facts.get("withheld") else "")
    parties = [f"{what} {scope[what]}" for what in ("authority", "provider") if scope[what]]
    times = [f"{end} {scope[end]}" for end in ("from", "to") if scope[end]]
    without = ["without addresses and texts"] if job.facts.get("withheld") else []
    return ", ".join([*(parties or ["everything"]), *times, *without])


def _taker(desk: Desk, order: RemovalOrder | None) -> capacity.Capacity:
    if desk.reads_all:
        return capacity.auditor(desk.user, channel="portal")
    authority = order.issuing_authority if order else desk.authorities[0]
    return capacity.officer(desk.user, authority, channel="portal")
