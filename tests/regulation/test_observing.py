"""Where what was seen contradicts the provider's statement: a pure function of the looks."""

from datetime import datetime, timedelta

import pytest

from orders.regulation.observing import Discrepancy, Seen, discrepancies

TAKEN = datetime.fromisoformat("2026-11-21T01:40:00+00:00")


def after(minutes):
    return TAKEN + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("looks", "found"),
    [
        ([], []),
        ([(-5, False), (1, True)], []),
        ([(1, None)], []),
        ([(0, False)], []),  # at the very instant: it was taken down right then
        ([(1, False)], [(1, None)]),
        ([(1, False), (5, False)], [(1, None)]),
        ([(1, False), (5, None)], [(1, None)]),
        ([(1, False), (5, True)], [(1, 5)]),
        ([(5, True), (1, False)], [(1, 5)]),  # in whatever order they were recorded
        ([(1, False), (5, True), (30, False)], [(1, 5), (30, None)]),
    ],
)
def test_a_discrepancy_opens_when_content_is_seen_after_its_measure_and_closes_when_it_is_seen_gone(looks, found):
    seen = [Seen(after(minutes), gone) for minutes, gone in looks]
    closed = [Discrepancy(after(start), end and after(end)) for start, end in found]
    assert discrepancies(seen, taken_at=TAKEN) == closed


def test_without_a_claim_nothing_is_contradicted():
    assert discrepancies([Seen(TAKEN, False)], taken_at=None) == []


def test_content_seen_after_its_reinstatement_contradicts_nothing():
    assert discrepancies([Seen(after(9), False)], taken_at=TAKEN, reinstated_at=after(8)) == []
