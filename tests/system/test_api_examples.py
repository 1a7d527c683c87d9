"""Every 2xx body in JSON and every request body of the OpenAPI document has an example, and the examples are true."""

import json
import os

import pytest
from jsonschema import Draft202012Validator

from orders.api import played as kept
from tests.described import document
from tests.played import Story, played

JSON, FORMS = "application/json", ("get", "post", "put", "patch", "delete")
OPERATIONS = {
    operation["operationId"]: operation
    for path in document()["paths"].values()
    for method, operation in path.items()
    if method in FORMS
}


def bodies(operation):
    """Where a body is described: its name, and the description."""
    for status, answer in operation["responses"].items():
        if status.startswith("2") and JSON in answer.get("content", {}):
            yield status, answer["content"][JSON]
    if "requestBody" in operation:
        yield from ((kind, body) for kind, body in operation["requestBody"]["content"].items())


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_body_has_an_example_that_is_as_its_schema_says(name):
    for where, body in bodies(OPERATIONS[name]):
        assert body.get("examples"), f"{where} of {name} has no example"
        for example in body["examples"].values():
            validator = Draft202012Validator({**body["schema"], "components": document()["components"]})
            validator.validate(example["value"])


@pytest.mark.django_db
def test_the_examples_that_were_played_are_what_the_apis_answer(time_machine, monkeypatch, settings):
    """With PERCI_WRITE_EXAMPLES=1 they are written anew; read the difference."""
    settings.PUBLIC_URL = "https://tco.example"
    told = json.loads(json.dumps(played(Story(time_machine, monkeypatch))))
    if os.environ.get("PERCI_WRITE_EXAMPLES"):
        kept.FILE.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(kept.FILE.read_text(encoding="utf-8")) == told
