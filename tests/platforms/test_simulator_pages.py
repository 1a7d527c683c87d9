"""The pages of simulated platforms, and what an endpoint answers on a bad day."""

import pytest

from platforms.simulator import faults, pages
from platforms.simulator.behaviours.traits import Fault, Traits
from tests.factories import T0
from tests.platforms.simulated import platform

pytestmark = pytest.mark.django_db
URL = "https://hosting-nl.example/v/1?part=2"
PAGE = "/simulator/hosting-nl/pages/v/1?part=2"


@pytest.mark.parametrize("status", [404, 410, 451])
def test_a_page_is_there_then_gone_then_back(client, status):
    player = platform(gone_status=status)
    there = client.get(PAGE)
    assert (there.status_code, "Synthetic content" in there.content.decode()) == (200, True)
    pages.take_down(player, URL, at=T0)
    assert client.get(PAGE).status_code == status
    assert client.get("/simulator/hosting-nl/pages/v/1").status_code == 200  # another address, another page
    pages.put_back(player, URL)
    assert client.get(PAGE).content == there.content


def test_what_is_down_already_stays_down_since_when_it_was(client):
    player = platform()
    assert [pages.take_down(player, URL, at=at) for at in (T0, T0.replace(hour=5))] == [T0, T0]


def test_an_upload_of_removed_content_shows_the_same_under_another_address(client):
    player = platform()
    before = client.get(PAGE).content
    pages.take_down(player, URL, at=T0)
    pages.upload_again(player, URL)
    assert client.get(f"{PAGE}-again").content == before
    assert client.get("/simulator/hosting-nl/pages/v/2").content != before


def test_letters_beyond_ascii_name_one_page_however_they_are_written(client):
    pages.take_down(platform(), "https://hosting-nl.example/v/%C3%A4%20b", at=T0)
    assert client.get("/simulator/hosting-nl/pages/v/ä b").status_code == 410


def test_each_page_belongs_to_its_platform_and_is_only_read(client):
    pages.take_down(platform(), URL, at=T0)
    platform(code="other")
    assert client.get(PAGE.replace("hosting-nl", "other")).status_code == 200
    assert client.get(PAGE.replace("hosting-nl", "nobody")).status_code == 404
    assert client.post(PAGE).status_code == 405


@pytest.mark.parametrize(
    ("traits", "tries"),
    [
        (Traits(), [None, None, None]),
        (Traits(faults=(Fault.HALF, Fault.FAILED)), [Fault.HALF, Fault.FAILED, None]),
        (Traits(faults=(Fault.HALF, Fault.FAILED), faulty_for_ever=True), [Fault.HALF, Fault.FAILED, Fault.FAILED]),
    ],
)
def test_the_first_tries_fail_as_the_traits_say(traits, tries):
    assert [faults.of_try(number, traits) for number in (1, 2, 3)] == tries
