"""What holds of the clocks of an order after every step: L1, L3, L4, and that none outlives what it is about."""

from datetime import timedelta
from itertools import pairwise

from orders import canonical
from orders.regulation import limits
from orders.regulation.regions import ENDED, OPEN, Actor, Execution, Stage
from tests.properties.picture import ONCE_DONE, Memory, Picture

HOUR = timedelta(hours=1)


def due_is_the_start_and_its_limit(now: Picture, _: Memory) -> None:
    """L1, to the microsecond, counted here once more by hand."""
    for clock in now.clocks:
        if clock.code == "C2" and clock.period_rule == "plain":
            assert clock.due_at == clock.starts_at + HOUR
        if clock.code in ("C9", "C10b"):
            assert clock.due_at - clock.starts_at >= 72 * HOUR
        if clock.code == "C10a":
            assert clock.due_at - clock.starts_at >= 48 * HOUR


def one_verdict_and_it_is_the_pure_function(now: Picture, _: Memory) -> None:
    """S1: written when the clock closes or its end is noticed, never before, and what the facts say."""
    for clock in now.clocks:
        seen = max((moment for moment in (clock.closed_at, clock.noticed_at) if moment), default=None)
        expected = limits.verdict(clock.facts(), now=seen) if seen else None
        assert clock.verdict == (expected or ""), f"{clock.code} {clock.verdict!r}, the facts say {expected!r}"
        if clock.noticed_at:
            assert clock.noticed_at > clock.due_at
            assert clock.verdict


def an_hour_that_ran_out_stays_written(now: Picture, _: Memory) -> None:
    """L3: exactly one entry for each end that was noticed, dated at the limit; a timely measure is timely for ever."""
    for clock in now.clocks:
        lapses = now.lapses(clock)
        assert len(lapses) == (1 if clock.noticed_at else 0)
        assert all(entry.occurred_at == clock.due_at for entry in lapses)
        if clock.code == "C2" and clock.taken_at:
            decisive = clock.reported_at if clock.proof == "report" else clock.taken_at
            if clock.stop and clock.stopped_at <= clock.due_at and clock.stopped_at < decisive:
                assert clock.verdict in ("displaced", "ended")
            elif decisive > clock.due_at:
                assert clock.verdict == "after_hour"
            else:
                assert clock.verdict == (
                    "within_hour" if clock.reported_at <= clock.due_at else "within_hour_reported_late"
                )


def running_or_displaced(now: Picture, _: Memory) -> None:
    """L4: an hour runs, or a ground is open, never both; a fresh hour begins no earlier than the one before."""
    for item in now.items:
        hours = now.hours(item)
        running = [clock for clock in hours if clock.closed_at is None]
        grounds = [ground for ground in now.grounds if ground.item_id == item.pk and ground.closed_at is None]
        state = item.execution
        assert len(running) == (1 if state in (Execution.DUE, Execution.UNANSWERED) else 0), (state, running)
        assert bool(grounds) == (state == Execution.DISPLACED)
        assert all(before.starts_at <= after.starts_at for before, after in pairwise(hours))
        if state == Execution.UNANSWERED:
            assert running[0].noticed_at


def a_measure_answers_every_hour_that_ran_out(now: Picture, _: Memory) -> None:
    """What was done decides about every hour of the item that nothing had displaced or ended in time and before it."""
    for item in now.items:
        if item.execution in ONCE_DONE:
            for clock in now.hours(item):
                assert clock.closed_at is not None
                stopped = clock.stop and clock.stopped_at <= clock.due_at and clock.stopped_at < item.taken_at
                assert stopped or clock.taken_at == item.taken_at, clock.verdict


def a_report_answers_what_was_stopped_before(now: Picture, _: Memory) -> None:
    """Of stopped hours it decides about those that had run out by then, and about those that its measure preceded.

    What is reported of an item whose measure is known already decides nothing.
    """
    known: set[int] = set()
    for entry in now.entries:
        stated_now = entry.facts.get("annex_ii", {}).get("measures", [])
        for stated in (stated for stated in stated_now if stated["item"] not in known):
            item = next(item for item in now.items if item.number == stated["item"])
            for clock in now.hours(item):
                if clock.stop and clock.taken_at is None and clock.close_entry < entry.number:
                    assert clock.stopped_at <= clock.due_at, clock.verdict
                    assert canonical.instant(clock.stopped_at) < stated["taken_at"]
        known |= {measured["item"] for measured in entry.facts.get("measured", [])}


def no_clock_outlives_its_order(now: Picture, _: Memory) -> None:
    """A withdrawn or annulled order leaves no hour, no window and nothing to decide; nor does a cancelled one wait.

    Under ANNULLED_FROM=communication the hour goes on until the provider has received the decision.
    """
    over = now.order.force in ENDED
    if not over and now.order.preparation != "cancelled":
        return
    heard = now.order.rules.annulled_from == "adoption" or not _awaits_decision(now)
    left = {clock.code for clock in now.clocks if clock.closed_at is None and clock.due_at}
    assert left <= ({"C15", "C18"} if heard else {"C15", "C18", "C2"}), left
    assert not (over and heard and [item for item in now.items if item.execution in OPEN])


def _awaits_decision(now: Picture) -> bool:
    """Whether an annulment is on its way to the provider."""
    to_provider = [message for message in now.messages if message.recipient_role == Actor.PROVIDER]
    return any(message.type == "order.annulled" and not message.delivered_at for message in to_provider)


def a_scrutiny_is_where_its_clocks_and_its_order_are(now: Picture, _: Memory) -> None:
    """Art. 4: begun or beginning only within the 72 hours, decided or closed with the order, a decision owed on asking.

    Every request is decided exactly once, by an entry after it, unless the order had ended before.
    """
    if now.scrutiny is None:
        return
    stage, over = Stage(now.scrutiny.stage), now.order.force in ENDED
    window = [clock for clock in now.clocks if clock.code == "C9" and clock.closed_at is None]
    waiting = [request for request in now.requests if request.decided_by is None]
    owed = [clock for clock in now.clocks if clock.code == "C10b" and clock.closed_at is None]
    assert len(waiting) == len(owed)
    if stage in (Stage.WINDOW_OPEN, Stage.OWN_INITIATIVE):
        assert window
    if stage in (Stage.WINDOW_CLOSED, Stage.NO_INFRINGEMENT, Stage.INFRINGEMENT):
        assert not window
        assert not waiting
    if stage is Stage.REQUESTED:
        assert waiting
    if over:
        assert stage in (Stage.WINDOW_CLOSED, Stage.NO_INFRINGEMENT, Stage.INFRINGEMENT)


OF_CLOCKS = [
    due_is_the_start_and_its_limit, one_verdict_and_it_is_the_pure_function, an_hour_that_ran_out_stays_written,
    running_or_displaced, a_measure_answers_every_hour_that_ran_out, a_report_answers_what_was_stopped_before,
    no_clock_outlives_its_order, a_scrutiny_is_where_its_clocks_and_its_order_are,
]  # fmt: skip
