"""The yearly reports in the portal: a page, the rows behind each figure, and the same as a file."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from orders import clock
from orders.acts.refusals import Invalid
from orders.evidence.reports import KINDS, Report, build, sheet, spans
from orders.evidence.reports.figures import SECONDS, SHARE
from orders.evidence.reports.files import FORMATS, written
from orders.evidence.reports.readers import open_to
from orders.portal.access import Desk, officer_page

PAGE = 200


class Choice(NamedTuple):
    """One report that somebody may read: `value` is KIND, or KIND:PARTY."""

    value: str
    label: str


@require_safe
@officer_page
def reports(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The report that was asked for, else the first that this person may read."""
    choices = _choices(desk)
    asked = {name: request.GET.get(name, "") for name in ("about", "year", "from", "to")}
    about = asked["about"] or (choices[0].value if choices else "")
    context: dict[str, Any] = {
        "choices": choices, "about": about, "since": asked["from"], "until": asked["to"],
        "year": asked["year"] or ("" if asked["from"] or asked["to"] else clock.now().year),
    }  # fmt: skip
    if not choices:
        return render(request, "reports/page.html", {**context, "refusal": "There is no report for your party."})
    try:
        report = _report(request, choices, about)
    except Invalid as refusal:
        return render(request, "reports/page.html", {**context, "refusal": refusal.detail}, status=422)
    return render(request, "reports/page.html", {**context, **shown(report), **_addresses(report)})


@require_safe
@officer_page
def figure(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The very orders, items and ledger entries that one figure counts."""
    report = _asked(request, desk)
    found = report.figure(request.GET.get("figure", ""))
    if found is None:
        raise Http404("There is no such figure in this report.")
    rows, page = found.behind or (), _page(request)
    part = rows[PAGE * (page - 1) : PAGE * page]
    addresses = _addresses(report)
    context = {
        "report": report, "figure": found, "text": sheet.text(found), "rows": part, "count": len(rows),
        "first": PAGE * (page - 1) + 1, "last": PAGE * (page - 1) + len(part), "before": page - 1,
        "after": page + 1 if PAGE * page < len(rows) else 0, "timed": found.unit == SECONDS,
        "share": found.unit == SHARE, "here": f"{addresses['rows_at']}&{urlencode({'figure': found.id})}", **addresses,
    }  # fmt: skip
    return render(request, "reports/figure.html", context)


@require_safe
@officer_page
def file(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The report as a file: CSV, JSON, HTML or PDF."""
    report, form = _asked(request, desk), request.GET.get("format", "")
    if form not in FORMATS:
        raise Http404(f"There is no format {form!r}: use {', '.join(FORMATS)}.")
    answer = HttpResponse(written(report, form), content_type=FORMATS[form])
    answer["Content-Disposition"] = f'attachment; filename="{report.name}.{form}"'
    return answer


def shown(report: Report) -> dict[str, Any]:
    """What the part of a page that shows a report needs."""
    return {
        "report": report,
        "kind": KINDS[report.kind],
        "tiles": sheet.tiles(report),
        "blocks": sheet.blocks(report),
    }


def _asked(request: HttpRequest, desk: Desk) -> Report:
    try:
        return _report(request, _choices(desk), request.GET.get("about", ""))
    except Invalid as refusal:
        raise Http404(refusal.detail) from None


def _report(request: HttpRequest, choices: list[Choice], about: str) -> Report:
    """Raises Http404 for a report that is not among `choices`, as for one that there is not, and `Invalid`."""
    if about not in {choice.value for choice in choices}:
        raise Http404("There is no such report here.")
    kind, _, party = about.partition(":")
    now, asked = clock.now(), request.GET
    span = spans.chosen(year=asked.get("year", ""), since=asked.get("from", ""), until=asked.get("to", ""), now=now)
    return build(kind, party, span, as_of=now)


def _choices(desk: Desk) -> list[Choice]:
    """Whoever reads all, every report; officers those of their authorities."""
    if not desk.reads_all:
        names = {kind: dict(KINDS[kind].parties()) for kind in KINDS}
        own = {pair: None for authority in desk.authorities for pair in open_to(authority)}
        return [_choice(kind, party, names[kind][party]) for kind, party in own if party in names[kind]]
    found = []
    for kind in KINDS.values():
        found.append(_choice(kind.code, "", kind.everybody))
        found += [_choice(kind.code, party, name) for party, name in kind.parties()]
    return found


def _choice(kind: str, party: str, name: str) -> Choice:
    return Choice(f"{kind}:{party}" if party else kind, f"{KINDS[kind].law}: {name}")


def _addresses(report: Report) -> dict[str, str]:
    about = f"{report.kind}:{report.party}" if report.party else report.kind
    span = {"from": f"{report.span.since:%Y-%m-%d}", "to": f"{report.span.until:%Y-%m-%d}"}
    asked = urlencode({"about": about, **({"year": report.span.year} if report.span.year else span)})
    names = {"report_at": "reports", "rows_at": "figure", "file_at": "report-file"}
    return {key: f"{reverse(f'portal:{name}')}?{asked}" for key, name in names.items()}


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 7 else 1
