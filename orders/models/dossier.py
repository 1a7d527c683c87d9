"""The dossier: the row that is locked, chained and versioned; its ledger, its clocks and its outgoing messages."""

from django.db import models
from django.db.models import F, Q

from orders import canonical, commitments
from orders.models.append_only import AppendOnly
from orders.regulation.annexes import FORMS
from orders.regulation.limits import ClockFacts, ClockGround, Stop, Verdict
from orders.regulation.regions import Actor

# Messages that no entry sends: time or a look does.
BY_NO_ENTRY = ("order.limit_approaching", "order.ground_reminded", "order.discrepancy_opened")


class Dossier(models.Model):
    """What a record is about. Every act locks it, raises its generation by one and appends one entry."""

    class Kind(models.TextChoices):
        REMOVAL_ORDER = "removal_order"
        EXPORT = "export"
        ACCESS = "access"

    kind = models.CharField(max_length=20, choices=Kind)
    reference = models.CharField(max_length=40, unique=True)
    generation = models.PositiveIntegerField(default=0)
    about = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="looks", help_text="of the kind access: who looked at which"
    )

    def __str__(self) -> str:
        return self.reference


class ReferenceCounter(models.Model):
    """The last number given to a dossier of one kind, Member State and year."""

    series = models.CharField(max_length=20, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class LedgerEntry(AppendOnly):
    """One act, chained to the one before in the same dossier."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=40)
    article = models.CharField(max_length=20, blank=True)
    actor_role = models.CharField(max_length=30, choices=Actor.choices())
    actor_party = models.CharField(max_length=40, blank=True)
    actor_person = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=20)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    facts = models.JSONField()
    salts = models.JSONField(default=dict, help_text="of what may be withheld of the facts, by JSON pointer")
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["dossier", "number"]
        constraints = [
            models.UniqueConstraint(name="ledger_number_once", fields=["dossier", "number"]),
            models.UniqueConstraint(name="ledger_digest_once", fields=["digest"]),
        ]
        indexes = [
            models.Index(name="ledger_recorded", fields=["recorded_at"]),
            models.Index(name="ledger_documented", fields=["id"], condition=Q(act__in=sorted(FORMS))),
        ]

    def __str__(self) -> str:
        return f"{self.dossier.reference} #{self.number} {self.act}"

    def content(self) -> dict[str, object]:
        """What the digest is taken over: every column but the digest itself, the dossier by its reference.

        Of the facts, what may be withheld is in it as a commitment. Raises ValueError where a salt is of nothing.
        """
        return {
            "kind": self.dossier.kind,
            "reference": self.dossier.reference,
            "number": self.number,
            "act": self.act,
            "article": self.article,
            "actor": {"role": self.actor_role, "party": self.actor_party, "person": self.actor_person},
            "channel": self.channel,
            "occurred_at": self.occurred_at,
            "recorded_at": self.recorded_at,
            "facts": commitments.committed(self.facts, self.salts),
            "previous_digest": self.previous_digest,
        }

    def computed_digest(self) -> str:
        """SHA-256 over the canonical JSON (RFC 8785) of `content`."""
        return canonical.sha256(canonical.json_bytes(self.content()))


class Deadline(models.Model):
    """One clock of one debtor. A restart is a new row with its ground: a fresh hour, not the remainder."""

    clock_id = models.CharField(max_length=40, unique=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="deadlines")
    item = models.ForeignKey("orders.ContentItem", models.PROTECT, null=True, related_name="deadlines")
    code = models.CharField(max_length=4)
    article = models.CharField(max_length=20)
    debtor_role = models.CharField(max_length=30, choices=Actor.choices())
    debtor = models.CharField(max_length=40)
    ground = models.CharField(max_length=30, choices=ClockGround.choices())
    period_rule = models.CharField(max_length=20, default="plain")
    proof = models.CharField(max_length=10, default="action", help_text="HOUR_PROOF: action or report")
    scale = models.CharField(max_length=10, default="1")
    starts_at = models.DateTimeField()
    start_entry = models.PositiveIntegerField()
    due_at = models.DateTimeField(null=True, help_text="null where the law says without undue delay")
    taken_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    stop = models.CharField(max_length=20, choices=Stop.choices(), blank=True)
    stopped_at = models.DateTimeField(null=True, help_text="when it stopped without a measure")
    closed_at = models.DateTimeField(
        null=True, help_text="measure reported, displaced or ended; null while it may still be answered"
    )
    close_entry = models.PositiveIntegerField(null=True)
    noticed_at = models.DateTimeField(null=True, help_text="when the machine noticed that the limit had passed")
    verdict = models.CharField(max_length=30, choices=Verdict.choices(), blank=True)
    warnings_sent = models.PositiveSmallIntegerField(default=0)
    next_warning_at = models.DateTimeField(null=True)
    set_aside_at = models.DateTimeField(
        null=True, help_text="the sweep could not process this row and went on without it"
    )
    set_aside_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="deadline_due_after_start", condition=Q(due_at__gt=F("starts_at"))),
            models.UniqueConstraint(
                name="deadline_one_open_per_item", fields=["item", "code"], condition=Q(closed_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(
                name="deadline_to_lapse",
                fields=["due_at"],
                condition=Q(closed_at__isnull=True, noticed_at__isnull=True, set_aside_at__isnull=True),
            ),
            models.Index(
                name="deadline_to_warn",
                fields=["next_warning_at"],
                condition=Q(closed_at__isnull=True, noticed_at__isnull=True, set_aside_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} due {self.due_at:%F %T}" if self.due_at else f"{self.code} without undue delay"

    def facts(self) -> ClockFacts:
        """The recorded facts that its standing and verdict are functions of."""
        return ClockFacts(
            due_at=self.due_at,
            taken_at=self.taken_at,
            reported_at=self.reported_at,
            stopped_at=self.stopped_at,
            stop=Stop(self.stop) if self.stop else None,
            code=self.code,
            proof=self.proof,
        )


class OutboxMessage(models.Model):
    """A message written in the transaction of the act that caused it; the network takes it from here."""

    message_id = models.CharField(max_length=40, unique=True, help_text="what the receiver deduplicates on")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="messages")
    sequence = models.PositiveIntegerField(help_text="rises per dossier and recipient")
    type = models.CharField(max_length=40)
    recipient_role = models.CharField(max_length=30, choices=Actor.choices())
    recipient = models.CharField(max_length=40)
    generation = models.PositiveIntegerField()
    data = models.JSONField()
    salts = models.JSONField(default=dict, help_text="of what may be withheld of the data, by JSON pointer")
    created_at = models.DateTimeField()
    attempts_made = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, help_text="null when nothing is to be sent (any more)")
    leased_until = models.DateTimeField(null=True, help_text="a worker is sending it; after this instant another may")
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["dossier", "recipient", "sequence"]
        constraints = [
            models.UniqueConstraint(name="outbox_sequence_once", fields=["dossier", "recipient", "sequence"]),
        ]
        indexes = [
            models.Index(name="outbox_due", fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False)),
            models.Index(name="outbox_recipient", fields=["recipient", "created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"

    def content(self) -> dict[str, object]:
        """What its leaf is over, where no entry sent it: what does not change, and the digest of what it says."""
        return {
            "kind": "message",
            "reference": self.dossier.reference,
            "message": self.message_id,
            "type": self.type,
            "recipient_role": self.recipient_role,
            "recipient": self.recipient,
            "sequence": self.sequence,
            "generation": self.generation,
            "created_at": self.created_at,
            "sha256": self.said_digest(),
        }

    def said_digest(self) -> str:
        """The digest by which the ledger tells what it says. Raises ValueError where a salt is of nothing."""
        return canonical.sha256(canonical.json_bytes(commitments.committed(self.data, self.salts)))
