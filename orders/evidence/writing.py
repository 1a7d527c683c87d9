"""How a value is written: one JSON value, and from it one CSV cell that no spreadsheet takes for a formula."""

import json
from datetime import timedelta
from typing import Any

from orders import canonical

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet program reads as the beginning of a formula
MICROSECOND = timedelta(microseconds=1)


def json_value(raw: object) -> Any:
    """`raw` as JSON has it: durations in seconds, exact to the microsecond; empty text is unknown, so null."""
    if isinstance(raw, timedelta):
        whole, rest = divmod(raw // MICROSECOND, 1_000_000)
        return whole if not rest else (raw // MICROSECOND) / 1_000_000
    return None if raw == "" else canonical.plain(raw)


def json_line(names: list[str], values: list[Any]) -> str:
    """One row of JSON lines, its members in the order of the columns."""
    return json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False, separators=(",", ":")) + "\n"


def cell(value: Any) -> str:
    """One CSV cell of a value made by `json_value`: empty for null, lists joined by ';', objects as canonical JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0")
    if isinstance(value, list):
        return ";".join(cell(member) for member in value)
    return canonical.json_bytes(value).decode() if isinstance(value, dict) else str(value)


def is_formula(value: Any, text: str) -> bool:
    """Whether a spreadsheet would read `text`, the cell of `value`, as a formula. A number such as -5 is none."""
    return not isinstance(value, int | float) and text.startswith(FORMULA)
