"""A provider's own view of the record of an order: what it did and what it was told, without anybody's person."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.described import REFERENCE, described, listing
from orders.api.fields import Instant
from orders.models import LedgerEntry
from orders.regulation.regions import Actor
from platforms.api.base import READ, ProviderView

# What an authority did that its provider is told of; an announced intention (4(5)) is for the issuing authority alone.
TOLD = (
    "inform_beforehand", "issue", "record_submission", "clarify", "dispute_ground", "record_grounds_ceased", "withdraw",
    "open_scrutiny", "request_scrutiny", "decide_scrutiny", "record_appeal", "record_judgment", "declare_final",
    "withhold_disclosure", "extend_withholding", "allow_disclosure", "extend_preservation",
)  # fmt: skip
OURS = (Actor.PROVIDER, Actor.CHANNEL)


class ProviderEntryBody(serializers.ModelSerializer[LedgerEntry]):
    """One entry of the record as the provider sees it."""

    number = serializers.IntegerField(help_text="from 1, without gaps")
    occurred_at, recorded_at = Instant(), Instant()
    facts = serializers.SerializerMethodField(help_text="of your own statements and receipts; else empty")

    class Meta:
        model = LedgerEntry
        fields = ["number", "act", "article", "actor_role", "actor_party", "occurred_at", "recorded_at", "facts"]

    def get_facts(self, entry: LedgerEntry) -> dict[str, Any]:
        return dict(entry.facts) if entry.actor_role in OURS else {}


class Timeline(ProviderView):
    scopes = {"GET": (READ,)}

    @described("read_timeline", ok=listing("entries", ProviderEntryBody), parameters=[REFERENCE], tag="providers")
    def get(self, request: Request, reference: str) -> Response:
        """What was recorded about the order, as far as it concerns you. It proves no receipt."""
        order = self.find(reference)
        entries = order.dossier.entries.order_by("number")
        concerning = [entry for entry in entries if entry.actor_role in (*OURS, Actor.TIME) or entry.act in TOLD]
        return Response({"items": ProviderEntryBody(concerning, many=True).data, "next": None})
