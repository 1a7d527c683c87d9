"""The removal order, each of its transitions declared once."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, transition

from orders.models.declared import APPROVER, DRAFTER, OFFICER, declared
from orders.models.dossier import Dossier
from orders.models.parties import AuthorityKey, CompetentAuthority, HostingServiceProvider
from orders.models.people import User
from orders.models.transmission import Exhibit
from orders.regulation.regions import (
    Actor,
    Disclosure,
    Force,
    GroundKind,
    Preparation,
    Transmission,
)

LIMIT_SCALES = [("1", "1 (the hour is an hour)"), ("1/60", "1/60 (a minute)"), ("1/3600", "1/3600 (a second)")]


def _not_issued(order: Any) -> bool:
    return bool(order.force == Force.NOT_IN_FORCE)


def _is_cleared(order: Any) -> bool:
    return bool(order.preparation == Preparation.CLEARED)


def _has_open_question(order: Any) -> bool:
    """Whether an Annex III question waits for this authority's clarification."""
    waiting = order.items.filter(
        grounds__closed_at=None,
        grounds__clarified_by=None,
        grounds__kind__in=[GroundKind.MANIFEST_ERRORS, GroundKind.INSUFFICIENT_INFORMATION],
    )
    return bool(waiting.exists())


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
        custom=declared("revise", Actor.ISSUING_AUTHORITY, "Edit the draft", roles=DRAFTER, machine=True),
    )  # fmt: skip
    def revise(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)

    @transition(
        field=preparation, source=Preparation.DRAFT, target=Preparation.IN_REVIEW,
        custom=declared(
            "submit", Actor.ISSUING_AUTHORITY, "Submit for approval", article="3(4)", roles=DRAFTER, machine=True
        ),
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
        custom=declared("approve", Actor.ISSUING_AUTHORITY, "Approve", roles=APPROVER),
    )  # fmt: skip
    def approve(self, *, person: User) -> None:
        self.approved_by = person

    @transition(
        field=preparation, source=[Preparation.DRAFT, Preparation.IN_REVIEW, Preparation.CLEARED],
        target=Preparation.CANCELLED,
        conditions=[_not_issued],
        custom=declared("cancel_before_dispatch", Actor.ISSUING_AUTHORITY, "Cancel before dispatch", roles=OFFICER),
    )  # fmt: skip
    def cancel_before_dispatch(self) -> None:
        """The reason is in the ledger."""

    # --- legal force ---
    @transition(
        field=force, source=Force.NOT_IN_FORCE, target=Force.IN_FORCE,
        conditions=[_is_cleared],
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
        conditions=[_has_open_question],
        custom=declared("clarify", Actor.ISSUING_AUTHORITY, "Answer the questions", article="3(8)", roles=OFFICER),
    )  # fmt: skip
    def clarify(self) -> None:
        """The hour starts afresh when the provider has received the clarification, not now."""

    # --- transmission ---
    @transition(
        field=transmission, source=Transmission.NOT_SENT, target=Transmission.SENT,
        custom=declared("issue", Actor.ISSUING_AUTHORITY, "Send", roles=OFFICER),
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
