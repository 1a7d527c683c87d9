"""The pages of a provider's staff: how it is reached, a test order to itself, and what was delivered how."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders import clock
from orders.models import Attempt, HostingServiceProvider, OutboxMessage, RemovalOrder, User
from orders.portal import polled
from orders.portal.access import Desk, desk_of, posted_from, sign_in
from platforms import connecting
from platforms.addresses import AddressRefused
from platforms.connecting import NotReachable
from platforms.delivery import joining, resending
from platforms.inbox import times
from platforms.inbox.access import engineer_page, is_engineer, staff_page
from platforms.inbox.forms import ChannelForm, EndpointForm, PagesForm, TestOrderForm
from platforms.models import Connection
from platforms.sandbox import allow_list, ordering, tenants

LATEST = 50


@require_safe
@never_cache
@staff_page
def connection(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """How this provider is reached."""
    return _page(request, provider)


@engineer_page
@posted_from("inbox:connection")
def endpoint(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """Be reached at another address from now on."""
    at, form = clock.now(), EndpointForm(request.POST)
    if not form.is_valid():
        return _page(request, provider, endpoint_form=form)
    try:
        plain = connecting.checked(form.cleaned_data["endpoint"], sandbox=_on_loopback(provider))
    except AddressRefused as refused:
        form.add_error("endpoint", str(refused))
        return _page(request, provider, endpoint_form=form)
    connecting.set_endpoint(_connection(provider), plain, at=at)
    messages.success(request, f"Orders are posted to {plain} from now on.")
    return redirect("inbox:connection")


@engineer_page
@posted_from("inbox:connection")
def channel(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """Be reached by another channel first from now on."""
    form = ChannelForm(request.POST)
    if not form.is_valid():
        return _page(request, provider, channel_form=form)
    try:
        connecting.set_channel(_connection(provider), form.cleaned_data["channel"], at=clock.now())
    except NotReachable as refused:
        form.add_error("channel", str(refused))
        return _page(request, provider, channel_form=form)
    messages.success(request, f"Orders come first by {form.cleaned_data['channel']} from now on.")
    return redirect("inbox:connection")


@engineer_page
@posted_from("inbox:connection")
def pages(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """Have the probe look at these pages from now on."""
    form, found = PagesForm(request.POST), _connection(provider)
    if not form.is_valid():
        return _page(request, provider, pages_form=form)
    try:
        tenants.require_sandbox(found)
        listed = allow_list.checked(form.cleaned_data["pages"])
    except (tenants.NotSandbox, allow_list.NotListed) as refused:
        form.add_error("pages", str(refused))
        return _page(request, provider, pages_form=form)
    allow_list.set_pages(found, listed, at=clock.now())
    messages.success(request, f"The probe looks at pages of {', '.join(listed) or 'no host'} from now on.")
    return redirect("inbox:connection")


@never_cache
@engineer_page
@posted_from("inbox:connection")
def rotate(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """A new webhook secret, shown this once; the ones before sign beside it for a while."""
    made = connecting.rotate_secret(_connection(provider), at=clock.now())
    return _page(request, provider, secret=made.secret, status=HTTPStatus.CREATED)


@engineer_page
@posted_from("inbox:connection")
def test_order(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """Send a synthetic order to oneself."""
    if settings.PRODUCTION:
        raise Http404("There is no sandbox in production mode.")
    form = TestOrderForm(request.POST)
    if not form.is_valid():
        return _page(request, provider, test_form=form)
    found = _connection(provider)
    secret = connecting.first_secret(found, at=clock.now())
    order = ordering.send_test_order(connection=found, at=clock.now(), **form.cleaned_data)[0]
    reach = f"is being posted to {found.endpoint}" if found.endpoint else "waits: no endpoint is registered"
    messages.success(request, f"{order.reference} was issued to you and {reach}.")
    return (
        _page(request, provider, secret=secret, status=HTTPStatus.CREATED) if secret else redirect("inbox:deliveries")
    )


@require_safe
@staff_page
def deliveries(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """What was sent to this provider, latest first, and how each attempt went."""
    sent = OutboxMessage.objects.filter(recipient=provider.code)
    tag = _tag(sent)
    context = {"sent": _read(sent), "tag": tag, "now": clock.now()}
    if not request.htmx:  # type: ignore[attr-defined]  # set by django_htmx's middleware
        return render(request, "inbox/deliveries.html", context)
    return polled.answer(request, "inbox/_deliveries.html", None if polled.unchanged(request, tag) else context, tag)


@require_safe
def order_deliveries(request: HttpRequest, reference: str) -> HttpResponseBase:
    """What was sent about one order: for the officers who see it and for the staff of its provider."""
    if not isinstance(request.user, User):
        return sign_in(request)
    order = _visible(desk_of(request.user), reference)
    sent = OutboxMessage.objects.filter(dossier=order.dossier, recipient=order.provider.code)
    tag = polled.etag(order.dossier.generation, _tag(sent))
    context = {"order": order, "sent": _read(sent), "tag": tag, "times": times.of(order)}
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "inbox/order_deliveries.html", context)
    return polled.answer(
        request, "inbox/_order_deliveries.html", None if polled.unchanged(request, tag) else context, tag
    )


def _visible(desk: Desk, reference: str) -> RemovalOrder:
    if desk.is_officer:
        return desk.own_order(reference)
    sent = RemovalOrder.objects.select_related("dossier", "provider").exclude(sent_at=None)
    order = sent.filter(provider__in=desk.providers, dossier__reference=reference).first()
    if order is None:
        raise Http404(f"There is no order {reference} here.")
    return order


def _tag(sent: QuerySet[OutboxMessage]) -> str:
    return polled.etag(
        *sent.order_by("-pk").values_list("pk", "attempts_made", "delivered_at", "next_attempt_at")[:LATEST]
    )


def _read(sent: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
    latest_first = Prefetch("attempts", Attempt.objects.order_by("-number"))
    sendable = Exists(resending.sendable().filter(pk=OuterRef("pk")))
    related = sent.select_related("dossier", "receipt").annotate(sendable=sendable)
    return related.prefetch_related(latest_first, "second_channels", "resendings").order_by("-pk")[:LATEST]


def _on_loopback(provider: HostingServiceProvider) -> bool:
    """Whether the endpoint may be on a loopback address: as its connection says; a new one may in a simulator."""
    present = Connection.objects.filter(provider=provider).first()
    return present.sandbox if present else settings.ALLOW_SANDBOX_ADDRESSES


def _connection(provider: HostingServiceProvider) -> Connection:
    return connecting.connection_of(provider, sandbox=_on_loopback(provider), at=clock.now())


def _lines(pages: dict[str, str]) -> str:
    return "\n".join(f"{host} {base}" for host, base in pages.items())


def _page(
    request: HttpRequest,
    provider: HostingServiceProvider,
    *,
    endpoint_form: EndpointForm | None = None,
    channel_form: ChannelForm | None = None,
    pages_form: PagesForm | None = None,
    test_form: TestOrderForm | None = None,
    secret: str | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    assert isinstance(request.user, User)
    found = Connection.objects.filter(provider=provider).first()
    wrong = endpoint_form or channel_form or pages_form or test_form
    context = {
        "provider": provider,
        "connection": found,
        "secrets": connecting.live_secrets(found, at=clock.now()) if found else [],
        "clients": provider.applications.order_by("client_id"),
        "endpoint_form": endpoint_form or EndpointForm(initial={"endpoint": found.endpoint if found else ""}),
        "channel_form": channel_form or ChannelForm(initial={"channel": joining.first_channel(found)}),
        "pages_form": pages_form or PagesForm(initial={"pages": _lines(found.pages) if found else ""}),
        "answer_keys": provider.answer_keys.all(),
        "test_form": None if settings.PRODUCTION else test_form or TestOrderForm(),
        "secret": secret,
        "overlap": connecting.OVERLAP,
        "engineer": is_engineer(desk_of(request.user), provider),
        "public_url": settings.PUBLIC_URL,
    }
    return render(
        request, "inbox/connection.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else status
    )
