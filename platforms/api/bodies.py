"""What providers are told: one definition renders the answer and describes it in the OpenAPI document."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders import canonical, standings
from orders.acts import preserving
from orders.acts.answering import Answer
from orders.api.bodies import ClockBody, ItemBody, OpenActBody
from orders.api.fields import Instant
from orders.models import LIMIT_SCALES, RemovalOrder
from orders.regulation.regions import Disclosure, Force, Transmission
from platforms.api.annex_i import AnnexIBody
from platforms.inspecting.twins import PATHS, order_url

STATES = ["open", "executed", "withdrawn", "annulled"]


class AnswerBody(serializers.Serializer[Any]):
    """What became of an answer; of an `orders.acts.answering.Answer`."""

    id = serializers.SerializerMethodField(help_text="reference and number of the entry in the record")
    recorded_at = Instant(source="entry.recorded_at", help_text="when your request arrived")
    effect = serializers.ChoiceField(["recorded", "none"], help_text="none: on record, but it changed nothing")
    reason = serializers.CharField(allow_blank=True, help_text="why it had no effect")
    flags = serializers.ListField(child=serializers.CharField(), help_text="such as clock_skew or receipt_drift")
    generation = serializers.IntegerField(source="order.dossier.generation")
    items = serializers.SerializerMethodField()

    def get_id(self, answer: Answer) -> str:
        return f"{answer.order.reference}/{answer.entry.number}"

    @extend_schema_field(ItemBody(many=True))
    def get_items(self, answer: Answer) -> Any:
        """The items spoken of; all of them when the answer names none."""
        stand = standings.of_items(answer.order, at=answer.entry.recorded_at)
        named = [one for one in stand if not answer.items or one.item.number in answer.items]
        return ItemBody(named, many=True).data


def answer_body(answer: Answer) -> dict[str, Any]:
    """`answer` as JSON, ready to be kept and replayed."""
    body: dict[str, Any] = canonical.plain(AnswerBody(answer).data)
    return body


class HeadBody(serializers.Serializer[Any]):
    """The head of an order: enough to decide whether to read it, not enough to prove its receipt."""

    reference = serializers.CharField()
    generation = serializers.IntegerField(source="dossier.generation")
    state = serializers.ChoiceField(STATES, help_text="open: something remains to be done")
    issued_at = Instant()
    received_at = Instant(allow_null=True)
    due_at = Instant(allow_null=True, help_text="of the first hour that may still be answered")
    items = serializers.IntegerField(source="item_count")
    limit_scale = serializers.ChoiceField(LIMIT_SCALES, help_text="what legal lengths are multiplied by here")
    order_url = serializers.SerializerMethodField()

    def get_order_url(self, order: RemovalOrder) -> str:
        return order_url(order)


class ClarificationBody(serializers.Serializer[Any]):
    """A clarification of the issuing authority, a signed document of its own."""

    clarification = serializers.DictField()
    clarification_jws = serializers.CharField()


class ProviderActBody(OpenActBody):
    """An act that is open to you, and where to POST it."""

    url = serializers.CharField()


class ProviderOrderBody(serializers.Serializer[Any]):
    """An order: Annex I with its signature, clocks, and what is open. Reading it proves its receipt."""

    reference = serializers.CharField()
    generation = serializers.IntegerField(source="dossier.generation", help_text="also the ETag")
    simulated = serializers.SerializerMethodField(help_text="always true: this is a simulator")
    summary = serializers.SerializerMethodField(help_text="one word for the whole order, derived")
    force = serializers.ChoiceField(Force.choices())
    transmission = serializers.ChoiceField(Transmission.choices())
    disclosure = serializers.ChoiceField(Disclosure.choices())
    received_at = Instant(allow_null=True, help_text="the first recorded evidence; the hour runs from here")
    acknowledged_at = Instant(allow_null=True)
    provider_reference = serializers.CharField(allow_blank=True)
    limit_scale = serializers.ChoiceField(LIMIT_SCALES, help_text="what legal lengths are multiplied by here")
    annex_i = serializers.SerializerMethodField()
    annex_i_jws = serializers.CharField(help_text="compact JWS; its payload is annex_i in canonical form (RFC 8785)")
    clarifications = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()
    clocks = serializers.SerializerMethodField()
    open_acts = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField(help_text="what deserves a look before preserved content is released")

    def get_simulated(self, order: RemovalOrder) -> bool:
        return True

    def get_summary(self, order: RemovalOrder) -> str:
        return standings.summary(order, self.context["standings"])

    @extend_schema_field(AnnexIBody())
    def get_annex_i(self, order: RemovalOrder) -> Any:
        assert order.annex_i is not None  # it was sent
        return json.loads(bytes(order.annex_i.content))

    @extend_schema_field(ClarificationBody(many=True))
    def get_clarifications(self, order: RemovalOrder) -> Any:
        sent = order.dossier.messages.filter(type="order.clarified", recipient=order.provider.code)
        names = ("clarification", "clarification_jws")
        return [{name: message.data[name] for name in names} for message in sent.order_by("sequence")]

    @extend_schema_field(ItemBody(many=True))
    def get_items(self, order: RemovalOrder) -> Any:
        return ItemBody(self.context["standings"], many=True).data

    @extend_schema_field(ClockBody(many=True))
    def get_clocks(self, order: RemovalOrder) -> Any:
        clocks = order.dossier.deadlines.select_related("item").order_by("pk")
        return ClockBody(clocks, many=True, context=self.context).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_warnings(self, order: RemovalOrder) -> Any:
        return preserving.warnings(order, at=self.context["at"])

    @extend_schema_field(ProviderActBody(many=True))
    def get_open_acts(self, order: RemovalOrder) -> Any:
        return [
            {"act": one.act, "article": one.article, "label": one.label, "url": f"{order_url(order)}/{PATHS[one.act]}"}
            for one in self.context["open_acts"]
        ]
