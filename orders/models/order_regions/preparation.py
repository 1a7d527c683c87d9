"""Before the order leaves the authority (Art. 3(2), 3(4), 14(1))."""

from datetime import datetime
from typing import Any

from django.db import models
from django_fsm import FSMField, transition

from orders.models.declared import APPROVER, COORDINATING, COORDINATORS, DRAFTER, ISSUER, OFFICER, declared
from orders.models.people import User
from orders.regulation.regions import Force, Preparation


def _not_issued(order: Any) -> bool:
    return bool(order.force == Force.NOT_IN_FORCE)


def _information_is_due(order: Any) -> bool:
    """Prior information is given once, and only before a first order (Art. 3(2))."""
    return order.prior_information_at is None and bool(order.is_first())


class PreparationRegion(models.Model):
    """The region `preparation`; what it rests on is on the order."""

    preparation = FSMField(default=Preparation.DRAFT, choices=Preparation.choices(), protected=True)

    prior_information_at = models.DateTimeField(null=True, help_text="Art. 3(2), when it was given")
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="drafted_orders")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="approved_orders")

    class Meta:
        abstract = True

    @transition(
        field=preparation, source=Preparation.DRAFT, target=None,
        custom=declared("revise", ISSUER, "Edit the draft", roles=DRAFTER, machine=True),
    )  # fmt: skip
    def revise(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)

    @transition(
        field=preparation, source=Preparation.DRAFT, target=Preparation.IN_REVIEW,
        custom=declared("submit", ISSUER, "Submit for approval", article="3(4)", roles=DRAFTER, machine=True),
    )  # fmt: skip
    def submit(self) -> None:
        """The content was checked by the act."""

    @transition(
        field=preparation, conditions=[_not_issued], target=Preparation.DRAFT,
        source=[Preparation.IN_REVIEW, Preparation.CLEARED, Preparation.WAITING_12H],
        custom=declared("return_to_draft", ISSUER, "Return to the drafter", roles=OFFICER),
    )  # fmt: skip
    def return_to_draft(self) -> None:
        """An approval is void: what is approved is what a second person read. The reason is in the ledger."""
        self.approved_by = None

    @transition(
        field=preparation, source=Preparation.IN_REVIEW, target=Preparation.CLEARED,
        custom=declared("approve", ISSUER, "Approve", roles=APPROVER),
    )  # fmt: skip
    def approve(self, *, person: User) -> None:
        self.approved_by = person

    @transition(
        field=preparation, conditions=[_not_issued],
        source=[Preparation.IN_REVIEW, Preparation.CLEARED, Preparation.WAITING_12H], target=Preparation.ON_HOLD,
        custom=declared("put_on_hold", COORDINATING, "Put on hold", article="14(1)", roles=COORDINATORS),
    )  # fmt: skip
    def put_on_hold(self) -> None:
        """An objection coordinates; it is no veto. Its reason class is in the ledger."""

    @transition(
        field=preparation, source=Preparation.ON_HOLD, target=Preparation.IN_REVIEW,
        custom=declared("release_hold", COORDINATING, "Release the hold", article="14(1)", roles=COORDINATORS),
    )  # fmt: skip
    def release_hold(self) -> None:
        """A second person looks at it again."""
        self.approved_by = None

    @transition(
        field=preparation, source=Preparation.CLEARED, target=Preparation.WAITING_12H,
        conditions=[_not_issued, _information_is_due],
        custom=declared("inform_beforehand", ISSUER, "Give prior information", article="3(2)", roles=OFFICER),
    )  # fmt: skip
    def inform_beforehand(self, *, at: datetime) -> None:
        self.prior_information_at = at

    @transition(
        field=preparation, conditions=[_not_issued], target=Preparation.CANCELLED,
        source=[
            Preparation.DRAFT, Preparation.IN_REVIEW, Preparation.ON_HOLD, Preparation.WAITING_12H, Preparation.CLEARED,
        ],
        custom=declared("cancel_before_dispatch", ISSUER, "Cancel before dispatch", roles=OFFICER),
    )  # fmt: skip
    def cancel_before_dispatch(self) -> None:
        """The reason is in the ledger."""
