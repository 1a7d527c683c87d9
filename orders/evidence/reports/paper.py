"""A report as PDF/A-3 (ISO 19005-3, level b), with the same report as JSON, rows and all, attached to it."""

import json
from pathlib import Path
from typing import Any

import typst

from orders.evidence.documents.glyphs import shown
from orders.evidence.reports import forms, plots, sheet
from orders.evidence.reports.building import KINDS
from orders.evidence.reports.figures import Report
from orders.evidence.reports.sheet import Block, Line

_HERE = Path(__file__).parent
MARK = "Simulator. Synthetic data. Not PERCI."


def as_pdf(report: Report) -> bytes:
    """The file, unsigned; the same report gives the same bytes. Fonts come with the library, never from the system."""
    inputs = {"report": json.dumps(_laid_out(report)), "source": forms.as_json(report), "name": f"{report.name}.json"}
    made = typst.compile(
        _HERE / "report.typ",
        root=_HERE,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["a-3b"],
        sys_inputs=inputs,
    )
    assert isinstance(made, bytes)  # one file, since it is a PDF
    return made


def _laid_out(report: Report) -> Any:
    at = report.as_of
    about = " · ".join(filter(None, (report.law, report.party_name, str(report.span), KINDS[report.kind].due)))
    said = shown(
        {
            "mark": MARK,
            "title": report.title,
            "about": about,
            "as_of": f"as of {at:%d %b %Y, %H:%M:%S} UTC",
            "notes": list(report.notes),
            "tiles": [[tile.figure.label, tile.text] for tile in sheet.tiles(report)],
            "sections": [_section(block) for block in sheet.blocks(report, printed=True)],
        }
    )
    return {**said, "made": [at.year, at.month, at.day, at.hour, at.minute, at.second]}


def _section(block: Block) -> dict[str, Any]:
    return {
        "title": block.section.title,
        "law": block.law,
        "note": block.section.note,
        "plot": block.plot,
        "caption": block.caption,
        "lines": [_line(line, block) for line in block.lines],
        "total": _line(block.total, block) if block.total else None,
        "bars": block.bars,
    }


def _line(line: Line, block: Block) -> dict[str, Any]:
    figure = line.figure
    return {
        "label": figure.label,
        "kpi": figure.kpi,
        "law": "" if block.law else figure.law,
        "why": figure.unknown,
        "text": line.text,
        "of": figure.of,
        "filled": line.filled,
        "colour": plots.TONES.get(line.tone, ""),
        "track": line.track,
        "nothing": line.nothing,
    }
