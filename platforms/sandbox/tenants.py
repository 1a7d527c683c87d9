"""Tenants: a synthetic provider for each rehearsal, that sees nothing of an earlier one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from orders import ids
from orders.acts import issuing
from orders.acts.refusals import Refusal
from orders.models import HostingServiceProvider, Membership, OutboxMessage, RemovalOrder, User
from orders.models.order_regions import IN_FORCE
from orders.regulation.regions import Actor, OfficerRole
from platforms import connecting, credentials
from platforms.models import Channel, Connection, ScriptStep, Tenant
from platforms.sandbox import authorities, scripts
from platforms.sandbox.ordering import NoSandbox

MOST = 20  # live ones of one founder
ROLES = (OfficerRole.PLATFORM_ENGINEER, OfficerRole.PLATFORM_AGENT)
RETIRED = "The tenant was retired."


class TooManyTenants(Refusal):
    """Each rehearsal may have its own, but nobody rehearses in so many at once."""

    code = "too-many-tenants"


class NotSandbox(Refusal):
    """What is for rehearsals alone was asked for a connection that is not."""

    code = "not-sandbox"


@dataclass(frozen=True)
class Made:
    """A new tenant, and its secrets, which are told this once."""

    tenant: Tenant
    connection: Connection
    client_id: str
    client_secret: str
    webhook_secret: str


def founder_of(provider: HostingServiceProvider) -> HostingServiceProvider:
    """Whose tenants `provider` starts: its own, or those of whoever started it."""
    tenant = Tenant.objects.filter(provider=provider).select_related("founder").first()
    return tenant.founder if tenant else provider


def of(provider: HostingServiceProvider) -> QuerySet[Tenant]:
    """What `provider` may know of, latest first: the tenants it started; a tenant knows of itself alone."""
    known = Tenant.objects.filter(Q(provider=provider) | Q(founder=provider))
    return known.select_related("provider", "provider__connection")


@transaction.atomic
def start(founder: HostingServiceProvider, *, person: User | None = None, at: datetime) -> Made:
    """A fresh tenant, of which `person` becomes a member. Raises TooManyTenants, NoSandbox in production mode."""
    if settings.PRODUCTION:
        raise NoSandbox("There is no sandbox in production mode.")
    HostingServiceProvider.objects.select_for_update(no_key=True).get(pk=founder.pk)
    live = Tenant.objects.filter(founder=founder, provider__connection__retired_at=None).count()
    if live >= MOST:
        raise TooManyTenants(f"{live} tenants of yours are live: retire one of them first.")
    provider = _provider()
    connection = connecting.connection_of(provider, sandbox=settings.ALLOW_SANDBOX_ADDRESSES, at=at)
    tenant = Tenant.objects.create(provider=provider, founder=founder, created_at=at)
    machine, client_secret = credentials.make(provider, name=f"machine of {provider.code}")
    webhook_secret = connecting.first_secret(connection, at=at)
    assert webhook_secret is not None  # it is new
    if person is not None:
        Membership.objects.bulk_create(Membership(user=person, provider=provider, role=role) for role in ROLES)
    return Made(tenant, connection, machine.client_id, client_secret, webhook_secret)


def _provider() -> HostingServiceProvider:
    code = f"tenant-{ids.new('t')[-8:]}"
    return HostingServiceProvider.objects.create(
        code=code,
        name=f"Sandbox tenant {code[-8:]} (synthetic)",
        main_establishment="NL",
        contact_point=f"tco@{code}.example",
        languages=["en"],
        sandbox=True,
    )


def register(connection: Connection, *, endpoint: str = "", channel: str = "", at: datetime, **parameters: Any) -> None:
    """Change what is given: the endpoint, which was `checked`; the channel tried first; languages, home, time zone.

    Raises NotReachable for a channel that cannot be, NotSandbox for a connection outside of the sandbox.
    """
    require_sandbox(connection)
    with transaction.atomic():
        HostingServiceProvider.objects.filter(pk=connection.provider_id).update(**_columns(**parameters))
        if channel:
            connecting.set_channel(connection, Channel(channel), at=at)
        if endpoint:
            connecting.set_endpoint(connection, endpoint, at=at)
    connection.provider.refresh_from_db()


def _columns(
    *, languages: list[str] | None = None, home_member_state: str | None = None, time_zone: str | None = None
) -> dict[str, Any]:
    """A home is a main establishment here; taking it away takes a legal representative away, too."""
    columns: dict[str, Any] = {} if languages is None else {"languages": languages}
    if home_member_state is not None:
        columns["main_establishment"] = home_member_state
        columns |= {} if home_member_state else {"legal_representative": "", "legal_representative_state": ""}
    return columns if time_zone is None else {**columns, "time_zone": time_zone}


def require_sandbox(connection: Connection) -> None:
    """Raises NotSandbox."""
    if not connection.sandbox:
        raise NotSandbox("Your connection is not a sandbox connection: start a tenant, and rehearse there.")


@transaction.atomic
def retire(tenant: Tenant, *, at: datetime) -> None:
    """End a tenant: nothing is sent to it any more, its machines and people are shut out, its orders withdrawn.

    The record of them stays, as any other. Again it changes nothing.
    """
    connection = Connection.objects.select_for_update().get(provider=tenant.provider)
    if connection.retired_at is not None:
        return
    Connection.objects.filter(pk=connection.pk).update(retired_at=at, changed_at=at)
    end(RemovalOrder.objects.filter(provider=tenant.provider), because=RETIRED, at=at)
    tenant.provider.applications.all().delete()
    Membership.objects.filter(provider=tenant.provider).delete()


def end(orders: QuerySet[RemovalOrder], *, because: str, at: datetime) -> None:
    """Nothing comes of these test orders any more: those in force are withdrawn, and nothing about them is sent."""
    in_force = orders.filter(issuing_authority__sandbox=True, force__in=IN_FORCE)
    for order in in_force.select_related("issuing_authority"):
        issuing.withdraw(order=order, reason=because, by=authorities.approver(order.issuing_authority), at=at)
    quieten(orders, because=because, at=at)


def quieten(orders: QuerySet[RemovalOrder], *, because: str, at: datetime) -> None:
    """Nothing more happens by itself about these test orders, and nothing that waits is sent."""
    scripts.drop(ScriptStep.objects.filter(order__in=orders), because=because, at=at)
    to_providers = OutboxMessage.objects.filter(recipient_role=Actor.PROVIDER, dossier__in=orders.values("dossier"))
    to_providers.update(next_attempt_at=None)
