"""What time alone sends: warnings before a limit and reminders of open grounds, as the clock or the ground says."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from orders import canonical
from orders.evidence.checks._subject import Finding, Subject
from orders.models import Deadline, Ground, OutboxMessage
from orders.regulation.regions import Actor

NEVER_INFORMED = "content_provider_never_informed"  # what else a warning of the end of a preservation may say
Told = Counter[tuple[str, str]]  # how often a role and party was told


def warnings(subject: Subject) -> Iterator[Finding]:
    """Findings where a warning was changed, added or taken away, or the clock counts other ones."""
    sent = [message for message in subject.messages if message.type == "order.limit_approaching"]
    for clock in subject.clocks:
        own = [message for message in sent if message.data.get("clock") == clock.clock_id]
        to = {_issuer(subject), (clock.debtor_role, clock.debtor)}
        should = Counter(dict.fromkeys((one for one in to if one[0] != Actor.CONTENT_PROVIDER), clock.warnings_sent))
        if _told(own) != +should:
            yield subject.finding(None, f"warnings_sent of the clock {clock.clock_id} is not what was sent")
        for message in own:
            yield from _says(subject, message, _warning(clock, message))
    known = {clock.clock_id for clock in subject.clocks}
    for message in sent:
        if message.data.get("clock") not in known:
            yield subject.finding(None, f"{message.message_id} warns of no clock of this dossier")


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


def _warning(clock: Deadline, message: OutboxMessage) -> dict[str, Any]:
    left = int((clock.due_at - message.created_at).total_seconds()) if clock.due_at else None
    item = clock.item.number if clock.item else None
    about = {"item": item, "clock": clock.clock_id, "code": clock.code, "due_at": clock.due_at}
    uninformed = {NEVER_INFORMED: True} if clock.code == "C15" and NEVER_INFORMED in message.data else {}
    return {**about, "seconds_left": left, "scale": clock.scale, **uninformed}


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
