"""One parameter of a scenario set to several values, each an exercise of its own: the curve of one figure."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from perci.exercise.report import comparing
from perci.exercise.report.comparing import Sweep
from perci.exercise.scenario import reading
from perci.exercise.scenario.expecting import FIGURES
from perci.exercise.scenario.source import Mistaken

PAGE, DATA = "sweep.html", "sweep.json"


def check(path: Path, place: str, values: Sequence[str], figure: str, provider: str) -> None:
    """Refuse before anything runs what one of the runs would refuse. Raises Mistaken."""
    if figure not in FIGURES:
        raise Mistaken([f"There is no figure {figure!r}: use {', '.join(FIGURES)}."])
    if len(set(values)) < 2:
        raise Mistaken(["A curve has at least two different values."])
    for value in values:
        scenario = reading.read(path, changes=((place, value),))
        if provider and provider not in [one.code for one in scenario.providers]:
            raise Mistaken([f"There is no provider {provider!r} in {path.name}."])


def sweep(
    path: Path,
    place: str,
    values: Sequence[str],
    *,
    figure: str,
    provider: str,
    seed: int | None,
    share: float,
    out: Path,
    told: Callable[[str], object],
) -> Sweep:
    """Play each value, one after the other, into a directory below `out`; write the page of the curve and its data."""
    points = []
    for number, value in enumerate(values, start=1):
        told(f"{place} = {value} ({number} of {len(values)})")
        directory = out / f"{number:02}"
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "exercise", "run", str(path)]
        command += ["--set", f"{place}={value}", "--share", str(share), "--no-bundle", "--out", str(directory)]
        command += [] if seed is None else ["--seed", str(seed)]
        status = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
        if status not in (0, 1):  # 1: an expectation of the scenario is not met by this value
            raise Mistaken(
                [f"The exercise with {place} = {value} ended with {status}; what there is, is in {directory}."]
            )
        points.append((value, comparing.point(directory, figure, provider), directory.name))
    known = reading.read(path)
    found = Sweep(known.name, place, figure, provider, known.seed if seed is None else seed, points, share)
    (out / DATA).write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
    (out / PAGE).write_text(comparing.sweep_as_html(found), encoding="utf-8")
    return found
