"""Who asks to be asked first (Art. 14(1)): investigating bodies and their registered interests."""

from django.db import models

from orders.models.parties import CompetentAuthority
from orders.regulation.regions import ReasonClass


class InvestigatingBody(models.Model):
    """An authority competent to investigate or prosecute: addressee of Art. 14(5), never an issuer by itself."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    member_state = models.CharField(max_length=2, blank=True, help_text="empty for Europol")
    email = models.EmailField()

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "investigating bodies"

    def __str__(self) -> str:
        return self.name


class InvestigationInterest(models.Model):
    """That somebody is interested in one URL: its hash and a class of reason, no detail of any case."""

    body = models.ForeignKey(InvestigatingBody, models.PROTECT, related_name="interests")
    authority = models.ForeignKey(
        CompetentAuthority, models.PROTECT, related_name="interests", help_text="the authority that coordinates for it"
    )
    url_sha256 = models.CharField(max_length=64, db_index=True, help_text="of the canonical form")
    reason = models.CharField(max_length=30, choices=ReasonClass.choices())
    registered_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.reason} of {self.body}"
