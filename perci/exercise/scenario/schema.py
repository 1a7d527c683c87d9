"""What a scenario may say, as a JSON Schema over its text; what the words mean is checked by `reading`."""

from typing import Any

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
CODE: dict[str, Any] = {"type": "string", "pattern": "^[a-z][a-z0-9-]{1,30}$"}
NAMES: dict[str, Any] = {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True}
WEIGHTS: dict[str, Any] = {
    "anyOf": [CODE, {"type": "object", "additionalProperties": TEXT, "minProperties": 1}],
}
ANYTHING: dict[str, Any] = {"type": "object"}


def _of(required: str = "", optional: str = "", **told: dict[str, Any]) -> dict[str, Any]:
    """A mapping with these keys and no others; text, unless told otherwise."""
    names = [*required.split(), *optional.split()]
    return {
        "type": "object",
        "properties": {name: told.get(name, TEXT) for name in names},
        "required": required.split(),
        "additionalProperties": False,
    }


def _by_code(one: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "propertyNames": CODE, "additionalProperties": one, "minProperties": 1}


def _list(one: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": one}


SHIFT = _of("reviewers", "days from to")
DESK = _of("shifts", "minutes spread triage automated on_call awakes answers repages time_zone", shifts=_list(SHIFT))
AUTHORITY = _of("name member_state roles", "appeal_days", roles=NAMES)
PROVIDER = _of(
    "name",
    "home represented languages time_zone count temperament traits desk channel",
    languages=NAMES,
    traits=ANYTHING,
    desk=DESK,
)
STREAM = _of(
    "name by to",
    "during arrives count per_day items first secret wrong meets again article",
    by=WEIGHTS,
    to=WEIGHTS,
)
CHANGE = _of("", "temperament traits desk", traits=ANYTHING, desk=DESK)
EVENT = _of("at what provider", "lasts count now article", now=CHANGE)
CONDUCT = _of(
    "",
    "approves emergency_hold clarifies leaves_unclear extends_secrecy withdraws withdraws_after own_initiative decides "
    "infringements informs informed content_provider_asks appeals judged annulled_by_court",
)
EXPECTATION = _of("that figure", "of at_least at_most exactly article", of=ANYTHING)
SCENARIO: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_of(
        "title about starts lasts settles authorities providers orders",
        "rules seed conduct events expectations",
        rules={"type": "object", "additionalProperties": TEXT},
        authorities=_by_code(AUTHORITY),
        providers=_by_code(PROVIDER),
        orders=_list(STREAM) | {"minItems": 1},
        conduct=CONDUCT,
        events=_list(EVENT),
        expectations=_list(EXPECTATION),
    ),
}
