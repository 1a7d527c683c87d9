"""The legal force of the order (Art. 3(9), 4(7), 9, and national law)."""

from datetime import datetime
from typing import Any

from django.db import models
from django_fsm import FSMField, transition

from orders.models.declared import HOME, ISSUER, OFFICER, SCRUTINEER, TIME, declared
from orders.models.parties import AuthorityKey, CompetentAuthority
from orders.models.transmission import Exhibit
from orders.regulation.regions import ENDED, Force, GroundKind, Preparation

IN_FORCE = [Force.IN_FORCE, Force.UNDER_APPEAL, Force.FINAL]


def _is_cleared(order: Any) -> bool:
    return order.preparation in (Preparation.CLEARED, Preparation.WAITING_12H)


def _has_open_ground(order: Any) -> bool:
    return bool(order.items.filter(grounds__isnull=False, grounds__closed_at=None).exists())


def _has_open_question(order: Any) -> bool:
    """Whether an Annex III question waits for this authority's clarification."""
    waiting = order.items.filter(
        grounds__closed_at=None,
        grounds__clarified_by=None,
        grounds__kind__in=[GroundKind.MANIFEST_ERRORS, GroundKind.INSUFFICIENT_INFORMATION],
    )
    return bool(waiting.exists())


def _was_received(order: Any) -> bool:
    return order.received_at is not None


class ForceRegion(models.Model):
    """The region `force`, and what was frozen at issue."""

    force = FSMField(default=Force.NOT_IN_FORCE, choices=Force.choices(), protected=True)
    force_at = models.DateTimeField(
        null=True,
        help_text="when the present legal force began; of what a court did, when the issuing authority received it",
    )
    issued_at = models.DateTimeField(null=True)
    first_order = models.BooleanField(default=False, help_text="the first of this authority to this provider, at issue")
    home_authority = models.ForeignKey(
        CompetentAuthority, models.PROTECT, null=True, blank=True, related_name="home_orders",
        help_text="frozen at issue",
    )  # fmt: skip
    appeal_days = models.PositiveSmallIntegerField(
        null=True, help_text="national appeal period, in days from receipt; frozen at issue"
    )
    annex_i = models.ForeignKey(Exhibit, models.PROTECT, null=True, related_name="+", help_text="frozen at issue")
    annex_i_jws = models.TextField(blank=True)
    signing_key = models.ForeignKey(AuthorityKey, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def open(self) -> bool:
        """Issued and neither withdrawn nor annulled."""
        return self.force in IN_FORCE

    @transition(
        field=force, source=Force.NOT_IN_FORCE, target=Force.IN_FORCE, conditions=[_is_cleared],
        custom=declared("issue", ISSUER, "Issue and send", article="3(1)", roles=OFFICER),
    )  # fmt: skip
    def issue(
        self, *, at: datetime, first: bool, annex_i: Exhibit, jws: str, key: AuthorityKey, home: Any, appeal_days: int
    ) -> None:
        self.issued_at = self.force_at = at
        self.first_order, self.home_authority, self.appeal_days = first, home, appeal_days
        self.annex_i, self.annex_i_jws, self.signing_key = annex_i, jws, key

    @transition(
        field=force, source=IN_FORCE, target=Force.WITHDRAWN,
        custom=declared("withdraw", ISSUER, "Withdraw the order", roles=OFFICER),
    )  # fmt: skip
    def withdraw(self, *, at: datetime) -> None:
        self.force_at = at

    @transition(
        field=force, source=IN_FORCE, target=None, conditions=[_has_open_question],
        custom=declared("clarify", ISSUER, "Answer the questions", article="3(8)", roles=OFFICER),
    )  # fmt: skip
    def clarify(self) -> None:
        """The hour starts afresh when the provider has received the clarification, not now."""

    @transition(
        field=force, source=IN_FORCE, target=None, conditions=[_has_open_ground],
        custom=declared("dispute_ground", ISSUER, "Dispute a ground", article="3(7)", roles=OFFICER),
    )  # fmt: skip
    def dispute_ground(self) -> None:
        """A mark for the penalty authority; the hour stays displaced (case 5)."""

    @transition(
        field=force, source=[Force.IN_FORCE, Force.FINAL], target=Force.UNDER_APPEAL,
        custom=declared("record_appeal", ISSUER, "Record an appeal", article="9", roles=OFFICER),
    )  # fmt: skip
    def appeal(self, *, at: datetime) -> None:
        self.force_at = at

    @transition(
        field=force, source=[Force.UNDER_APPEAL, *sorted(ENDED)], target=None,
        custom=declared("record_appeal", ISSUER, "Record one more appeal", article="9", roles=OFFICER),
    )  # fmt: skip
    def appeal_besides(self) -> None:
        """Of an order that is under appeal already, or has no effect any more: on record, and nothing moves."""

    @transition(
        field=force, source=[Force.IN_FORCE, Force.UNDER_APPEAL], target=Force.FINAL,
        custom=declared("record_judgment", ISSUER, "Record a judgment", article="9", roles=OFFICER),
    )  # fmt: skip
    def confirm(self, *, at: datetime) -> None:
        self.force_at = at

    @transition(
        field=force, source=Force.UNDER_APPEAL, target=None,
        custom=declared("record_judgment", ISSUER, "Record a judgment", article="9", roles=OFFICER),
    )  # fmt: skip
    def confirm_besides(self) -> None:
        """Confirmed on one appeal while another one is pending: nothing is final before the last (Art. 3(9))."""

    @transition(
        field=force, source=Force.FINAL, target=None,
        custom=declared("record_judgment", ISSUER, "Record a further judgment", article="9", roles=OFFICER),
    )  # fmt: skip
    def confirm_again(self) -> None:
        """It is final already, and since when stays."""

    @transition(
        field=force, source=sorted(ENDED), target=None,
        custom=declared("record_judgment", ISSUER, "Record a judgment after the end", article="9", roles=OFFICER),
    )  # fmt: skip
    def judge_after_the_end(self) -> None:
        """The order has no effect any more: what the court decided stays on record, and a person sees what follows."""

    @transition(
        field=force, source=IN_FORCE, target=Force.ANNULLED_BY_COURT,
        custom=declared("record_judgment", ISSUER, "Record an annulment", article="9", roles=OFFICER),
    )  # fmt: skip
    def annul_by_court(self, *, at: datetime) -> None:
        self.force_at = at

    @transition(
        field=force, source=Force.IN_FORCE, target=Force.FINAL, conditions=[_was_received],
        custom=declared("declare_final", (ISSUER, TIME), "Declare final", article="3(9)", roles=OFFICER),
    )  # fmt: skip
    def become_final(self, *, at: datetime) -> None:
        self.force_at = at

    @transition(
        field=force, source=IN_FORCE, target=Force.ANNULLED_BY_SCRUTINY,
        custom=declared("decide_scrutiny", HOME, "Annul", article="4(7)", roles=SCRUTINEER),
    )  # fmt: skip
    def annul_by_scrutiny(self, *, at: datetime) -> None:
        self.force_at = at
