"""People and machines that act for a party."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from oauth2_provider.models import AbstractApplication

from orders import ids
from orders.models.parties import CompetentAuthority, HostingServiceProvider
from orders.regulation.regions import OfficerRole


def new_pseudonym() -> str:
    """A stable name for a person in the ledger and in exports."""
    return ids.new("person")


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """A person who signs in. The record names them by their pseudonym only."""

    pseudonym = models.CharField(max_length=40, unique=True, default=new_pseudonym, editable=False)
    post = models.CharField("post or grade", max_length=100, blank=True)
    notices_read_at = models.DateTimeField(null=True, editable=False, help_text="notices up to here were looked at")

    def display_name(self) -> str:
        return self.get_full_name() or self.get_username()


class Membership(models.Model):
    """One role of one person at one party; an auditor may belong to none, and Europol's coordinators belong to none."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    authority = models.ForeignKey(CompetentAuthority, models.CASCADE, null=True, blank=True, related_name="memberships")
    provider = models.ForeignKey(
        HostingServiceProvider, models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=30, choices=OfficerRole.choices())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_at_most_one_party",
                condition=models.Q(authority__isnull=True) | models.Q(provider__isnull=True),
            ),
            models.CheckConstraint(
                name="membership_coordinator_of_no_party",
                condition=~models.Q(role=OfficerRole.COORDINATOR.value)
                | models.Q(authority__isnull=True, provider__isnull=True),
            ),
            *(
                models.UniqueConstraint(
                    name=f"membership_once_{name}", fields=["user", *fields, "role"], condition=where
                )
                for name, fields, where in (
                    ("authority", ["authority"], models.Q(authority__isnull=False)),
                    ("provider", ["provider"], models.Q(provider__isnull=False)),
                    ("alone", [], models.Q(authority__isnull=True, provider__isnull=True)),
                )
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role}"


class Application(AbstractApplication):
    """A machine that may act for a party: an authority, a provider or Europol.

    Two live ones per party while a credential is rotated.
    """

    authority = models.ForeignKey(
        CompetentAuthority, models.CASCADE, null=True, blank=True, related_name="applications"
    )
    provider = models.ForeignKey(
        HostingServiceProvider, models.CASCADE, null=True, blank=True, related_name="applications"
    )
    europol = models.BooleanField(default=False, help_text="of Europol, which belongs to no Member State")
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"
        constraints = [
            models.CheckConstraint(
                name="application_one_party",
                condition=models.Q(authority__isnull=False, provider__isnull=True, europol=False)
                | models.Q(authority__isnull=True, provider__isnull=False, europol=False)
                | models.Q(authority__isnull=True, provider__isnull=True, europol=True),
            ),
        ]

    @property
    def party(self) -> str:
        """The kind of party: authority, provider or europol."""
        if self.europol:
            return "europol"
        return "provider" if self.provider_id else "authority"
