"""The order on its way, and what was asked about it (Art. 3(5), 3(8))."""

from datetime import datetime
from typing import Any

from django.db import models
from django_fsm import FSMField, transition

from orders.models.declared import CHANNEL, ISSUER, OFFICER, PROVIDER, declared
from orders.models.dossier import OutboxMessage
from orders.models.order_regions.force import IN_FORCE
from orders.regulation.regions import Actor, Preservation, Transmission


def _waits_to_be_submitted(order: Any) -> bool:
    return bool(order.submittable().exists())


def _was_preserved(order: Any) -> bool:
    return bool(order.items.exclude(preservation=Preservation.NONE).exists())


class TransmissionRegion(models.Model):
    """The region `transmission`, with its instants: sent, received, acknowledged."""

    transmission = FSMField(default=Transmission.NOT_SENT, choices=Transmission.choices(), protected=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    provider_reference = models.CharField(max_length=100, blank=True)

    class Meta:
        abstract = True

    def submittable(self) -> models.QuerySet[OutboxMessage]:
        """What an officer may submit by hand, oldest first: messages to the provider that nothing proves received.

        The order itself wherever it goes (case 13), what follows it only where nothing but a web form reaches the
        provider. What starts an hour is of use no more once the order has ended.
        """
        order: Any = self
        of_open = ["order.issued", "order.clarified"] if order.force in IN_FORCE else []
        types = [*of_open, "order.withdrawn", "order.annulled"] if order.provider.webform else of_open[:1]
        waiting = order.dossier.messages.filter(recipient_role=Actor.PROVIDER, receipt=None, type__in=types)
        found: models.QuerySet[OutboxMessage] = waiting.order_by("sequence")
        return found

    @transition(
        field=transmission, source=Transmission.NOT_SENT, target=Transmission.SENT,
        custom=declared("issue", ISSUER, "Send", roles=OFFICER),
    )  # fmt: skip
    def dispatch(self, *, at: datetime) -> None:
        self.sent_at = at

    @transition(
        field=transmission, source=[Transmission.SENT, Transmission.UNDELIVERABLE], target=Transmission.RECEIVED,
        custom=declared("record_receipt", CHANNEL, "Record receipt", article="3(5)"),
    )  # fmt: skip
    def receive(self, *, at: datetime) -> None:
        self.received_at = at

    @transition(
        field=transmission, source=Transmission.SENT, target=Transmission.UNDELIVERABLE,
        custom=declared("report_undeliverable", CHANNEL, "Report as undeliverable", article="3(5)"),
    )  # fmt: skip
    def report_undeliverable(self) -> None:
        """The hour never started; the issuing authority looks for another way."""

    @transition(
        field=transmission, source=[Transmission.SENT, Transmission.UNDELIVERABLE, Transmission.RECEIVED], target=None,
        conditions=[_waits_to_be_submitted],
        custom=declared("record_submission", ISSUER, "Record a submission by hand", article="3(5)", roles=OFFICER),
    )  # fmt: skip
    def record_submission(self) -> None:
        """The last resort, a web form (case 13); what its confirmation page proves is a receipt of its own."""

    @transition(
        field=transmission, source=Transmission.RECEIVED, target=None,
        custom=declared("inform_content_provider", PROVIDER, "Report information given", article="11(1)"),
    )  # fmt: skip
    def content_provider_informed(self) -> None:
        """Recorded even while disclosure is withheld: it has happened."""

    @transition(
        field=transmission, source=Transmission.RECEIVED, target=None, conditions=[_was_preserved],
        custom=declared("report_preservation", PROVIDER, "Report on preserved content", article="6(1)"),
    )  # fmt: skip
    def preservation_reported(self) -> None:
        """Each access to preserved content has a purpose."""

    @transition(
        field=transmission, source=Transmission.RECEIVED, target=None,
        custom=declared("acknowledge", PROVIDER, "Acknowledge (no legal effect)"),
    )  # fmt: skip
    def acknowledge(self, *, at: datetime, provider_reference: str) -> None:
        self.acknowledged_at = self.acknowledged_at or at
        self.provider_reference = provider_reference or self.provider_reference
