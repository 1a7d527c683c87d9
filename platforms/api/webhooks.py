"""The messages that are POSTed to a provider, for the webhooks section of the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    OpenApiWebhook,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_field,
)
from rest_framework import serializers

from orders.api.fields import Instant
from orders.models import LIMIT_SCALES
from orders.regulation.limits import ONE_HOUR
from platforms.api import message_examples
from platforms.api.annex_i import AnnexIBody
from platforms.api.bodies import ClarificationBody
from platforms.api.messages import OF_THE_LAW, AboutOrderBody

SIGNED = (
    "Signed as Standard Webhooks says: headers webhook-id, webhook-timestamp and webhook-signature over the body. "
    "Delivered at least once: webhook-id is what to deduplicate on."
)


class LimitBody(serializers.Serializer[Any]):
    """The hour that the receipt of this message starts."""

    article = serializers.CharField()
    seconds = serializers.IntegerField(help_text="the legal length, before `scale`")
    starts = serializers.CharField()
    scale = serializers.ChoiceField(LIMIT_SCALES, help_text="what the legal length is multiplied by here")
    rule = serializers.CharField(help_text="version of the rules of computation")


class IssuedBody(AboutOrderBody):
    """A removal order."""

    limit = LimitBody()
    annex_i = AnnexIBody(help_text="a copy for convenience: annex_i_jws counts")
    annex_i_jws = serializers.CharField(help_text="compact JWS (RFC 7515); keys at /.well-known/jwks.json")


class ClarifiedBody(IssuedBody, ClarificationBody):
    """The answer to your questions, with the order it belongs to: the same authority signed both."""

    entry = serializers.IntegerField(help_text="number of the act in the record")


class WithdrawnBody(AboutOrderBody):
    """The order was withdrawn."""

    reason = serializers.CharField()
    withdrawn_at = Instant()
    items = serializers.ListField(child=serializers.IntegerField(), help_text="items no longer required")


class LimitMessageBody(AboutOrderBody):
    """About the end of a limit."""

    code = serializers.CharField(help_text="such as C2, the hour")
    due_at = Instant()


class PassedBody(LimitMessageBody):
    """A limit passed: a fact, not a finding. About one clock."""

    item = serializers.IntegerField(allow_null=True)
    clock = serializers.CharField()
    limit_passed = serializers.CharField(help_text="the article of the limit")


class ApproachingBody(LimitMessageBody):
    """The limit approaches: clocks of one code and one end that are warned of at once are one message."""

    items = serializers.ListField(
        child=serializers.IntegerField(), help_text="in rising order; empty when the limit is about the whole order"
    )
    clocks = serializers.ListField(child=serializers.CharField(), help_text="in the order of the items")
    seconds_left = serializers.IntegerField()
    scale = serializers.ChoiceField(LIMIT_SCALES)
    content_provider_never_informed = serializers.BooleanField(
        required=False,
        help_text="true before the end of preservation (C15) when no information of Art. 11(2) is on record",
    )


def _kind(kind: str) -> serializers.Field[Any, Any, Any, Any]:
    """The member `type` of one kind of message: it says nothing else."""
    constant = extend_schema_field({"type": "string", "const": kind})(type("Kind", (serializers.CharField,), {}))
    return constant()


def _envelope(kind: str, data: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    fields: dict[str, Any] = {
        "__doc__": f"The envelope of {kind}.",
        "type": _kind(kind),
        "timestamp": Instant(),
        "sequence": serializers.IntegerField(help_text="rises per order and recipient"),
        "simulated": serializers.BooleanField(help_text="always true: this is a simulator"),
        "data": data(),
    }
    return type(f"{data.__name__.removesuffix('Body')}EnvelopeBody", (serializers.Serializer,), fields)


ACCEPTED = {
    "2XX": OpenApiResponse(description="Received: the end of this answer is the receipt."),
    "default": OpenApiResponse(description="Not received: we try again, at least 20 times in the first hour."),
}
STARTS = f"Its receipt starts the hour of Art. {ONE_HOUR.article}."
KINDS: dict[str, tuple[type[AboutOrderBody], str]] = {
    "order.issued": (IssuedBody, f"A removal order was issued to you. {STARTS}"),
    "order.clarified": (ClarifiedBody, f"Your questions were answered. {STARTS}"),
    "order.withdrawn": (WithdrawnBody, "The order was withdrawn: nothing more is required."),
    "order.limit_approaching": (ApproachingBody, "A limit approaches."),
    "order.limit_passed": (PassedBody, "A limit passed and nothing was reported so far."),
    **OF_THE_LAW,
}
ENVELOPES = {kind: _envelope(kind, data) for kind, (data, _) in KINDS.items()}
# Any message, as the pull channel serves it.
MESSAGE = PolymorphicProxySerializer("MessageBody", {**ENVELOPES}, resource_type_field_name="type")


def _webhook(kind: str, summary: str) -> OpenApiWebhook:
    # what we send is, seen from here, an answer
    decorator = extend_schema(
        summary=summary,
        description=f"{summary} {SIGNED}",
        request=ENVELOPES[kind],
        responses=ACCEPTED,
        examples=[OpenApiExample(kind, value=message_examples.of(kind), response_only=True)],
        tags=["webhooks"],
    )
    return OpenApiWebhook(kind, decorator)


WEBHOOKS = [_webhook(kind, summary) for kind, (_, summary) in KINDS.items()]
