"""The clock of the story: the order goes out at 02:30 at night, whatever the time is, and an hour has sixty minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

BEGINS = timedelta(hours=2, minutes=30)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Story:
    """Tells instants on the wall as times of the night; `began_at` is when the order was issued."""

    began_at: datetime
    scale: str

    def time(self, at: datetime) -> str:
        """Such as 03:24:59; what the next second has not reached is cut off."""
        seconds = int((BEGINS + self.legal(at - self.began_at)).total_seconds())
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def legal(self, length: timedelta) -> timedelta:
        """What a length on the wall is of the hour, which always has sixty minutes."""
        return timedelta(microseconds=int(length / MICROSECOND / Fraction(self.scale)))


def minutes(length: timedelta) -> str:
    """Such as 53 min 12 s."""
    whole = abs(int(length.total_seconds()))
    return f"{whole // 60} min {whole % 60:02} s"


def seconds(length: timedelta) -> str:
    """Such as 53.204 s, always positive, of a length that is not zero never 0.000."""
    return f"{max(abs(length.total_seconds()), 0.001 if length else 0):.3f} s"
