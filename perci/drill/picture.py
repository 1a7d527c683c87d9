"""The hour as a picture: one lane each for the clock, the platform, what was seen, and what was broken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from perci.drill.breaking import Broken
from perci.drill.record import Record
from platforms.channels.requests import ACCEPTED

WIDTH, LEFT, RIGHT, LANE = 680, 128, 32, 28
INK, QUIET, GOOD, BAD, RUN, ASK = "#17202b", "#536072", "#17683a", "#a31d1d", "#1f5799", "#b98317"


@dataclass(frozen=True)
class Axis:
    """Where an instant stands, from the issue of the order to the last that happened."""

    begins: datetime
    ends: datetime

    def x(self, at: datetime) -> float:
        """In points from the left."""
        share = (at - self.begins) / (self.ends - self.begins)
        return LEFT + share * (WIDTH - LEFT - RIGHT)


def hour(record: Record, broken: Sequence[Broken]) -> str:
    """The picture as inline SVG; what it shows stands in words in the table below it."""
    axis = _axis(record, broken)
    lanes = {
        "the hour": _clock(record, axis),
        "webhook": _webhooks(record, axis),
        "the platform": _platform(record, axis),
        **({"seen at the page": _looks(record, axis)} if record.seen else {}),
        **({"broken": _broken(broken, axis)} if broken else {}),
    }
    height = LANE * len(lanes) + 22
    drawn = "".join(_lane(name, marks, number) for number, (name, marks) in enumerate(lanes.items()))
    limits = "".join(_limit(axis.x(at), height, word) for at, word in _limits(record))
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="The hour and what happened in it">'
        f"{limits}{drawn}</svg>"
    )


def _axis(record: Record, broken: Sequence[Broken]) -> Axis:
    known = [
        record.end, record.received_at, record.taken_at, record.reported_at, record.gone_at,
        *(at for one in broken for at in (one.at, one.back_at)),
    ]  # fmt: skip
    last = max(at for at in known if at)
    return Axis(record.issued_at, last + (last - record.issued_at) / 50)


def _limits(record: Record) -> list[tuple[datetime, str]]:
    if record.started_at is None or record.due_at is None:
        return []
    return [(record.started_at, "begins"), (record.due_at, "ends")]


def _limit(x: float, height: int, word: str) -> str:
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 16}" stroke="{QUIET}" stroke-dasharray="2 3"/>'
    anchor, aside = ("end", -4) if word == "begins" else ("start", 4)
    where = f'x="{x + aside:.1f}" y="{height - 3}" text-anchor="{anchor}"'
    return f'{line}<text {where} font-size="11" fill="{QUIET}">{word}</text>'


def _lane(name: str, marks: str, number: int) -> str:
    middle = LANE * number + LANE // 2
    label = f'<text x="0" y="4" font-size="12" fill="{QUIET}">{escape(name)}</text>'
    return f'<g transform="translate(0 {middle})">{label}{marks}</g>'


def _clock(record: Record, axis: Axis) -> str:
    if record.started_at is None or record.due_at is None:
        return f'<text x="{LEFT}" y="4" font-size="12" fill="{BAD}">did not begin</text>'
    return _bar(axis.x(record.started_at), axis.x(record.due_at), RUN, 0.28)


def _webhooks(record: Record, axis: Axis) -> str:
    marks = []
    for one in record.webhooks:
        taken = one.outcome == ACCEPTED
        marks.append(_dot(axis.x(one.at), GOOD if taken else BAD, one.outcome, filled=taken))
    return "".join(marks)


def _platform(record: Record, axis: Axis) -> str:
    tone = GOOD if record.passed else BAD
    marks = []
    if record.taken_at:
        marks.append(_dot(axis.x(record.taken_at), tone, "measure taken"))
    if record.reported_at:
        marks.append(_dot(axis.x(record.reported_at), tone, "reported", filled=False))
    return "".join(marks) or f'<text x="{LEFT}" y="4" font-size="12" fill="{BAD}">reported nothing</text>'


def _looks(record: Record, axis: Axis) -> str:
    looks = [look for look in record.seen if look.at >= record.issued_at and look.at <= axis.ends]
    return "".join(
        _dot(axis.x(look.at), GOOD if look.gone else QUIET, "gone" if look.gone else "there", filled=bool(look.gone))
        for look in looks
    )


def _broken(broken: Sequence[Broken], axis: Axis) -> str:
    bars = [_bar(axis.x(one.at), axis.x(one.back_at), ASK, 0.3) for one in broken if one.back_at]
    crosses = [_cross(axis.x(one.at), one.what) for one in broken]
    return "".join(bars + crosses)


def _bar(x1: float, x2: float, colour: str, opacity: float) -> str:
    return (
        f'<rect x="{x1:.1f}" y="-6" width="{max(x2 - x1, 1):.1f}" height="12" rx="3" '
        f'fill="{colour}" fill-opacity="{opacity}"/>'
    )


def _dot(x: float, colour: str, title: str, *, filled: bool = True) -> str:
    fill = colour if filled else "#ffffff"
    return (
        f'<circle cx="{x:.1f}" cy="0" r="4.5" fill="{fill}" stroke="{colour}" stroke-width="1.6">'
        f"<title>{escape(title)}</title></circle>"
    )


def _cross(x: float, title: str) -> str:
    return (
        f'<path d="M{x - 4:.1f} -4 l8 8 m0 -8 l-8 8" stroke="{BAD}" stroke-width="2" fill="none">'
        f"<title>{escape(title)}</title></path>"
    )
