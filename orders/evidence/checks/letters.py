"""The messages: each as the entry says that sent it, in the order of the entries, none missing and none added."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from orders.evidence.checks._entries import is_when
from orders.evidence.checks._subject import Finding, Subject
from orders.models import LedgerEntry, OutboxMessage
from orders.models.dossier import BY_NO_ENTRY
from orders.regulation.regions import Actor

NO_ACT = BY_NO_ENTRY  # see `warnings` and `discrepancies`


def letters(subject: Subject) -> Iterator[Finding]:
    """Findings where a message was changed, added or taken away behind the ledger.

    Entries from before the ledger kept what was told say nothing of their messages.
    """
    told = {fact["message"]: (entry, fact) for entry in subject.entries for fact in entry.facts.get("told", [])}
    since = next((entry.number for entry in subject.entries if "told" in entry.facts), None)
    for message in subject.messages:
        if message.message_id in told:
            yield from _as_told(subject, message, *told.pop(message.message_id))
        elif message.type not in NO_ACT and since is not None and message.generation >= since:
            yield subject.finding(None, f"no entry sent the message {message.message_id}")
        elif message.salts:
            yield subject.finding(None, f"{message.message_id} has salts, but no digest is over what it says")
    for missing, (entry, _) in told.items():
        yield subject.finding(entry.number, f"the message {missing} that it sent has no row")
    yield from _in_sequence(subject)


def _as_told(subject: Subject, message: OutboxMessage, entry: LedgerEntry, fact: dict[str, Any]) -> Iterator[Finding]:
    said = {
        "type": (message.type, fact["type"]),
        "recipient_role": (message.recipient_role, fact["role"]),
        "recipient": (message.recipient, fact["to"]),
        "the digest of data": (_digest(message), fact["sha256"]),
    }
    for name, (is_, should) in said.items():
        yield from subject.differs(entry.number, f"{name} of {message.message_id}", is_=is_, should=should)
    if not is_when(entry, subject.entry(entry.number - 1), message.created_at):
        yield subject.finding(entry.number, f"created_at of {message.message_id} is not when the entry was written")
    if not entry.number <= message.generation <= _written_with(subject, entry):
        yield subject.finding(entry.number, f"generation of {message.message_id} is not that of the entry")


def _digest(message: OutboxMessage) -> str:
    try:
        return message.said_digest()
    except ValueError as error:
        return f"none ({error})"


def _written_with(subject: Subject, entry: LedgerEntry) -> int:
    """The last entry that can have been written together with `entry`: an act, after the limits passed before it."""
    number = entry.number
    while entry.actor_role == Actor.TIME and (after := subject.entry(number + 1)):
        if after.recorded_at != entry.recorded_at:
            break
        entry, number = after, after.number
    return number


def _in_sequence(subject: Subject) -> Iterator[Finding]:
    """Per recipient numbered from 1 without gaps, and never of an earlier generation than the message before."""
    sent: dict[str, list[OutboxMessage]] = defaultdict(list)
    for message in subject.messages:
        sent[message.recipient].append(message)
    for messages in sent.values():
        messages.sort(key=lambda message: message.sequence)
        for number, message in enumerate(messages, start=1):
            what = f"sequence of {message.message_id}"
            yield from subject.differs(None, what, is_=message.sequence, should=number)
        for before, after in pairwise(messages):
            if after.generation < before.generation:
                yield subject.finding(None, f"{after.message_id} is of an earlier generation than the message before")
        if messages[-1].generation > subject.dossier.generation:
            yield subject.finding(None, f"{messages[-1].message_id} is of a generation that was not reached")
