"""What was sent to a provider about one order, and how each attempt went: the same that its authority sees."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.described import REFERENCE, described
from orders.api.exchange import valid
from orders.api.fields import Instant
from orders.models import Attempt, OutboxMessage
from orders.regulation.regions import Actor
from platforms.api import examples
from platforms.api.arrival import arrived_at
from platforms.api.base import MANAGE, READ, ProviderView
from platforms.api.submissions import is_key
from platforms.delivery import resending


class AttemptBody(serializers.Serializer[Any]):
    """One attempt."""

    number = serializers.IntegerField()
    channel = serializers.CharField(help_text="such as webhook or mail")
    address = serializers.CharField(allow_blank=True)
    started_at, ended_at = Instant(), Instant()
    http_status = serializers.IntegerField(allow_null=True)
    outcome = serializers.CharField(help_text="such as accepted, refused or timeout; not_known: our worker ended in it")
    latency_ms = serializers.IntegerField()
    body_sha256 = serializers.CharField(source="body_id")
    answer_sha256 = serializers.CharField(allow_blank=True)
    is_receipt = serializers.BooleanField(help_text="the end of its answer is the receipt")
    next_attempt_at = Instant(allow_null=True)


class ReceiptBody(serializers.Serializer[Any]):
    """The first recorded evidence that the message was received."""

    channel = serializers.CharField()
    rule = serializers.CharField(help_text="what made it a receipt, such as webhook_2xx, order_read or event_read")
    received_at, recorded_at = Instant(), Instant()


class DeliveryBody(serializers.Serializer[Any]):
    """A message and its way to you."""

    id = serializers.CharField(source="message_id", help_text="the webhook-id")
    type = serializers.CharField()
    sequence, generation = serializers.IntegerField(), serializers.IntegerField()
    created_at = Instant()
    next_attempt_at = Instant(allow_null=True, help_text="null: nothing is sent any more")
    receipt = ReceiptBody(allow_null=True)
    attempts = AttemptBody(many=True)


class DeliveriesBody(serializers.Serializer[Any]):
    """All messages about the order to you, oldest first."""

    items = DeliveryBody(many=True)


class Deliveries(ProviderView):
    scopes = {"GET": (READ,)}

    @described(
        "read_deliveries",
        ok=DeliveriesBody,
        parameters=[REFERENCE],
        examples=[examples.answered("Received at the second attempt", examples.DELIVERIES, status="200")],
        tag="providers",
    )
    def get(self, request: Request, reference: str) -> Response:
        """The messages to you about the order and every attempt to deliver them. It proves no receipt."""
        sent = OutboxMessage.objects.filter(dossier=self.find(reference).dossier_id, recipient=self.provider.code)
        in_order = Prefetch("attempts", Attempt.objects.order_by("number"))
        messages = sent.select_related("receipt").prefetch_related(in_order).order_by("sequence")
        return Response({"items": DeliveryBody(messages, many=True).data})


class ResendBody(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=2000, help_text="kept with your request")


class ResendingBody(serializers.Serializer[Any]):
    """It goes again."""

    id = serializers.CharField(source="message.message_id", help_text="the webhook-id, the same as before")
    asked_at = Instant()
    reason = serializers.CharField()


class Resend(ProviderView):
    scopes = {"POST": (MANAGE,)}

    @described(
        "resend",
        ok=ResendingBody,
        status=202,
        request=ResendBody,
        parameters=[OpenApiParameter("message_id", str, OpenApiParameter.PATH, description="the id of a delivery")],
        problems=["not-sendable", "reason-missing"],
        examples=[
            examples.asked("After a repair", {"reason": "Our receiver was down until 02:10."}),
            examples.answered("It goes again", examples.RESENDING, status="202"),
        ],
        tag="connection",
    )
    def post(self, request: Request, message_id: str) -> Response:
        """Have a message sent to you once more, under its id; a receipt that is on record stands."""
        at, wanted = arrived_at(request._request), valid(ResendBody, request.data)
        sent = OutboxMessage.objects.filter(recipient_role=Actor.PROVIDER, recipient=self.provider.code)
        named = sent.select_related("dossier").filter(message_id=message_id)
        message = named.first() if is_key(message_id) else None
        if message is None:
            raise NotFound("No message with this id was sent to you.")
        return Response(ResendingBody(resending.resend(message, by=self.by, at=at, **wanted)).data, 202)
