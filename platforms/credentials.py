"""The credentials of a provider's machines: two are live while one takes over from the other."""

from django.db import transaction

from orders import ids
from orders.acts.refusals import Refusal
from orders.models import Application, HostingServiceProvider

MOST = 2


class TwoCredentials(Refusal):
    """A third one would make nobody sure which is used."""

    code = "two-credentials"


class LastCredential(Refusal):
    """Without it the provider could not answer."""

    code = "last-credential"


class Unknown(Exception):
    """No credential of this provider has this client id."""


def live(provider: HostingServiceProvider) -> list[Application]:
    """The credentials of `provider`, oldest first."""
    machines = provider.applications.filter(authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS)
    return list(machines.order_by("pk"))


def make(provider: HostingServiceProvider, *, name: str) -> tuple[Application, str]:
    """A further credential and its secret, which is told this once. Raises TwoCredentials."""
    with transaction.atomic():
        _lock(provider)
        present = live(provider)
        if len(present) >= MOST:
            names = " and ".join(one.client_id for one in present)
            raise TwoCredentials(f"{names} are live: delete one of them first.")
        secret = ids.client_secret()
        made = Application.objects.create(
            name=name or f"{provider.code} machine",
            provider=provider,
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
            client_secret=secret,
        )
    return made, secret


def delete(provider: HostingServiceProvider, client_id: str) -> None:
    """End a credential at once, and all its tokens. Raises Unknown, LastCredential."""
    with transaction.atomic():
        _lock(provider)
        present = live(provider)
        found = next((one for one in present if one.client_id == client_id), None)
        if found is None:
            raise Unknown(client_id)
        if len(present) == 1:
            raise LastCredential(f"{client_id} is your only live credential: make another one first.")
        found.delete()


def _lock(provider: HostingServiceProvider) -> None:
    HostingServiceProvider.objects.select_for_update(no_key=True).get(pk=provider.pk)
