"""Values of a scenario set to others: what a what-if is made of."""

from typing import Any

import yaml

from perci.exercise.scenario.source import Mistaken, Source

LEFT_OUT = ("conduct", "rules")  # what a scenario need not say, and then is as usual


def change(source: Source, place: str, value: str) -> None:
    """Set `place` to `value`; places of a list count from 1.

    `place` leads through keys, as providers.on-call.desk.on_call or orders.1.count; its last key may be new. Raises
    Mistaken where it leads nowhere. Whether the value makes sense there is seen when the source is read.
    """
    *way, last = place.split(".")
    inside = source.content
    if way and way[0] in LEFT_OUT and isinstance(inside, dict):
        inside.setdefault(way[0], {})
    for step in way:
        inside = _into(inside, step, place, source)
    if isinstance(inside, list):
        _into(inside, last, place, source)
        inside[int(last) - 1] = value
    elif isinstance(inside, dict) and not isinstance(inside.get(last), (dict, list)):
        inside[last] = value
    else:
        raise Mistaken([f"{source.name}: {place} is more than one value: name what is inside of it."])


def text(source: Source) -> str:
    """What the source says now, as YAML; its comments are gone."""
    return str(yaml.safe_dump(source.content, sort_keys=False, allow_unicode=True, width=120))


def split(told: str) -> tuple[str, str]:
    """A place and a value of `place=value`. Raises Mistaken."""
    place, is_so, value = told.partition("=")
    if not place or not is_so:
        raise Mistaken([f"{told!r} sets nothing: write place=value, such as orders.1.count=40."])
    return place, value


def _into(inside: Any, step: str, place: str, source: Source) -> Any:
    if isinstance(inside, dict) and step in inside:
        return inside[step]
    if isinstance(inside, list) and step.isdecimal() and 0 < int(step) <= len(inside):
        return inside[int(step) - 1]
    known = ", ".join(inside) if isinstance(inside, dict) else f"1 to {len(inside)}" if isinstance(inside, list) else ""
    there = f"use {known}" if known else "it ends before"
    raise Mistaken([f"{source.name}: {place} leads nowhere at {step!r}: {there}."])
