"""Before or after the order had come: proof first, then what the provider states, then our own tries."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.regulation import receipts
from orders.regulation.receipts import Reached
from orders.regulation.regions import Measure, ReceiptBasis

ISSUED = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
MINUTE, TICK = timedelta(minutes=1), timedelta(microseconds=1)
TOLERANCE = 2 * MINUTE
PROVEN = ISSUED + 30 * MINUTE


def reached(stated=None, tried=None):
    at = [ISSUED + minutes * MINUTE if minutes is not None else None for minutes in (stated, tried)]
    return Reached(PROVEN, ISSUED, *at)


@pytest.mark.parametrize(
    ("stated", "tried", "taken_at", "shown"),
    [
        (None, None, PROVEN - TOLERANCE, ReceiptBasis.PROVEN),
        (None, None, PROVEN - TOLERANCE - TICK, None),
        (5, None, ISSUED + 5 * MINUTE, ReceiptBasis.STATED),
        (5, None, ISSUED + 5 * MINUTE - TICK, None),
        (5, 1, ISSUED + 4 * MINUTE, None),
        (None, 10, ISSUED + 8 * MINUTE, ReceiptBasis.TRIED),
        (None, 10, ISSUED + 8 * MINUTE - TICK, None),
        (-2, None, ISSUED - 2 * MINUTE, ReceiptBasis.STATED),
        (-3, None, ISSUED + 5 * MINUTE, None),
        (-3, 1, ISSUED + 5 * MINUTE, ReceiptBasis.TRIED),
        (40, None, PROVEN, ReceiptBasis.PROVEN),
    ],
    ids=[
        "proven, as far as clocks may differ",
        "before proof, and nothing else is known",
        "at the stated receipt",
        "before the stated receipt",
        "before the stated receipt, whatever was tried",
        "after a try, as far as clocks may differ",
        "before the first try",
        "stated at the issue, as far as clocks may differ",
        "a receipt before the issue is not believed",
        "nor does it hide a try",
        "proof comes first",
    ],
)
def test_what_shows_that_the_order_had_come(stated, tried, taken_at, shown):
    assert receipts.basis(reached(stated, tried), taken_at=taken_at, tolerance=TOLERANCE) == shown


@pytest.mark.parametrize("box", [Measure.REMOVED, Measure.DISABLED_IN_ALL_MEMBER_STATES])
@pytest.mark.parametrize(("stated", "kept"), [(5, True), (7, False), (None, False)])
def test_a_measure_before_proof_is_one_under_the_order_where_it_had_come(box, stated, kept):
    measure = receipts.measure(box, reached(stated), taken_at=ISSUED + 6 * MINUTE, tolerance=TOLERANCE)
    assert measure == (box if kept else Measure.ALREADY_UNAVAILABLE)


@pytest.mark.parametrize(
    ("stated", "tried", "taken_at", "measure"),
    [
        (None, None, PROVEN + TOLERANCE, Measure.ALREADY_UNAVAILABLE),
        (None, None, PROVEN + TOLERANCE + TICK, Measure.REMOVED),
        (5, None, ISSUED + 5 * MINUTE + TOLERANCE, Measure.ALREADY_UNAVAILABLE),
        (5, None, ISSUED + 5 * MINUTE + TOLERANCE + TICK, Measure.REMOVED),
        (-3, None, ISSUED + 20 * MINUTE, Measure.ALREADY_UNAVAILABLE),
        (None, 10, ISSUED + 10 * MINUTE + TOLERANCE, Measure.ALREADY_UNAVAILABLE),
        (None, 10, ISSUED + 10 * MINUTE + TOLERANCE + TICK, Measure.REMOVED),
        (-3, 10, ISSUED + 20 * MINUTE, Measure.REMOVED),
        (25, 10, ISSUED + 20 * MINUTE, Measure.ALREADY_UNAVAILABLE),
    ],
    ids=[
        "about at proof", "after proof", "about at the stated receipt", "after the stated receipt", "not believed",
        "about at an answered try", "after an answered try", "what is not believed hides no try",
        "what is stated comes before a try",
    ],
)  # fmt: skip
def test_case_18_what_was_still_there_when_the_order_had_come_was_not_already_gone(stated, tried, taken_at, measure):
    """Case 18: the time decides, whatever box was chosen."""
    box, known = Measure.ALREADY_UNAVAILABLE, reached(stated, tried)
    assert receipts.measure(box, known, taken_at=taken_at, tolerance=TOLERANCE) == measure
    if measure is Measure.REMOVED:
        assert receipts.basis(known, taken_at=taken_at, tolerance=TOLERANCE)
