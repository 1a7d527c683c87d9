"""The yearly reports, for whoever may read them: every figure, and the rows behind one of them."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders import clock
from orders.api.base import READ, AuthorityView
from orders.api.described import described
from orders.api.fields import Instant
from orders.evidence.reports import KINDS, Report, build, forms, spans
from orders.evidence.reports.readers import open_to

KIND = OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=list(KINDS), description="7, 8, 21(1), or the KPIs")
FIGURE = OpenApiParameter("figure", str, OpenApiParameter.PATH, description="its id in the report, such as speed.items")
ASKED = [
    OpenApiParameter("party", str, description="a provider (7), an authority (8), a Member State (21); all without it"),
    OpenApiParameter("year", str, description="a calendar year in UTC; the present one"),
    OpenApiParameter("from", str, description="instead of a year: from this day"),
    OpenApiParameter("to", str, description="until this day, excluded"),
]


class FigureBody(serializers.Serializer[Any]):
    """One figure of a report. Unknown is null, never 0."""

    figure = serializers.CharField(help_text="its id in the report")
    label = serializers.CharField()  # type: ignore[assignment]
    law = serializers.CharField()
    kpi = serializers.CharField(allow_null=True, help_text="indicator of SWD(2024) 36")
    unit = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    taken_from = serializers.IntegerField(allow_null=True, help_text="how many rows a share or a length is taken from")
    not_known_because = serializers.CharField(allow_null=True)
    counts = serializers.CharField(allow_null=True, help_text="what is counted, in words")


class SectionBody(serializers.Serializer[Any]):
    """Figures that belong together."""

    section = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    adds_up_to = serializers.CharField(allow_null=True, help_text="the figure that the others are the parts of")
    figures = FigureBody(many=True)


class ReportBody(serializers.Serializer[Any]):
    """A report as the record stands at `as_of`."""

    report = serializers.CharField()
    title = serializers.CharField()
    law = serializers.CharField()
    party = serializers.CharField(allow_null=True)
    party_name = serializers.CharField()
    as_of = Instant()
    simulated = serializers.BooleanField()
    notes = serializers.ListField(child=serializers.CharField())
    sections = SectionBody(many=True)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": Instant(), "to": Instant(help_text="excluded")}


class BehindBody(serializers.Serializer[Any]):
    """One order, item, hour or ledger entry behind a figure."""

    reference = serializers.CharField()
    item = serializers.IntegerField(allow_null=True)
    entry = serializers.IntegerField(allow_null=True, help_text="number of the ledger entry that shows it")
    at = Instant(allow_null=True)
    says = serializers.CharField()
    hit = serializers.BooleanField(help_text="whether it is in the numerator of a share")
    seconds = serializers.FloatField(allow_null=True, help_text="legal seconds from receipt to the measure")


class OpenedFigureBody(FigureBody):
    """A figure with the very rows that it counts; `behind` is null where its value is not known."""

    behind = BehindBody(many=True, allow_null=True)


class ReportView(AuthorityView):
    """A call about a report that is open to the caller."""

    scopes = {"GET": (READ,)}

    def report(self, request: Request, kind: str) -> Report:
        """The report asked for. Raises NotFound for one that is not open to the caller, and `Invalid`."""
        asked = {name: request.query_params.get(name, "") for name in ("party", "year", "from", "to")}
        if kind not in KINDS or not (self.of_europol or (kind, asked["party"]) in open_to(self.authority)):
            raise NotFound(f"{self.caller} has no such report.")
        now = clock.now()
        span = spans.chosen(year=asked["year"], since=asked["from"], until=asked["to"], now=now)
        return build(kind, asked["party"], span, as_of=now)


class YearlyReport(ReportView):
    @described("read_report", ok=ReportBody, parameters=[KIND, *ASKED], problems=["validation"])
    def get(self, request: Request, kind: str) -> Response:
        """Every figure of a report: an authority its own, Europol any. A figure is opened by its id."""
        data = forms.as_data(self.report(request, kind))
        for section in data["sections"]:
            for figure in section["figures"]:
                del figure["behind"]
        return Response(data)


class ReportFigure(ReportView):
    @described("open_figure", ok=OpenedFigureBody, parameters=[KIND, FIGURE, *ASKED], problems=["validation"])
    def get(self, request: Request, kind: str, figure: str) -> Response:
        """The very orders, items and ledger entries that one figure counts."""
        found = self.report(request, kind).figure(figure)
        if found is None:
            raise NotFound(f"There is no figure {figure!r} in this report.")
        return Response(forms.figure_data(found))
