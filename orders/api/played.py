"""Examples that were played: what the APIs were asked and answered in the story of tests/played.py."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from drf_spectacular.utils import OpenApiExample

FILE = Path(__file__).with_name("played.json")


@cache
def _all() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return kept


def examples(operation_id: str) -> list[OpenApiExample]:
    """Those of one operation; none where it was not played."""
    told = _all().get(operation_id)
    if told is None:
        return []
    answer = OpenApiExample("Answer", value=told["answer"], response_only=True, status_codes=[told["status"]])
    return [OpenApiExample("Request", value=told["body"], request_only=True), answer] if "body" in told else [answer]
