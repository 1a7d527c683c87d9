"""The time that a report is about: a calendar year, or from one day to another, in UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from orders.acts.refusals import Invalid


@dataclass(frozen=True)
class Span:
    """From `since` (included) until `until` (excluded); both aware."""

    since: datetime
    until: datetime

    @property
    def year(self) -> int | None:
        """The calendar year that this is, or None."""
        is_year = (self.since, self.until) == (_midnight(self.since.year, 1, 1), _midnight(self.since.year + 1, 1, 1))
        return self.since.year if is_year else None

    def __str__(self) -> str:
        return str(self.year) if self.year else f"{self.since:%d %b %Y} to {self.until:%d %b %Y} (excluded)"

    def holds(self, at: datetime | None) -> bool:
        """Whether `at` lies within."""
        return at is not None and self.since <= at < self.until


def of_year(text: str) -> Span:
    """The calendar year `text`. Raises `Invalid`."""
    if not (text.isascii() and text.isdigit() and 2000 <= int(text) <= 9000):
        raise Invalid(f"{text!r} is not a year: use four digits, such as 2026.", pointer="/year", got=text)
    return Span(_midnight(int(text), 1, 1), _midnight(int(text) + 1, 1, 1))


def of_days(since: str, until: str) -> Span:
    """From day `since` to day `until` (excluded). Raises `Invalid`."""
    span = Span(_day(since, "/from"), _day(until, "/to"))
    if span.until <= span.since:
        raise Invalid("The time ends before it begins: give from before to.", pointer="/to")
    return span


def chosen(*, year: str = "", since: str = "", until: str = "", now: datetime) -> Span:
    """The span that somebody asked for: both days, or a year, or else the present year. Raises `Invalid`.

    One that has not begun yet is refused; of one that has not ended the report says so.
    """
    if since or until:
        if year:
            raise Invalid("Give a year, or from and to, not both.", pointer="/year", got=year)
        span = of_days(since, until)
    else:
        span = of_year(year or str(now.astimezone(UTC).year))
    if span.since > now:
        raise Invalid(f"{span} has not begun: a report is about what happened.", pointer="/year")
    return span


def _day(text: str, pointer: str) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is not a day: use 2026-01-31.", pointer=pointer, got=text) from None
    return datetime.combine(day, time(), UTC)


def _midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)
