"""When people are at a platform that keeps office hours: Monday to Friday, on the wall clock of its zone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from platforms.simulator.behaviours.traits import Traits

SATURDAY = 5


def is_staffed(at: datetime, traits: Traits) -> bool:
    """Whether somebody is there at `at`."""
    there = at.astimezone(ZoneInfo(traits.time_zone))
    opens, closes = time.fromisoformat(traits.opens), time.fromisoformat(traits.closes)
    return there.weekday() < SATURDAY and opens <= there.time() < closes


def staffed_from(at: datetime, traits: Traits) -> datetime:
    """`at` itself when somebody is there, else when the office next opens; in UTC."""
    if is_staffed(at, traits):
        return at
    zone = ZoneInfo(traits.time_zone)
    today = at.astimezone(zone).date()
    for days in range(8):
        opens = datetime.combine(today + timedelta(days=days), time.fromisoformat(traits.opens), tzinfo=zone)
        if opens >= at and opens.weekday() < SATURDAY:
            return opens.astimezone(at.tzinfo)
    raise AssertionError("a week has five working days")
