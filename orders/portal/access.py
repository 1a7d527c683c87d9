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

from orders import deconfliction
from orders.acts import capacity
from orders.acts.capacity import Capacity
from orders.models import CompetentAuthority, HostingServiceProvider, Membership, RemovalOrder, User
from orders.regulation.regions import Force, OfficerRole


@dataclass(frozen=True)
class Desk:
    """One person at work: the authorities and providers they belong to.

    Of those who belong to none, an auditor reads all, and so does a coordinator of Europol, who may hold and release.
    """

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
        return self.audits or self.coordinates

    @property
    def audits(self) -> bool:
        """Whether this person is an auditor of no party, who may take any export."""
        return OfficerRole.AUDITOR in self._alone

    @property
    def may_export(self) -> bool:
        return self.audits or bool(self.authorities)

    @property
    def coordinates(self) -> bool:
        """Whether this person coordinates for Europol (Art. 14(1))."""
        return OfficerRole.COORDINATOR in self._alone

    @property
    def _alone(self) -> list[str]:
        return [held.role for held in self.memberships if not held.authority and not held.provider]

    @property
    def codes(self) -> list[str]:
        """The parties whose notices this person reads, as messages name their recipient."""
        return [*(authority.code for authority in self.authorities), *([capacity.EUROPOL] if self.coordinates else [])]

    @property
    def start(self) -> str:
        """The page where this person's work begins, by its name."""
        held = {held.role for held in self.memberships}
        if self.providers and not self.is_officer:
            return "inbox:connection"
        if self.coordinates and not self.authorities:
            return "portal:coordinations"
        only_scrutinises = OfficerRole.SCRUTINEER in held and not held & {OfficerRole.DRAFTER, OfficerRole.APPROVER}
        return "portal:copied" if only_scrutinises else "portal:board"

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
        parties = [*self.authorities, *self.providers, *(["Europol"] if self.coordinates else [])]
        named = ", ".join(map(str, parties))
        return named or ("all authorities, reading only" if self.audits else "no party")

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
        if not self.reads_all:
            return _READ.filter(condition)
        return _READ.all() if self.audits else _READ.filter(deconfliction.NO_REHEARSAL)

    def order(self, reference: str) -> RemovalOrder:
        """One of `orders` or `copied`; another authority's is as absent as one that never was."""
        return _one(self.readable(), reference)

    def own_order(self, reference: str) -> RemovalOrder:
        """One of `orders`: what happened inside the authority is not for the home authority."""
        return _one(self.orders(), reference)

    def coordinated(self) -> QuerySet[RemovalOrder]:
        """The orders not issued about which this person's authorities were asked (Art. 14(1)); for Europol, all such.

        Whoever reads all finds what was submitted; the others also what went back to its drafter since.
        """
        if self.reads_all:
            return self._among(Q()).filter(deconfliction.IN_COORDINATION)
        return _READ.filter(force=Force.NOT_IN_FORCE, pk__in=deconfliction.asked(self.codes).values("pk"))

    def asked(self, reference: str) -> RemovalOrder:
        """One of `coordinated`."""
        return _one(self.coordinated(), reference)

    def issues(self, order: RemovalOrder) -> bool:
        """Whether this person belongs to the authority that issues `order`."""
        return order.issuing_authority in self.authorities

    def is_inside(self, order: RemovalOrder) -> bool:
        """Whether this person sees `order` from within the authority that issues it."""
        return self.reads_all or self.issues(order)

    def reads(self, order: RemovalOrder) -> bool:
        """Whether this person may read all that the page of `order` shows."""
        return self.is_inside(order) or order.home_authority in self.authorities

    def capacity(self, order: RemovalOrder) -> Capacity:
        """In what capacity this person acts on `order`: for its issuer, its home authority, Europol, or an interest."""
        own = self.authorities
        parties = [party for party in (order.issuing_authority, order.home_authority) if party in own]
        if self.coordinates and not parties:
            return capacity.europol(self.user, channel="portal")
        acting_for = next(iter([*parties, *own]), order.issuing_authority)
        return capacity.capacity_on(order, self.user, acting_for, channel="portal")

    def onlooker(self, order: RemovalOrder) -> Capacity:
        """In what capacity this person looks at `order`: as `capacity`, but an auditor of no party as just that."""
        return capacity.auditor(self.user, channel="portal") if self.audits else self.capacity(order)


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
