"""Annex II, Annex III and the smaller statements as JSON, translated into the values that the acts take."""

from typing import Any

from rest_framework import serializers

from orders.api.arguments import NamedItems
from orders.api.fields import Choice, Instant, ItemNumber, Line
from orders.regulation.annexes import AnnexII, AnnexIII, MeasureTaken, Question
from orders.regulation.regions import GroundKind, Information, Measure, Purpose


class SignatoryBody(serializers.Serializer[Any]):
    """Who signs for the provider."""

    provider = Line()
    member_state = Line(max_length=2)
    authorised_person = Line()
    contact_email = Line()
    date = Line(max_length=40)
    signed_at = Line(max_length=40)


class AcknowledgementBody(serializers.Serializer[Any]):
    """Seen; no legal effect."""

    provider_reference = Line(max_length=100)


class MeasureBody(serializers.Serializer[Any]):
    """The measure for one item."""

    item = ItemNumber()
    measure = Choice(Measure.choices())
    taken_at = Instant(help_text="when the content was removed or disabled: this time decides, not that of the report")


class AnnexIIBody(serializers.Serializer[Any]):
    """Annex II: feedback after removal or disabling of access, Art. 3(6)."""

    provider_reference = Line(max_length=100)
    received_at = Instant(required=False, allow_null=True, default=None, help_text="as you recorded it")
    measures = MeasureBody(many=True, allow_empty=False, max_length=500)  # type: ignore[call-arg]
    signatory = SignatoryBody(required=False, default=dict)


class QuestionBody(serializers.Serializer[Any]):
    """One thing the provider needs to know."""

    question = serializers.IntegerField(min_value=1, max_value=32767)
    text = serializers.CharField(max_length=4000)


class AnnexIIIBody(serializers.Serializer[Any]):
    """Annex III: why the order cannot be executed, Art. 3(7) and 3(8). No `items`: every item."""

    provider_reference = Line(max_length=100)
    received_at = Instant(required=False, allow_null=True, default=None)
    items = serializers.ListField(child=ItemNumber(), required=False, default=list, max_length=500)
    reason = Choice(GroundKind.choices())
    grounds_since = Instant(required=False, allow_null=True, default=None, help_text="required for the first reason")
    explanation = serializers.CharField(max_length=10_000)
    needed = QuestionBody(many=True, required=False, default=list, max_length=100)  # type: ignore[call-arg]
    signatory = SignatoryBody(required=False, default=dict)


class GroundsCeasedBody(serializers.Serializer[Any]):
    """The grounds of Art. 3(7) ceased: a fresh hour from that time. No `items`: every displaced item."""

    items = serializers.ListField(child=ItemNumber(), required=False, default=list, max_length=500)
    ceased_at = Instant()
    grounds = serializers.ListField(
        child=ItemNumber(), required=False, default=list, max_length=500,
        help_text="of several, those meant: the number at the end of the `id` that each Annex III was answered with",
    )  # fmt: skip


class ScrutinyRequestBody(serializers.Serializer[Any]):
    """A reasoned request to the authority of the provider's home, Art. 4(4). Simulated form."""

    reasons = serializers.CharField(max_length=20_000)


class ReinstatementBody(serializers.Serializer[Any]):
    """Reinstatement after an annulment, Art. 4(7). Simulated form."""

    items = NamedItems(allow_empty=False)
    reinstated_at = Instant(help_text="when the content came back, or when you decided to keep it down")
    kept_down_under = Line(max_length=2000, help_text="the clause of your own terms under which you keep it down")


class InformationBody(serializers.Serializer[Any]):
    """What the content provider was given, Art. 11(1)-(2). Simulated form."""

    information = Choice(Information.choices())
    informed_at = Instant()

    def validate_information(self, information: str) -> Information:
        return Information(information)


class PreservationBody(serializers.Serializer[Any]):
    """What happened to preserved content, Art. 6. Simulated form."""

    items = NamedItems(allow_empty=False)
    what = Choice(["kept", "accessed", "ended"])
    happened_at = Instant()
    purpose = Choice(Purpose.choices(), required=False, allow_null=True, help_text="required for an access")

    def validate_purpose(self, purpose: str | None) -> Purpose | None:
        return Purpose(purpose) if purpose else None


def annex_ii(body: dict[str, Any]) -> AnnexII:
    """The value of a valid AnnexIIBody."""
    measures = [MeasureTaken(one["item"], Measure(one["measure"]), one["taken_at"]) for one in body["measures"]]
    return AnnexII(tuple(measures), body["provider_reference"], body["received_at"], _said(body["signatory"]))


def annex_iii(body: dict[str, Any]) -> AnnexIII:
    """The value of a valid AnnexIIIBody."""
    return AnnexIII(
        reason=GroundKind(body["reason"]),
        explanation=body["explanation"],
        items=tuple(body["items"]),
        grounds_since=body["grounds_since"],
        needed=tuple(Question(one["question"], one["text"]) for one in body["needed"]),
        provider_reference=body["provider_reference"],
        received_at=body["received_at"],
        signatory=_said(body["signatory"]),
    )


def _said(signatory: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in signatory.items() if text}
