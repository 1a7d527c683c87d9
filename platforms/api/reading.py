"""What a provider reads: itself, its orders, and what became of its answers."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders import clock, standings
from orders.acts import consulting, transmitting
from orders.acts.opening import open_acts
from orders.api.cursors import page
from orders.api.described import REFERENCE, described, listing
from orders.api.exchange import valid
from orders.api.fields import Choice, Instant
from orders.models import LIMIT_SCALES, ContentItem, RemovalOrder
from orders.regulation.limits import ONE_HOUR
from orders.regulation.regions import OPEN, Force
from platforms.api.arrival import arrived_at
from platforms.api.base import ANSWER, MANAGE, READ, ProviderView
from platforms.api.bodies import STATES, HeadBody, ProviderOrderBody
from platforms.api.submissions import is_key
from platforms.models import Connection, Submission

LIVE = (Force.IN_FORCE, Force.UNDER_APPEAL, Force.FINAL)
ANNULLED = (Force.ANNULLED_BY_SCRUTINY, Force.ANNULLED_BY_COURT)


class ChannelBody(serializers.Serializer[Any]):
    """One way in which this provider is reached."""

    channel = serializers.CharField()
    endpoint = serializers.CharField(allow_blank=True)
    sandbox = serializers.BooleanField(help_text="may live on a loopback or private address")


class MeBody(serializers.Serializer[Any]):
    """Who the caller is."""

    provider = serializers.CharField(help_text="its code")
    name = serializers.CharField()
    client_id = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    server_time = Instant()
    limit_scale = serializers.ChoiceField(LIMIT_SCALES, help_text="unless an order says otherwise")
    limit_scales = serializers.ListField(child=serializers.CharField(), help_text="those that an order may have here")
    channels = ChannelBody(many=True)


class Me(ProviderView):
    scopes = {"GET": (READ, ANSWER, MANAGE)}

    @described("me", ok=MeBody, tag="providers")
    def get(self, request: Request) -> Response:
        """Who am I, what time is it here, how am I reached."""
        connections = Connection.objects.filter(provider=self.provider).exclude(endpoint="")
        channels = [{"channel": "webhook", "endpoint": one.endpoint, "sandbox": one.sandbox} for one in connections]
        me = {
            "provider": self.provider.code,
            "name": self.provider.name,
            "client_id": self.token.application.client_id,
            "scopes": sorted(self.token.scope.split()),
            "server_time": clock.now(),
            "limit_scale": "1",
            "limit_scales": ["1"] if settings.PRODUCTION else [scale for scale, _ in LIMIT_SCALES],
            "channels": channels,
        }
        return Response(MeBody(me).data)


class Wanted(serializers.Serializer[Any]):
    """The filters of the list."""

    state = Choice(STATES, required=False)
    due_before = Instant(required=False, help_text="with an hour that may still be answered and is due before")
    after = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="the cursor that the page before gave as next"
    )


class Orders(ProviderView):
    scopes = {"GET": (READ,)}

    @described(
        "list_orders",
        ok=listing("heads", HeadBody),
        parameters=[Wanted],
        problems=["bad-cursor", "validation"],
        tag="providers",
    )
    def get(self, request: Request) -> Response:
        """Heads of the orders sent to you, oldest first. No URL is told and no receipt is recorded."""
        wanted = valid(Wanted, request.query_params.dict())
        rows, next_ = page(_wanted(_with_state(self.orders()), wanted), by="issued_at", after=wanted["after"])
        for order in rows:
            order.state = _state(order)
        return Response({"items": HeadBody(rows, many=True).data, "next": next_})


def _with_state(orders: QuerySet[RemovalOrder]) -> QuerySet[Any]:
    waiting = ContentItem.objects.filter(order=OuterRef("pk"), execution__in=OPEN)
    running = Q(dossier__deadlines__closed_at=None, dossier__deadlines__code=ONE_HOUR.code)
    return orders.annotate(
        waits=Exists(waiting),
        item_count=Count("items", distinct=True),
        due_at=Min("dossier__deadlines__due_at", filter=running),
    )


def _wanted(orders: QuerySet[Any], wanted: dict[str, Any]) -> QuerySet[Any]:
    if "due_before" in wanted:
        orders = orders.filter(due_at__lt=wanted["due_before"])
    filters = {
        "open": Q(force__in=LIVE, waits=True),
        "executed": Q(force__in=LIVE, waits=False),
        "withdrawn": Q(force=Force.WITHDRAWN),
        "annulled": Q(force__in=ANNULLED),
    }
    return orders.filter(filters[wanted["state"]]) if "state" in wanted else orders


def _state(order: Any) -> str:
    if order.force in LIVE:
        return "open" if order.waits else "executed"
    return "withdrawn" if order.force == Force.WITHDRAWN else "annulled"


class Order(ProviderView):
    scopes = {"GET": (READ,)}

    @described("read_order", ok=ProviderOrderBody, parameters=[REFERENCE], tag="providers")
    def get(self, request: Request, reference: str) -> Response:
        """Annex I with its signature, clocks and open acts. If nothing proved receipt before, this request does."""
        at = arrived_at(request._request)
        transmitting.prove_receipt(order=self.find(reference), rule="order_read", at=at)
        order = self.find(reference)  # read afresh: the receipt may just have started the hour
        consulting.consult(order=order, by=self.by, at=at)
        return Response(self._body(order, at), headers={"ETag": f'"{order.dossier.generation}"'})

    def _body(self, order: RemovalOrder, at: datetime) -> dict[str, Any]:
        stand = standings.of_items(order, at=at)
        opened = open_acts(order, [one.item for one in stand], self.by)
        context = {"at": at, "standings": stand, "open_acts": opened}
        return dict(ProviderOrderBody(order, context=context).data)


class SubmissionBody(serializers.Serializer[Any]):
    """An answer that was recorded."""

    idempotency_key = serializers.CharField()
    reference = serializers.CharField()
    arrived_at = Instant()
    status = serializers.IntegerField()
    body_sha256 = serializers.CharField(source="body_id", help_text="of the bytes that you sent")
    answer = serializers.DictField(help_text="as it was given")


class SubmissionByKey(ProviderView):
    scopes = {"GET": (READ, ANSWER)}

    @described(
        "read_submission",
        ok=SubmissionBody,
        parameters=[OpenApiParameter("key", str, OpenApiParameter.PATH, description="the Idempotency-Key")],
        tag="providers",
    )
    def get(self, request: Request, key: str) -> Response:
        """Did you get this? Only what was recorded is here."""
        kept = Submission.objects.filter(provider=self.provider, idempotency_key=key).first() if is_key(key) else None
        if kept is None:
            raise NotFound("Nothing was recorded under this key: send it again.")
        return Response(SubmissionBody(kept).data)
