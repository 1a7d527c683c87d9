"""A report for people and for build servers: one HTML page that works offline, JUnit XML, and JSON."""

import json
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any
from xml.etree import ElementTree

from django.template.loader import render_to_string

from platforms.conformance.judging import Verdict

Report = Mapping[str, Any]


def as_json(report: Report) -> bytes:
    """The report itself."""
    return json.dumps(report, indent=2, ensure_ascii=False).encode()


def as_html(report: Report, *, public_hex: str) -> bytes:
    """One page with everything in it; `public_hex` is the key that signs it, which the page names."""
    groups = [(name, list(checks)) for name, checks in groupby(report["checks"], key=itemgetter("group"))]
    look_at = [check for check in report["checks"] if check["verdict"] in (Verdict.FAILED, Verdict.WARNING)]
    context = {"report": report, "groups": groups, "look_at": look_at, "public_hex": public_hex}
    return render_to_string("conformance/report.html", context).encode()


def as_junit(report: Report) -> bytes:
    """JUnit XML: a warning has passed and says so in its output."""
    counts = report["counts"]
    suite = ElementTree.Element(
        "testsuite",
        name=f"conformance of {report['endpoint']}",
        tests=str(len(report["checks"])),
        failures=str(counts[Verdict.FAILED]),
        skipped=str(counts[Verdict.SKIPPED]),
        errors="0",
        timestamp=report["ended_at"],
    )
    for check in report["checks"]:
        _case(suite, check)
    ElementTree.indent(suite)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite)


def _case(suite: ElementTree.Element, check: Mapping[str, Any]) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=f"conformance.{check['group']}", name=check["id"])
    said = f"{check['why']} {check['do']} ({check['rule']})"
    if check["verdict"] == Verdict.FAILED:
        ElementTree.SubElement(case, "failure", message=_clean(check["why"])).text = _clean(said)
    elif check["verdict"] == Verdict.SKIPPED:
        ElementTree.SubElement(case, "skipped", message=_clean(check["why"]))
    elif check["verdict"] == Verdict.WARNING:
        ElementTree.SubElement(case, "system-out").text = _clean(f"WARNING: {said}")


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in text)
