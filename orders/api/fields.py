"""Members of a body that need care: instants with their offset, and bounded text."""

from datetime import UTC, datetime
from typing import Any, NoReturn

from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders import canonical
from orders.regulation.regions import Actor

YEARS = range(1970, 3000)
APPELLANTS = [Actor.PROVIDER.value, Actor.CONTENT_PROVIDER.value]


class Instant(serializers.DateTimeField):
    """RFC 3339 with an offset. What has none is refused: each reader would add their own."""

    default_error_messages = {
        "instant": "Give an instant as RFC 3339, such as 2026-11-21T01:30:05Z.",
        "offset-missing": "Say the offset: end the instant with Z or with +01:00.",
        "absurd": f"Give an instant between the years {YEARS.start} and {YEARS.stop - 1}.",
    }

    def to_internal_value(self, value: Any) -> datetime:
        try:
            # RFC 3339 is ASCII: Python takes other digits, and whatever stands after a Z, for an instant, too.
            plain = isinstance(value, str) and value.isascii() and value.isprintable()
            instant = parse_datetime(value) if plain else None
        except ValueError:
            instant = None
        if instant is None:
            self.fail("instant")
        if instant.tzinfo is None:
            self.fail("offset-missing")
        if instant.year not in YEARS:
            self.fail("absurd")
        return instant.astimezone(UTC)

    def to_representation(self, value: Any) -> str:
        return canonical.instant(value)


class Choice(serializers.ChoiceField):
    """One of a few words; whoever sends another one is told them all."""

    default_error_messages = {"invalid_choice": '"{input}" is not one of {choices}.'}

    def fail(self, key: str, **said: Any) -> NoReturn:
        super().fail(key, choices=", ".join(map(str, self.choices)), **said)


class Line(serializers.CharField):
    """Optional text of one line."""

    def __init__(self, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_blank": True, "default": "", **kwargs, "max_length": max_length})


class ItemNumber(serializers.IntegerField):
    """The number of an item within its order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "min_value": 1, "max_value": 32767})


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": APPELLANTS}]})
class AppealName(serializers.Field[Any, Any, Any, Any]):
    """An appeal by the number of its entry in the record, or all of one appellant."""

    default_error_messages = {"appeal": f"Name an appeal by the number of its entry, or {' or '.join(APPELLANTS)}."}

    def to_internal_value(self, data: Any) -> int | Actor:
        numbered = isinstance(data, int) and not isinstance(data, bool) and data > 0
        if not numbered and data not in APPELLANTS:
            self.fail("appeal")
        return data if numbered else Actor(data)
