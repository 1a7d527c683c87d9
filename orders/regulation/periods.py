"""Lengths of time in law: plain counting, and Regulation (EEC, Euratom) No 1182/71 for those who apply it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

PLAIN, REG1182 = "plain", "reg1182"
ZONES = {
    "AT": "Vienna", "BE": "Brussels", "BG": "Sofia", "CY": "Nicosia", "CZ": "Prague",
    "DE": "Berlin", "DK": "Copenhagen", "EE": "Tallinn", "ES": "Madrid", "FI": "Helsinki",
    "FR": "Paris", "GR": "Athens", "HR": "Zagreb", "HU": "Budapest", "IE": "Dublin",
    "IT": "Rome", "LT": "Vilnius", "LU": "Luxembourg", "LV": "Riga", "MT": "Malta",
    "NL": "Amsterdam", "PL": "Warsaw", "PT": "Lisbon", "RO": "Bucharest", "SE": "Stockholm",
    "SI": "Ljubljana", "SK": "Bratislava",
}  # fmt: skip
MEMBER_STATES = tuple(ZONES)


@dataclass(frozen=True)
class Period:
    """A length as the law writes it: so many hours, days, weeks or calendar months."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"


def zone(member_state: str) -> ZoneInfo:
    """The zone of a Member State's capital; Brussels for a debtor outside the Union."""
    capital = ZONES.get(member_state, "Brussels")
    return ZoneInfo(f"Asia/{capital}" if capital == "Nicosia" else f"Europe/{capital}")


def end(period: Period, start: datetime, *, rule: str = PLAIN, member_state: str = "") -> datetime:
    """When `period` ends that begins with an event at `start` (aware), in UTC, under `rule`.

    Plain: hours, days and weeks are exact lengths, months keep day and time (31 August + 6 months is the last of
    February). reg1182: the hour or day of the event does not count, days end at midnight in the debtor's Member State,
    and an end on a Saturday, Sunday or public holiday there moves to the next working day (Art. 3).
    """
    if rule == REG1182:
        return _reg1182(period, start, member_state).astimezone(UTC)
    if period.unit == "months":
        return datetime.combine(_months_later(start.date(), period.count), start.timetz())
    return start + timedelta(**{period.unit: period.count})


def _reg1182(period: Period, start: datetime, member_state: str) -> datetime:
    if period.unit == "hours":
        first = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return first + timedelta(hours=period.count)
    local = zone(member_state)
    day = start.astimezone(local).date()
    last = _months_later(day, period.count) if period.unit == "months" else day + _days(period)
    while not _is_working_day(last, member_state) or _working_days(day, last, member_state) < _needed(period):
        last += timedelta(days=1)
    return datetime.combine(last + timedelta(days=1), time(), tzinfo=local)


def _days(period: Period) -> timedelta:
    return timedelta(**{period.unit: period.count})


def _needed(period: Period) -> int:
    """A period of two days or more holds at least two working days (Art. 3(5))."""
    return 0 if period == Period(1, "days") else 2


def _working_days(event: date, last: date, member_state: str) -> int:
    span = min((last - event).days, 14)  # in a fortnight there are always two
    return sum(_is_working_day(event + timedelta(days=n), member_state) for n in range(1, span + 1))


def _is_working_day(day: date, member_state: str) -> bool:
    return day.weekday() < 5 and day not in _holidays(member_state)


@cache
def _holidays(member_state: str) -> holidays.HolidayBase:
    return holidays.country_holidays(member_state if member_state in ZONES else "BE")


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
