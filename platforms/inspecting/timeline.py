"""All exchanges of one sandbox connection, newest first: what we sent and what it asked, in one list."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet

from orders.models import Attempt, HostingServiceProvider, LedgerEntry, Receipt
from orders.regulation.regions import Actor
from platforms.inspecting import faulted
from platforms.inspecting.asked import Asked
from platforms.inspecting.sent import Sent
from platforms.models import Connection, Exchange

OUT, IN = DIRECTIONS = ("out", "in")
KEPT_FOR = timedelta(days=7)
Seen = Sent | Asked


class Unknown(Exception):
    """There is no such exchange of this provider."""


class Page(NamedTuple):
    """Some exchanges, newest first, and whether there are earlier ones."""

    shown: list[Seen]
    more: bool


def inspected(provider: HostingServiceProvider) -> Connection | None:
    """The connection that may be looked at: one of the sandbox, and none in production mode."""
    found = Connection.objects.filter(provider=provider, sandbox=True).select_related("provider").first()
    return None if settings.PRODUCTION else found


def page(connection: Connection, *, order: str = "", direction: str = "", after: Seen | None = None, size: int) -> Page:
    """The latest exchanges, or those that began before `after`; of one order, of one direction."""
    out = _attempts(connection, order) if direction != IN else Attempt.objects.none()
    asked = _requests(connection, order) if direction != OUT else Exchange.objects.none()
    rows = _before(out, "started_at", OUT, after), _before(asked, "arrived_at", IN, after)
    found = _seen(connection, *(list(some[: size + 1]) for some in rows))
    return Page(found[:size], len(found) > size)


def find(connection: Connection, id: str) -> Seen:
    """One exchange by its id, such as out-12 or in-7. Raises Unknown, also for another provider's."""
    direction, _, number = id.partition("-")
    key = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    out = list(_attempts(connection).filter(pk=key)) if direction == OUT else []
    asked = list(_requests(connection).filter(pk=key)) if direction == IN else []
    found = _seen(connection, out, asked)
    if not found or found[0].id != id:
        raise Unknown(id)
    return found[0]


def asked_again(connection: Connection, exchange: Exchange) -> list[Seen]:
    """The requests that repeat `exchange` by hand, newest first."""
    return _seen(connection, [], list(_requests(connection).filter(again=exchange)))


def tidy(*, at: datetime) -> None:
    """Delete the requests that are older than a week; the messages are evidence and stay."""
    Exchange.objects.filter(arrived_at__lt=at - KEPT_FOR).delete()


def _attempts(connection: Connection, order: str = "") -> QuerySet[Attempt]:
    sent = Attempt.objects.filter(message__recipient_role=Actor.PROVIDER, message__recipient=connection.provider.code)
    sent = sent.filter(message__dossier__reference=order) if order else sent
    return sent.select_related("message__dossier", "body").order_by("-started_at", "-pk")


def _requests(connection: Connection, order: str = "") -> QuerySet[Exchange]:
    kept = connection.exchanges.filter(orders__contains=f" {order} ") if order else connection.exchanges.all()
    return kept.select_related("submission", "again").order_by("-arrived_at", "-pk")


def _before(rows: QuerySet[Any], began: str, direction: str, after: Seen | None) -> QuerySet[Any]:
    """Those that come after `after` in the list: earlier, or at the same instant with what is then smaller."""
    if after is None:
        return rows
    same: dict[str, Any] = {began: after.at}
    if direction == after.direction:
        return rows.filter(Q(**{f"{began}__lt": after.at}) | Q(**same, pk__lt=after.key))
    return rows.filter(Q(**{f"{began}__{'lt' if direction > after.direction else 'lte'}": after.at}))


def _seen(connection: Connection, attempts: Sequence[Attempt], requests: Sequence[Exchange]) -> list[Seen]:
    """The rows with what is known about them, in the order of the list."""
    told, numbered = _entries(attempts, requests)
    secrets, receipts = tuple(connection.secrets.all()), _receipts(connection, requests)
    tried, met = faulted.of_attempts(connection, attempts), faulted.of_requests(connection, requests)
    out = [Sent(row, told.get(row.message.message_id), secrets, tried.get(row.pk, ())) for row in attempts]
    asked = [Asked(row, numbered.get(_recorded(row)), receipts.get(row.arrived_at), met[row.pk]) for row in requests]
    return sorted([*out, *asked], key=lambda one: (one.at, one.direction, one.key), reverse=True)


def _recorded(exchange: Exchange) -> str:
    """The entry that it recorded, as reference and number; empty when it recorded none."""
    return str(exchange.submission.answer["id"]) if exchange.submission else ""


def _entries(
    attempts: Sequence[Attempt], requests: Sequence[Exchange]
) -> tuple[dict[str, LedgerEntry], dict[str, LedgerEntry]]:
    """The acts behind these rows: by the id of the message they wrote, and by reference and number."""
    references = {_recorded(row).partition("/")[0] for row in requests} - {""}
    dossiers = {row.message.dossier_id for row in attempts}
    concerned = Q(dossier__in=dossiers) | Q(dossier__reference__in=references)
    told: dict[str, LedgerEntry] = {}
    numbered: dict[str, LedgerEntry] = {}
    for entry in LedgerEntry.objects.filter(concerned).select_related("dossier"):
        numbered[f"{entry.dossier.reference}/{entry.number}"] = entry
        told |= {letter["message"]: entry for letter in entry.facts.get("told", [])}
    return told, numbered


def _receipts(connection: Connection, requests: Sequence[Exchange]) -> dict[datetime, Receipt]:
    """What requests proved, by when they arrived: a receipt that a request proves has that very instant."""
    arrivals = [row.arrived_at for row in requests]
    proved = Receipt.objects.filter(message__recipient=connection.provider.code, received_at__in=arrivals)
    return {receipt.received_at: receipt for receipt in proved.select_related("message")}
