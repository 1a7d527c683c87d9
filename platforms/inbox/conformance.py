"""The conformance kit as a page: an engineer starts a run, watches it, and opens its report."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders import clock, signing
from orders.models import HostingServiceProvider, User
from orders.portal import polled
from orders.portal.access import desk_of, posted_from
from platforms.conformance import running, sealing
from platforms.conformance.checks import CHECKS, GROUPS
from platforms.conformance.scenarios import MOST_BURST
from platforms.inbox.access import engineer_page, is_engineer, staff_page
from platforms.inbox.sandbox_forms import HOURS
from platforms.models import ConformanceRun, Connection
from platforms.sandbox import tenants

SHOWN = 20
NEEDED = "Register an endpoint on the connection page first: it is what is checked."
OFFERED = [(scale, says) for scale, says in HOURS if scale in running.SCALES]


class RunForm(forms.Form):
    """How long the hour is, and how many orders come at once."""

    limit_scale = forms.ChoiceField(label="The hour lasts", choices=OFFERED, initial="1/60")
    burst = forms.IntegerField(label="Orders at once", min_value=1, max_value=MOST_BURST, initial=50)


@require_safe
@never_cache
@staff_page
def page(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """All runs, and where one is started."""
    return _page(request, provider)


@require_safe
@never_cache
@staff_page
def runs(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """The runs: a part of the page that refreshes itself."""
    context = _runs(provider)
    tag = polled.etag(*((run.pk, run.stage, *done) for run, done in context["runs"]))
    return polled.answer(request, "inbox/_conformance.html", None if polled.unchanged(request, tag) else context, tag)


@engineer_page
@posted_from("inbox:conformance")
def start(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """Ask for a run; the background queue makes its steps."""
    form = RunForm(request.POST)
    if form.is_valid():
        _ask(provider, form)
    if not form.is_valid():
        return _page(request, provider, form=form)
    messages.success(request, "The run begins within a second. Its orders go to your endpoint.")
    return redirect("inbox:conformance")


@engineer_page
@posted_from("inbox:conformance")
def stop(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:  # noqa: ARG001
    """Break off what is on its way; there is no report of it."""
    for run in ConformanceRun.objects.filter(connection__provider=provider, ended_at=None):
        running.break_off(run, because="It was stopped on this page.", at=clock.now())
    return redirect("inbox:conformance")


@require_safe
@staff_page
def report(request: HttpRequest, provider: HostingServiceProvider, number: int) -> HttpResponse:
    """What came of one run, check by check."""
    run = _finished(provider, number)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in GROUPS}
    for check in run.report["checks"]:
        found.setdefault(check["group"], []).append(check)
    files = (sealing.HTML, sealing.JSON, sealing.JUNIT)
    context = {"run": run, "report": run.report, "groups": found, "files": files, "proofs": sealing.PROOFS}
    return render(request, "inbox/conformance_report.html", context)


@require_safe
@staff_page
def file(request: HttpRequest, provider: HostingServiceProvider, number: int, name: str) -> HttpResponse:  # noqa: ARG001
    """One of its files, to be kept: never shown as a page of ours, since it holds what the receiver said."""
    signing.keep_ledger_key(settings.LEDGER_ORIGIN, at=clock.now())
    made = sealing.files(_finished(provider, number).report, sealing.key())
    if name not in made:
        raise Http404(f"A report has the files {', '.join(made)}.")
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made[name], content_type=sealing.media_type(name), headers=named)


def _ask(provider: HostingServiceProvider, form: RunForm) -> None:
    """Ask for the run, or say in the form why there can be none."""
    connection = Connection.objects.filter(provider=provider).select_related("provider").first()
    if connection is None or not connection.endpoint:
        form.add_error(None, NEEDED)
        return
    try:
        tenants.require_sandbox(connection)
        running.ask(connection, at=clock.now(), **form.cleaned_data)
    except (tenants.NotSandbox, running.NotAlone) as refused:
        form.add_error(None, str(refused))


def _finished(provider: HostingServiceProvider, number: int) -> ConformanceRun:
    ours = ConformanceRun.objects.filter(connection__provider=provider, stage=ConformanceRun.Stage.DONE)
    return get_object_or_404(ours, pk=number)


def _runs(provider: HostingServiceProvider) -> dict[str, Any]:
    latest = ConformanceRun.objects.filter(connection__provider=provider)[:SHOWN]
    return {"runs": [(run, running.progress(run)) for run in latest]}


def _page(request: HttpRequest, provider: HostingServiceProvider, *, form: RunForm | None = None) -> HttpResponse:
    assert isinstance(request.user, User)
    context = {
        **_runs(provider),
        "provider": provider,
        "connection": Connection.objects.filter(provider=provider).first(),
        "groups": {name: list(checks) for name, checks in GROUPS.items()},
        "checks": len(CHECKS),
        "form": form or RunForm(),
        "engineer": is_engineer(desk_of(request.user), provider),
    }
    return render(request, "inbox/conformance.html", context, status=422 if form else 200)
