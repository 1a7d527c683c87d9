"""The report of an exercise as files: one page that stands alone, and the same as JSON."""

import json
import shlex
from collections import Counter
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from orders.evidence.reports import plots
from orders.evidence.reports import sheet as lawful
from orders.evidence.reports.files import STYLE
from perci.exercise.report import asked, causes, charts, figures, sheet
from perci.exercise.report.played import Played, load
from perci.exercise.scenario import changing, reading
from perci.exercise.scenario.expecting import Judged, bound, said

PAGE, DATA = "report.html", "report.json"
FORMAT = 1
SHOWN = 200  # passed limits that the page lists; all of them are in the JSON


def write(directory: Path) -> dict[str, Any]:
    """Write both into `directory`, which holds an exercise, and whose database is that of this process."""
    played = load(directory)
    data = as_json(played)
    (directory / DATA).write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (directory / PAGE).write_text(as_html(played, data), encoding="utf-8")
    return data


def as_json(played: Played) -> dict[str, Any]:
    """All that the page says, as data. `figures` are of the whole, and of each entry of the scenario."""
    scenario, judged = played.scenario, sheet.judged(played)
    speed = next((figure for figure in sheet.report(played).figures if figure.id == "speed.p50"), None)
    curve = plots.curve(speed) if speed else None
    return {
        "format": FORMAT,
        "scenario": played.run["name"],
        "title": scenario.title,
        "about": scenario.about,
        "run": dict(played.run),
        "rules": dict(scenario.rules),
        "figures": figures.of(played, {}),
        "by_provider": {one.code: figures.of(played, {"provider": one.code}) for one in scenario.providers},
        "by_stream": {one.name: figures.of(played, {"stream": one.name}) for one in scenario.streams},
        "by_home": {home: figures.of(played, {"home": home}) for home in _homes(played)},
        "expectations": [_expectation(one) for one in judged],
        "met": all(one.met is not False for one in judged),
        "judged": all(one.met is not None for one in judged),
        "curve": [list(step) for step in curve.steps] if curve else [],
        "by_hour_of_day": [[one.label, *one.counts] for one in sheet.by_hour_of_day(played)],
        "over_time": [[one.label, *one.counts] for one in sheet.over_time(played)],
        "passed": [_passed(one) for one in causes.passed(played)],
    }


def _homes(played: Played) -> list[str]:
    return sorted({order.home for order in played.orders} - {""})


def _expectation(judged: Judged) -> dict[str, Any]:
    expected = judged.expectation
    return {
        "that": expected.that,
        "article": expected.article,
        "figure": expected.figure,
        "of": dict(expected.of),
        "bound": bound(expected),
        "got": judged.got,
        "said": said(expected.figure, judged.got),
        "met": judged.met,
    }


def _passed(one: causes.Passed) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "item": one.item,
        "provider": one.provider,
        "began_at": f"{one.began_at:%Y-%m-%dT%H:%M:%SZ}",
        "due_at": f"{one.due_at:%Y-%m-%dT%H:%M:%SZ}",
        "cause": one.cause,
    }


def as_html(played: Played, data: dict[str, Any]) -> str:
    """The page; its style inside, no script, nothing fetched."""
    report, hours = sheet.report(played), sheet.by_hour_of_day(played)
    by_cause = Counter(one["cause"] for one in data["passed"])
    context = {
        "css": STYLE.read_text(encoding="utf-8"),
        "played": played,
        "report": report,
        "data": data,
        "run": played.run,
        "tiles": lawful.tiles(report),
        "blocks": lawful.blocks(report),
        "hours": hours,
        "hours_plot": charts.bars(hours, "Items by the hour of the day in which their hour began"),
        "time_plot": charts.bars(sheet.over_time(played), "Items by when their order was issued"),
        "kinds": charts.KINDS,
        "causes": sorted(by_cause.items(), key=lambda pair: (-pair[1], pair[0])),
        "shown": data["passed"][:SHOWN],
        "streams": [(one, data["by_stream"][one.name]) for one in asked.streams(played)],
        "events": list(asked.events(played)),
        "forgeries": [one["believed"] for one in played.run["forgeries"]],
        "refused": played.run["not_open"],
        "percent": round(100 * played.run["share"], 2),
        "command": _command(played),
    }
    return render_to_string("exercise/report.html", context)


def _command(played: Played) -> str:
    """What plays the same again: a scenario that ships by its name, any other from a file of that name."""
    run, changes = played.run, [changing.split(one) for one in played.run["changed"]]
    known = reading.SHIPPED / f"{run['name']}.yaml"
    shipped = known.is_file() and reading.read(known, changes=changes).text == played.scenario.text
    words = [run["name"]] if shipped else [f"{run['name']}.yaml"]
    for one in run["changed"] if shipped else ():
        words += ["--set", one]
    words += ["--seed", str(run["seed"]), *(("--share", str(run["share"])) if run["share"] != 1 else ())]
    return f"manage.py exercise run {shlex.join(words)} --out DIRECTORY"
