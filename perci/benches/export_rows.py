"""Synthetic rows to be exported: orders with many entries and attempts, chained and sealed, but told by no act."""

from collections.abc import Iterator
from datetime import datetime

from orders.evidence.sealing import rounds
from orders.models import (
    Attempt,
    CompetentAuthority,
    ContentItem,
    Dossier,
    HostingServiceProvider,
    LedgerEntry,
    OutboxMessage,
    RemovalOrder,
    keep,
)
from orders.regulation.regions import Actor
from orders.regulation.rules import Rules

EACH = 20  # entries and attempts of one order
MESSAGES = 4  # of one order, each tried as often
BATCH = 50  # orders written at a time
FACTS = {"text": "Synthetic facts, “quoted” and Ελληνικά.", "item": 1, "flags": ["none"], "measures": [{"item": 1}]}
QUERIES = {
    "events": "SELECT d.reference, e.number, e.act, e.article, e.actor_role, e.actor_party, e.actor_person, e.channel,"
    " e.occurred_at, e.recorded_at, e.facts, e.previous_digest, e.digest, l.index FROM orders_ledgerentry e"
    " JOIN orders_dossier d ON d.id = e.dossier_id JOIN orders_treeleaf l ON l.entry_id = e.id"
    " WHERE d.kind = 'removal_order' ORDER BY d.reference, e.number",
    "deliveries": "SELECT m.message_id, d.reference, m.type, a.channel, a.number, a.started_at, a.ended_at,"
    " a.http_status, a.outcome, a.latency_ms, a.body_id, a.answer_sha256, a.is_receipt, a.next_attempt_at"
    " FROM orders_attempt a JOIN orders_outboxmessage m ON m.id = a.message_id JOIN orders_dossier d ON"
    " d.id = m.dossier_id ORDER BY d.reference, m.recipient, m.sequence, a.number",
}


def fill(events: int, *, at: datetime) -> None:
    """Have `events` entries and as many attempts, those of before among them; all sealed."""
    wanted = max(events // EACH, 1)
    first = RemovalOrder.objects.count()
    for begin in range(first, wanted, BATCH):
        _orders(range(begin, min(begin + BATCH, wanted)), at)
    while rounds.seal(at=at):
        pass


def _orders(numbers: range, at: datetime) -> None:
    issuer, provider = _parties()
    dossiers = Dossier.objects.bulk_create(
        Dossier(kind=Dossier.Kind.REMOVAL_ORDER, reference=f"DE-{at.year}-{number + 1:06d}", generation=EACH)
        for number in numbers
    )
    orders = RemovalOrder.objects.bulk_create(
        RemovalOrder(
            dossier=dossier, issuing_authority=issuer, provider=provider, reasons="Synthetic.",
            rule_version=Rules().name, created_at=at,
        )
        for dossier in dossiers
    )  # fmt: skip
    ContentItem.objects.bulk_create(
        ContentItem(order=order, number=1, url=f"https://{provider.code}.example/v/{order.pk}", url_form="url-1")
        for order in orders
    )
    messages = [message for dossier in dossiers for message in _messages(dossier, provider, at)]
    OutboxMessage.objects.bulk_create(messages)
    for message in messages:
        Attempt.objects.bulk_create(_attempts(message, at))
    LedgerEntry.objects.bulk_create(entry for dossier in dossiers for entry in _entries(dossier, at))


def _parties() -> tuple[CompetentAuthority, HostingServiceProvider]:
    issuer, _ = CompetentAuthority.objects.get_or_create(
        code="bench-de", defaults={"name": "Bench (synthetic)", "member_state": "DE", "issues": True}
    )
    provider, _ = HostingServiceProvider.objects.get_or_create(
        code="bench-nl", defaults={"name": "Bench (synthetic)", "main_establishment": "NL", "languages": ["en"]}
    )
    return issuer, provider


def _name(dossier: Dossier, sequence: int) -> str:
    return f"msg_{dossier.reference}-{sequence}"


def _messages(dossier: Dossier, provider: HostingServiceProvider, at: datetime) -> Iterator[OutboxMessage]:
    for sequence in range(1, MESSAGES + 1):
        yield OutboxMessage(
            message_id=_name(dossier, sequence), dossier=dossier, sequence=sequence, type="order.issued",
            recipient_role=Actor.PROVIDER, recipient=provider.code, generation=1, data={"synthetic": True},
            created_at=at,
        )  # fmt: skip


def _attempts(message: OutboxMessage, at: datetime) -> Iterator[Attempt]:
    body = keep(message.message_id.encode(), media_type="application/json", at=at)
    for number in range(1, EACH // MESSAGES + 1):
        yield Attempt(
            message=message, number=number, channel="webhook", address="https://hosting.example/tco", started_at=at,
            ended_at=at, http_status=503, outcome="refused", latency_ms=number, body=body,
            recorded_at=at,
        )  # fmt: skip


def _entries(dossier: Dossier, at: datetime) -> Iterator[LedgerEntry]:
    """Chained as the ledger does it; the first one tells the messages."""
    digest = "0" * 64
    for number in range(1, EACH + 1):
        told = [{"message": _name(dossier, sequence)} for sequence in range(1, MESSAGES + 1)] if number == 1 else []
        entry = LedgerEntry(
            dossier=dossier, number=number, act="rehearse", actor_role=Actor.OPERATOR, channel="command_line",
            occurred_at=at, recorded_at=at, facts={**FACTS, "told": told, "effects": []}, previous_digest=digest,
        )  # fmt: skip
        entry.digest = digest = entry.computed_digest()
        yield entry
