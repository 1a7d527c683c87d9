"""A report as CSV and as JSON. Unknown is empty or null, never 0."""

import csv
import io
import json
from typing import Any

from orders import canonical
from orders.evidence import writing
from orders.evidence.reports.figures import Behind, Figure, Report

COLUMNS = (
    "report", "party", "from", "to", "as_of", "section", "figure", "label", "law", "kpi", "unit", "value", "taken_from",
    "not_known_because", "counts",
)  # fmt: skip


def as_csv(report: Report) -> str:
    """One row for each figure; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(COLUMNS)
    head = [report.kind, report.party, *_instants(report)]
    for section in report.sections:
        for figure in section.all:
            row = [*head, section.id, *cell_of(figure).values()]
            sheet.writerow([_safe(value) for value in row])
    return text.getvalue()


def _safe(value: Any) -> str:
    plain = writing.json_value(value)
    text = writing.cell(plain)
    return f"'{text}" if writing.is_formula(plain, text) else text


def cell_of(figure: Figure) -> dict[str, Any]:
    """A figure as both forms write it."""
    return {
        "figure": figure.id,
        "label": figure.label,
        "law": figure.law,
        "kpi": figure.kpi,
        "unit": figure.unit,
        "value": figure.value,
        "taken_from": figure.of,
        "not_known_because": figure.unknown,
        "counts": figure.rule,
    }


def as_data(report: Report) -> dict[str, Any]:
    """The whole report with the rows behind each figure, ready for JSON."""
    since, until, as_of = _instants(report)
    return {
        "report": report.kind,
        "title": report.title,
        "law": report.law,
        "party": report.party or None,
        "party_name": report.party_name,
        "from": since,
        "to": until,
        "as_of": as_of,
        "simulated": True,
        "notes": list(report.notes),
        "sections": [
            {
                "section": section.id,
                "title": section.title,
                "note": section.note,
                "adds_up_to": section.total.id if section.total else None,
                "figures": [figure_data(figure) for figure in section.all],
            }
            for section in report.sections
        ],
    }


def figure_data(figure: Figure) -> dict[str, Any]:
    """A figure with the rows behind it; `behind` is null where its value is not known."""
    plain = {name: writing.json_value(value) for name, value in cell_of(figure).items()}
    behind = None if figure.behind is None else [row_data(row) for row in figure.behind]
    return {**plain, "behind": behind}


def row_data(row: Behind) -> dict[str, Any]:
    """One row behind a figure."""
    return {
        "reference": row.reference,
        "item": row.item,
        "entry": row.entry,
        "at": row.at and canonical.instant(row.at),
        "says": row.says,
        "hit": row.hit,
        "seconds": row.seconds,
    }


def as_json(report: Report) -> str:
    """`as_data` as text."""
    return json.dumps(as_data(report), indent=2, ensure_ascii=False) + "\n"


def _instants(report: Report) -> tuple[str, str, str]:
    since, until, as_of = (canonical.instant(at) for at in (report.span.since, report.span.until, report.as_of))
    return since, until, as_of
