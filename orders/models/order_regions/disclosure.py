"""Whether the content provider may be told (Art. 11(3))."""

from datetime import datetime
from typing import Any

from django.db import models
from django_fsm import FSMField, transition

from orders.models.declared import ISSUER, OFFICER, TIME, declared
from orders.models.order_regions.force import IN_FORCE
from orders.regulation.regions import Disclosure

WITHHELD = [Disclosure.WITHHELD, Disclosure.WITHHELD_EXTENDED]


def _is_open(order: Any) -> bool:
    return order.force in IN_FORCE


def _never_withheld(order: Any) -> bool:
    return bool(order.withheld_until is None)


class DisclosureRegion(models.Model):
    """The region `disclosure`; the six weeks run from the authority's own decision, not from the issue."""

    disclosure = FSMField(default=Disclosure.ALLOWED, choices=Disclosure.choices(), protected=True)
    must_not_inform = models.BooleanField(default=False, help_text="section C of Annex I")
    withholding_reason = models.TextField(blank=True)
    withholding_decided_at = models.DateTimeField(null=True)
    withheld_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @transition(
        field=disclosure, source=Disclosure.ALLOWED, target=Disclosure.WITHHELD,
        custom=declared("issue", ISSUER, "Withhold disclosure with the order", roles=OFFICER),
    )  # fmt: skip
    def withhold_with_order(self, *, decided_at: datetime, until: datetime) -> None:
        self.withholding_decided_at, self.withheld_until = decided_at, until

    @transition(
        field=disclosure, source=Disclosure.ALLOWED, target=Disclosure.WITHHELD, conditions=[_is_open, _never_withheld],
        custom=declared("withhold_disclosure", ISSUER, "Withhold disclosure", article="11(3)", roles=OFFICER),
    )  # fmt: skip
    def withhold(self, *, decided_at: datetime, until: datetime, reason: str) -> None:
        self.withholding_decided_at, self.withheld_until = decided_at, until
        self.must_not_inform, self.withholding_reason = True, reason

    @transition(
        field=disclosure, source=Disclosure.WITHHELD, target=Disclosure.WITHHELD_EXTENDED,
        custom=declared("extend_withholding", ISSUER, "Withhold once more", article="11(3)", roles=OFFICER),
    )  # fmt: skip
    def extend_withholding(self, *, until: datetime) -> None:
        self.withheld_until = until

    @transition(
        field=disclosure, source=WITHHELD, target=Disclosure.ALLOWED,
        custom=declared("allow_disclosure", (ISSUER, TIME), "Allow disclosure", article="11(3)", roles=OFFICER),
    )  # fmt: skip
    def allow(self) -> None:
        """The provider's duties towards the content provider revive."""
