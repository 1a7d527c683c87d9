"""Makes parties, people, machines and their reach in the database: what the demo and every exercise begin with."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password

from orders import canonical, ids, signing
from orders.models import (
    Application,
    CompetentAuthority,
    HostingServiceProvider,
    InvestigatingBody,
    InvestigationInterest,
    Membership,
    User,
)
from orders.regulation.regions import OfficerRole
from platforms.models import Connection, WebhookSecret


def authority(code: str, *, roles: Iterable[str], at: datetime, **columns: Any) -> CompetentAuthority:
    """A competent authority with those of the `roles` of Art. 12(1) that it has, and a key if it issues."""
    made = CompetentAuthority.objects.create(
        code=code,
        phone="+00 000 000",
        email=f"ro@{code}.example",
        redress_link=f"https://court.{code}.example/redress",
        **columns,
        **dict.fromkeys(roles, True),
    )
    if made.issues:
        signing.new_key(made, at=at)
    return made


def provider_columns(code: str, **columns: Any) -> dict[str, Any]:
    """The columns of a provider, with the contact point that its code gives it."""
    return {"contact_point": f"tco@{code}.example", **columns}


def endpoint(code: str) -> str:
    """Where the simulated platform of a provider takes webhooks."""
    return f"{settings.SIMULATOR_URL}/simulator/{code}/webhook"


def pages(code: str) -> dict[str, str]:
    """Where the pages of its content are looked at."""
    return {f"{code}.example": f"{settings.SIMULATOR_URL}/simulator/{code}/pages"}


def connection(party: HostingServiceProvider, *, at: datetime, **columns: Any) -> tuple[Connection, bool]:
    """The connection of a provider, with a first webhook secret; and whether it was made now."""
    found, made = Connection.objects.get_or_create(
        provider=party, defaults={"created_at": at, "changed_at": at, **columns}
    )
    if made:
        WebhookSecret.objects.create(connection=found, created_at=at)
    return found, made


def player(reach: Connection, *, temperament: str, peculiarities: Any = None) -> Any:
    """The simulated platform that plays the provider of `reach`, with credentials of its own."""
    party, secret = reach.provider, ids.client_secret()
    application(party.code, secret, provider=party)
    platforms = apps.get_model("simulator", "SimulatedPlatform").objects  # not there in production mode
    return platforms.create(
        code=party.code,
        name=party.name,
        temperament=temperament,
        peculiarities=peculiarities or {},
        api=settings.PUBLIC_URL,
        client_id=party.code,
        client_secret=secret,
        webhook_secrets=list(reach.secrets.values_list("secret", flat=True)),
    )


def application(client_id: str, secret: str, **fields: Any) -> bool:
    """An OAuth application of a party for client credentials; the secret is kept hashed. Whether it was made now."""
    if Application.objects.filter(client_id=client_id).exists():
        return False
    hasher = str(settings.OAUTH2_PROVIDER["CLIENT_SECRET_HASHER"])
    machine = {
        "name": f"machine of {client_id}",
        "client_type": Application.CLIENT_CONFIDENTIAL,
        "authorization_grant_type": Application.GRANT_CLIENT_CREDENTIALS,
        "client_secret": make_password(secret, salt=ids.new("salt"), hasher=hasher),
    }
    Application.objects.create(client_id=client_id, **machine, **fields)
    return True


def person(
    username: str, roles: Sequence[OfficerRole], *, party: Any = None, password: str, **columns: Any
) -> tuple[User, bool]:
    """Somebody with these roles at `party`, an authority or a provider, or at none; and whether they were made now."""
    user, made = User.objects.get_or_create(username=username, defaults={"password": password, **columns})
    if made:
        at_authority = {"authority": party} if isinstance(party, CompetentAuthority) else {"provider": party}
        Membership.objects.bulk_create(Membership(user=user, role=role, **at_authority) for role in roles)
    return user, made


def body(code: str, name: str, member_state: str) -> tuple[InvestigatingBody, bool]:
    """Somebody who investigates, and whether they were made now."""
    fields = {"name": name, "member_state": member_state, "email": f"contact@{code}.example"}
    return InvestigatingBody.objects.get_or_create(code=code, defaults=fields)


def interest(url: str, *, of: InvestigatingBody, by: CompetentAuthority, reason: str, at: datetime) -> bool:
    """An interest of a body in an address, for which an authority coordinates; whether it was registered now."""
    return InvestigationInterest.objects.get_or_create(
        body=of,
        authority=by,
        url_sha256=canonical.sha256(canonical.url(url).encode()),
        defaults={"reason": reason, "registered_at": at},
    )[1]
