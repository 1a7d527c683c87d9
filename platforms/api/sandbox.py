"""Where an engineer rehearses: a fresh tenant for each rehearsal, and how it is reached, in one call."""

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.described import described
from orders.api.exchange import valid
from orders.api.fields import Choice, Instant
from orders.api.problems import Problem
from orders.portal.forms import LANGUAGES
from orders.regulation.periods import MEMBER_STATES
from platforms import connecting
from platforms.api import sandbox_examples as examples
from platforms.api.arrival import arrived_at
from platforms.api.base import MANAGE, ProviderView
from platforms.api.connection import usable
from platforms.models import Channel, Connection, Tenant
from platforms.sandbox import tenants

CODE = OpenApiParameter("code", str, OpenApiParameter.PATH, description="of one of your tenants")


class ParametersBody(serializers.Serializer[Any]):
    """How you are reached and who you are; what is not given stays as it is."""

    endpoint = serializers.CharField(required=False, max_length=500, help_text="loopback allowed here")
    channel = Choice(Channel.choices, required=False, help_text="which way is tried first")
    languages = serializers.ListField(child=Choice(LANGUAGES), required=False, max_length=24, help_text="Art. 15(2)")
    home_member_state = Choice(
        MEMBER_STATES,
        required=False,
        allow_blank=True,
        help_text="main establishment; empty: none in the Union",
    )
    time_zone = serializers.CharField(required=False, max_length=40, help_text="such as Europe/Brussels")

    def validate_time_zone(self, name: str) -> str:
        if name not in available_timezones():
            raise serializers.ValidationError("Name a zone of the IANA database, such as Europe/Brussels.")
        return name


class SandboxProviderBody(serializers.Serializer[Any]):
    """A provider of the sandbox as it stands."""

    code = serializers.CharField(source="provider.code")
    name = serializers.CharField(source="provider.name")
    endpoint = serializers.CharField(allow_blank=True)
    channel = serializers.ChoiceField(Channel.choices)
    languages = serializers.ListField(child=serializers.CharField(), source="provider.languages")
    home_member_state = serializers.CharField(source="provider.home_state", allow_blank=True)
    time_zone = serializers.CharField(source="provider.time_zone")
    created_at = Instant()
    retired_at = Instant(allow_null=True, help_text="since when nothing is sent any more")


class TenantsBody(serializers.Serializer[Any]):
    """All of them, latest first."""

    items = SandboxProviderBody(many=True)


class MadeTenantBody(SandboxProviderBody):
    """A fresh tenant with its secrets, which are told this once."""

    client_id = serializers.CharField()
    client_secret = serializers.CharField()
    webhook_secret = serializers.CharField()
    token_url = serializers.CharField()


class SandboxView(ProviderView):
    """A call about the caller's own rehearsal."""

    def connection(self, request: Request) -> Connection:
        """The caller's connection, made when there is none."""
        at = arrived_at(request._request)
        connection = connecting.connection_of(self.provider, sandbox=settings.ALLOW_SANDBOX_ADDRESSES, at=at)
        tenants.require_sandbox(connection)
        return connection

    def present(self, request: Request) -> Connection:
        """The caller's connection as it is; one that is nowhere written down when there is none."""
        made = {"provider": self.provider, "created_at": arrived_at(request._request)}
        none = Connection(sandbox=settings.ALLOW_SANDBOX_ADDRESSES, **made)
        connection = Connection.objects.filter(provider=self.provider).first() or none
        tenants.require_sandbox(connection)
        return connection


def register(connection: Connection, wanted: dict[str, Any], *, at: Any) -> None:
    """Set the parameters; the endpoint was looked up before. Raises the problem endpoint-refused."""
    try:
        tenants.register(connection, at=at, **wanted)
    except connecting.NotReachable as refused:
        raise Problem("endpoint-refused", str(refused), pointer="/channel", got=wanted["channel"]) from None


def parameters(request: Request) -> dict[str, Any]:
    """What the body wants, the endpoint in its plain form."""
    wanted = valid(ParametersBody, request.data)
    if "endpoint" in wanted:
        wanted["endpoint"] = usable(wanted["endpoint"], sandbox=settings.ALLOW_SANDBOX_ADDRESSES)
    return wanted


class Tenants(SandboxView):
    scopes = {"GET": (MANAGE,), "POST": (MANAGE,)}

    @described(
        "list_tenants",
        ok=TenantsBody,
        tag="sandbox",
        examples=[examples.answered("One live", {"items": [examples.TENANT]}, status="200")],
    )
    def get(self, request: Request) -> Response:
        """The tenants that you started; a tenant sees itself alone."""
        known = [tenant.provider.connection for tenant in tenants.of(self.provider)]
        return Response({"items": SandboxProviderBody(known, many=True).data})

    @described(
        "start_tenant",
        ok=MadeTenantBody,
        status=201,
        request=ParametersBody,
        problems=["endpoint-refused", "too-many-tenants"],
        tag="sandbox",
        examples=[
            examples.asked("As it comes", {}),
            examples.asked("With its endpoint", {"endpoint": examples.HERE, "languages": ["en", "nl"]}),
            examples.answered("Started", examples.MADE_TENANT),
        ],
    )
    def post(self, request: Request) -> Response:
        """A fresh tenant of your own: a provider without a past, its credentials and its webhook secret."""
        at, wanted = arrived_at(request._request), parameters(request)
        with transaction.atomic():
            made = tenants.start(tenants.founder_of(self.provider), at=at)
            register(made.connection, wanted, at=at)
        told = {name: getattr(made, name) for name in ("client_id", "client_secret", "webhook_secret")}
        token_url = f"{settings.PUBLIC_URL}/oauth/token"
        return Response({**SandboxProviderBody(made.connection).data, **told, "token_url": token_url}, 201)


class TenantByCode(SandboxView):
    scopes = {"DELETE": (MANAGE,)}

    @described("retire_tenant", ok=None, status=204, parameters=[CODE], tag="sandbox")
    def delete(self, request: Request, code: str) -> Response:
        """Retire a tenant: nothing is sent to it any more, its credentials end, its record stays."""
        tenant: Tenant | None = tenants.of(self.provider).filter(provider__code=code).first()
        if tenant is None:
            raise NotFound("You have no tenant with this code.")
        tenants.retire(tenant, at=arrived_at(request._request))
        return Response(status=204)


class Providers(SandboxView):
    scopes = {"GET": (MANAGE,), "POST": (MANAGE,)}

    @described("read_sandbox_provider", ok=SandboxProviderBody, problems=["not-sandbox"], tag="sandbox")
    def get(self, request: Request) -> Response:
        """Who you are in the sandbox."""
        return Response(SandboxProviderBody(self.present(request)).data)

    @described(
        "register_provider",
        ok=SandboxProviderBody,
        request=ParametersBody,
        problems=["endpoint-refused", "not-sandbox"],
        tag="sandbox",
        examples=[
            examples.asked("Reached and at home", {"endpoint": examples.HERE, "home_member_state": "NL"}),
            examples.answered("Registered", examples.TENANT, status="200"),
        ],
    )
    def post(self, request: Request) -> Response:
        """Register or alter your endpoint, channel, languages, home and time zone in one call."""
        wanted = parameters(request)
        with transaction.atomic():
            connection = self.connection(request)
            register(connection, wanted, at=arrived_at(request._request))
        return Response(SandboxProviderBody(connection).data)
