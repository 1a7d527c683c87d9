"""The seal: the leaves and nodes of one Merkle tree over entries and evidence, and the signed checkpoints."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from orders.models.append_only import AppendOnly
from orders.models.dossier import LedgerEntry, OutboxMessage
from orders.models.transmission import Attempt, Observation, Receipt

OF = ("entry", "message", "receipt", "attempt", "observation")  # what a leaf can be of: exactly one of them


class LedgerKey(models.Model):
    """An Ed25519 key that signs checkpoints under the name of the ledger. Retired keys stay: old checkpoints verify."""

    name = models.CharField(max_length=200, help_text="the origin of the checkpoints that it signs")
    private_pem = models.TextField(help_text="PKCS #8; in this simulator the platform holds it")
    public_hex = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="ledger_key_one_live", fields=["name"], condition=Q(retired_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.public_hex[:8]}"

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return bytes.fromhex(self.public_hex)


class TreeLeaf(AppendOnly):
    """The place of one row in the tree. Of one dossier, later entries stand further to the right."""

    index = models.PositiveBigIntegerField(primary_key=True, help_text="from 0, without gaps")
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, null=True, related_name="leaf")
    message = models.OneToOneField(
        OutboxMessage, models.PROTECT, null=True, related_name="leaf", help_text="one that no entry sent"
    )
    receipt = models.OneToOneField(
        Receipt, models.PROTECT, null=True, related_name="leaf", help_text="one that is no act"
    )
    attempt = models.OneToOneField(Attempt, models.PROTECT, null=True, related_name="leaf")
    observation = models.OneToOneField(Observation, models.PROTECT, null=True, related_name="leaf")
    digest = models.CharField(max_length=64, unique=True, help_text="of the row, as it was when it was sealed")
    hash = models.CharField(max_length=64, help_text="SHA-256 of a zero byte and the digest's 32 bytes")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="leaf_of_one_row",
                condition=reduce(or_, (Q(**{f"{name}__isnull": name != one for name in OF}) for one in OF)),
            ),
        ]

    def __str__(self) -> str:
        return f"leaf {self.index}"


class TreeNode(AppendOnly):
    """The root of a complete subtree of two leaves or more; such a one never changes. Kept so that proofs are cheap."""

    last_leaf = models.PositiveBigIntegerField(help_text="index of the last leaf below, which completed it")
    level = models.PositiveSmallIntegerField(help_text="from 1: it stands over 2 ** level leaves")
    hash = models.CharField(max_length=64, help_text="SHA-256 of a one byte and the hashes of both children")

    class Meta:
        ordering = ["last_leaf", "level"]
        constraints = [models.UniqueConstraint(name="tree_node_once", fields=["last_leaf", "level"])]

    def __str__(self) -> str:
        return f"node at level {self.level} over leaf {self.last_leaf}"


class Checkpoint(AppendOnly):
    """The tree after one round of sealing, signed."""

    number = models.PositiveBigIntegerField(primary_key=True, help_text="from 1, without gaps")
    tree_size = models.PositiveBigIntegerField(unique=True, help_text="leaves, all of which the root is over")
    root = models.CharField(max_length=64)
    note = models.TextField(help_text="the signed note that says both (C2SP tlog-checkpoint)")
    key = models.ForeignKey(LedgerKey, models.PROTECT, related_name="checkpoints")
    issued_at = models.DateTimeField()
    watermarks = models.JSONField(help_text="by kind of row: those whose key is no higher are all in this tree")
    reached = models.JSONField(help_text="by kind of row: the highest key that this round could see")
    transaction = models.PositiveBigIntegerField(
        help_text="whatever was given a key up to `reached` was written by an earlier transaction; 0 on SQLite"
    )

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"checkpoint {self.number}"
