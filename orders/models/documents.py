"""Signed documents made from the record, and the simulated services whose seals they carry."""

from django.db import models

from orders.models.append_only import AppendOnly
from orders.models.dossier import LedgerEntry
from orders.models.transmission import Exhibit


class DocumentKind(models.TextChoices):
    """The forms of the Regulation."""

    ANNEX_I = "annex-i", "Annex I, removal order"
    ANNEX_II = "annex-ii", "Annex II, feedback on the measure"
    ANNEX_III = "annex-iii", "Annex III, impossibility to execute"


class Document(AppendOnly):
    """The signed PDF of one entry of the ledger. It is made once: the stored bytes are what counts."""

    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="document")
    kind = models.CharField(max_length=20, choices=DocumentKind)
    exhibit = models.OneToOneField(Exhibit, models.PROTECT, related_name="document")
    stamped_at = models.DateTimeField(help_text="what the time stamp in it says")

    def __str__(self) -> str:
        return f"{self.kind} of entry {self.entry_id}"


class TrustService(models.Model):
    """A built-in service of this installation that vouches for documents: simulated, and so its certificate says."""

    class Role(models.TextChoices):
        CERTIFICATES = "certificates", "issues the certificates"
        TIME = "time", "stamps the time"
        RECORDER = "recorder", "signs what was received"

    role = models.CharField(max_length=20, choices=Role, unique=True)
    private_pem = models.TextField(help_text="PKCS #8")
    certificate_pem = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.role
