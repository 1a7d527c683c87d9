"""The parties of the Regulation: competent authorities and hosting service providers."""

from django.db import models

from orders.regulation.annexes import AUTHORITY_TYPES


class CompetentAuthority(models.Model):  # type: ignore[django-manager-missing]
    """A competent authority of a Member State, with those of the four roles of Art. 12(1) that it holds."""

    code = models.SlugField(max_length=40, unique=True, help_text="names the party in the ledger, such as de-fpo")
    name = models.CharField(max_length=200)
    member_state = models.CharField(max_length=2)
    kind = models.CharField(max_length=20, choices=list(AUTHORITY_TYPES.items()), default="law_enforcement")
    issues = models.BooleanField(default=False, help_text="Art. 12(1)(a)")
    scrutinises = models.BooleanField(default=False, help_text="Art. 12(1)(b)")
    oversees = models.BooleanField(default=False, help_text="Art. 12(1)(c)")
    penalises = models.BooleanField(default=False, help_text="Art. 12(1)(d)")
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(help_text="the contact point of Art. 12(2)")
    appeal_days = models.PositiveSmallIntegerField(default=30, help_text="national appeal period, in days from receipt")
    redress_body = models.CharField(max_length=200, blank=True)
    redress_link = models.URLField(blank=True)
    sandbox = models.BooleanField(default=False, help_text="issues test orders only")
    first_contact = models.BooleanField(
        default=False, help_text="of a sandbox authority: its first order to a provider counts as one (Art. 3(2))"
    )

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "competent authorities"

    def __str__(self) -> str:
        return self.name


class AuthorityKey(models.Model):
    """An Ed25519 signing key of an authority. Retired keys stay in the JWKS, so that old orders verify."""

    authority = models.ForeignKey(CompetentAuthority, models.PROTECT, related_name="keys")
    kid = models.CharField(max_length=60, unique=True)
    private_pem = models.TextField(help_text="PKCS #8; in this simulator the platform holds the authorities' keys")
    public_jwk = models.JSONField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kid"]

    def __str__(self) -> str:
        return self.kid


class HostingServiceProvider(models.Model):  # type: ignore[django-manager-missing]
    """A hosting service provider, with its main establishment or legal representative and contact point."""

    code = models.SlugField(max_length=40, unique=True, help_text="names the party in the ledger")
    name = models.CharField(max_length=200)
    main_establishment = models.CharField(
        max_length=2, blank=True, help_text="Member State, empty when outside the Union"
    )
    legal_representative = models.CharField(max_length=200, blank=True)
    legal_representative_state = models.CharField(max_length=2, blank=True)
    contact_point = models.EmailField()
    languages = models.JSONField(default=list, help_text="official languages the contact point works in, Art. 15(2)")
    time_zone = models.CharField(max_length=40, default="Europe/Brussels")
    hours = models.CharField(
        max_length=60, blank=True, help_text="when people are at the contact point, local time; changes no limit"
    )
    webform = models.URLField(
        max_length=500, blank=True, help_text="only where nothing else reaches it: orders are submitted here by hand"
    )
    sandbox = models.BooleanField(default=False, help_text="made for a rehearsal: no authority addresses it for real")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def home_state(self) -> str:
        """The Member State of the main establishment or of the legal representative; empty when there is neither."""
        return self.main_establishment or self.legal_representative_state
