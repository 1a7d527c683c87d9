"""A report as a file, by the name of its format."""

from django.conf import settings
from django.template.loader import render_to_string

from orders.evidence.reports import forms, paper, sheet
from orders.evidence.reports.building import KINDS
from orders.evidence.reports.figures import Report

FORMATS = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
}
STYLE = settings.BASE_DIR / "perci" / "static" / "portal" / "portal.css"


def written(report: Report, form: str) -> bytes:
    """The file as bytes; `form` is one of FORMATS."""
    if form == "pdf":
        return paper.as_pdf(report)
    return {"html": as_html, "csv": forms.as_csv, "json": forms.as_json}[form](report).encode()


def as_html(report: Report) -> str:
    """One page that stands alone: its style inside, no script, and nothing fetched."""
    context = {
        "report": report, "kind": KINDS[report.kind], "tiles": sheet.tiles(report), "blocks": sheet.blocks(report),
        "css": STYLE.read_text(encoding="utf-8"),
    }  # fmt: skip
    return render_to_string("reports/alone.html", context)
