"""The words of a scenario: spans of time, moments, shares, days; each refuses with a sentence on how to write it."""

import re
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from perci.exercise.scenario.model import DAY

UNITS = {"s": 1, "min": 60, "h": 3600, "day": 86_400, "days": 86_400, "week": 604_800, "weeks": 604_800}
LONGEST = 100 * 366 * DAY
MIDNIGHT = "24:00"  # the one at the end of a day
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def span(text: str) -> timedelta:
    """`90 s`, `45 min`, `12 h`, `3 days`, `6 weeks`; several are added: `2 h 30 min`."""
    parts = re.findall(r"(\d+(?:\.\d+)?) ?([a-z]+)", text)
    if not parts or " ".join(f"{number} {unit}" for number, unit in parts) != " ".join(_spaced(text).split()):
        raise ValueError(f"{text!r} is no span of time: write 45 min, 12 h or 3 days.")
    unknown = [unit for _, unit in parts if unit not in UNITS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no unit of time: use s, min, h, days or weeks.")
    seconds = sum(float(number) * UNITS[unit] for number, unit in parts)
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"{text!r} is longer than a hundred years.")
    return timedelta(seconds=seconds)


def _spaced(text: str) -> str:
    return re.sub(r"(?<=\d)(?=[a-z])", " ", text)


def instant(text: str) -> datetime:
    """`2023-10-16`, or `2023-10-16 06:00`, in UTC."""
    try:
        stated = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(f"{text!r} is no date: write 2023-10-16 or 2023-10-16 06:00 (UTC).") from None
    if not 2000 <= stated.year < 2100:
        raise ValueError(f"{text!r} is not of this century: exercises are.")
    return stated.astimezone(UTC) if stated.tzinfo else stated.replace(tzinfo=UTC)


def moment(text: str, starts: datetime, *, end: bool = False) -> timedelta:
    """Since `starts`: `day 2 06:00` (day 1 is the first), a date, or a span. A day or date alone is its beginning,
    as the `end` of a time its end."""
    if named := re.fullmatch(r"day (\d+)(?: (\d\d:\d\d))?", text.strip()):
        midnight = starts.replace(hour=0, minute=0, second=0, microsecond=0)
        if int(named[1]) > LONGEST.days:
            raise ValueError(f"{text!r} is later than a hundred years: day 1 is the first.")
        day = midnight + (int(named[1]) - 1) * DAY
        return _within(day, named[2], end) - starts
    if named := re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)Z?)?", text.strip()):
        return _within(instant(named[1]), named[2], end) - starts
    return span(text)


def _within(day: datetime, at: str | None, end: bool) -> datetime:
    if at is None:
        return day + DAY if end else day
    return day + DAY if at == MIDNIGHT else datetime.combine(day.date(), clock(at), day.tzinfo)


def window(text: str, starts: datetime) -> tuple[timedelta, timedelta]:
    """`day 2`, `day 1 06:00 to day 2 18:00`, `2023-10-16 to 2023-10-18` (the last day with it), `0 h to 6 h`."""
    first, _, last = text.partition(" to ")
    begins, ends = moment(first, starts), moment(last or first, starts, end=True)
    if ends <= begins:
        raise ValueError(f"{text!r} ends before it begins.")
    return begins, ends


def share(text: str) -> float:
    """`2.2 %` or `0.022`: between nothing and all."""
    number = text.strip().removesuffix("%")
    try:
        value = float(Decimal(number) / (100 if text.strip().endswith("%") else 1))
    except ArithmeticError:
        raise ValueError(f"{text!r} is no share: write 2.2 % or 0.022.") from None
    if not 0 <= value <= 1:
        raise ValueError(f"{text!r} is no share: it lies between 0 % and 100 %.")
    return value


def clock(text: str) -> time:
    """`08:00`; `24:00` is the midnight at the end of a day."""
    stated = "00:00" if text == MIDNIGHT else text
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", stated):
        raise ValueError(f"{text!r} is no time of day: write 08:00.")
    return time.fromisoformat(stated)


def days(text: str) -> tuple[int, ...]:
    """`every day`, `mon-fri`, `sat, sun`; Monday is 0."""
    if text == "every day":
        return tuple(range(7))
    found: list[int] = []
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f"{text!r} are no days: write every day, mon-fri or sat, sun.")
        a, b = DAYS.index(first), DAYS.index(last or first)
        found += range(a, b + 1) if a <= b else [*range(a, 7), *range(b + 1)]
    return tuple(sorted(set(found)))


def truth(text: str) -> bool:
    """`yes` or `no`."""
    if text not in ("yes", "no"):
        raise ValueError(f"{text!r} is neither yes nor no.")
    return text == "yes"


def number(text: str) -> float:
    """A number that is not negative."""
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number.") from None
    if not 0 <= value < float("inf"):
        raise ValueError(f"{text!r} is negative or endless: write a number from 0 on.")
    return value


def whole(text: str) -> int:
    """A whole number from 1 on."""
    if not re.fullmatch(r"[1-9]\d{0,6}", text):
        raise ValueError(f"{text!r} is no whole number from 1 on.")
    return int(text)


def article(text: str) -> str:
    """An article of Regulation (EU) 2021/784, such as `3(7)` or `4`: it has 24."""
    named = re.match(r"(\d+)(?![\da-z])", text)
    if not named or not 1 <= int(named[1]) <= 24:
        raise ValueError(f"{text!r} is no article of Regulation (EU) 2021/784: write 3(7), or 4.")
    return text
