"""Looking at what an order is about: recorded in a dossier of its own, never in the chain of the order."""

from datetime import datetime

from django.db import transaction

from orders import canonical, ledger
from orders.acts.capacity import Capacity
from orders.acts.drafting import next_reference
from orders.models import Dossier, LedgerEntry, ReferenceCounter, RemovalOrder
from orders.regulation.looks import ONE_LOOK, PURPOSES, Looked
from orders.regulation.regions import Actor, OfficerRole

SERIES = "ACC"
ACT = "consult"


def consult(
    *, order: RemovalOrder, by: Capacity, at: datetime, what: Looked = Looked.URL, entry_number: int | None = None
) -> LedgerEntry:
    """Record that `by` looked at `what` of `order` at `at`; of a document, at that of the entry `entry_number`.

    The looks at one order are one chain, named like ACC-2026-000001; the generation of the order stays as it is.
    """
    role = Actor.AUDITOR if by.roles == {OfficerRole.AUDITOR} else by.actor  # also of those at an authority
    facts: dict[str, object] = {
        "reference": order.reference,
        "object": what,
        "item": None,  # pages, answers and documents show all items of an order
        "purpose": PURPOSES[role],
        "entry_number": entry_number,
        "effects": [],
    }
    with transaction.atomic():
        dossier = _locked(order, at)
        entry = ledger.chained(
            dossier,
            ledger.head(dossier),
            act=ACT,
            article="",
            actor_role=role,
            actor_party=by.party,
            actor_person=by.pseudonym,
            channel=by.channel,
            occurred_at=at,
            recorded_at=at,
            facts=canonical.plain(facts),
        )
        dossier.generation = entry.number
        dossier.save(update_fields=["generation"])
        ledger.append([entry])
    return entry


def keep_looking(*, order: RemovalOrder, by: Capacity, at: datetime) -> None:
    """As `consult`, unless this person looked at the URLs of `order` within the last hour: it is the same look."""
    looks = LedgerEntry.objects.filter(dossier__about=order.dossier_id, recorded_at__gt=at - ONE_LOOK)
    if not looks.filter(actor_person=by.pseudonym, actor_party=by.party, facts__object=Looked.URL).exists():
        consult(order=order, by=by, at=at)


def _locked(order: RemovalOrder, at: datetime) -> Dossier:
    """The dossier of the looks at `order`; of two who look first at once, one waits for the other to make it."""
    looks = Dossier.objects.select_for_update().filter(about=order.dossier_id)
    found = looks.first()
    if found is not None:
        return found
    series = f"{SERIES}-{at.year}"
    ReferenceCounter.objects.get_or_create(series=series)
    ReferenceCounter.objects.select_for_update().get(series=series)
    return looks.first() or Dossier.objects.create(
        kind=Dossier.Kind.ACCESS, reference=next_reference(SERIES, at), about_id=order.dossier_id
    )
