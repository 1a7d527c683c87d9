"""Who is signed in and what they may see: officers their own authority's orders, nobody another's."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from orders.acts import capacity
from orders.acts.capacity import Capacity
from orders.models import CompetentAuthority, HostingServiceProvider, Membership, RemovalOrder, User
from orders.regulation.regions import OfficerRole


@dataclass(frozen=True)
class Desk:
    """One person at work: the authorities and providers they belong to; an auditor of no party reads all."""

    user: User
    memberships: tuple[Membership, ...]

    @property
    def authorities(self) -> list[CompetentAuthority]:
        found = {held.authority.pk: held.authority for held in self.memberships if held.authority}
        return list(found.values())

    @property
    def providers(self) -> list[HostingServiceProvider]:
        found = {held.provider.pk: held.provider for held in self.memberships if held.provider}
        return list(found.values())

    @property
    def reads_all(self) -> bool:
        alone = [held.role for held in self.memberships if not held.authority and not held.provider]
        return OfficerRole.AUDITOR in alone

    @property
    def is_officer(self) -> bool:
        return self.reads_all or bool(self.authorities)

    @property
    def drafts_for(self) -> CompetentAuthority | None:
        """The authority for which this person may begin an order, or None."""
        drafting = [held.authority for held in self.memberships if held.role == OfficerRole.DRAFTER]
        return next((authority for authority in drafting if authority and authority.issues), None)

    @property
    def parties(self) -> str:
        """Whom this person works for, in words."""
        named = ", ".join(str(party) for party in [*self.authorities, *self.providers])
        return named or ("all authorities, reading only" if self.reads_all else "no party")

    def orders(self) -> QuerySet[RemovalOrder]:
        """The orders this person may read."""
        orders = RemovalOrder.objects.select_related(
            "dossier", "issuing_authority", "provider", "home_authority", "drafted_by", "approved_by", "annex_i"
        )
        return orders if self.reads_all else orders.filter(issuing_authority__in=self.authorities)

    def order(self, reference: str) -> RemovalOrder:
        """One of `orders`; another authority's is as absent as one that never was."""
        order = self.orders().filter(dossier__reference=reference).first()
        if order is None:
            raise Http404(f"There is no order {reference} here.")
        return order

    def capacity(self, order: RemovalOrder) -> Capacity:
        """In what capacity this person acts on `order`."""
        return capacity.officer(self.user, order.issuing_authority, channel="portal")


def desk_of(user: User) -> Desk:
    """The desk of a signed-in person."""
    held = Membership.objects.filter(user=user).select_related("authority", "provider").order_by("pk")
    return Desk(user, tuple(held))


Page = Callable[..., HttpResponseBase]


def officer_page(view: Page) -> Page:
    """A page for officers and auditors; its view gets the desk. A provider's staff is sent to its own pages."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return sign_in(request)
        desk = desk_of(request.user)
        if desk.is_officer:
            return view(request, desk, *args, **kwargs)
        if desk.providers:
            return redirect("inbox:connection")
        raise PermissionDenied("This account belongs to no authority and to no provider yet.")

    return page


def posted_from(name: str) -> Callable[[Page], Page]:
    """A view that takes the form on page `name`; a GET, as after signing in again, leads to that page."""

    def of(view: Page) -> Page:
        @wraps(view)
        def target(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            return redirect(name, **{key: value for key, value in kwargs.items() if key == "reference"})

        return require_http_methods(["GET", "HEAD", "POST"])(target)

    return of


def sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page; a part of a page that refreshes itself takes the whole page there."""
    if not getattr(request, "htmx", False):
        return redirect_to_login(request.get_full_path())
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    return HttpResponseClientRedirect(redirect_to_login(shown.path or "/").url)
