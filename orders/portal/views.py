"""The pages of an officer: each translates in, makes one call and translates out."""

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from orders import clock
from orders.acts import consulting
from orders.models import User
from orders.portal import pages, polled
from orders.portal.access import Desk, desk_of, officer_page
from orders.portal.header import header_of, mark_read


class SignIn(LoginView):
    """Signing in leads to the page that was asked for, or to the one where this person's work begins."""

    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        assert isinstance(self.request.user, User)
        asked_for = self.get_redirect_url()
        if asked_for and asked_for != reverse("portal:board"):  # the bare address asks for nothing
            return asked_for
        return reverse(desk_of(self.request.user).start)


@require_safe
@officer_page
def order(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """One order."""
    return pages.page(request, desk, desk.order(reference))


@require_safe
@officer_page
def live(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """The part of an order's page that refreshes itself."""
    found = desk.order(reference)
    tag = pages.live_tag(found)
    context = None if polled.unchanged(request, tag) else pages.live_context(desk, found)
    if context is not None:
        consulting.keep_looking(order=found, by=desk.onlooker(found), at=clock.now())
    return polled.answer(request, "portal/_order.html", context, tag, event="order-changed")


@require_safe
@officer_page
def acts(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """The acts open now; fetched again when the order changed and nobody is typing."""
    found = desk.order(reference)
    consulting.keep_looking(order=found, by=desk.onlooker(found), at=clock.now())
    return render(request, "portal/_acts.html", pages.acts_context(desk, found))


@require_safe
@officer_page
def notices(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What happened to this authority's orders, latest first; looking marks them read."""
    found = pages.notices(desk)
    dossiers = [one.message.dossier for one in found]
    own = set(desk.readable().filter(dossier__in=dossiers).values_list("dossier", flat=True))
    return render(request, "portal/notices.html", {"notices": found, "own": own, "since": mark_read(desk.user)})


@require_safe
@officer_page
def pulse(request: HttpRequest, desk: Desk) -> HttpResponse:  # noqa: ARG001  the header makes its own
    """The part of the header that refreshes itself."""
    shown = header_of(request)
    tag = polled.etag(shown.pulse, shown.unread)
    return polled.answer(request, "_pulse.html", None if polled.unchanged(request, tag) else {"tag_of_pulse": tag}, tag)
