"""Who is signed in and what they may see: officers their own authority's orders, nobody another's."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from orders.acts import capacity
from orders.acts.capacity import Capacity
from orders.models import CompetentAuthority, HostingServiceProvider, Membership, RemovalOrder, User
from orders.regulation.regions import Force, OfficerRole


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
    def scrutinises(self) -> bool:
        """Whether orders of other Member States are copied to this person's authorities (Art. 12(1)(b))."""
        return self.reads_all or any(authority.scrutinises for authority in self.authorities)

    @property
    def parties(self) -> str:
        """Whom this person works for, in words."""
        named = ", ".join(str(party) for party in [*self.authorities, *self.providers])
        return named or ("all authorities, reading only" if self.reads_all else "no party")

    def orders(self) -> QuerySet[RemovalOrder]:
        """The orders of this person's authorities; of an auditor of no party, all."""
        return self._among(Q(issuing_authority__in=self.authorities))

    def copied(self) -> QuerySet[RemovalOrder]:
        """The orders of others that came to this person's authorities as home authority (Art. 4(1))."""
        return self._among(Q(home_authority__in=self.authorities)).exclude(home_authority=None)

    def readable(self) -> QuerySet[RemovalOrder]:
        """`orders` and `copied` together."""
        own = self.authorities
        return self._among(Q(issuing_authority__in=own) | Q(home_authority__in=own))

    def _among(self, condition: Q) -> QuerySet[RemovalOrder]:
        return _READ.all() if self.reads_all else _READ.filter(condition)

    def order(self, reference: str) -> RemovalOrder:
        """One of `orders` or `copied`; another authority's is as absent as one that never was."""
        return _one(self.readable(), reference)

    def own_order(self, reference: str) -> RemovalOrder:
        """One of `orders`: what happened inside the authority is not for the home authority."""
        return _one(self.orders(), reference)

    def asked(self, reference: str) -> RemovalOrder:
        """An order not issued, about which this person's authorities were asked to coordinate (Art. 14(1))."""
        codes = [authority.code for authority in self.authorities]
        told = {"dossier__messages__type": "order.coordination_asked", "dossier__messages__recipient__in": codes}
        return _one(_READ.filter(force=Force.NOT_IN_FORCE, **told).distinct(), reference)

    def is_inside(self, order: RemovalOrder) -> bool:
        """Whether this person sees `order` from within the authority that issues it."""
        return self.reads_all or order.issuing_authority in self.authorities

    def reads(self, order: RemovalOrder) -> bool:
        """Whether this person may read all that the page of `order` shows."""
        return self.is_inside(order) or order.home_authority in self.authorities

    def capacity(self, order: RemovalOrder) -> Capacity:
        """In what capacity this person acts on `order`: for its issuer, for its home authority, or with an interest."""
        own = self.authorities
        parties = [party for party in (order.issuing_authority, order.home_authority) if party in own]
        acting_for = next(iter([*parties, *own]), order.issuing_authority)
        return capacity.capacity_on(order, self.user, acting_for, channel="portal")


_READ = RemovalOrder.objects.select_related(
    "dossier", "issuing_authority", "provider", "home_authority", "drafted_by", "approved_by", "annex_i"
)


def _one(orders: QuerySet[RemovalOrder], reference: str) -> RemovalOrder:
    order = orders.filter(dossier__reference=reference).first()
    if order is None:
        raise Http404(f"There is no order {reference} here.")
    return order


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
