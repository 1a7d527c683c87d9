"""When nothing more is to be expected of an order: a pure function of its story."""

from datetime import datetime, timedelta

from orders.regulation.limits import scaled
from orders.regulation.regions import Execution
from platforms.conformance.scenarios import SCENARIOS
from platforms.conformance.transcript import BACK, DOWN, Item, Story

# Legal minutes.
AFTER_THE_HOUR = 10  # an answer that comes late is still told apart from none
WITHOUT_RECEIPT = 70
DISPLACED = 360  # whoever asked or could not is waited for
PUT_BACK = 60  # immediately has no length in law
AT_LEAST = timedelta(seconds=5)  # on the wall
LONGEST, BREATH = timedelta(hours=8), timedelta(minutes=2)  # legal; on the wall


def settled(story: Story, *, at: datetime) -> bool:
    """Whether nothing more is to be expected of `story` at `at`."""
    scenario = SCENARIOS[story.name]
    if scenario.awaits:
        return at >= _after_what_is_awaited(story, scenario.awaits)
    if any(item.open for item in story.items):
        return at >= max(_end(story, item) for item in story.items)
    return at >= _last_report(story) + _legal(story, scenario.linger.total_seconds() / 60)


def _after_what_is_awaited(story: Story, awaits: str) -> datetime:
    """A while after the awaited message was taken, to see what follows; else when it cannot come any more."""
    accepted_at = story.accepted_at(awaits)
    if accepted_at is None:
        waits = any(item.down for item in story.items) or not story.items
        return story.began_at + _legal(story, WITHOUT_RECEIPT + (PUT_BACK if waits else 0))
    if story.stated(BACK):
        return accepted_at
    return accepted_at + _legal(story, SCENARIOS[story.name].linger.total_seconds() / 60)


def _end(story: Story, item: Item) -> datetime:
    if not item.hours:
        return story.began_at + _legal(story, WITHOUT_RECEIPT)
    if item.execution == Execution.DISPLACED:
        return item.hours[-1].starts_at + _legal(story, DISPLACED)
    return item.hours[-1].due_at + _legal(story, AFTER_THE_HOUR)


def _last_report(story: Story) -> datetime:
    reported = [item.reported_at for item in story.items if item.execution in DOWN and item.reported_at]
    return max(reported, default=story.began_at)


def _legal(story: Story, minutes: float) -> timedelta:
    """So many legal minutes, but never less than machines need: an hour may be a second."""
    return max(story.legal(minutes), AT_LEAST) if minutes else timedelta(0)


def overdue(since: datetime, scale: str, *, at: datetime) -> bool:
    """Whether the orders that were sent at `since` have had all the time there is: what is missing now is missing."""
    return at > since + scaled(LONGEST, scale) + BREATH
