"""The removal order, its content items and the grounds that displace the hour, each transition declared once."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, transition

from orders.models.dossier import Dossier
from orders.models.parties import AuthorityKey, CompetentAuthority, HostingServiceProvider
from orders.models.people import User
from orders.models.transmission import Exhibit
from orders.regulation.regions import (
    DONE,
    OPEN,
    Actor,
    Disclosure,
    Execution,
    Force,
    GroundKind,
    Measure,
    OfficerRole,
    Preparation,
    Preservation,
    Transmission,
)

LIMIT_SCALES = [("1", "1 (the hour is an hour)"), ("1/60", "1/60 (a minute)"), ("1/3600", "1/3600 (a second)")]
OFFICER = (OfficerRole.DRAFTER, OfficerRole.APPROVER)


def declared(
    act: str, by: Actor, label: str, *, article: str = "", roles: tuple[OfficerRole, ...] = ()
) -> dict[str, Any]:
    """What each transition says of itself: the act it belongs to, who may, the article, and the officer's role needed."""
    return {"act": act, "by": by, "label": label, "article": article, "roles": roles}


class RemovalOrder(models.Model):
    """A removal order (Art. 3). One field per region of state; its summary is derived, never stored."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="removal_order")
    issuing_authority = models.ForeignKey(CompetentAuthority, models.PROTECT, related_name="issued_orders")
    provider = models.ForeignKey(HostingServiceProvider, models.PROTECT, related_name="orders")
    home_authority = models.ForeignKey(
        CompetentAuthority,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="home_orders",
        help_text="frozen at issue",
    )
    language = models.CharField(max_length=2, default="en")
    categories = models.JSONField(default=list)
    reasons = models.TextField()
    assessment = models.TextField(
        blank=True, help_text="Art. 1(3): why the true purpose is not educational, journalistic ..."
    )
    file_number = models.CharField(max_length=60, blank=True)
    must_not_inform = models.BooleanField(default=False)
    limit_scale = models.CharField(max_length=10, choices=LIMIT_SCALES, default="1")
    rule_version = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="drafted_orders")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="approved_orders")
    issued_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    provider_reference = models.CharField(max_length=100, blank=True)
    force_at = models.DateTimeField(null=True, help_text="when the present legal force began")
    annex_i = models.ForeignKey(Exhibit, models.PROTECT, null=True, related_name="+", help_text="frozen at issue")
    annex_i_jws = models.TextField(blank=True)
    signing_key = models.ForeignKey(AuthorityKey, models.PROTECT, null=True, related_name="+")

    preparation = FSMField(default=Preparation.DRAFT, choices=Preparation.choices(), protected=True)
    transmission = FSMField(default=Transmission.NOT_SENT, choices=Transmission.choices(), protected=True)
    force = FSMField(default=Force.NOT_IN_FORCE, choices=Force.choices(), protected=True)
    disclosure = FSMField(default=Disclosure.ALLOWED, choices=Disclosure.choices(), protected=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="order_four_eyes",
                condition=Q(approved_by__isnull=True) | Q(drafted_by__isnull=True) | ~Q(approved_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="order_in_force_was_approved",
                condition=Q(force=Force.NOT_IN_FORCE) | Q(approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="order_received_has_instant",
                condition=~Q(transmission=Transmission.RECEIVED) | Q(received_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="order_by_authority", fields=["issuing_authority", "-created_at"])]

    def __str__(self) -> str:
        return self.dossier.reference

    @property
    def reference(self) -> str:
        return self.dossier.reference

    @property
    def open(self) -> bool:
        """Issued and neither withdrawn nor annulled."""
        return self.force in (Force.IN_FORCE, Force.UNDER_APPEAL, Force.FINAL)

    # --- preparation ---
    @transition(
        field=preparation, source=Preparation.DRAFT, target=None,
        custom=declared("revise", Actor.ISSUING_AUTHORITY, "Edit the draft", roles=(OfficerRole.DRAFTER,)),
    )  # fmt: skip
    def revise(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)

    @transition(
        field=preparation, source=Preparation.DRAFT, target=Preparation.IN_REVIEW,
        custom=declared("submit", Actor.ISSUING_AUTHORITY, "Submit for approval", article="3(4)", roles=(OfficerRole.DRAFTER,)),
    )  # fmt: skip
    def submit(self) -> None:
        """The content was checked by the act."""

    @transition(
        field=preparation, source=Preparation.IN_REVIEW, target=Preparation.DRAFT,
        custom=declared("return_to_draft", Actor.ISSUING_AUTHORITY, "Return to the drafter", roles=OFFICER),
    )  # fmt: skip
    def return_to_draft(self) -> None:
        """The reason is in the ledger."""

    @transition(
        field=preparation, source=Preparation.IN_REVIEW, target=Preparation.CLEARED,
        custom=declared("approve", Actor.ISSUING_AUTHORITY, "Approve", roles=(OfficerRole.APPROVER,)),
    )  # fmt: skip
    def approve(self, *, person: User) -> None:
        self.approved_by = person

    @transition(
        field=preparation, source=[Preparation.DRAFT, Preparation.IN_REVIEW, Preparation.CLEARED], target=Preparation.CANCELLED,
        conditions=[lambda order: order.force == Force.NOT_IN_FORCE],
        custom=declared("cancel_before_dispatch", Actor.ISSUING_AUTHORITY, "Cancel before dispatch", roles=OFFICER),
    )  # fmt: skip
    def cancel_before_dispatch(self) -> None:
        """The reason is in the ledger."""

    # --- legal force ---
    @transition(
        field=force, source=Force.NOT_IN_FORCE, target=Force.IN_FORCE,
        conditions=[lambda order: order.preparation == Preparation.CLEARED],
        custom=declared("issue", Actor.ISSUING_AUTHORITY, "Issue and send", article="3(1)", roles=OFFICER),
    )  # fmt: skip
    def issue(
        self, *, at: datetime, annex_i: Exhibit, jws: str, key: AuthorityKey, home: CompetentAuthority | None
    ) -> None:
        self.issued_at = self.force_at = at
        self.annex_i, self.annex_i_jws, self.signing_key, self.home_authority = annex_i, jws, key, home

    @transition(
        field=force, source=[Force.IN_FORCE, Force.UNDER_APPEAL, Force.FINAL], target=Force.WITHDRAWN,
        custom=declared("withdraw", Actor.ISSUING_AUTHORITY, "Withdraw the order", roles=OFFICER),
    )  # fmt: skip
    def withdraw(self, *, at: datetime) -> None:
        self.force_at = at

    @transition(
        field=force, source=[Force.IN_FORCE, Force.UNDER_APPEAL, Force.FINAL], target=None,
        conditions=[lambda order: order.has_open_question()],
        custom=declared("clarify", Actor.ISSUING_AUTHORITY, "Answer the provider's questions", article="3(8)", roles=OFFICER),
    )  # fmt: skip
    def clarify(self) -> None:
        """The hour starts afresh when the provider has received the clarification, not now."""

    # --- transmission ---
    @transition(
        field=transmission, source=Transmission.NOT_SENT, target=Transmission.SENT,
        custom=declared("issue", Actor.ISSUING_AUTHORITY, "Send", article="3(5)", roles=OFFICER),
    )  # fmt: skip
    def dispatch(self, *, at: datetime) -> None:
        self.sent_at = at

    @transition(
        field=transmission, source=[Transmission.SENT, Transmission.UNDELIVERABLE], target=Transmission.RECEIVED,
        custom=declared("record_receipt", Actor.CHANNEL, "Record receipt", article="3(5)"),
    )  # fmt: skip
    def receive(self, *, at: datetime) -> None:
        self.received_at = at

    @transition(
        field=transmission, source=Transmission.RECEIVED, target=None,
        custom=declared("acknowledge", Actor.PROVIDER, "Acknowledge (no legal effect)"),
    )  # fmt: skip
    def acknowledge(self, *, at: datetime, provider_reference: str) -> None:
        self.acknowledged_at = self.acknowledged_at or at
        self.provider_reference = provider_reference or self.provider_reference

    def has_open_question(self) -> bool:
        """Whether an Annex III question waits for this authority's clarification."""
        asked = [GroundKind.MANIFEST_ERRORS, GroundKind.INSUFFICIENT_INFORMATION]
        return Ground.objects.filter(item__order=self, closed_at=None, clarified_by=None, kind__in=asked).exists()


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
        custom=declared("record_receipt", Actor.CHANNEL, "Start the hour", article="3(3)"),
    )  # fmt: skip
    def fall_due(self) -> None:
        """The hour begins with the receipt."""

    @transition(
        field=execution, source=sorted(OPEN), target=Execution.REMOVED,
        custom=declared("report_removal", Actor.PROVIDER, "Report removal (Annex II)", article="3(6)"),
    )  # fmt: skip
    def report_removed(self, **report: Any) -> None:
        self._measure(Measure.REMOVED, **report)

    @transition(
        field=execution, source=sorted(OPEN), target=Execution.DISABLED,
        custom=declared("report_removal", Actor.PROVIDER, "Report disabling in all Member States (Annex II)", article="3(6)"),
    )  # fmt: skip
    def report_disabled(self, **report: Any) -> None:
        self._measure(Measure.DISABLED_IN_ALL_MEMBER_STATES, **report)

    @transition(
        field=execution, source=sorted(OPEN), target=Execution.ALREADY_GONE,
        custom=declared("report_removal", Actor.PROVIDER, "Report that it was already gone", article="3(6)"),
    )  # fmt: skip
    def report_already_gone(self, **report: Any) -> None:
        self._measure(Measure.ALREADY_UNAVAILABLE, **report)

    def _measure(
        self, measure: Measure, *, taken_at: datetime, reported_at: datetime, received_at: datetime | None
    ) -> None:
        self.measure, self.taken_at, self.reported_at = measure, taken_at, reported_at
        self.provider_received_at = received_at

    @transition(
        field=execution, source=[Execution.DUE, Execution.UNANSWERED, Execution.DISPLACED], target=Execution.DISPLACED,
        custom=declared("report_impossibility", Actor.PROVIDER, "Report impossibility (Annex III)", article="3(7)"),
    )  # fmt: skip
    def displace_as_impossible(self) -> None:
        """While the ground lasts, the hour does not run."""

    @transition(
        field=execution, source=[Execution.DUE, Execution.UNANSWERED, Execution.DISPLACED], target=Execution.DISPLACED,
        custom=declared("seek_clarification", Actor.PROVIDER, "Ask for clarification (Annex III)", article="3(8)"),
    )  # fmt: skip
    def displace_as_unclear(self) -> None:
        """While the question is open, the hour does not run."""

    @transition(
        field=execution, source=Execution.DISPLACED, target=Execution.DUE,
        custom=declared("report_grounds_ceased", Actor.PROVIDER, "Report that the grounds ceased", article="3(7)"),
    )  # fmt: skip
    def resume_when_ceased(self) -> None:
        """A fresh hour from the time the grounds ceased."""

    @transition(
        field=execution, source=Execution.DISPLACED, target=Execution.DUE,
        custom=declared("record_receipt", Actor.CHANNEL, "Record receipt of the clarification", article="3(8)"),
    )  # fmt: skip
    def resume_when_clarified(self) -> None:
        """A fresh hour from the receipt of the clarification."""

    @transition(
        field=execution, source=Execution.DUE, target=Execution.UNANSWERED,
        custom=declared("lapse", Actor.TIME, "The limit passes", article="3(3)"),
    )  # fmt: skip
    def lapse(self) -> None:
        """A fact, not a finding."""

    @transition(
        field=execution, source=sorted(OPEN), target=Execution.NO_LONGER_REQUIRED,
        custom=declared("withdraw", Actor.ISSUING_AUTHORITY, "No longer required"),
    )  # fmt: skip
    def release(self) -> None:
        """The order was withdrawn before this item was done."""


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
    closed_at = models.DateTimeField(null=True, help_text="when it ceased or the clarification was received")
    closed_by = models.PositiveIntegerField(null=True, help_text="ledger entry")

    class Meta:
        ordering = ["item", "opened_by"]

    def __str__(self) -> str:
        return f"{self.item} {self.kind}"
