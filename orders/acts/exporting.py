"""Taking an export: a recorded act in a dossier of its own, never in the chain of an order."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from orders import canonical, ledger
from orders.acts.capacity import Capacity
from orders.acts.drafting import next_reference
from orders.acts.refusals import ActNotYours
from orders.models import Dossier, LedgerEntry
from orders.regulation.regions import Actor, OfficerRole

SERIES = "EXP"


def take_export(
    *,
    scope: Mapping[str, str | None],
    by: Capacity,
    at: datetime,
    as_of: int | None = None,
    since: int | None = None,
    withhold: bool = False,
    tables: Mapping[str, object] | None = None,
) -> LedgerEntry:
    """Record that `by` takes an export of `scope` at `at`; its dossier is named like EXP-2026-000001.

    `scope` has the keys order, authority, provider, from and to; `as_of` and `since` are the sizes of the tree that
    were asked for, `withhold` says that URLs, texts and persons are left out, and `tables` the format and the tables
    where it is no evidence bundle. An officer takes what is their own authority's; an auditor of no party and the
    operator take anything. Raises ActNotYours.
    """
    _check_taker(scope, by)
    sizes = {name: size for name, size in (("as_of", as_of), ("since", since)) if size is not None}
    withheld = {"withheld": True} if withhold else {}
    with transaction.atomic():
        dossier = Dossier.objects.create(kind=Dossier.Kind.EXPORT, reference=next_reference(SERIES, at), generation=1)
        entry = ledger.chained(
            dossier,
            None,
            act="take_export",
            article="",
            actor_role=by.actor,
            actor_party=by.party,
            actor_person=by.pseudonym,
            channel=by.channel,
            occurred_at=at,
            recorded_at=at,
            facts=canonical.plain({"scope": scope, **sizes, **withheld, **(tables or {}), "effects": []}),
        )
        ledger.append([entry])
    return entry


def _check_taker(scope: Mapping[str, str | None], by: Capacity) -> None:
    if by.actor is Actor.OPERATOR or (by.actor is Actor.AUDITOR and OfficerRole.AUDITOR in by.roles):
        return
    if by.actor is not Actor.ISSUING_AUTHORITY or by.person is None or not by.roles:
        raise ActNotYours("An export is taken by an officer of an authority, by an auditor or at the command line.")
    if scope.get("authority") != by.party:
        raise ActNotYours(f"An officer of {by.party} exports the orders of {by.party} only.")
