"""Whose pages these are: a provider's staff, who see their own provider only."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from orders.acts import capacity
from orders.acts.capacity import Capacity
from orders.models import HostingServiceProvider, RemovalOrder, User
from orders.portal.access import Desk, desk_of, sign_in
from orders.regulation.regions import OfficerRole

Page = Callable[..., HttpResponseBase]
CHOSEN = "provider"  # in the session
ANSWERING = (OfficerRole.PLATFORM_AGENT, OfficerRole.PLATFORM_ENGINEER)


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


def order_page(view: Page) -> Page:
    """A page about one order, for the staff of its provider; its view gets the order, once it was sent."""

    @wraps(view)
    def page(request: HttpRequest, reference: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return sign_in(request)
        providers = desk_of(request.user).providers
        if not providers:
            raise PermissionDenied("These pages are for the staff of a hosting service provider.")
        order = sent_to(*providers).filter(dossier__reference=reference).first()
        if order is None:
            raise Http404(f"There is no order {reference} here.")
        return view(request, order, *args, **kwargs)

    return page


def sent_to(*providers: HostingServiceProvider) -> QuerySet[RemovalOrder]:
    """The orders that were sent to them; a draft is nobody's business yet."""
    sent = RemovalOrder.objects.filter(provider__in=providers).exclude(sent_at=None)
    return sent.select_related("dossier", "provider", "issuing_authority", "home_authority", "annex_i", "signing_key")


def may_answer(request: HttpRequest, provider: HostingServiceProvider) -> bool:
    """Whether this person answers orders for `provider`."""
    assert isinstance(request.user, User)
    return _holds(desk_of(request.user), provider, ANSWERING)


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
    return _holds(desk, provider, (OfficerRole.PLATFORM_ENGINEER,))


def _holds(desk: Desk, provider: HostingServiceProvider, roles: tuple[OfficerRole, ...]) -> bool:
    return any(one.role in roles for one in desk.memberships if one.provider_id == provider.pk)
