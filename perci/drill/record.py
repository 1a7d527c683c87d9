"""What the record says of the order of a drill: read from its rows, judged by the same function as any other hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orders import standings
from orders.models import Attempt, OutboxMessage, Receipt, RemovalOrder
from orders.regulation import observing
from orders.regulation.limits import HOUR, Basis, Verdict, scaled
from orders.standings import ItemStanding
from platforms.models import Channel

RECEIPT_TAKES = timedelta(seconds=30)  # on the wall, at least: an hour of a second would be over before a tick comes
IN_TIME = (Verdict.WITHIN_HOUR, Verdict.WITHIN_HOUR_REPORTED_LATE)


@dataclass(frozen=True)
class Seen:
    """One look at the page."""

    at: datetime
    status: int | None
    gone: bool | None


@dataclass(frozen=True)
class Try:
    """One attempt to deliver the order."""

    channel: str
    outcome: str
    http_status: int | None
    at: datetime


@dataclass(frozen=True)
class Record:
    """The order at one moment. An instant is None when that did not happen (so far)."""

    reference: str
    authority: str
    provider: str
    url: str
    scale: str
    rules: str
    issued_at: datetime
    received_at: datetime | None
    receipt_rule: str
    started_at: datetime | None  # of the hour that is judged; a fresh one starts later than receipt
    due_at: datetime | None
    taken_at: datetime | None
    reported_at: datetime | None
    verdict: Verdict | None
    basis: Basis | None
    decisive_at: datetime | None
    noticed_at: datetime | None = None  # when the machine wrote down that the hour had passed
    seen: tuple[Seen, ...] = ()
    tries: tuple[Try, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the measure was within the hour, and nothing that was seen says otherwise."""
        return self.verdict in IN_TIME and self.basis is not Basis.CONFLICTING

    @property
    def margin(self) -> timedelta | None:
        """From what decides to the end of the hour: negative when it was late. None without a measure."""
        if self.due_at is None or self.decisive_at is None:
            return None
        return self.due_at - self.decisive_at

    @property
    def gone_at(self) -> datetime | None:
        """When the page was first seen to be gone."""
        return observing.first_gone(observing.Seen(look.at, look.gone) for look in self.seen)

    @property
    def webhooks(self) -> tuple[Try, ...]:
        """The attempts at the engineer's endpoint, oldest first."""
        return tuple(one for one in self.tries if one.channel == Channel.WEBHOOK)

    @property
    def posted(self) -> str:
        """How the order was delivered, in words."""
        if not self.webhooks:
            return "not posted yet"
        last, count, others = self.webhooks[-1], len(self.webhooks), len(self.tries) - len(self.webhooks)
        status = f"HTTP {last.http_status}" if last.http_status else last.outcome.replace("_", " ")
        posted = f"posted once, {status}" if count == 1 else f"posted {count} times, the last answer {status}"
        return f"{posted}; {others} by mail or box beside it" if others else posted

    @property
    def end(self) -> datetime:
        """When the hour ends; before receipt, when it would if it had begun with the issue."""
        return self.due_at or self.issued_at + max(scaled(HOUR, self.scale), RECEIPT_TAKES)


def read(order: RemovalOrder, *, at: datetime) -> Record:
    """The record of `order`, which has one item, as of `at`."""
    (item,) = standings.of_items(order, at=at)
    message = OutboxMessage.objects.get(dossier=order.dossier, type="order.issued", recipient=order.provider.code)
    receipt = Receipt.objects.filter(message=message).first()
    facts = item.judged.facts() if item.judged else None
    assert order.issued_at is not None  # a drill begins by issuing
    return Record(
        reference=order.dossier.reference,
        authority=order.issuing_authority.name,
        provider=order.provider.name,
        url=item.item.url,
        scale=order.limit_scale,
        rules=order.rule_version,
        issued_at=order.issued_at,
        received_at=receipt.received_at if receipt else None,
        receipt_rule=receipt.rule if receipt else "",
        started_at=item.judged.starts_at if item.judged else None,
        due_at=facts.due_at if facts else None,
        taken_at=item.item.taken_at,
        reported_at=item.item.reported_at,
        verdict=item.verdict,
        basis=item.basis,
        decisive_at=facts.decisive if facts else None,
        noticed_at=item.judged.noticed_at if item.judged else None,
        seen=_seen(item),
        tries=_tries(message),
    )


def _seen(item: ItemStanding) -> tuple[Seen, ...]:
    looks = item.item.observations.order_by("observed_at", "pk")
    return tuple(Seen(look.observed_at, look.status, look.gone) for look in looks)


def _tries(message: OutboxMessage) -> tuple[Try, ...]:
    made = Attempt.objects.filter(message=message).order_by("number")
    return tuple(Try(one.channel, one.outcome, one.http_status, one.ended_at) for one in made)
