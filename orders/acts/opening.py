"""Which acts are open to whom now: what the buttons, the API and the refusals show."""

from django_fsm import can_proceed

from orders.acts.capacity import Capacity
from orders.acts.declarations import Declaration, declarations
from orders.models import ContentItem, RemovalOrder
from orders.regulation.regions import Actor


def open_acts(order: RemovalOrder, items: list[ContentItem], by: Capacity) -> list[Declaration]:
    """The declared transitions open to `by` on `order` now, one per act."""
    acts: dict[str, list[Declaration]] = {}
    for declared in declarations():
        if may(order, by, declared):
            acts.setdefault(declared.act, []).append(declared)
    return [together[0] for together in acts.values() if _is_open(together, order, items)]


def _is_open(together: list[Declaration], order: RemovalOrder, items: list[ContentItem]) -> bool:
    """An act moves every region of the order that it declares, or else one item at least."""
    of_order = [declared for declared in together if declared.model is RemovalOrder]
    if of_order:
        return all(can_proceed(getattr(order, declared.method)) for declared in of_order)
    return any(can_proceed(getattr(item, declared.method)) for declared in together for item in items)


def may(order: RemovalOrder, by: Capacity, declared: Declaration) -> bool:
    """Whether `declared` names this actor, this party and, for officers, one of their roles."""
    return declared.by is by.actor and is_party(order, by) and has_role(by, declared)


def has_role(by: Capacity, declared: Declaration) -> bool:
    """Whether `by` holds a role that `declared` asks for, as a named person unless a machine may do it."""
    if not declared.roles:
        return True
    return bool(by.roles.intersection(declared.roles)) and (by.person is not None or declared.machine)


def is_party(order: RemovalOrder, by: Capacity) -> bool:
    """Whether `by` acts for the party of `order` that its role names; the channel and time have none."""
    if by.actor is Actor.ISSUING_AUTHORITY:
        return by.party == order.issuing_authority.code
    if by.actor is Actor.PROVIDER:
        return by.party == order.provider.code
    return True
