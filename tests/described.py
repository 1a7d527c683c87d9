"""Every answer that a test gets from the APIs is held against the OpenAPI document."""

import json
import re
from functools import cache
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

UNDESCRIBED = {405, 500}  # another method and a fault of ours may happen on any address


@cache
def document() -> dict[str, Any]:
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))


@cache
def addresses() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """The described addresses as patterns, the plainest first."""
    paths = sorted(document()["paths"].items(), key=lambda path: path[0].count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operations) for path, operations in paths]


@cache
def validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": document()["components"]})


def check(answer: HttpResponse) -> None:
    """Fail unless status, media type and body of `answer` are described."""
    request = answer.wsgi_request
    found = next((operations for path, operations in addresses() if path.fullmatch(request.path)), None)
    if found is None or answer.status_code in UNDESCRIBED:
        return
    described = found[request.method.lower()]["responses"]
    told = described[str(answer.status_code)]
    if answer.status_code == HTTPStatus.NO_CONTENT:
        assert (answer.content, "content" in told) == (b"", False)
        return
    content = told["content"][answer["Content-Type"]]
    if content["schema"].get("format") == "binary":
        return
    said = answer.json() if "json" in answer["Content-Type"] else answer.content.decode()
    validator(json.dumps(content["schema"])).validate(said)
