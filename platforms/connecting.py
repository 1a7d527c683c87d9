"""How a provider comes to be reached: its endpoint, and the secrets that sign what is posted there."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from orders.acts.refusals import Refusal
from orders.models import HostingServiceProvider
from platforms import addresses
from platforms.addresses import AddressRefused
from platforms.channels import inbox
from platforms.delivery import circuits, waking
from platforms.models import Channel, Connection, WebhookSecret

OVERLAP = timedelta(hours=24)  # while the receiver takes over a new secret, both sign


class NotReachable(Exception):
    """A channel that cannot reach this provider; the text is a sentence for its engineer."""


class LastSecret(Refusal):
    """Without it nothing could be signed, and so nothing be sent."""

    code = "last-secret"


def connection_of(provider: HostingServiceProvider, *, sandbox: bool, at: datetime) -> Connection:
    """The connection of `provider`, made when there is none; only then `sandbox` counts."""
    defaults = {"sandbox": sandbox, "created_at": at, "changed_at": at}
    return Connection.objects.get_or_create(provider=provider, defaults=defaults)[0]


def checked(endpoint: str, *, sandbox: bool) -> str:
    """The endpoint in its plain form; asks the DNS, so call it outside of a transaction. Raises AddressRefused."""
    plain = addresses.check(endpoint, sandbox=sandbox)
    if len(plain) > 500:
        raise AddressRefused("The endpoint is longer than 500 characters.")
    return plain


def set_endpoint(connection: Connection, endpoint: str, *, at: datetime) -> None:
    """Post to `endpoint` from now on; it was `checked`."""
    Connection.objects.filter(pk=connection.pk).update(endpoint=endpoint, changed_at=at, **circuits.CLOSED)
    connection.refresh_from_db()
    waking.wake(connection.provider.code, at=at)


def set_channel(connection: Connection, channel: str, *, at: datetime) -> None:
    """Try `channel` first from now on, also for what waits. Raises NotReachable for a box that nobody could open."""
    if channel == Channel.INBOX and not inbox.has_people(connection.provider):
        raise NotReachable("Nobody of this provider has an account yet, so nobody could open the box.")
    Connection.objects.filter(pk=connection.pk).update(channel=channel, changed_at=at)
    connection.refresh_from_db()
    waking.wake(connection.provider.code, at=at)


def live_secrets(connection: Connection, *, at: datetime) -> list[WebhookSecret]:
    """The secrets that sign at `at`, oldest first."""
    return list(connection.secrets.filter(Q(retires_at=None) | Q(retires_at__gt=at)))


def first_secret(connection: Connection, *, at: datetime) -> str | None:
    """Make a secret when there is none, and tell it this once; else None."""
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=connection.pk)
        if live_secrets(connection, at=at):
            return None
        waking.wake(connection.provider.code, at=at)  # what cannot be verified was not sent
        return WebhookSecret.objects.create(connection=connection, created_at=at).secret


def rotate_secret(connection: Connection, *, at: datetime) -> WebhookSecret:
    """A new secret beside the present ones, which retire after OVERLAP."""
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=connection.pk)
        connection.secrets.filter(retires_at=None).update(retires_at=at + OVERLAP)
        return WebhookSecret.objects.create(connection=connection, created_at=at)


def retire_secret(secret: WebhookSecret, *, at: datetime) -> None:
    """Let `secret` sign no longer from `at` on. Raises LastSecret when no other stays."""
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=secret.connection_id)
        others = WebhookSecret.objects.filter(connection=secret.connection_id, retires_at=None).exclude(pk=secret.pk)
        if not others.exists():
            raise LastSecret("This is your only secret that stays: make another one first.")
        WebhookSecret.objects.filter(pk=secret.pk).update(retires_at=at)
