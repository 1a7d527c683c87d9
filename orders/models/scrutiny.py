"""The scrutiny of a cross-border order by the authority of the provider's home (Art. 4)."""

from datetime import datetime
from typing import Any

from django.db import models
from django_fsm import FSMField, transition

from orders.models.declared import HOME, ISSUER, OFFICER, PROVIDER, SCRUTINEER, TIME, declared
from orders.models.parties import CompetentAuthority
from orders.models.removal_order import RemovalOrder
from orders.regulation.regions import Actor, Stage

UNDER_WAY = [Stage.OWN_INITIATIVE, Stage.REQUESTED, Stage.INTENT_ANNOUNCED]
ASKED = [Stage.REQUESTED, Stage.INTENT_ANNOUNCED]


def _requested(scrutiny: Any) -> bool:
    return bool(scrutiny.requests.filter(decided_by=None).exists())


def _nothing_requested(scrutiny: Any) -> bool:
    return not _requested(scrutiny)


def _in_force(scrutiny: Any) -> bool:
    return bool(scrutiny.order.open)


def _ended(scrutiny: Any) -> bool:
    return not scrutiny.order.open


class Scrutiny(models.Model):
    """One file per order: several requests join it."""

    order = models.OneToOneField(RemovalOrder, models.PROTECT, related_name="scrutiny")
    authority = models.ForeignKey(CompetentAuthority, models.PROTECT, related_name="scrutinies")
    copy_received_at = models.DateTimeField()
    intent_announced_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)
    stage = FSMField(default=Stage.WINDOW_OPEN, choices=Stage.choices(), protected=True)

    class Meta:
        verbose_name_plural = "scrutinies"

    def __str__(self) -> str:
        return f"scrutiny of {self.order}"

    @transition(
        field=stage, source=Stage.WINDOW_OPEN, target=Stage.OWN_INITIATIVE, conditions=[_in_force],
        custom=declared("open_scrutiny", HOME, "Scrutinise on own initiative", article="4(3)", roles=SCRUTINEER),
    )  # fmt: skip
    def open_on_own_initiative(self) -> None:
        """Optional; the 72 hours run from receipt of the copy."""

    @transition(
        field=stage, target=Stage.REQUESTED, conditions=[_in_force],
        source=[Stage.WINDOW_OPEN, Stage.OWN_INITIATIVE, Stage.WINDOW_CLOSED, Stage.NO_INFRINGEMENT],
        custom=declared("request_scrutiny", (PROVIDER, HOME), "Request scrutiny", article="4(4)", roles=SCRUTINEER),
    )  # fmt: skip
    def request(self) -> None:
        """From now on a decision either way is owed."""

    @transition(
        field=stage, source=ASKED, target=None, conditions=[_in_force],
        custom=declared("request_scrutiny", (PROVIDER, HOME), "Join the scrutiny", article="4(4)", roles=SCRUTINEER),
    )  # fmt: skip
    def join(self) -> None:
        """One more request in the same file."""

    @transition(
        field=stage, source=list(Stage), target=None, conditions=[_ended],
        custom=declared("request_scrutiny", (PROVIDER, HOME), "Record a request", article="4(4)", roles=SCRUTINEER),
    )  # fmt: skip
    def request_after_the_end(self) -> None:
        """The order has no effect any more: the request stays on record, and nothing is left to decide."""

    @transition(
        field=stage, source=[Stage.OWN_INITIATIVE, Stage.REQUESTED], target=Stage.INTENT_ANNOUNCED,
        conditions=[_in_force],
        custom=declared("announce_intent", HOME, "Announce the intention", article="4(5)", roles=SCRUTINEER),
    )  # fmt: skip
    def announce_intent(self, *, at: datetime) -> None:
        self.intent_announced_at = at

    @transition(
        field=stage, source=Stage.INTENT_ANNOUNCED, target=Stage.INFRINGEMENT, conditions=[_in_force, _requested],
        custom=declared("decide_scrutiny", HOME, "Decide: infringement", article="4(4)", roles=SCRUTINEER),
    )  # fmt: skip
    def find_infringement(self, *, at: datetime, reasons: str) -> None:
        self.decided_at, self.reasons = at, reasons

    @transition(
        field=stage, source=Stage.INTENT_ANNOUNCED, target=Stage.INFRINGEMENT,
        conditions=[_in_force, _nothing_requested],
        custom=declared("decide_scrutiny", HOME, "Decide: infringement", article="4(3)", roles=SCRUTINEER),
    )  # fmt: skip
    def find_infringement_on_own_initiative(self, *, at: datetime, reasons: str) -> None:
        self.decided_at, self.reasons = at, reasons

    @transition(
        field=stage, source=UNDER_WAY, target=Stage.NO_INFRINGEMENT, conditions=[_requested],
        custom=declared("decide_scrutiny", HOME, "Decide: no infringement", article="4(4)", roles=SCRUTINEER),
    )  # fmt: skip
    def find_none(self, *, at: datetime, reasons: str) -> None:
        self.decided_at, self.reasons = at, reasons

    @transition(
        field=stage, source=[Stage.OWN_INITIATIVE, Stage.INTENT_ANNOUNCED], target=Stage.NO_INFRINGEMENT,
        conditions=[_nothing_requested],
        custom=declared("decide_scrutiny", HOME, "Decide: no infringement", article="4(3)", roles=SCRUTINEER),
    )  # fmt: skip
    def find_none_on_own_initiative(self, *, at: datetime, reasons: str) -> None:
        self.decided_at, self.reasons = at, reasons

    @transition(
        field=stage, source=ASKED, target=Stage.WINDOW_CLOSED, conditions=[_requested],
        custom=declared("decide_scrutiny", HOME, "Decide: inadmissible", article="4(4)", roles=SCRUTINEER),
    )  # fmt: skip
    def dismiss(self, *, at: datetime, reasons: str) -> None:
        """The 72 hours for own initiative are over, too, and nothing was decided before."""
        self.decided_at, self.reasons = at, reasons

    @transition(
        field=stage, source=ASKED, target=Stage.WINDOW_OPEN, conditions=[_requested],
        custom=declared("decide_scrutiny", HOME, "Decide: inadmissible", article="4(4)", roles=SCRUTINEER),
    )  # fmt: skip
    def dismiss_while_open(self, *, at: datetime, reasons: str) -> None:
        """The 72 hours for own initiative still run."""
        self.decided_at, self.reasons = at, reasons

    @transition(
        field=stage, source=Stage.REQUESTED, target=Stage.OWN_INITIATIVE, conditions=[_requested],
        custom=declared("decide_scrutiny", HOME, "Decide: inadmissible", article="4(4)", roles=SCRUTINEER),
    )  # fmt: skip
    def dismiss_beside_own_initiative(self, *, at: datetime, reasons: str) -> None:
        """The scrutiny on own initiative, begun before, goes on."""
        self.decided_at, self.reasons = at, reasons

    @transition(
        field=stage, source=Stage.INTENT_ANNOUNCED, target=None, conditions=[_requested],
        custom=declared("decide_scrutiny", HOME, "Decide: inadmissible", article="4(4)", roles=SCRUTINEER),
    )  # fmt: skip
    def dismiss_beside_intent(self, *, at: datetime, reasons: str) -> None:
        """The scrutiny on own initiative goes on with its announced intention."""
        self.decided_at, self.reasons = at, reasons

    @transition(
        field=stage, source=ASKED, target=Stage.NO_INFRINGEMENT, conditions=[_requested],
        custom=declared("decide_scrutiny", HOME, "Decide: inadmissible", article="4(4)", roles=SCRUTINEER),
    )  # fmt: skip
    def dismiss_after_decision(self, *, at: datetime, reasons: str) -> None:
        """An earlier decision, that there is no infringement, stands."""
        self.decided_at, self.reasons = at, reasons

    @transition(
        field=stage, source=[Stage.WINDOW_OPEN, *UNDER_WAY], target=Stage.WINDOW_CLOSED,
        custom=declared("withdraw", ISSUER, "Close the scrutiny", roles=OFFICER),
    )  # fmt: skip
    def close_on_withdrawal(self) -> None:
        """What has no effect any more is not scrutinised."""

    @transition(
        field=stage, source=[Stage.WINDOW_OPEN, *UNDER_WAY], target=Stage.WINDOW_CLOSED,
        custom=declared("record_judgment", ISSUER, "Close the scrutiny", article="9", roles=OFFICER),
    )  # fmt: skip
    def close_on_judgment(self) -> None:
        """A court annulled the order before the scrutiny was decided."""

    @transition(
        field=stage, target=Stage.WINDOW_CLOSED,
        source=[Stage.WINDOW_OPEN, Stage.OWN_INITIATIVE, Stage.INTENT_ANNOUNCED],
        conditions=[_nothing_requested],
        custom=declared("lapse", TIME, "The 72 hours pass", article="4(3)"),
    )  # fmt: skip
    def close_window(self) -> None:
        """No decision on own initiative; a request may still come."""


class ScrutinyRequest(models.Model):
    """A reasoned request of the provider or of a content provider; the 72 hours run from its receipt."""

    scrutiny = models.ForeignKey(Scrutiny, models.PROTECT, related_name="requests")
    requester = models.CharField(max_length=30, choices=Actor.choices())
    received_at = models.DateTimeField()
    entry = models.PositiveIntegerField(help_text="ledger entry of the request")
    reasons = models.TextField()
    late = models.BooleanField(default=False, help_text="after its 48 hours; a person decides what follows")
    decided_by = models.PositiveIntegerField(
        null=True, help_text="ledger entry of the decision, or of the end of the order that left nothing to decide"
    )

    class Meta:
        ordering = ["scrutiny", "entry"]

    def __str__(self) -> str:
        return f"request by {self.requester} in {self.scrutiny}"
