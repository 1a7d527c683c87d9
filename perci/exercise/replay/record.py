"""What a replay needs of a record: its parties, the entries of some orders, and the clocks and states they led to."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core import serializers
from django.db.models import Q, QuerySet

from orders.acts.refusals import Invalid
from orders.models import (
    AuthorityKey,
    CompetentAuthority,
    ContentItem,
    Deadline,
    HostingServiceProvider,
    InvestigatingBody,
    InvestigationInterest,
    LedgerEntry,
    Membership,
    RemovalOrder,
    User,
)

PARTIES = (CompetentAuthority, HostingServiceProvider, User, Membership, InvestigatingBody, InvestigationInterest)
REGIONS = ("preparation", "transmission", "force", "disclosure")
CLOCK = ("code", "item__number", "ground", "starts_at", "due_at", "closed_at", "verdict")


def take(reference: str = "") -> dict[str, Any]:
    """Everything; or what one order needs: it, and the earlier ones that decided what was open for it.

    Those are orders of the same authority to the same provider (Art. 3(2)) and orders for the same addresses (14(1)).
    """
    orders = _with_what_decided(reference) if reference else RemovalOrder.objects.filter(_REAL)
    dossiers = list(orders.order_by().values_list("dossier", flat=True))
    keys = AuthorityKey.objects.select_related("authority")
    entries = LedgerEntry.objects.filter(dossier__in=dossiers).select_related("dossier").order_by("pk")
    return {
        "parties": json.loads(serializers.serialize("json", _parties())),
        "keys": [[key.authority.code, key.created_at.isoformat()] for key in keys.order_by("pk")],
        "entries": [_entry(entry) for entry in entries.iterator(chunk_size=500)],
        "outcomes": outcomes(dossiers),
    }


_REAL = Q(issuing_authority__sandbox=False)


def _with_what_decided(reference: str) -> QuerySet[RemovalOrder]:
    order = RemovalOrder.objects.filter(dossier__reference=reference).first()
    if order is None:
        raise Invalid(f"There is no order {reference!r} on record.", pointer="/order", code="unknown-order")
    pair = Q(issuing_authority=order.issuing_authority_id, provider=order.provider_id)
    same = Q(items__url_sha256__in=list(order.items.values_list("url_sha256", flat=True)))
    before = RemovalOrder.objects.filter(pair | same, created_at__lte=order.created_at)
    return RemovalOrder.objects.filter(Q(pk__in=before.values("pk")) | Q(pk=order.pk))


def _parties() -> Iterable[Any]:
    for model in PARTIES:
        for row in model._default_manager.order_by("pk"):
            if isinstance(row, User):
                row.password, row.is_superuser = "!", False  # nobody signs in where it is replayed
            yield row


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "reference": entry.dossier.reference,
        "number": entry.number,
        "act": entry.act,
        "article": entry.article,
        "role": entry.actor_role,
        "party": entry.actor_party,
        "person": entry.actor_person,
        "channel": entry.channel,
        "occurred_at": entry.occurred_at.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "facts": entry.facts,
    }


def outcomes(dossiers: Iterable[int]) -> dict[str, dict[str, Any]]:
    """By reference: the regions of order and items, and each clock with its verdict, so that two can be compared."""
    found: dict[str, dict[str, Any]] = {}
    for order in RemovalOrder.objects.filter(dossier__in=list(dossiers)).select_related("dossier"):
        clocks = Deadline.objects.filter(dossier=order.dossier_id).values_list(*CLOCK)
        found[order.reference] = {
            "order": {region: getattr(order, region) for region in REGIONS},
            "items": [_item(item) for item in order.items.order_by("number")],
            "clocks": sorted((_plain(dict(zip(CLOCK, clock, strict=True))) for clock in clocks), key=json.dumps),
        }
    return found


def _item(item: ContentItem) -> dict[str, Any]:
    told = {"item": item.number, "execution": item.execution, "preservation": item.preservation}
    return _plain({**told, "measure": item.measure, "taken_at": item.taken_at})


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in told.items()}


def begin(taken: Mapping[str, Any]) -> None:
    """Make the parties of a record in an empty database."""
    for row in serializers.deserialize("python", taken["parties"]):
        row.save()
