"""Whatever names an order of another provider is not found, on every address and with every method there is."""

import re

import pytest

from platforms.api.statements import STATEMENTS
from platforms.api.urls import urlpatterns
from tests import api, factories
from tests.api import P, problem_of
from tests.platforms.test_api_bad_input import CALLS
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
ABOUT_AN_ORDER = [
    (method, pattern.name, str(pattern.pattern))
    for pattern in urlpatterns
    if "<str:reference>" in str(pattern.pattern)
    for method in pattern.callback.view_class.scopes
]


def test_every_kind_of_answer_and_every_view_of_an_order_is_tried_here():
    views = {"order", "timeline", "deliveries", "documents", "document"}
    assert {name for _, name, _ in ABOUT_AN_ORDER} == {*STATEMENTS, *views}


@pytest.mark.parametrize(("method", "name", "pattern"), ABOUT_AN_ORDER)
@pytest.mark.parametrize("made", [factories.issued, factories.received, factories.drafted])
def test_an_order_of_another_provider_is_not_found_and_nothing_changes(method, name, pattern, made):
    order = made()
    stranger = api.platform(factories.provider("stranger"))
    stranger.get(f"{P}/me")
    before = everything()
    path = re.sub("<int:number>", "1", re.sub("<str:reference>", order.reference, pattern))
    _, _, body = CALLS.get(name, ("", "", {}))
    assert problem_of(stranger.send(method, f"{P}/{path}", body)) == "not-found"
    assert everything() == before
