"""Attempts and receipts: what was sent is what the message says, and what proves a receipt is there."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from orders import canonical
from orders.acts.transmitting import PROVEN_BY_ACT
from orders.evidence.checks._subject import Finding, Subject
from orders.models import Attempt, Exhibit, OutboxMessage, Receipt
from orders.regulation.regions import Actor

WEBHOOK, ANSWERED = "webhook", "webhook_2xx"
ACCEPTED = "accepted"
CUT_SHORT = ("broken_off", "timeout")
EXCERPT = 4096  # bytes of an answer that are kept at most


def deliveries(subject: Subject) -> Iterator[Finding]:
    """Findings about attempts, about receipts that are no acts, and about when a message was delivered."""
    used = {attempt.body_id for message in subject.messages for attempt in message.attempts.all()}
    bodies = Exhibit.objects.in_bulk(used) if used else {}
    yield from _answers(subject)
    for message in subject.messages:
        receipt, attempts = getattr(message, "receipt", None), list(message.attempts.all())
        yield from _delivered(subject, message, receipt)
        if receipt is not None and message.type not in PROVEN_BY_ACT:
            yield from _proven(subject, message, receipt, attempts)
        for number, attempt in enumerate(attempts, start=1):
            what = f"number of an attempt of {message.message_id}"
            yield from subject.differs(None, what, is_=attempt.number, should=number)
            yield from _attempt(subject, message, attempt, receipt)
            body = bodies[attempt.body_id]
            if attempt.channel == WEBHOOK and (attempt.http_status is not None or bytes(body.content)):
                yield from _body(subject, message, body)  # one that could not be composed has no bytes
        what = f"attempts_made of {message.message_id}"
        yield from subject.differs(None, what, is_=message.attempts_made, should=len(attempts))


def _delivered(subject: Subject, message: OutboxMessage, receipt: Receipt | None) -> Iterator[Finding]:
    """To a provider with its receipt; to anybody else at once, in their notices."""
    at_once = None if message.recipient_role == Actor.PROVIDER else message.created_at
    should = receipt.received_at if receipt else at_once
    what = f"delivered_at of {message.message_id}"
    yield from subject.differs(None, what, is_=canonical.plain(message.delivered_at), should=canonical.plain(should))


def _proven(subject: Subject, message: OutboxMessage, receipt: Receipt, attempts: list[Attempt]) -> Iterator[Finding]:
    """A receipt that is no act is in no entry: what a webhook's answer proved is shown by its attempt."""
    shown = [attempt.channel for attempt in attempts if attempt.is_receipt and attempt.ended_at == receipt.received_at]
    if WEBHOOK in shown or receipt.rule == ANSWERED:
        is_, should = (receipt.rule, receipt.channel, shown), (ANSWERED, WEBHOOK, [WEBHOOK])
        yield from subject.differs(None, f"the proof of receipt of {message.message_id}", is_=is_, should=should)
    if receipt.recorded_at < receipt.received_at:
        yield subject.finding(None, f"the receipt of {message.message_id} was recorded before it came")


def _fits_its_status(attempt: Attempt) -> bool:
    """2xx is acceptance, unless the answer that began so did not end."""
    good = attempt.http_status in range(200, 300)
    return (attempt.outcome == ACCEPTED) == good or (good and attempt.outcome in CUT_SHORT)


def _attempt(subject: Subject, message: OutboxMessage, attempt: Attempt, receipt: Receipt | None) -> Iterator[Finding]:
    what = f"of attempt {attempt.number} of {message.message_id}"
    took = (attempt.ended_at - attempt.started_at) // timedelta(milliseconds=1)
    yield from subject.differs(None, f"latency_ms {what}", is_=attempt.latency_ms, should=took)
    if attempt.started_at < message.created_at:
        yield subject.finding(None, f"started_at {what} lies before the message")
    proof = (receipt.received_at, receipt.channel) if receipt else None
    proves = attempt.outcome == ACCEPTED and proof == (attempt.ended_at, attempt.channel)
    yield from subject.differs(None, f"is_receipt {what}", is_=attempt.is_receipt, should=proves)
    if attempt.channel == WEBHOOK and not _fits_its_status(attempt):
        yield subject.finding(None, f"outcome {what} is {attempt.outcome}, but its status is {attempt.http_status}")
    if not _is_excerpt(attempt):
        yield subject.finding(None, f"answer_excerpt {what} is not of the bytes answered")


def _answers(subject: Subject) -> Iterator[Finding]:
    """The bytes that were answered are kept; of attempts from before they were there is the digest alone."""
    answered = {one.answer_id: one for message in subject.messages for one in message.attempts.all() if one.answer_id}
    kept = set(Exhibit.objects.filter(pk__in=answered).values_list("pk", flat=True)) if answered else set()
    for digest, attempt in answered.items():
        if digest not in kept or digest != attempt.answer_sha256:
            yield subject.finding(None, f"the answer to {attempt} is not kept as {attempt.answer_sha256}")


def _is_excerpt(attempt: Attempt) -> bool:
    """Whether the excerpt can be of the answer; one that is cut, or was no text, cannot be held against the digest."""
    kept = attempt.answer_excerpt.encode()
    if attempt.answer_sha256 == "" or len(kept) >= EXCERPT or "\ufffd" in attempt.answer_excerpt:
        return True
    return canonical.sha256(kept) == attempt.answer_sha256


def _body(subject: Subject, message: OutboxMessage, body: Exhibit) -> Iterator[Finding]:
    """The bytes sent are the message, with where to read and answer the order; others were found with the exhibits."""
    if canonical.sha256(bytes(body.content)) != body.sha256:
        return
    sent: dict[str, Any] = json.loads(bytes(body.content))
    data = {name: value for name, value in sent.pop("data").items() if name != "order_url"}
    reference = {"reference": subject.dossier.reference, "generation": message.generation}
    should = {"type": message.type, "timestamp": canonical.instant(message.created_at), "sequence": message.sequence}
    if (sent, data) != ({**should, "simulated": True}, {**message.data, **reference}):
        yield subject.finding(None, f"the bytes sent as {message.message_id} say something else than the message")
