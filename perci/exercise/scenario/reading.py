"""From YAML to a scenario; every mistake is told at once, each with its line, before anything runs."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from perci.exercise.scenario import building, changing, checking
from perci.exercise.scenario.model import Scenario
from perci.exercise.scenario.schema import SCENARIO
from perci.exercise.scenario.source import Mistaken, Source, Where, load

KINDS = {"object": "a mapping of keys to values", "array": "a list", "string": "a text"}
SHIPPED = Path(__file__).parent.parent / "scenarios"


def shipped() -> list[Path]:
    """The scenarios that come with the software, by name."""
    return sorted(SHIPPED.glob("*.yaml"))


@cache
def shipped_scenarios() -> list[Scenario]:
    """The same, read; they do not change while a process runs."""
    return [read(path) for path in shipped()]


def find(name: str) -> Path:
    """A file, or a shipped scenario by its name. Raises Mistaken."""
    if Path(name).is_file():
        return Path(name)
    if (known := SHIPPED / f"{name}.yaml").is_file():
        return known
    names = ", ".join(path.stem for path in shipped())
    raise Mistaken([f"There is no scenario {name!r}: name a file, or one of {names}."])


def read(path: Path, *, changes: Sequence[tuple[str, str]] = ()) -> Scenario:
    """The scenario in `path`, checked. Raises Mistaken with every mistake that was found.

    `changes` sets places to other values first (`changing`); a mistake in one of those has the line around it.
    """
    source = load(path)
    for place, value in changes:
        changing.change(source, place, value)
    _refuse(list(_shape(source)))
    mistakes: list[str] = []
    page = building.Page(source, (), mistakes)
    text = changing.text(source) if changes else path.read_text(encoding="utf-8")
    scenario = building.scenario(page, name=path.stem, text=text)
    _refuse(mistakes or list(checking.mistakes(scenario, source)))
    return scenario


def _refuse(mistakes: list[str]) -> None:
    if mistakes:
        raise Mistaken(mistakes)


def _shape(source: Source) -> Iterator[str]:
    """What the schema says against it, in words."""
    checker = jsonschema.Draft202012Validator(SCENARIO)
    for error in sorted(checker.iter_errors(source.content), key=lambda error: source.lines.get(_place(error), 0)):
        yield source.at(_place(error), SENTENCES.get(str(error.validator), _as_told)(error))


def _place(error: Any) -> Where:
    where = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        return (*where, _unknown(error)[0])
    return where


def _unknown(error: Any) -> list[str]:
    return [name for name in error.instance if name not in error.schema["properties"]]


def _as_told(error: Any) -> str:
    return f"{error.message}."


SENTENCES: dict[str, Callable[[Any], str]] = {
    "additionalProperties": lambda error: f"nothing is known of this: use {', '.join(error.schema['properties'])}.",
    "required": lambda error: f"{error.message.split(' ')[0]} is missing.",
    "type": lambda error: f"this is to be {KINDS[error.validator_value]}.",
    "pattern": lambda error: f"{error.instance!r} is no code: small letters, digits and hyphens.",
    "anyOf": lambda error: "this is to be a code, or codes with their weights.",
    "minLength": lambda error: "this is empty.",
    "minItems": lambda error: "this is empty.",
    "minProperties": lambda error: "this is empty.",
}
