"""What somebody wants played."""

import re
import tempfile
from pathlib import Path
from typing import Any, Self

from django import forms

from perci.console.shelf import TEXT, Kept
from perci.exercise.scenario import reading
from perci.exercise.scenario.model import Scenario
from perci.exercise.scenario.source import Mistaken


class ExerciseForm(forms.Form):
    """A scenario as text, checked as it is read; `scenario` is what it says."""

    name = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]*$",
        max_length=40,
        label="Name",
        help_text="of the scenario: small letters, digits, hyphens",
        error_messages={"invalid": "A name is made of small letters, digits and hyphens, such as my-outage."},
    )
    seed = forms.IntegerField(
        min_value=0, max_value=2**31, label="Seed", help_text="the same seed gives the same bytes"
    )
    share = forms.FloatField(
        min_value=0.1, max_value=100, initial=100, label="Orders, %", help_text="less than 100 for a reduced size"
    )
    text = forms.CharField(
        max_length=200_000,
        label="Scenario",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "wrap": "off", "class": "source"}),
    )

    scenario: Scenario

    @classmethod
    def of(cls, name: str) -> Self:
        """The form with a shipped scenario, or empty."""
        try:
            path = reading.find(name) if name else None
        except Mistaken:
            path = None
        if path is None or path.parent != reading.SHIPPED:
            return cls()
        scenario = reading.read(path)
        initial = {"name": scenario.name, "seed": scenario.seed, "share": 100, "text": scenario.text}
        return cls(initial=initial)

    @classmethod
    def like(cls, kept: Kept) -> Self:
        """The form as it was when `kept` was asked for."""
        text = kept.file(TEXT).read_text(encoding="utf-8")
        asked = {"name": kept.asked.scenario, "seed": kept.asked.seed, "share": kept.percent, "text": text}
        return cls(initial=asked)

    def clean(self) -> dict[str, Any]:
        """Every mistake with its line."""
        told = self.cleaned_data
        if "text" in told and "name" in told:
            told["text"] = told["text"].replace("\r\n", "\n")
            with tempfile.TemporaryDirectory() as directory:
                path = Path(directory) / f"{told['name']}.yaml"
                path.write_text(told["text"], encoding="utf-8")
                try:
                    self.scenario = reading.read(path)
                except Mistaken as mistaken:
                    for mistake in mistaken.mistakes:
                        self.add_error("text", mistake + _there(mistake, told["text"]))
        return told


def _there(mistake: str, text: str) -> str:
    """What stands on the line of a mistake: a page numbers no lines."""
    named, lines = re.match(r"[^:]*:(\d+): ", mistake), text.splitlines()
    line = lines[int(named[1]) - 1].strip() if named and int(named[1]) <= len(lines) else ""
    return f" It says: {line[:100]}" if line else ""
