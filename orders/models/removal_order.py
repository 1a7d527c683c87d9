"""The removal order: what it says, and its regions of state."""

from django.db import models
from django.db.models import F, Q

from orders.models.dossier import Dossier
from orders.models.order_regions import DisclosureRegion, ForceRegion, PreparationRegion, TransmissionRegion
from orders.models.parties import CompetentAuthority, HostingServiceProvider
from orders.regulation.regions import Force, Transmission
from orders.regulation.rules import Rules

LIMIT_SCALES = [("1", "1 (the hour is an hour)"), ("1/60", "1/60 (a minute)"), ("1/3600", "1/3600 (a second)")]


class RemovalOrder(PreparationRegion, TransmissionRegion, ForceRegion, DisclosureRegion, models.Model):
    """A removal order (Art. 3). One field per region of state; its summary is derived, never stored."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="removal_order")
    issuing_authority = models.ForeignKey(CompetentAuthority, models.PROTECT, related_name="issued_orders")
    provider = models.ForeignKey(HostingServiceProvider, models.PROTECT, related_name="orders")
    language = models.CharField(max_length=2, default="en")
    language_override = models.TextField(blank=True, help_text="why in a language the contact point has not published")
    categories = models.JSONField(default=list)
    reasons = models.TextField()
    assessment = models.TextField(
        blank=True, help_text="Art. 1(3): why the true purpose is not educational, journalistic ..."
    )
    file_number = models.CharField(max_length=60, blank=True)
    emergency = models.BooleanField(default=False, help_text="Art. 3(2): a duly justified case of emergency")
    emergency_reason = models.TextField(blank=True)
    limit_scale = models.CharField(max_length=10, choices=LIMIT_SCALES, default="1")
    rule_version = models.CharField(max_length=200, help_text="the name of the rules it is judged by")
    created_at = models.DateTimeField()

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

    def is_first(self) -> bool:
        """Whether no earlier order of this authority reached this provider, as the rules count (case 23).

        A sandbox authority's test orders are no orders in this sense, unless that is what is rehearsed.
        """
        if self.issuing_authority.sandbox and not self.issuing_authority.first_contact:
            return False
        earlier = RemovalOrder.objects.filter(issuing_authority=self.issuing_authority, provider=self.provider)
        earlier = earlier.exclude(pk=self.pk).exclude(force=Force.NOT_IN_FORCE)
        if self.rules.first_order == "received":
            earlier = earlier.exclude(received_at=None)
        return not earlier.exists()

    @property
    def rules(self) -> Rules:
        """The rules this order is judged by, frozen when it was drafted."""
        return Rules.named(self.rule_version)
