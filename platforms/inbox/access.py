"""Whose pages these are: a provider's staff, who see their own provider only."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from orders.acts import capacity
from orders.acts.capacity import Capacity
from orders.models import HostingServiceProvider, User
from orders.portal.access import Desk, desk_of, sign_in
from orders.regulation.regions import OfficerRole

Page = Callable[..., HttpResponseBase]
CHOSEN = "provider"  # in the session


def staff_page(view: Page) -> Page:
    """A page for a provider's staff; its view gets the provider."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return sign_in(request)
        providers = desk_of(request.user).providers
        if not providers:
            raise PermissionDenied("These pages are for the staff of a hosting service provider.")
        return view(request, _chosen(request, providers), *args, **kwargs)

    return page


def by_staff(request: HttpRequest, provider: HostingServiceProvider) -> Capacity:
    """The person who is signed in, as one of the staff of `provider`."""
    assert isinstance(request.user, User)
    return capacity.provider(provider, channel="inbox", person=request.user)


def _chosen(request: HttpRequest, providers: list[HostingServiceProvider]) -> HostingServiceProvider:
    """Of several, the one that was switched to last."""
    code = request.session.get(CHOSEN)
    return next((provider for provider in providers if provider.code == code), providers[0])


def switch(request: HttpRequest, code: str) -> None:
    """Show the pages of the provider with this code from now on, where this person is of its staff."""
    request.session[CHOSEN] = code


def engineer_page(view: Page) -> Page:
    """A page that changes how a provider is reached: for its platform engineers."""

    @staff_page
    @wraps(view)
    def page(request: HttpRequest, provider: HostingServiceProvider, *args: Any, **kwargs: Any) -> HttpResponseBase:
        assert isinstance(request.user, User)
        if not is_engineer(desk_of(request.user), provider):
            raise PermissionDenied("Changing the connection needs the role platform engineer.")
        return view(request, provider, *args, **kwargs)

    return page


def is_engineer(desk: Desk, provider: HostingServiceProvider) -> bool:
    """Whether this person manages the connection of `provider`."""
    held = [one.role for one in desk.memberships if one.provider_id == provider.pk]
    return OfficerRole.PLATFORM_ENGINEER in held
