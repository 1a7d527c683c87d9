"""Orders on their way to a provider that is reached at a URL."""

from datetime import datetime

from orders import clock
from orders.models import HostingServiceProvider, OutboxMessage, RemovalOrder
from platforms.delivery import rounds
from platforms.models import Connection, WebhookSecret
from tests.factories import issued


def connect(to: HostingServiceProvider, url: str, *, sandbox: bool = True, secret: bool = True) -> Connection:
    """The connection of `to`, with one live secret."""
    at = clock.now()
    made = Connection.objects.create(provider=to, endpoint=url, sandbox=sandbox, created_at=at, changed_at=at)
    if secret:
        WebhookSecret.objects.create(connection=made, created_at=at)
    return made


def order_to(url: str, *, at: datetime | None = None, sandbox: bool = True) -> tuple[RemovalOrder, OutboxMessage]:
    """An order just issued to a provider that is reached at `url`, and its message."""
    order = issued(at=at or clock.now())
    connect(order.provider, url, sandbox=sandbox)
    return order, message_of(order)


def message_of(order: RemovalOrder) -> OutboxMessage:
    """The message that carries `order` to its provider."""
    return OutboxMessage.objects.get(dossier=order.dossier, type="order.issued", recipient=order.provider.code)


def deliver(*, at: datetime | None = None) -> int:
    """One round of deliveries, now or as of `at`."""
    return rounds.deliver_due(at=at or clock.now())
