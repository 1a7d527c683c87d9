"""How a provider's engineers manage their reach: their endpoint and their channel."""

from datetime import datetime
from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.described import described
from orders.api.exchange import valid
from orders.api.fields import Choice, Instant
from orders.api.problems import Problem
from platforms import answer_keys, connecting
from platforms.addresses import AddressRefused
from platforms.api import examples
from platforms.api.arrival import arrived_at
from platforms.api.base import MANAGE, ProviderView
from platforms.models import Channel, Connection
from platforms.sandbox import allow_list, tenants


class EndpointBody(serializers.Serializer[Any]):
    """Where signed webhooks are posted, and which way is tried first; what is not given stays as it is."""

    endpoint = serializers.CharField(required=False, max_length=500)
    channel = Choice(
        Channel.choices, required=False, help_text="pull: nothing is posted, GET /events is how you are reached"
    )
    signed_answers = serializers.BooleanField(
        required=False, help_text="true: an answer of your machines is refused unless it is signed (RFC 9421)"
    )
    pages = serializers.DictField(
        child=serializers.CharField(max_length=500), required=False,
        help_text="of a sandbox connection: host of content (a reserved name) -> base URL on loopback, where the probe "
        "looks whether the content is gone; replaces the list, {} empties it",
    )  # fmt: skip

    def validate(self, wanted: dict[str, Any]) -> dict[str, Any]:
        if not wanted:
            raise serializers.ValidationError("Give endpoint, channel, signed_answers or pages.", "required")
        return wanted


class ConnectionBody(serializers.Serializer[Any]):
    """The endpoint as it stands."""

    endpoint = serializers.CharField(allow_blank=True)
    channel = serializers.ChoiceField(Channel.choices, help_text="which way is tried first")
    signed_answers = serializers.BooleanField(help_text="an answer of your machines must be signed (RFC 9421)")
    sandbox = serializers.BooleanField(help_text="may live on a loopback or private address")
    pages = serializers.DictField(
        child=serializers.CharField(), help_text="host of content -> base URL on loopback where the probe looks"
    )
    changed_at = Instant(allow_null=True)
    secrets = serializers.IntegerField(help_text="how many sign now")


def usable(endpoint: str, *, sandbox: bool) -> str:
    """The endpoint in its plain form. Raises the problem endpoint-refused."""
    try:
        return connecting.checked(endpoint, sandbox=sandbox)
    except AddressRefused as refused:
        raise Problem("endpoint-refused", str(refused), pointer="/endpoint", got=endpoint) from None


def listable(pages: dict[str, str]) -> dict[str, str]:
    """The list of pages in its plain form. Raises the problem endpoint-refused."""
    try:
        return allow_list.checked(pages)
    except allow_list.NotListed as refused:
        pointer = f"/pages/{refused.host}" if refused.host else "/pages"
        raise Problem("endpoint-refused", str(refused), pointer=pointer, got=pages.get(refused.host, "")) from None


class Endpoint(ProviderView):
    scopes = {"GET": (MANAGE,), "PUT": (MANAGE,)}

    @described("read_endpoint", ok=ConnectionBody, tag="connection")
    def get(self, request: Request) -> Response:
        """Where you are reached."""
        at = arrived_at(request._request)
        return _shown(Connection.objects.filter(provider=self.provider).first(), at)

    @described(
        "set_endpoint",
        ok=ConnectionBody,
        request=EndpointBody,
        problems=["endpoint-refused", "last-answer-key", "not-sandbox"],
        tag="connection",
        examples=[
            examples.asked("My receiver", {"endpoint": "https://hosting.example/tco"}),
            examples.asked("Pull only", {"channel": "pull"}),
            examples.asked("Only signed answers", {"signed_answers": True}),
            examples.asked("Pages to look at", {"pages": {"hosting.example": "http://127.0.0.1:9000/pages"}}),
            examples.answered("Set", examples.ENDPOINT, status="200"),
        ],
    )
    def put(self, request: Request) -> Response:
        """Be reached at another address, or another way first, from now on."""
        at, wanted = arrived_at(request._request), valid(EndpointBody, request.data)
        present = Connection.objects.filter(provider=self.provider).first()
        if "endpoint" in wanted:
            wanted["endpoint"] = usable(wanted["endpoint"], sandbox=bool(present and present.sandbox))
        if "pages" in wanted:
            tenants.require_sandbox(present or Connection())
            wanted["pages"] = listable(wanted["pages"])
        with transaction.atomic():
            connection = connecting.connection_of(self.provider, sandbox=False, at=at)
            _set(connection, at, **wanted)
        return _shown(connection, at)


def _set(
    connection: Connection,
    at: datetime,
    *,
    endpoint: str = "",
    channel: str = "",
    signed_answers: bool | None = None,
    pages: dict[str, str] | None = None,
) -> None:
    try:
        if channel:
            connecting.set_channel(connection, channel, at=at)
    except connecting.NotReachable as refused:
        raise Problem("endpoint-refused", str(refused), pointer="/channel", got=channel) from None
    if endpoint:
        connecting.set_endpoint(connection, endpoint, at=at)
    if signed_answers is not None:
        answer_keys.require(connection, signed_answers, at=at)
    if pages is not None:
        allow_list.set_pages(connection, pages, at=at)


def _shown(connection: Connection | None, at: datetime) -> Response:
    if connection is None:
        none = {
            "endpoint": "",
            "channel": Channel.WEBHOOK,
            "signed_answers": False,
            "sandbox": False,
            "pages": {},
            "changed_at": None,
            "secrets": 0,
        }
        return Response(ConnectionBody(none).data)
    connection_now = {
        "endpoint": connection.endpoint,
        "channel": connection.channel,
        "signed_answers": connection.signed_answers,
        "sandbox": connection.sandbox,
        "pages": connection.pages,
        "changed_at": connection.changed_at,
        "secrets": len(connecting.live_secrets(connection, at=at)),
    }
    return Response(ConnectionBody(connection_now).data)
