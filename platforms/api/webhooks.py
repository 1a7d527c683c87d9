"""The messages that are POSTed to a provider, for the webhooks section of the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, OpenApiWebhook, extend_schema
from rest_framework import serializers

from orders.api.fields import Instant
from orders.models import LIMIT_SCALES
from orders.regulation.limits import ONE_HOUR
from platforms.api import examples
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


class ClarifiedBody(AboutOrderBody, ClarificationBody):
    """The answer to your questions."""

    limit = LimitBody()
    entry = serializers.IntegerField(help_text="number of the act in the record")


class WithdrawnBody(AboutOrderBody):
    """The order was withdrawn."""

    reason = serializers.CharField()
    withdrawn_at = Instant()
    items = serializers.ListField(child=serializers.IntegerField(), help_text="items no longer required")


class LimitMessageBody(AboutOrderBody):
    """About one clock."""

    item = serializers.IntegerField(allow_null=True)
    clock = serializers.CharField()
    code = serializers.CharField(help_text="such as C2, the hour")
    due_at = Instant()


class PassedBody(LimitMessageBody):
    """A limit passed: a fact, not a finding."""

    limit_passed = serializers.CharField(help_text="the article of the limit")


class ApproachingBody(LimitMessageBody):
    """The limit approaches."""

    seconds_left = serializers.IntegerField()
    scale = serializers.ChoiceField(LIMIT_SCALES)
    content_provider_never_informed = serializers.BooleanField(
        required=False,
        help_text="true before the end of preservation (C15) when no information of Art. 11(2) is on record",
    )


def _envelope(kind: str, data: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    fields: dict[str, Any] = {
        "__doc__": f"The envelope of {kind}.",
        "type": serializers.CharField(help_text=kind),
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


def _webhook(kind: str, data: type[serializers.Serializer[Any]], summary: str, example: Any = None) -> OpenApiWebhook:
    # what we send is, seen from here, an answer
    shown = [OpenApiExample(kind, value=example, response_only=True)] if example else []
    decorator = extend_schema(
        summary=summary,
        description=f"{summary} {SIGNED}",
        request=_envelope(kind, data),
        responses=ACCEPTED,
        examples=shown,
        tags=["webhooks"],
    )
    return OpenApiWebhook(kind, decorator)


STARTS = f"Its receipt starts the hour of Art. {ONE_HOUR.article}."
WEBHOOKS = [
    _webhook("order.issued", IssuedBody, f"A removal order was issued to you. {STARTS}", examples.ISSUED),
    _webhook("order.clarified", ClarifiedBody, f"Your questions were answered. {STARTS}"),
    _webhook(
        "order.withdrawn", WithdrawnBody, "The order was withdrawn: nothing more is required.", examples.WITHDRAWN
    ),
    _webhook("order.limit_approaching", ApproachingBody, "A limit approaches."),
    _webhook("order.limit_passed", PassedBody, "A limit passed and nothing was reported so far."),
    *(_webhook(kind, data, summary) for kind, (data, summary) in OF_THE_LAW.items()),
]
