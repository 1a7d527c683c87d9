"""Which acts are open to whom now: what the buttons, the API and the refusals show."""

from collections.abc import Callable
from dataclasses import replace

from django.db import models
from django_fsm import can_proceed

from orders import deconfliction
from orders.acts.capacity import Capacity
from orders.acts.declarations import Declaration, declarations
from orders.acts.refusals import ActNotYours, FourEyes, Refusal
from orders.models import ContentItem, RemovalOrder, Scrutiny
from orders.regulation.regions import Actor

OFFICERS = (
    Actor.ISSUING_AUTHORITY,
    Actor.SCRUTINISING_AUTHORITY,
    Actor.OBJECTING_AUTHORITY,
    Actor.EUROPOL,
)


def open_acts(order: RemovalOrder, items: list[ContentItem], by: Capacity) -> list[Declaration]:
    """The declared transitions open to `by` on `order` now, one per act: that which leads, its label names each."""
    acts: dict[str, list[Declaration]] = {}
    for declared in declarations():
        if may(order, by, declared):
            acts.setdefault(declared.act, []).append(declared)
    ways = [_ways(together, order, items) for together in acts.values()]
    return [replace(open_now[0], label=" / ".join(_labels(open_now))) for open_now in ways if open_now]


def _labels(open_now: list[Declaration]) -> list[str]:
    leading = [declared.label for declared in open_now if declared.region == open_now[0].region]
    return list(dict.fromkeys(leading))


def _ways(together: list[Declaration], order: RemovalOrder, items: list[ContentItem]) -> list[Declaration]:
    """The open transitions of an act; none where it is not open.

    An act moves every region of the order that it declares, or else one item or the scrutiny at least.
    Where a region has alternatives (confirmed or annulled), one of them is enough. Of an item or the scrutiny the first
    region declared decides; what else the act moves there follows from it.
    """
    if together[0].act == "declare_final" and _appeal_runs(order):
        return []
    of_order = [declared for declared in together if declared.model is RemovalOrder]
    scrutinised = together[0].act in SCRUTINY_ACTS
    if of_order and not scrutinised:
        found = [declared for declared in of_order if can_proceed(getattr(order, declared.method))]
        every = {declared.region for declared in of_order} == {declared.region for declared in found}
        return found if every else []
    others = [declared for declared in together if declared.model is (Scrutiny if scrutinised else ContentItem)]
    others = others or [declared for declared in together if declared.model is Scrutiny]
    leading = [declared for declared in others if declared.region == others[0].region]
    rows = {declared: _rows(declared, order, items) for declared in leading}
    return [one for one in leading if any(can_proceed(getattr(row, one.method)) for row in rows[one])]


def _appeal_runs(order: RemovalOrder) -> bool:
    """Whether a known appeal period is running: only after it a person declares what time alone does not."""
    return order.dossier.deadlines.filter(code="C26", closed_at=None).exists()


SCRUTINY_ACTS = frozenset({"decide_scrutiny"})  # they move the scrutiny, and the order only on an infringement


def _rows(declared: Declaration, order: RemovalOrder, items: list[ContentItem]) -> list[models.Model]:
    if declared.model is ContentItem:
        return list(items)
    return [order.scrutiny] if hasattr(order, "scrutiny") else []  # that of a locked case, which is not saved yet


def may(order: RemovalOrder, by: Capacity, declared: Declaration) -> bool:
    """Whether `by` is somebody who may do what `declared` says on `order`, in whatever state it is."""
    return barred(order, by, declared) is None


def barred(order: RemovalOrder, by: Capacity, declared: Declaration) -> Refusal | None:
    """Why `by` may not: it names another actor or party, asks for another role, or the act has a rule of its own."""
    if by.actor not in declared.by or not _is_party(order, by):
        whose = " or the ".join(actor.gloss for actor in declared.by)
        return ActNotYours(f"{declared.act} on {order.reference} is for its {whose}.")
    if not _has_role(by, declared):
        return ActNotYours(f"{declared.act} needs a named officer with the role {' or '.join(declared.roles)}.")
    return OWN_RULES[declared.act](order, by) if declared.act in OWN_RULES else None


def _another_person_drafted(order: RemovalOrder, by: Capacity) -> Refusal | None:
    """Four eyes: persons, and not clients. What a machine drafted is the order of the person who submitted it."""
    if by.person != order.drafted_by and by.pseudonym != first_person(order):
        return None
    return FourEyes(
        f"{order.reference} needs a second person: whoever drafted an order, or submitted what a machine drafted, "
        "cannot approve it."
    )


def _two_persons_stand_behind_it(order: RemovalOrder, by: Capacity) -> Refusal | None:
    """What a machine drafted and submitted was read by its approver alone: another person issues it."""
    if by.person is None or by.person != order.approved_by or first_person(order):
        return None
    return FourEyes(
        f"{order.reference} needs a second person: no person drafted or submitted it, so whoever approved it cannot "
        "issue it."
    )


def first_person(order: RemovalOrder) -> str:
    """The pseudonym of who wrote `order` last, else of who submitted it last; empty where machines did both."""
    entries = order.dossier.entries.order_by("-number").values_list("actor_person", flat=True)
    wrote, submitted = entries.filter(act__in=("draft", "revise")), entries.filter(act="submit")
    return wrote.first() or submitted.first() or ""


def _decides_or_objected(order: RemovalOrder, by: Capacity) -> Refusal | None:
    """The issuing authority decides; besides, whoever objected lifts the hold, and nobody else."""
    mine = (str(by.actor), by.party)
    if by.actor is Actor.ISSUING_AUTHORITY or objector(order) in (None, mine):
        return None
    return ActNotYours(f"The hold on {order.reference} is lifted by whoever asked for it, or by its issuer.")


OWN_RULES: dict[str, Callable[[RemovalOrder, Capacity], Refusal | None]] = {
    "approve": _another_person_drafted,
    "issue": _two_persons_stand_behind_it,
    "release_hold": _decides_or_objected,
}


def objector(order: RemovalOrder) -> tuple[str, str] | None:
    """Who asked for the last hold on `order`: role and party, as the record names them; None when nobody ever did."""
    holds = order.dossier.entries.filter(act="put_on_hold").order_by("-number")
    return holds.values_list("actor_role", "actor_party").first()


def _has_role(by: Capacity, declared: Declaration) -> bool:
    """Whether `by` holds a role that `declared` asks for, as a named person unless a machine may do it."""
    if not declared.roles or by.actor not in OFFICERS:
        return True
    return bool(by.roles.intersection(declared.roles)) and (by.person is not None or declared.machine)


def _is_party(order: RemovalOrder, by: Capacity) -> bool:
    """Whether `by` acts for the party of `order` that its role names; the channel, Europol and time have none.

    An authority has an interest when it was asked (`preparing.put_on_hold` says why).
    """
    if by.actor is Actor.ISSUING_AUTHORITY:
        return by.party == order.issuing_authority.code
    if by.actor is Actor.PROVIDER:
        return by.party == order.provider.code
    if by.actor is Actor.SCRUTINISING_AUTHORITY:
        return order.home_authority is not None and by.party == order.home_authority.code
    if by.actor is Actor.OBJECTING_AUTHORITY:
        return by.party != order.issuing_authority.code and deconfliction.was_asked(order, by.party)
    return True
