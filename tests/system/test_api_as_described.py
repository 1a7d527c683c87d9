"""All APIs, asked at random what the OpenAPI document allows and forbids: no fault, no untold answer.

Each operation is asked by a party that may call it, half of the time about an order that there is.
"""

from urllib.parse import urlencode

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from orders import clock
from orders.regulation.regions import OfficerRole
from platforms import addresses
from tests import api, factories
from tests.described import document

pytestmark = pytest.mark.django_db
CASES = 15  # per operation
SCHEMA = schemathesis.openapi.from_dict(document())
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}


@pytest.fixture
def order():
    factories.authority("nl-home", "NL", scrutinises=True)
    return factories.received(at=clock.now())


@pytest.fixture
def callers(order):
    """Who may call what: the token for each part of the addresses."""
    roles = (OfficerRole.DRAFTER, OfficerRole.APPROVER, OfficerRole.SCRUTINEER)
    bert = factories.officer("bert", order.issuing_authority, *roles)
    machine = api.platform(order.provider)
    return {api.P: machine, api.S: machine, api.L: machine, api.A: api.officer(bert.person, order.issuing_authority)}


@pytest.mark.exhaustive
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_fault_and_no_answer_that_is_not_described(label, order, callers, monkeypatch):
    monkeypatch.setattr(addresses, "_looked_up", lambda host: ["192.0.2.1"])  # nothing is asked of the DNS
    operation = OPERATIONS[label]
    cases = operation.as_strategy()
    if operation.body or operation.query:
        cases |= operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    caller = next(caller for part, caller in callers.items() if operation.path.startswith(part))

    @settings(max_examples=CASES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=cases, known=st.booleans())
    def ask(case, known):
        if known and "reference" in case.path_parameters:
            case.path_parameters["reference"] = order.reference
        with transaction.atomic():
            answer = sent(case, caller)  # which is held against the document
            transaction.set_rollback(True)
        assert answer.status_code not in (405, 500)

    ask()


def sent(case, caller):
    """The answer to a generated case, with the token of `caller`."""
    address = f"{case.formatted_path}?{urlencode(case.query or {}, doseq=True)}"
    headers = {name: value for name, value in (case.headers or {}).items() if name != "Authorization"}
    body = b"" if isinstance(case.body, NotSet) else case.body
    return caller.send(case.method, address, body, **headers)
