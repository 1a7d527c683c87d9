"""What both APIs say about an order: one definition renders the answer and describes it in the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.api.fields import Instant
from orders.models import LIMIT_SCALES, Deadline, LedgerEntry, Scrutiny
from orders.regulation import limits
from orders.regulation.limits import LIMITS, Basis, ClockGround, Kind, Standing, Verdict
from orders.regulation.regions import (
    Actor,
    Disclosure,
    Execution,
    Force,
    Measure,
    Preparation,
    Preservation,
    ReasonClass,
    Stage,
    Transmission,
)


class ItemBody(serializers.Serializer[Any]):
    """How one item stands; of an `orders.standings.ItemStanding`. `due_at` is null while no hour runs or ran.

    `due_at` and `standing` are of its latest hour; `verdict` is, too, unless an earlier hour ran out before a ground
    was notified: a fresh hour after it takes nothing back.
    """

    item = serializers.IntegerField(source="item.number", help_text="number within the order, from 1")
    execution = serializers.ChoiceField(Execution.choices(), source="item.execution")
    due_at = Instant(allow_null=True)
    standing = serializers.ChoiceField(Standing.choices(), allow_null=True)
    verdict = serializers.ChoiceField(Verdict.choices(), allow_null=True, help_text="never a finding")
    basis = serializers.ChoiceField([basis.value for basis in Basis], allow_null=True, help_text="what it rests on")


class ClockBody(serializers.Serializer[Any]):
    """One clock of one debtor, running or closed; pass `at` in the context."""

    clock_id = serializers.CharField()
    code = serializers.CharField(help_text="such as C2, the hour")
    article = serializers.CharField()
    kind = serializers.SerializerMethodField(help_text="what it is about: a duty, a window ...")
    debtor_role = serializers.ChoiceField(Actor.choices(), help_text="whom it binds")
    debtor = serializers.CharField()
    item = serializers.SerializerMethodField(help_text="null for a clock of the whole order")
    ground = serializers.ChoiceField(ClockGround.choices(), help_text="why it started")
    started_at = Instant(source="starts_at")
    due_at = Instant(allow_null=True, help_text="exactly this instant is still within; null: without undue delay")
    closed_at = Instant(allow_null=True)
    standing = serializers.SerializerMethodField()
    verdict = serializers.SerializerMethodField(help_text="never a finding")
    elapsed_seconds = serializers.SerializerMethodField(
        help_text="where the law says without undue delay: what was needed, or has gone by so far; else null"
    )

    @extend_schema_field(serializers.ChoiceField(Kind.choices()))
    def get_kind(self, clock: Deadline) -> str:
        return LIMITS[clock.code].kind

    def get_item(self, clock: Deadline) -> int | None:
        return clock.item.number if clock.item else None

    @extend_schema_field(serializers.ChoiceField(Standing.choices()))
    def get_standing(self, clock: Deadline) -> str:
        return limits.standing(clock.facts(), now=self.context["at"])

    @extend_schema_field(serializers.ChoiceField(Verdict.choices(), allow_null=True))
    def get_verdict(self, clock: Deadline) -> str | None:
        return limits.verdict(clock.facts(), now=self.context["at"])

    def get_elapsed_seconds(self, clock: Deadline) -> float | None:
        if clock.due_at is not None:
            return None
        until = clock.taken_at or clock.stopped_at or self.context["at"]
        return max(0.0, (until - clock.starts_at).total_seconds())


class OpenActBody(serializers.Serializer[Any]):
    """An act that is open to the caller now."""

    act = serializers.CharField()
    article = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]


class ActionBody(OpenActBody):
    """The same, with where it is done."""

    method = serializers.CharField()
    url = serializers.CharField()


class EntryBody(serializers.ModelSerializer[LedgerEntry]):
    """One entry of the record; persons by their pseudonym."""

    number = serializers.IntegerField(help_text="from 1, without gaps")
    occurred_at, recorded_at = Instant(), Instant()
    facts = serializers.DictField(help_text="what the act said, the transitions it made, the clocks it started")
    salts = serializers.DictField(
        child=serializers.CharField(), help_text="of what may be withheld of the facts: the digest is over commitments"
    )

    class Meta:
        model = LedgerEntry
        fields = [
            "number", "act", "article", "actor_role", "actor_party", "actor_person", "channel", "occurred_at",
            "recorded_at", "facts", "salts", "previous_digest", "digest",
        ]  # fmt: skip


class HitBody(serializers.Serializer[Any]):
    """An interest in one URL: which authority coordinates, and a class of reason, no detail of any case."""

    url_sha256 = serializers.CharField()
    authority = serializers.CharField(help_text="its code")
    reason = serializers.ChoiceField(ReasonClass.choices())


class ScrutinyBody(serializers.Serializer[Any]):
    """How far the scrutiny of a cross-border order has got, Art. 4."""

    stage = serializers.ChoiceField(Stage.choices())
    copy_received_at = Instant(help_text="the 72 hours of Art. 4(3) run from here")
    intent_announced_at = Instant(allow_null=True)
    decided_at = Instant(allow_null=True, help_text="of the last decision")
    reasons = serializers.CharField(allow_blank=True, help_text="of the last decision")


class ScrutinyRequestBody(serializers.Serializer[Any]):
    """A reasoned request, Art. 4(4)."""

    requester = serializers.ChoiceField(Actor.choices())
    received_at = Instant(help_text="the 72 hours of Art. 4(4) run from here")
    reasons = serializers.CharField()
    late = serializers.BooleanField(help_text="after its 48 hours; a person decides what follows")
    entry = serializers.IntegerField(help_text="number of the request in the record")
    decided_by = serializers.IntegerField(allow_null=True, help_text="number of the decision in the record")


class ScrutinyFileBody(ScrutinyBody):
    """The file of the home authority: one per order, several requests join it."""

    reference = serializers.CharField(source="order.reference")
    generation = serializers.IntegerField(source="order.dossier.generation", help_text="also the ETag")
    force = serializers.ChoiceField(Force.choices(), source="order.force")
    issuing_authority = serializers.CharField(source="order.issuing_authority.code")
    home_authority = serializers.CharField(source="authority.code")
    provider = serializers.CharField(source="order.provider.code")
    requests = ScrutinyRequestBody(source="requests.all", many=True)
    clocks = serializers.SerializerMethodField(help_text="those of Art. 4")
    open_acts = serializers.SerializerMethodField()

    @extend_schema_field(ClockBody(many=True))
    def get_clocks(self, file: Scrutiny) -> Any:
        clocks = file.order.dossier.deadlines.filter(code__in=("C9", "C10a", "C10b", "C11"))
        return ClockBody(clocks.select_related("item").order_by("pk"), many=True, context=self.context).data

    @extend_schema_field(OpenActBody(many=True))
    def get_open_acts(self, file: Scrutiny) -> Any:
        return OpenActBody(self.context["open_acts"], many=True).data


class CoordinationBody(serializers.Serializer[Any]):
    """An order of another authority about which you were asked: neither its text nor its URLs."""

    reference = serializers.CharField()
    generation = serializers.IntegerField(source="dossier.generation", help_text="also the ETag")
    issuing_authority = serializers.CharField(source="issuing_authority.code")
    contact_point = serializers.CharField(source="issuing_authority.email")
    preparation = serializers.ChoiceField(Preparation.choices())
    asked_at = Instant(allow_null=True, help_text="null to Europol where deconfliction found nobody to ask")
    interests = serializers.SerializerMethodField(
        help_text="yours in the same content, by hash and class; to Europol, everybody's"
    )
    open_acts = serializers.SerializerMethodField()

    @extend_schema_field(HitBody(many=True))
    def get_interests(self, order: Any) -> Any:
        return HitBody(self.context["hits"], many=True).data

    @extend_schema_field(OpenActBody(many=True))
    def get_open_acts(self, order: Any) -> Any:
        return OpenActBody(self.context["open_acts"], many=True).data


class AuthorityItemBody(ItemBody):
    """One item as its authority sees it."""

    url = serializers.CharField(source="item.url")
    identification = serializers.CharField(source="item.identification")
    kind = serializers.CharField(source="item.kind")
    measure = serializers.ChoiceField(Measure.choices(), source="item.measure", allow_blank=True)
    taken_at = Instant(source="item.taken_at", allow_null=True)
    reported_at = Instant(source="item.reported_at", allow_null=True)
    content_provider_informed_at = Instant(source="item.content_provider_informed_at", allow_null=True)
    preservation = serializers.ChoiceField(Preservation.choices(), source="item.preservation")
    preserved_until = Instant(source="item.preserved_until", allow_null=True)
    reinstated_at = Instant(source="item.reinstated_at", allow_null=True)


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
    language_override = serializers.CharField(allow_blank=True)
    categories = serializers.ListField(child=serializers.CharField())
    reasons = serializers.CharField()
    assessment = serializers.CharField()
    file_number = serializers.CharField()
    must_not_inform = serializers.BooleanField()
    withholding_reason = serializers.CharField(allow_blank=True)
    withholding_decided_at = Instant(allow_null=True)
    withheld_until = Instant(allow_null=True)
    emergency = serializers.BooleanField(help_text="Art. 3(2)")
    emergency_reason = serializers.CharField(allow_blank=True)
    prior_information_at = Instant(allow_null=True, help_text="Art. 3(2)")
    first_order = serializers.BooleanField(help_text="of this authority to this provider, as found at issue")
    warnings = serializers.SerializerMethodField(
        help_text="what deserves a second look: before issue, and before preserved content is released; nothing blocks"
    )
    home_authority = serializers.CharField(source="home_authority.code", default=None, allow_null=True)
    scrutiny = serializers.SerializerMethodField()
    rule_version = serializers.CharField(help_text="the rules it is judged by")
    force_at = Instant(allow_null=True, help_text="when the present legal force began")
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

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_warnings(self, order: Any) -> Any:
        return self.context["warnings"]

    @extend_schema_field(ScrutinyBody(allow_null=True))
    def get_scrutiny(self, order: Any) -> Any:
        file = getattr(order, "scrutiny", None)
        return ScrutinyBody(file).data if file else None

    @extend_schema_field(AuthorityItemBody(many=True))
    def get_items(self, order: Any) -> Any:
        return AuthorityItemBody(self.context["standings"], many=True).data

    @extend_schema_field(OpenActBody(many=True))
    def get_open_acts(self, order: Any) -> Any:
        return OpenActBody(self.context["open_acts"], many=True).data

    @extend_schema_field(QuestionBody(many=True))
    def get_open_questions(self, order: Any) -> Any:
        return QuestionBody(self.context["open_questions"], many=True).data
