"""What time alone sends: warnings before a limit and reminders of open grounds, as the clock or the ground says."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from orders import canonical
from orders.evidence.checks._subject import Finding, Subject
from orders.models import Deadline, Ground, OutboxMessage
from orders.regulation.regions import Actor

NEVER_INFORMED = "content_provider_never_informed"  # what else a warning of the end of a preservation may say
Told = Counter[tuple[str, str]]  # how often a role and party was told
Moment = tuple[datetime, int]  # when, and at which generation: what goes out at one is sent by one sweep


def warnings(subject: Subject) -> Iterator[Finding]:
    """Findings where a warning was changed, added or taken away, or the clock counts other ones."""
    sent = [message for message in subject.messages if message.type == "order.limit_approaching"]
    named: dict[Moment, set[str]] = defaultdict(set)
    for message in sent:
        named[_moment(message)].update(message.data.get("clocks", []))
    for clock in subject.clocks:
        own = [message for message in sent if clock.clock_id in message.data.get("clocks", [])]
        if _told(own) != +Counter(dict.fromkeys(_warned(subject, clock), clock.warnings_sent)):
            yield subject.finding(None, f"warnings_sent of the clock {clock.clock_id} is not what was sent")
    for message in sent:
        together = _together(subject, message, named[_moment(message)])
        if together:
            yield from _says(subject, message, _warning(together, message))
        else:
            yield subject.finding(None, f"{message.message_id} warns of no clock of this dossier that ran then")


def reminders(subject: Subject) -> Iterator[Finding]:
    """Findings where a reminder was changed, added or taken away, or the ground counts other ones."""
    sent = [message for message in subject.messages if message.type == "order.ground_reminded"]
    grounds = subject.grounds()
    for ground in grounds:
        own = [message for message in sent if _is_about(message, ground)]
        to = [_issuer(subject), _provider(subject)] if ground.reminders_sent else []
        if _told(own) != Counter(dict.fromkeys(to, ground.reminders_sent)):
            yield subject.finding(
                ground.opened_by, f"reminders_sent of the ground of item {ground.item.number} is not what was sent"
            )
        for message in own:
            yield from _says(subject, message, _reminder(ground, message, grounds))
    for message in sent:
        if not any(_is_about(message, ground) for ground in grounds):
            yield subject.finding(None, f"{message.message_id} reminds of no ground of this dossier")


def _told(messages: list[OutboxMessage]) -> Told:
    return Counter((message.recipient_role, message.recipient) for message in messages)


def _issuer(subject: Subject) -> tuple[str, str]:
    return (Actor.ISSUING_AUTHORITY, subject.order.issuing_authority.code if subject.order else "")


def _provider(subject: Subject) -> tuple[str, str]:
    return (Actor.PROVIDER, subject.order.provider.code if subject.order else "")


def _warned(subject: Subject, clock: Deadline) -> set[tuple[str, str]]:
    """Who is warned of `clock`, by role and party."""
    concerned = {_issuer(subject), (clock.debtor_role, clock.debtor)}
    return {one for one in concerned if one[0] != Actor.CONTENT_PROVIDER}


def _moment(message: OutboxMessage) -> Moment:
    return message.created_at, message.generation  # an act between two sweeps of one instant raises the generation


def _together(subject: Subject, message: OutboxMessage, named: set[str]) -> list[Deadline]:
    """The clocks that `message` is to speak of: those named at its moment that ran then and are like its first one."""
    ran = [clock for clock in subject.clocks if clock.clock_id in named and _ran(clock, message.generation)]
    by_id = {clock.clock_id: clock for clock in ran}
    first = next((by_id[one] for one in message.data.get("clocks", []) if one in by_id), None)
    if first is None:
        return []
    alike = [clock for clock in ran if _kind(subject, clock) == _kind(subject, first)]
    return sorted(alike, key=lambda clock: (clock.item.number if clock.item else 0, clock.clock_id))


def _ran(clock: Deadline, generation: int) -> bool:
    return clock.start_entry <= generation and (clock.close_entry is None or generation < clock.close_entry)


def _kind(subject: Subject, clock: Deadline) -> tuple[Any, ...]:
    return clock.code, clock.due_at, clock.scale, _warned(subject, clock)


def _warning(clocks: list[Deadline], message: OutboxMessage) -> dict[str, Any]:
    first = clocks[0]
    left = int((first.due_at - message.created_at).total_seconds()) if first.due_at else None
    about = {
        "items": [clock.item.number for clock in clocks if clock.item],
        "clocks": [clock.clock_id for clock in clocks],
        "code": first.code,
        "due_at": first.due_at,
    }
    uninformed = {NEVER_INFORMED: True} if first.code == "C15" and NEVER_INFORMED in message.data else {}
    return {**about, "seconds_left": left, "scale": first.scale, **uninformed}


def _is_about(message: OutboxMessage, ground: Ground) -> bool:
    notified = canonical.instant(ground.notified_at)
    return message.data.get("notified_at") == notified and ground.item.number in message.data.get("items", [])


def _reminder(ground: Ground, message: OutboxMessage, grounds: list[Ground]) -> dict[str, Any]:
    together = [one.item.number for one in grounds if one.opened_by == ground.opened_by and _is_about(message, one)]
    open_seconds = int((message.created_at - ground.notified_at).total_seconds())
    about = {"since": ground.since, "notified_at": ground.notified_at, "open_seconds": open_seconds}
    return {"items": sorted(together), **about}


def _says(subject: Subject, message: OutboxMessage, should: dict[str, Any]) -> Iterator[Finding]:
    yield from subject.differs(None, f"data of {message.message_id}", is_=message.data, should=canonical.plain(should))
