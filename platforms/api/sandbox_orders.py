"""The catalogue of test orders, and how an engineer sends one to their own provider."""

from typing import Any

from django.conf import settings
from django.db import transaction
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.described import described
from orders.api.exchange import valid
from orders.api.fields import Choice, Instant
from orders.models import LIMIT_SCALES, RemovalOrder
from platforms import connecting
from platforms.api import sandbox_examples as examples
from platforms.api.arrival import arrived_at
from platforms.api.base import MANAGE
from platforms.api.bodies import order_url
from platforms.api.connection import usable
from platforms.api.sandbox import SandboxView
from platforms.models import Connection, ScriptStep
from platforms.sandbox import ordering, telling
from platforms.sandbox.catalogue import BY_CODE, CATALOGUE


class KindBody(serializers.Serializer[Any]):
    """One kind of test order."""

    kind = serializers.CharField(source="code")
    says = serializers.CharField(help_text="what it is")
    articles = serializers.ListField(child=serializers.CharField())
    do = serializers.CharField(help_text="what you should do")
    items = serializers.IntegerField(help_text="how many URLs, unless you say otherwise")


class CatalogueBody(serializers.Serializer[Any]):
    """Every kind."""

    items = KindBody(many=True)


class StepBody(serializers.Serializer[Any]):
    """What an authority will do by itself."""

    reference = serializers.CharField()
    act = serializers.CharField()
    says = serializers.CharField()
    waits_for = serializers.CharField(allow_blank=True, help_text="your answer from which its time is counted")
    after_seconds = serializers.FloatField(help_text="on the wall: scaled like the hour")
    due_at = Instant(allow_null=True, help_text="null while it waits for your answer")
    done_at = Instant(allow_null=True)
    dropped_because = serializers.CharField(allow_blank=True, help_text="why it will not happen")


class TestOrderBody(serializers.Serializer[Any]):
    """A test order to oneself. `endpoint` is remembered; without one the present endpoint is used."""

    kind = Choice([kind.code for kind in CATALOGUE], default="plain")
    endpoint = serializers.CharField(required=False, max_length=500, help_text="loopback allowed here")
    limit_scale = Choice(LIMIT_SCALES, default="1/60")
    items = serializers.IntegerField(required=False, min_value=1, max_value=5, help_text="else as the kind has it")


class TestOrderSentBody(serializers.Serializer[Any]):
    """What was sent, what its authorities will do by themselves, and what you should do."""

    reference = serializers.CharField()
    references = serializers.ListField(child=serializers.CharField(), help_text="also of the orders that come later")
    kind = serializers.CharField()
    order_url = serializers.CharField()
    limit_scale = serializers.ChoiceField(LIMIT_SCALES)
    endpoint = serializers.CharField(allow_blank=True)
    webhook_secret = serializers.CharField(required=False, help_text="told at the first registration only")
    script = StepBody(many=True)
    next = serializers.ListField(child=serializers.CharField())


class Catalogue(SandboxView):
    scopes = {"GET": (MANAGE,)}

    @described(
        "read_catalogue",
        ok=CatalogueBody,
        tag="sandbox",
        examples=[examples.answered("One of them", {"items": [examples.KIND]}, status="200")],
    )
    def get(self, request: Request) -> Response:
        """The kinds of test orders: what each is, its articles, and what you should do."""
        return Response({"items": KindBody(CATALOGUE, many=True).data})


class TestOrders(SandboxView):
    scopes = {"POST": (MANAGE,)}

    @described(
        "send_test_order",
        ok=TestOrderSentBody,
        status=201,
        request=TestOrderBody,
        problems=["endpoint-refused"],
        tag="sandbox",
        examples=[
            OpenApiExample(
                "To my machine",
                value={"endpoint": "http://localhost:9000/webhook", "limit_scale": "1/60"},
                request_only=True,
            ),
            examples.asked("One that is withdrawn", {"kind": "withdrawn", "limit_scale": "1/60"}),
            examples.answered("Sent", examples.SENT),
        ],
    )
    def post(self, request: Request) -> Response:
        """Have a synthetic order of any kind sent to you; an endpoint given with it is registered first."""
        at, wanted = arrived_at(request._request), valid(TestOrderBody, request.data)
        present = Connection.objects.filter(provider=self.provider).first()
        loopback = present.sandbox if present else settings.ALLOW_SANDBOX_ADDRESSES
        endpoint = usable(wanted.pop("endpoint"), sandbox=loopback) if "endpoint" in wanted else ""
        with transaction.atomic():
            connection = connecting.connection_of(self.provider, sandbox=loopback, at=at)
            if endpoint:
                connecting.set_endpoint(connection, endpoint, at=at)
            secret = connecting.first_secret(connection, at=at)
            orders = ordering.send_test_order(connection=connection, at=at, **wanted)
        return Response(_sent(orders, wanted["kind"], connection, secret), 201)


def _sent(orders: list[RemovalOrder], kind: str, connection: Connection, secret: str | None) -> dict[str, Any]:
    order, told = orders[0], {} if secret is None else {"webhook_secret": secret}
    steps = ScriptStep.objects.filter(order__in=orders).select_related("order__dossier")
    return {
        "reference": order.reference,
        "references": [each.reference for each in orders],
        "kind": kind,
        "order_url": order_url(order),
        "limit_scale": order.limit_scale,
        "endpoint": connection.endpoint,
        **told,
        "script": StepBody([telling.told(step) for step in steps], many=True).data,
        "next": _next(order, kind, connection),
    }


def _next(order: RemovalOrder, kind: str, connection: Connection) -> list[str]:
    url = order_url(order)
    return [
        _reached(connection),
        f"Your 2xx answer, or GET {url}, proves receipt and starts the hour, times {order.limit_scale}.",
        BY_CODE[kind].do,
        f"Annex II goes to {url}/annex-ii.",
    ]


def _reached(connection: Connection) -> str:
    if not connection.endpoint:
        return "You have no endpoint yet: read the order yourself, or send this again with one."
    return f"We POST to {connection.endpoint}, signed with your webhook secret (Standard Webhooks)."
