"""The content items of an order and the grounds that displace their hour, each transition declared once."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from orders.models.declared import CHANNEL, HOME, ISSUER, OFFICER, PROVIDER, SCRUTINEER, TIME, declared
from orders.models.removal_order import RemovalOrder
from orders.regulation.regions import (
    DONE,
    OPEN,
    Execution,
    Force,
    GroundKind,
    Measure,
    Preservation,
    ReceiptBasis,
)


def _was_annulled(item: Any) -> bool:
    return item.order.force in (Force.ANNULLED_BY_SCRUTINY, Force.ANNULLED_BY_COURT)


class ContentItem(models.Model):
    """One URL of an order, with its own execution, clock and preservation."""

    order = models.ForeignKey(RemovalOrder, models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    url = models.TextField()
    canonical_url = models.TextField()
    url_sha256 = models.CharField(max_length=64, db_index=True, help_text="of the canonical form")
    url_form = models.CharField(max_length=10)
    identification = models.TextField(blank=True)
    kind = models.CharField(max_length=40, blank=True)
    measure = models.CharField(max_length=40, choices=Measure.choices(), blank=True)
    taken_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    provider_received_at = models.DateTimeField(null=True, help_text="what the provider asserts in Annex II")
    receipt_basis = models.CharField(
        max_length=10, choices=ReceiptBasis.choices(), blank=True,
        help_text="what shows that the order had reached the provider when the measure was taken",
    )  # fmt: skip
    content_provider_informed_at = models.DateTimeField(null=True, help_text="Art. 11(1), first time")
    preserved_until = models.DateTimeField(null=True)
    reinstated_at = models.DateTimeField(null=True)

    execution = FSMField(default=Execution.AWAITING_RECEIPT, choices=Execution.choices(), protected=True)
    preservation = FSMField(default=Preservation.NONE, choices=Preservation.choices(), protected=True)

    class Meta:
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(name="item_number_once", fields=["order", "number"]),
            models.CheckConstraint(
                name="item_measure_has_times",
                condition=Q(measure="") | (Q(taken_at__isnull=False) & Q(reported_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} item {self.number}"

    @property
    def done(self) -> bool:
        return self.execution in DONE

    @transition(
        field=execution, source=Execution.AWAITING_RECEIPT, target=Execution.DUE,
        custom=declared("record_receipt", CHANNEL, "Start the hour", article="3(3)"),
    )  # fmt: skip
    def fall_due(self) -> None:
        """The hour begins with the receipt."""

    @transition(
        field=execution, source=sorted(OPEN), target=Execution.REMOVED,
        custom=declared("report_removal", PROVIDER, "Report removal (Annex II)", article="3(6)"),
    )  # fmt: skip
    def report_removed(self, **report: Any) -> None:
        self._measure(Measure.REMOVED, **report)

    @transition(
        field=execution, source=sorted(OPEN), target=Execution.DISABLED,
        custom=declared("report_removal", PROVIDER, "Report disabling everywhere (Annex II)", article="3(6)"),
    )  # fmt: skip
    def report_disabled(self, **report: Any) -> None:
        self._measure(Measure.DISABLED_IN_ALL_MEMBER_STATES, **report)

    @transition(
        field=execution, source=sorted(OPEN), target=Execution.ALREADY_GONE,
        custom=declared("report_removal", PROVIDER, "Report that it was already gone", article="3(6)"),
    )  # fmt: skip
    def report_already_gone(self, **report: Any) -> None:
        self._measure(Measure.ALREADY_UNAVAILABLE, **report)

    @transition(
        field=execution, source=Execution.NO_LONGER_REQUIRED, target=Execution.REMOVED,
        custom=declared("report_removal", PROVIDER, "Report a removal before the end", article="3(6)"),
    )  # fmt: skip
    def report_removed_before(self, **report: Any) -> None:
        """Nothing was known of it when the order ended; it is preserved (L9), and reinstated if annulled (L5)."""
        self._measure(Measure.REMOVED, **report)

    @transition(
        field=execution, source=Execution.NO_LONGER_REQUIRED, target=Execution.DISABLED,
        custom=declared("report_removal", PROVIDER, "Report a disabling before the end", article="3(6)"),
    )  # fmt: skip
    def report_disabled_before(self, **report: Any) -> None:
        """Nothing was known of it when the order ended; it is preserved (L9), and reinstated if annulled (L5)."""
        self._measure(Measure.DISABLED_IN_ALL_MEMBER_STATES, **report)

    def _measure(
        self,
        measure: Measure,
        *,
        taken_at: datetime,
        reported_at: datetime,
        received_at: datetime | None,
        receipt_basis: ReceiptBasis | None,
    ) -> None:
        self.measure, self.taken_at, self.reported_at = measure, taken_at, reported_at
        self.provider_received_at, self.receipt_basis = received_at, receipt_basis or ""

    @transition(
        field=execution, source=[Execution.DUE, Execution.UNANSWERED, Execution.DISPLACED], target=Execution.DISPLACED,
        custom=declared("report_impossibility", PROVIDER, "Report impossibility (Annex III)", article="3(7)"),
    )  # fmt: skip
    def displace_as_impossible(self) -> None:
        """While the ground lasts, the hour does not run."""

    @transition(
        field=execution, source=[Execution.DUE, Execution.UNANSWERED, Execution.DISPLACED], target=Execution.DISPLACED,
        custom=declared("seek_clarification", PROVIDER, "Ask for clarification (Annex III)", article="3(8)"),
    )  # fmt: skip
    def displace_as_unclear(self) -> None:
        """While the question is open, the hour does not run."""

    @transition(
        field=execution, source=Execution.DISPLACED, target=Execution.DUE,
        custom=declared("report_grounds_ceased", PROVIDER, "Report that the grounds ceased", article="3(7)"),
    )  # fmt: skip
    def resume_when_ceased(self) -> None:
        """A fresh hour from the time the grounds ceased."""

    @transition(
        field=execution, source=Execution.DISPLACED, target=Execution.DUE,
        custom=declared("record_receipt", CHANNEL, "Record receipt of the clarification", article="3(8)"),
    )  # fmt: skip
    def resume_when_clarified(self) -> None:
        """A fresh hour from the receipt of the clarification."""

    @transition(
        field=execution, source=Execution.DUE, target=Execution.UNANSWERED,
        custom=declared("lapse", TIME, "The limit passes", article="3(3)"),
    )  # fmt: skip
    def lapse(self) -> None:
        """A fact, not a finding."""

    @transition(
        field=execution, source=sorted(OPEN), target=Execution.NO_LONGER_REQUIRED,
        custom=declared("withdraw", ISSUER, "No longer required", roles=OFFICER),
    )  # fmt: skip
    def release(self) -> None:
        """The order was withdrawn before this item was done."""

    @transition(
        field=execution, source=sorted(OPEN), target=Execution.NO_LONGER_REQUIRED,
        custom=declared("decide_scrutiny", HOME, "No longer required, Art. 4(7)", roles=SCRUTINEER),
    )  # fmt: skip
    def release_by_scrutiny(self) -> None:
        """The order ceased to have legal effect before this item was done."""

    @transition(
        field=execution, source=sorted(OPEN), target=Execution.NO_LONGER_REQUIRED,
        custom=declared("record_judgment", ISSUER, "No longer required", article="9", roles=OFFICER),
    )  # fmt: skip
    def release_by_court(self) -> None:
        """The court annulled the order before this item was done."""

    @transition(
        field=execution, source=sorted(OPEN), target=Execution.NO_LONGER_REQUIRED,
        custom=declared("record_receipt", CHANNEL, "No longer required", article="4(7)"),
    )  # fmt: skip
    def release_on_receipt(self) -> None:
        """The provider learns that the order was annulled (ANNULLED_FROM=communication)."""

    @transition(
        field=execution, source=Execution.DISPLACED, target=Execution.DUE,
        custom=declared("record_grounds_ceased", ISSUER, "Record grounds as ceased", article="3(7)", roles=OFFICER),
    )  # fmt: skip
    def resume_when_recorded(self) -> None:
        """A fresh hour from the time the grounds ceased, which the authority can show."""

    @transition(
        field=execution, source=[Execution.REMOVED, Execution.DISABLED], target=Execution.REINSTATEMENT_DUE,
        custom=declared("record_receipt", CHANNEL, "Reinstatement falls due", article="4(7)"),
    )  # fmt: skip
    def owe_reinstatement(self) -> None:
        """From receipt of the decision, immediately."""

    @transition(
        field=execution, source=[Execution.REMOVED, Execution.DISABLED], target=Execution.REINSTATEMENT_DUE,
        conditions=[_was_annulled],
        custom=declared("report_removal", PROVIDER, "Reinstatement falls due at once", article="4(7)"),
    )  # fmt: skip
    def report_removed_but_annulled(self) -> None:
        """The decision was received before the removal became known; the duty runs from its receipt."""

    @transition(
        field=execution, source=Execution.REINSTATEMENT_DUE, target=Execution.REINSTATED,
        custom=declared("report_reinstatement", PROVIDER, "Report reinstatement", article="4(7)"),
    )  # fmt: skip
    def reinstate(self, *, at: datetime) -> None:
        self.reinstated_at = at

    @transition(
        field=execution, source=Execution.REINSTATEMENT_DUE, target=Execution.KEPT_DOWN,
        custom=declared("report_reinstatement", PROVIDER, "Keep down under own terms", article="4(7)"),
    )  # fmt: skip
    def keep_down(self) -> None:
        """Only under the provider's own terms and conditions; the reason is in the ledger (case 8)."""

    # --- preservation (Art. 6) ---
    @transition(
        field=preservation, source=Preservation.NONE, target=Preservation.PRESERVED,
        custom=declared("report_removal", PROVIDER, "Preserve", article="6(1)"),
    )  # fmt: skip
    def preserve(self, *, until: datetime) -> None:
        self.preserved_until = until

    @transition(
        field=preservation, target=Preservation.PRESERVATION_EXTENDED,
        source=[Preservation.PRESERVED, Preservation.PRESERVATION_EXTENDED],
        custom=declared("extend_preservation", ISSUER, "Extend the preservation", article="6(2)", roles=OFFICER),
    )  # fmt: skip
    def extend_preservation(self, *, until: datetime) -> None:
        self.preserved_until = until

    @transition(
        field=preservation, target=Preservation.PRESERVATION_ENDED,
        source=[Preservation.PRESERVED, Preservation.PRESERVATION_EXTENDED],
        custom=declared("end_preservation", TIME, "The preservation ends", article="6(1)"),
    )  # fmt: skip
    def end_preservation(self) -> None:
        """The time is over; what is kept is to be deleted."""

    @transition(
        field=preservation, target=Preservation.PRESERVATION_ENDED,
        source=[Preservation.PRESERVED, Preservation.PRESERVATION_EXTENDED],
        custom=declared("report_reinstatement", PROVIDER, "End the preservation", article="6(1)"),
    )  # fmt: skip
    def stop_preserving(self) -> None:
        """What is online again need not be preserved."""


