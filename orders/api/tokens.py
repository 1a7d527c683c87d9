"""Who calls: OAuth 2.0 bearer tokens of a machine or of a named officer, and what their scopes allow."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from oauth2_provider.models import AccessToken
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.settings import oauth2_settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from orders import clock
from orders.models import Application

PROVIDER_SCOPES = ("orders.read", "orders.answer", "connection.manage")
MACHINE_SCOPES = ("authority.read", "authority.draft")
OFFICER_SCOPES = (*MACHINE_SCOPES, "authority.act")
PARTIES = {"provider": "a provider", "authority": "an authority", "europol": "Europol"}
USED_EVERY = timedelta(minutes=1)


class PartyScopes(BaseScopes):
    """The scopes that an application may have: they follow from its party and from whether a person is behind it."""

    def get_all_scopes(self) -> dict[str, str]:
        scopes: dict[str, str] = oauth2_settings.SCOPES
        return scopes

    def get_available_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> Any:
        if application is None or application.provider_id:
            return list(PROVIDER_SCOPES)
        person = application.authorization_grant_type != Application.GRANT_CLIENT_CREDENTIALS
        return list(OFFICER_SCOPES if person else MACHINE_SCOPES)

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> Any:
        return self.get_available_scopes(application, request)


class BearerAuthentication(BaseAuthentication):
    """`request.auth` is the access token; `request.user` the officer, or the application where no person acts."""

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        at = clock.now()
        found = known(token.strip())
        if found is None or found.expires <= at:
            raise AuthenticationFailed("The access token is unknown, expired or revoked: get a new one.")
        if found.user is not None and not found.user.is_active:
            raise AuthenticationFailed("The officer behind this access token is no longer active.")
        _used(found.application, at)
        return found.user or found.application, found


def known(token: str) -> Any:
    """The access token with this text, expired or not; None for one that is unknown or revoked."""
    checksum = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    rows = AccessToken.objects.select_related("application__provider", "application__authority", "user")
    return rows.filter(token_checksum=checksum, application__isnull=False).first()


def _used(application: Application, at: datetime) -> None:
    """Note the use, at most once a minute: an answer must not wait for a row that every request writes."""
    before = at - USED_EVERY
    if application.last_used_at is None or application.last_used_at <= before:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=before)
        Application.objects.filter(stale, pk=application.pk).update(last_used_at=at)


class Scoped(BasePermission):
    """Asks for the scope that the view names for the method, and for an application of the right kind of party.

    A view has `parties`, of "provider", "authority" and "europol", and `scopes`, a mapping of methods to tuples of
    which one suffices.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        token: Any = request.auth
        if token is None:
            return False  # DRF answers 401
        parties: tuple[str, ...] = view.parties  # type: ignore[attr-defined]
        if token.application.party not in parties:
            named = " or of ".join(PARTIES[party] for party in parties)
            raise PermissionDenied(f"This token is not that of {named}.")
        needed = view.scopes.get(request.method, ())  # type: ignore[attr-defined]
        if needed and not set(needed).intersection(token.scope.split()):
            raise PermissionDenied(f"The token lacks the scope {' or '.join(needed)}.")
        return True
