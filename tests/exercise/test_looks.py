"""What an exercise sees at a page is what the view of the simulated platform answers; where nobody is, nothing."""

from urllib.parse import urlsplit

import pytest

from orders import clock
from perci.exercise.transport import Cut, Wire
from platforms.channels import requests
from platforms.looking import Look
from platforms.simulator import pages
from tests.factories import HOUR, T0
from tests.platforms.simulated import platform

pytestmark = pytest.mark.django_db
BASE = "http://localhost:8001/simulator/hosting-nl/pages"
ADDRESSES = [f"{BASE}/v/1", f"{BASE}/v/1?part=2", f"{BASE}/v/a%20b", f"{BASE}/"]


@pytest.fixture
def looks():
    player = platform(gone_status=451)
    for path in ("v/1?part=2", "v/a%20b"):
        pages.take_down(player, f"https://hosting-nl.example/{path}", at=T0)
    return [Look(number, url) for number, url in enumerate(ADDRESSES)]


def test_a_look_sees_what_the_view_answers(client, looks):
    answers = [client.get(urlsplit(url)._replace(scheme="", netloc="").geturl()).status_code for url in ADDRESSES]
    assert [sight.status for sight in Wire().look(looks)] == answers == [200, 451, 451, 404]


def test_nothing_is_seen_where_a_platform_cannot_be_reached(looks):
    wire = Wire()
    wire.cuts["hosting-nl"] = Cut(requests.UNREACHABLE, clock.now() + HOUR)
    assert {sight.status for sight in wire.look(looks[:3])} == {None}