class Ground(models.Model):
    """An Annex III ground for one item. The hour does not run while one is open; grounds may nest."""

    item = models.ForeignKey(ContentItem, models.PROTECT, related_name="grounds")
    kind = models.CharField(max_length=40, choices=GroundKind.choices())
    since = models.DateTimeField(help_text="when the ground arose: grounds_since, else when it was notified")
    notified_at = models.DateTimeField()
    opened_by = models.PositiveIntegerField(help_text="ledger entry of the notice")
    explanation = models.TextField()
    needed = models.JSONField(default=list)
    after_limit = models.BooleanField(
        default=False, help_text="notified after the limit had passed (ground_claimed_late)"
    )
    clarified_by = models.PositiveIntegerField(
        null=True, help_text="ledger entry of the clarification, perhaps not yet received"
    )
    disputed_by = models.PositiveIntegerField(null=True, help_text="ledger entry of the authority's dispute")
    closed_at = models.DateTimeField(null=True, help_text="when it ceased or the clarification was received")
    closed_by = models.PositiveIntegerField(null=True, help_text="ledger entry")
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    next_reminder_at = models.DateTimeField(
        null=True, help_text="when both sides are reminded that an impossibility was not reported as ended; null: never"
    )

    class Meta:
        ordering = ["item", "opened_by"]
        indexes = [
            models.Index(
                name="ground_to_remind",
                fields=["next_reminder_at"],
                condition=Q(closed_at__isnull=True, next_reminder_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.kind}"
