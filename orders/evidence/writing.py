"""How a value is written: one JSON value, and from it one CSV cell that no spreadsheet takes for a formula."""

import json
from datetime import timedelta
from typing import Any

from orders import canonical

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet program reads as the beginning of a formula
MICROSECOND = timedelta(microseconds=1)
_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
sorted_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def json_value(raw: object) -> Any:
    """`raw` as JSON has it: durations in seconds, exact to the microsecond; empty text is unknown, so null."""
    if isinstance(raw, timedelta):
        whole, rest = divmod(raw // MICROSECOND, 1_000_000)
        return whole if not rest else (raw // MICROSECOND) / 1_000_000
    if isinstance(raw, dict):  # from a JSON column, and so plain; the two databases give its keys in different orders
        return json.loads(sorted_text(raw))
    return None if raw is None or raw == "" else canonical.plain(raw)


def json_line(names: list[str], values: list[Any]) -> str:
    """One row of JSON lines, its members in the order of the columns."""
    return _text(dict(zip(names, values, strict=True))) + "\n"


def cell(value: Any) -> str:
    """One CSV cell of a value made by `json_value`: empty for null, lists joined by ';', objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return ";".join(cell(member) for member in value)
    return sorted_text(value) if isinstance(value, dict) else str(value)


def is_formula(value: Any, text: str) -> bool:
    """Whether a spreadsheet would read `text`, the cell of `value`, as a formula. A number such as -5 is none."""
    return text.startswith(FORMULA) and not isinstance(value, int | float)
