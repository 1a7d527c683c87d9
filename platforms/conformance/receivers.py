"""The provider that stands for a receiver under test: its credentials follow from a seed and are known before."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from orders import ids
from orders.models import Application, HostingServiceProvider
from platforms import connecting
from platforms.models import ConformanceRun, Connection, WebhookSecret


@dataclass(frozen=True)
class Given:
    """What a receiver is configured with, besides the base URL."""

    client_id: str
    client_secret: str
    webhook_secret: str


def given(seed: int) -> Given:
    """The credentials of this seed: the same at every run."""
    with ids.seeded(seed):
        return Given(f"conformance-{seed}", ids.client_secret(), ids.webhook_secret())


@transaction.atomic
def receiver(seed: int, *, endpoint: str, pages: str = "", at: datetime) -> Connection:
    """The connection of the receiver of this seed, at `endpoint`; its content is below `pages`, if that is given.

    It is made at its first run. Later runs go on with its numbers and ids, so that no receiver meets one twice.
    """
    told = given(seed)
    provider, _ = HostingServiceProvider.objects.get_or_create(code=told.client_id, defaults=_fields(told.client_id))
    connection = connecting.connection_of(provider, sandbox=True, at=at)
    WebhookSecret.objects.get_or_create(connection=connection, secret=told.webhook_secret, defaults={"created_at": at})
    if not Application.objects.filter(client_id=told.client_id).exists():
        _machine(provider, told)
    connecting.set_endpoint(connection, endpoint, at=at)
    listed = {f"{provider.code}.example": pages.rstrip("/")} if pages else {}
    Connection.objects.filter(pk=connection.pk).update(pages=listed, changed_at=at)
    connection.refresh_from_db()
    return connection


def left_open(connection: Connection) -> list[ConformanceRun]:
    """Runs that nobody goes on with: whoever made their steps was killed."""
    return list(ConformanceRun.objects.filter(connection=connection, ended_at=None).select_related("connection"))


def _machine(provider: HostingServiceProvider, told: Given) -> None:
    Application.objects.create(
        name=f"machine of {provider.code}",
        provider=provider,
        client_id=told.client_id,
        client_secret=told.client_secret,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )


def _fields(code: str) -> dict[str, object]:
    return {
        "name": f"Receiver {code} (synthetic)",
        "main_establishment": "NL",
        "contact_point": f"tco@{code}.example",
        "languages": ["en"],
        "sandbox": True,
    }
