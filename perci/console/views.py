"""The pages of exercises: each translates in, makes one call and translates out."""

from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders import clock
from orders.models import User
from orders.portal import polled
from orders.portal.access import Page, desk_of, sign_in
from perci.console import playing, shelf
from perci.console.forms import ExerciseForm
from perci.exercise.directory import BUNDLE, RUN, SCENARIO
from perci.exercise.report import comparing
from perci.exercise.report.writing import DATA, PAGE
from perci.exercise.scenario import reading
from perci.exercise.scenario.source import Mistaken

# What a run leaves that somebody may open, and whether it is shown as a page.
FILES = {PAGE: True, DATA: False, RUN: False, SCENARIO: False, BUNDLE: False}
# A report is a page that stands alone: its style is inside, and it runs and fetches nothing.
ALONE = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["data:"]}


def person_page(view: Page) -> Page:
    """A page for whoever works for a party or audits."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return sign_in(request)
        if not desk_of(request.user).memberships:
            raise PermissionDenied("This account belongs to no authority and to no provider yet.")
        return view(request, *args, **kwargs)

    return page


@require_safe
@person_page
def exercises(request: HttpRequest) -> HttpResponse:
    """The scenarios there are, and what was played."""
    return render(request, "console/exercises.html", {"scenarios": reading.shipped_scenarios(), **_shown()})


@require_safe
@person_page
def live(request: HttpRequest) -> HttpResponse:
    """The list, which refreshes itself."""
    shown = _shown()
    context = None if polled.unchanged(request, shown["tag"]) else shown
    return polled.answer(request, "console/_exercises.html", context, shown["tag"])


def _shown() -> dict[str, Any]:
    rows = [(kept, kept.state, kept.progress) for kept in shelf.all_kept()]
    tag = polled.etag(*((kept.name, state, progress) for kept, state, progress in rows))
    reported = sum(state in (shelf.FINISHED, shelf.STOPPED) for _, state, _ in rows)
    return {"rows": rows, "ended": shelf.ENDED, "comparable": reported > 1, "tag": tag}


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
def new(request: HttpRequest) -> HttpResponse:
    """A scenario to read and change, and a button that plays it."""
    if request.method == "POST":
        form = ExerciseForm(request.POST)
        if form.is_valid():
            assert isinstance(request.user, User)
            by = request.user.display_name()
            asked = {"seed": form.cleaned_data["seed"], "share": form.cleaned_data["share"] / 100}
            kept = shelf.ask(form.scenario, **asked, by=by, at=clock.now())
            messages.success(request, f"{kept.name} waits to be played.")
            return redirect("console:exercises")
    elif (like := request.GET.get("like", "")) and (kept := _kept(like)):
        form = ExerciseForm.like(kept)
    else:
        form = ExerciseForm.of(request.GET.get("scenario", ""))
    return render(request, "console/new.html", {"form": form})


@require_POST
@person_page
def stop(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001  as all views
    """Ask a running exercise to end, or let one that waits be."""
    playing.stop(_kept(name))
    return redirect("console:exercises")


@require_POST
@person_page
def delete(request: HttpRequest, name: str) -> HttpResponse:
    """Delete an exercise that has ended, with its report, its evidence and its database."""
    if shelf.remove(_kept(name)):
        messages.success(request, f"{name} is deleted.")
    else:
        messages.error(request, f"{name} has not ended: stop it first, then delete it.")
    return redirect("console:exercises")


@require_safe
@csp_replace(ALONE)
@person_page
def file(request: HttpRequest, name: str, file: str) -> FileResponse:  # noqa: ARG001
    """A file of a run."""
    if file not in FILES:
        raise Http404
    try:
        stream = (_kept(name).directory / file).open("rb")
    except (FileNotFoundError, NotADirectoryError):
        raise Http404 from None
    return FileResponse(stream, as_attachment=not FILES[file], filename=f"{name}-{file}")


@require_safe
@csp_replace(ALONE)
@person_page
def compare(request: HttpRequest) -> HttpResponse:
    """Two runs side by side."""
    first, second = (request.GET.get(name, "") for name in ("first", "second"))
    if not first or not second:
        messages.error(request, "Choose which exercise is the first and which is the second.")
        return redirect("console:exercises")
    try:
        found = comparing.compare(_kept(first).directory, _kept(second).directory)
    except Mistaken as mistaken:
        messages.error(request, str(mistaken))
        return redirect("console:exercises")
    return HttpResponse(comparing.as_html(found))


def _kept(name: str) -> shelf.Kept:
    kept = shelf.find(name)
    if kept is None:
        raise Http404
    return kept
