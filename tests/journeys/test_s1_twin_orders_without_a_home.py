"""S-1: two orders of a Spanish authority on one night, to providers without a home in the Union, both within the hour.

Case 12: no establishment and no legal representative, so there is nobody to copy the orders to and no scrutiny.
"""

import pytest

from orders.models import CompetentAuthority
from tests import factories
from tests.journeys.scene import MINUTE, told

NIGHT = {"emergency": True, "emergency_reason": "It spreads fast: 12 hours of prior information would be too late."}
OFFICERS = ("diego.drafter", "alba.approver")


@pytest.fixture
def centre():
    centre = CompetentAuthority.objects.get(code="es-centre")
    for name in OFFICERS:
        factories.officer(name, centre)
    for code in ("document-channel", "film-archive"):
        factories.provider(code, home="")
    return centre


def test_both_are_removed_within_the_hour_and_nobody_else_gets_a_copy(scene, centre):
    channel = scene.issue("document-channel", by=OFFICERS, **NIGHT)
    archive = scene.issue("film-archive", by=OFFICERS, **NIGHT)
    for code, reference, minutes in (("document-channel", channel, 12), ("film-archive", archive, 19)):
        scene.read(code, reference)
        scene.after(minutes * MINUTE)
        scene.remove(code, reference, ago=MINUTE)
    for reference in (channel, archive):
        (hour,) = scene.clocks(reference, "C2", by=OFFICERS[0])
        assert hour["verdict"] == "within_hour"
        assert told(reference, "order.issued") != []
        assert told(reference, "order.copied") == []
        assert {clock["code"] for clock in scene.clocks(reference, by=OFFICERS[0])}.isdisjoint({"C7", "C9", "C10a"})


def test_nobody_scrutinises_them(scene, centre):
    reference = scene.issue("film-archive", by=OFFICERS, **NIGHT)
    scene.read("film-archive", reference)
    answer = scene.platform("film-archive").post(
        f"/api/platforms/v1/orders/{reference}/scrutiny-requests", {"reasons": "It is history."}
    )
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (422, "not-cross-border")
