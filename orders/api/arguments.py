"""The bodies of acts: each gives the arguments of one function of orders/acts, by the same names."""

import base64
import binascii
from typing import Any

from rest_framework import serializers

from orders.acts import uploads
from orders.acts.appealing import ANNULLED, CONFIRMED
from orders.acts.refusals import Invalid
from orders.acts.scrutinising import OUTCOMES
from orders.acts.uploads import Upload
from orders.api.fields import APPELLANTS, AppealName, Instant, ItemNumber
from orders.regulation.regions import Actor, ReasonClass, Stage

REASON, STATEMENT = 2000, 20_000  # characters
ALL_ITEMS = "leave out for every item that it can concern"


class NoArguments(serializers.Serializer[Any]):
    """An act that takes nothing but the order."""


class ReasonBody(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=REASON)


class HoldBody(serializers.Serializer[Any]):
    """Why somebody wants to be asked first: a class, never a detail of a case."""

    reason = serializers.ChoiceField(ReasonClass.choices())

    def validate_reason(self, reason: str) -> ReasonClass:
        return ReasonClass(reason)


class AnswersBody(serializers.Serializer[Any]):
    """An answer to every open question, by its number."""

    answers = serializers.DictField(
        child=serializers.CharField(max_length=10_000),
        allow_empty=False,
        help_text='such as {"1": "The second video."}',
    )

    def validate_answers(self, answers: dict[str, str]) -> dict[int, str]:
        numbered = {}
        for key, answer in answers.items():
            if not (key.isascii() and key.isdigit() and len(key) < 6):
                raise Invalid("Name each answer by the number of its question.", pointer="/answers", got=key)
            numbered[int(key)] = answer
        return numbered


class NamedItems(serializers.ListField):
    """Numbers of items or of entries, as the tuple that the acts take."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "child": ItemNumber(), "max_length": 500})

    def to_internal_value(self, data: Any) -> Any:
        return tuple(super().to_internal_value(data))


class UploadBody(serializers.Serializer[Any]):
    """A file that is kept as an exhibit, known by its SHA-256."""

    content = serializers.CharField(max_length=1_000_000, help_text="the bytes in base64 (RFC 4648)")
    media_type = serializers.CharField(required=False, default=uploads.ANY, max_length=100)

    def to_internal_value(self, data: Any) -> Any:
        return Upload(**super().to_internal_value(data))

    def validate_content(self, content: str) -> bytes:
        try:
            return base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError("Send the bytes in base64 (RFC 4648).", code="base64") from None


class RecordedCeasedBody(serializers.Serializer[Any]):
    """When grounds of Art. 3(7) ceased, and what shows it: said, or as a file."""

    ceased_at = Instant()
    evidence = serializers.CharField(required=False, allow_blank=True, max_length=REASON)
    evidence_file = UploadBody(required=False)
    items = NamedItems(required=False, help_text=ALL_ITEMS)
    grounds = NamedItems(
        required=False, help_text="of nested ones, by the entries of their notices; leave out for all that had arisen"
    )


class SubmissionBody(serializers.Serializer[Any]):
    """That a message was submitted by hand at a web form; its confirmation page, as a file or its text, proves receipt.

    Without one the submission is recorded without proof: no hour starts.
    """

    submitted_at = Instant()
    address = serializers.URLField(max_length=500, help_text="of the form")
    message = serializers.CharField(
        required=False, max_length=40, help_text="its id; leave out for what has waited longest, as a rule the order"
    )
    confirmation = UploadBody(required=False)
    confirmation_text = serializers.CharField(required=False, max_length=STATEMENT, help_text="instead of the file")
    confirmed_at = Instant(required=False, help_text="when the page was shown; leave out: at the submission")

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if text := said.pop("confirmation_text", ""):
            if "confirmation" in said:
                raise Invalid("Send the page or its text, not both.", pointer="/confirmation_text")
            said["confirmation"] = uploads.text(text)
        return said


class WithholdingBody(serializers.Serializer[Any]):
    """A decision of Art. 11(3): the six weeks run from `decided_at`."""

    reason = serializers.CharField(max_length=REASON)
    decided_at = Instant()
    until = Instant(required=False, allow_null=True, help_text="leave out for the whole six weeks")


class WithholdingExtendedBody(serializers.Serializer[Any]):
    """The same once more."""

    reason = serializers.CharField(max_length=REASON)
    until = Instant(required=False, allow_null=True, help_text="leave out for six weeks more")


class PreservationExtendedBody(serializers.Serializer[Any]):
    """Until when, and which proceedings need it, Art. 6(2)."""

    until = Instant()
    reason = serializers.CharField(max_length=REASON)
    items = NamedItems(required=False, help_text=ALL_ITEMS)


class AppealBody(serializers.Serializer[Any]):
    """Who appealed, and when the authority or the court got it."""

    appellant = serializers.ChoiceField(APPELLANTS)
    received_at = Instant()

    def validate_appellant(self, appellant: str) -> Actor:
        return Actor(appellant)


class JudgmentBody(serializers.Serializer[Any]):
    """What a court decided."""

    outcome = serializers.ChoiceField([CONFIRMED, ANNULLED])
    received_at = Instant()
    appeals = serializers.ListField(
        child=AppealName(), required=False, allow_null=True, max_length=100,
        help_text="which it decides, by entry or appellant; null: all pending. It is final with the last",
    )  # fmt: skip
    reinstate = NamedItems(required=False, allow_null=True, help_text="as the court names them; null: every one")
    reasons = serializers.CharField(required=False, allow_blank=True, max_length=STATEMENT)

    def validate_appeals(self, appeals: list[int | Actor] | None) -> tuple[int | Actor, ...] | None:
        return None if appeals is None else tuple(appeals)


class ReasonsBody(serializers.Serializer[Any]):
    """The reasons of a decision or of an intention."""

    reasons = serializers.CharField(max_length=STATEMENT)


class DecisionBody(ReasonsBody):
    """A reasoned decision either way; `window_closed` dismisses a request as inadmissible."""

    outcome = serializers.ChoiceField([outcome.value for outcome in OUTCOMES])

    def validate_outcome(self, outcome: str) -> Stage:
        return Stage(outcome)


class IntakeBody(ReasonsBody):
    """A content provider's request, as it was received by the authority."""

    received_at = Instant(help_text="when the authority got it: the 72 hours run from here")
