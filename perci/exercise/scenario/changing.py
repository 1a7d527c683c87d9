"""One value of a scenario set to another: what a what-if is made of."""

from pathlib import Path

import yaml

from perci.exercise.scenario.source import Mistaken, load


def changed(path: Path, place: str, value: str) -> str:
    """The text of the scenario in `path` with `place` set to `value`; places of a list count from 1.

    `place` leads through keys, as providers.on-call.desk.on_call or orders.1.count; its last key may be new. Raises
    Mistaken where it leads nowhere. Whether the value makes sense there is seen when the text is read.
    """
    source = load(path)
    *way, last = place.split(".")
    inside = source.content
    for step in way:
        inside = _into(inside, step, place, path)
    if isinstance(inside, list):
        _into(inside, last, place, path)
        inside[int(last) - 1] = value
    elif isinstance(inside, dict) and not isinstance(inside.get(last), (dict, list)):
        inside[last] = value
    else:
        raise Mistaken([f"{path.name}: {place} is more than one value: name what is inside of it."])
    return str(yaml.safe_dump(source.content, sort_keys=False, allow_unicode=True, width=120))


def _into(inside: object, step: str, place: str, path: Path) -> object:
    if isinstance(inside, dict) and step in inside:
        return inside[step]
    if isinstance(inside, list) and step.isdecimal() and 0 < int(step) <= len(inside):
        return inside[int(step) - 1]
    known = ", ".join(inside) if isinstance(inside, dict) else f"1 to {len(inside)}" if isinstance(inside, list) else ""
    raise Mistaken(
        [f"{path.name}: {place} leads nowhere at {step!r}: {f'use {known}' if known else 'it ends before'}."]
    )
