"""What both APIs say about an order: one definition renders the answer and describes it in the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.api.fields import Instant
from orders.models import LIMIT_SCALES, Deadline
from orders.regulation import limits
from orders.regulation.limits import Basis, ClockGround, Standing, Verdict
from orders.regulation.regions import Disclosure, Execution, Force, Measure, Preparation, Transmission


class ItemBody(serializers.Serializer[Any]):
    """How one item stands; of an `orders.standings.ItemStanding`. `due_at` is null while no hour runs or ran."""

    item = serializers.IntegerField(source="item.number", help_text="number within the order, from 1")
    execution = serializers.ChoiceField(Execution.choices(), source="item.execution")
    due_at = Instant(allow_null=True)
    standing = serializers.ChoiceField(Standing.choices(), allow_null=True)
    verdict = serializers.ChoiceField(Verdict.choices(), allow_null=True, help_text="never a finding")
    basis = serializers.ChoiceField([basis.value for basis in Basis], allow_null=True, help_text="what it rests on")


class ClockBody(serializers.Serializer[Any]):
    """One clock of one item, running or closed; pass `at` in the context."""

    clock_id = serializers.CharField()
    code = serializers.CharField(help_text="such as C2, the hour")
    article = serializers.CharField()
    item = serializers.IntegerField(source="item.number")
    ground = serializers.ChoiceField(ClockGround.choices(), help_text="why it started")
    started_at = Instant(source="starts_at")
    due_at = Instant(help_text="exactly this instant is still within")
    closed_at = Instant(allow_null=True)
    standing = serializers.SerializerMethodField()
    verdict = serializers.SerializerMethodField()

    def get_standing(self, clock: Deadline) -> str:
        return limits.standing(clock.facts(), now=self.context["at"])

    def get_verdict(self, clock: Deadline) -> str | None:
        return limits.verdict(clock.facts(), now=self.context["at"])


class OpenActBody(serializers.Serializer[Any]):
    """An act that is open to the caller now."""

    act = serializers.CharField()
    article = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]


class AuthorityItemBody(ItemBody):
    """One item as its authority sees it."""

    url = serializers.CharField(source="item.url")
    identification = serializers.CharField(source="item.identification")
    kind = serializers.CharField(source="item.kind")
    measure = serializers.ChoiceField(Measure.choices(), source="item.measure", allow_blank=True)
    taken_at = Instant(source="item.taken_at", allow_null=True)
    reported_at = Instant(source="item.reported_at", allow_null=True)


class AuthorityHeadBody(serializers.Serializer[Any]):
    """The head of an order as its authority sees it."""

    reference = serializers.CharField()
    generation = serializers.IntegerField(source="dossier.generation", help_text="also the ETag; raised by each act")
    provider = serializers.CharField(source="provider.code")
    preparation = serializers.ChoiceField(Preparation.choices())
    transmission = serializers.ChoiceField(Transmission.choices())
    force = serializers.ChoiceField(Force.choices())
    disclosure = serializers.ChoiceField(Disclosure.choices())
    limit_scale = serializers.ChoiceField(LIMIT_SCALES)
    created_at = Instant()
    issued_at = Instant(allow_null=True)
    received_at = Instant(allow_null=True)


class QuestionBody(serializers.Serializer[Any]):
    """A question of Annex III that waits for `clarify`."""

    number = serializers.IntegerField()
    item = serializers.IntegerField()
    text = serializers.CharField()


class AuthorityOrderBody(AuthorityHeadBody):
    """An order as its authority sees it: what it says, how it stands, what is open."""

    issuing_authority = serializers.CharField(source="issuing_authority.code")
    simulated = serializers.SerializerMethodField(help_text="always true: this is a simulator")
    summary = serializers.SerializerMethodField(help_text="one word for the whole order, derived")
    language = serializers.CharField()
    categories = serializers.ListField(child=serializers.CharField())
    reasons = serializers.CharField()
    assessment = serializers.CharField()
    file_number = serializers.CharField()
    must_not_inform = serializers.BooleanField()
    sent_at = Instant(allow_null=True)
    acknowledged_at = Instant(allow_null=True)
    provider_reference = serializers.CharField(allow_blank=True)
    annex_i_jws = serializers.CharField(allow_blank=True, help_text="the signed Annex I, once issued")
    items = serializers.SerializerMethodField()
    open_acts = serializers.SerializerMethodField()
    open_questions = serializers.SerializerMethodField()

    def get_simulated(self, order: Any) -> bool:
        return True

    def get_summary(self, order: Any) -> str:
        summary: str = self.context["summary"]
        return summary

    @extend_schema_field(AuthorityItemBody(many=True))
    def get_items(self, order: Any) -> Any:
        return AuthorityItemBody(self.context["standings"], many=True).data

    @extend_schema_field(OpenActBody(many=True))
    def get_open_acts(self, order: Any) -> Any:
        return OpenActBody(self.context["open_acts"], many=True).data

    @extend_schema_field(QuestionBody(many=True))
    def get_open_questions(self, order: Any) -> Any:
        return QuestionBody(self.context["open_questions"], many=True).data
