"""The sandbox as a page: a tenant of one's own, test orders of every kind, what comes by itself, and faults."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders import clock
from orders.acts.refusals import Refusal
from orders.models import HostingServiceProvider, User
from orders.portal.access import desk_of, posted_from
from platforms import connecting, faults
from platforms.addresses import AddressRefused
from platforms.inbox.access import engineer_page, is_engineer, staff_page, switch
from platforms.inbox.sandbox_forms import FaultForm, OrderForm, SwitchForm, TenantEndpointForm
from platforms.models import Connection, ScriptStep, Tenant
from platforms.sandbox import ordering, telling, tenants
from platforms.sandbox.catalogue import CATALOGUE

LATEST = 20


@require_safe
@never_cache
@staff_page
def page(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """Where an engineer rehearses."""
    return _page(request, provider)


@require_safe
@never_cache
@staff_page
def steps(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """What synthetic authorities will do, and what faults met: a part of the page that refreshes itself."""
    return render(request, "inbox/_sandbox_steps.html", _happening(provider))


@engineer_page
@posted_from("inbox:sandbox")
def send(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """Send oneself a test order of a kind."""
    form = OrderForm(request.POST)
    if not form.is_valid():
        return _page(request, provider, order_form=form)
    at, connection = clock.now(), _connection(provider)
    secret = connecting.first_secret(connection, at=at)
    try:
        order = ordering.send_test_order(connection=connection, at=at, **form.cleaned_data)[0]
    except Refusal as refused:
        form.add_error("kind", refused.detail)
        return _page(request, provider, order_form=form)
    messages.success(request, f"{order.reference} ({form.cleaned_data['kind']}) is on its way.")
    return _page(request, provider, told={"webhook_secret": secret}) if secret else redirect("inbox:sandbox")


@engineer_page
@posted_from("inbox:sandbox")
def fault(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """Set a fault, or take it back."""
    form = FaultForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"Give a number from 0 to {faults.MOST_TIMES}, and 1 to {faults.LONGEST} seconds.")
        return redirect("inbox:sandbox")
    name, times, seconds = (form.cleaned_data[field] for field in ("fault", "times", "seconds"))
    if times == 0:
        faults.clear(provider, name)
        return redirect("inbox:sandbox")
    try:
        connection = _connection(provider)
        tenants.require_sandbox(connection)
        faults.set_fault(connection, name, times=times, seconds=seconds, at=clock.now())
    except Refusal as refused:
        messages.error(request, refused.detail)
    return redirect("inbox:sandbox")


@never_cache
@engineer_page
@posted_from("inbox:sandbox")
def start(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """Start a fresh tenant, become a member of it, and go there; its secrets are shown this once."""
    assert isinstance(request.user, User)
    at, form = clock.now(), TenantEndpointForm(request.POST)
    if not form.is_valid():
        return _page(request, provider, tenant_form=form)
    try:
        given = form.cleaned_data["endpoint"]
        endpoint = connecting.checked(given, sandbox=settings.ALLOW_SANDBOX_ADDRESSES) if given else ""
        made = tenants.start(tenants.founder_of(provider), person=request.user, at=at)
    except (AddressRefused, Refusal) as refused:
        form.add_error("endpoint", str(refused))
        return _page(request, provider, tenant_form=form)
    tenants.register(made.connection, endpoint=endpoint, at=at)
    switch(request, made.tenant.provider.code)
    return _page(request, made.tenant.provider, told=vars(made))


@staff_page
@posted_from("inbox:sandbox")
def choose(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:  # noqa: ARG001
    """Show the pages of another provider that one is a member of."""
    assert isinstance(request.user, User)
    form = SwitchForm(request.POST, providers=desk_of(request.user).providers)
    if form.is_valid():
        switch(request, form.cleaned_data["provider"])
    return redirect("inbox:sandbox")


@engineer_page
@posted_from("inbox:sandbox")
def retire(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """End the tenant whose page this is."""
    tenant = Tenant.objects.filter(provider=provider).first()
    if tenant is None:
        messages.error(request, f"{provider.name} is no tenant of the sandbox.")
    else:
        tenants.retire(tenant, at=clock.now())
        messages.success(request, f"{provider.name} is retired: nothing is sent to it any more, its record stays.")
    return redirect("inbox:sandbox")


def _connection(provider: HostingServiceProvider) -> Connection:
    return connecting.connection_of(provider, sandbox=settings.ALLOW_SANDBOX_ADDRESSES, at=clock.now())


def _happening(provider: HostingServiceProvider) -> dict[str, Any]:
    now = clock.now()
    latest = (
        ScriptStep.objects.filter(order__provider=provider)
        .select_related("order__dossier")
        .order_by("-order", "number")
    )
    told = [{**telling.told(step), "left": step.due_at and step.due_at - now} for step in latest[:LATEST]]
    return {"steps": told, "uses": faults.uses(provider)[:LATEST], "now": now}


def _page(
    request: HttpRequest,
    provider: HostingServiceProvider,
    *,
    order_form: OrderForm | None = None,
    tenant_form: TenantEndpointForm | None = None,
    told: dict[str, Any] | None = None,
) -> HttpResponse:
    assert isinstance(request.user, User)
    desk = desk_of(request.user)
    connection = Connection.objects.filter(provider=provider).first()
    context = {
        **_happening(provider),
        "provider": provider,
        "connection": connection,
        "tenant": Tenant.objects.filter(provider=provider).first(),
        "clients": provider.applications.order_by("client_id"),
        "kinds": CATALOGUE,
        "standings": faults.standings(provider),
        "order_form": order_form or OrderForm(),
        "tenant_form": tenant_form
        or TenantEndpointForm(initial={"endpoint": connection.endpoint if connection else ""}),
        "switch_form": SwitchForm(providers=desk.providers, initial={"provider": provider.code}),
        "several": len(desk.providers) > 1,
        "told": told,
        "engineer": is_engineer(desk, provider),
        "public_url": settings.PUBLIC_URL,
    }
    status = HTTPStatus.CREATED if told else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(
        request, "inbox/sandbox.html", context, status=status if told or order_form or tenant_form else HTTPStatus.OK
    )
