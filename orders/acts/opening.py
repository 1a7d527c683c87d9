"""Which acts are open to whom now: what the buttons, the API and the refusals show."""

from django.db import models
from django_fsm import can_proceed

from orders.acts.capacity import Capacity
from orders.acts.declarations import Declaration, declarations
from orders.models import ContentItem, RemovalOrder
from orders.regulation.regions import Actor


def open_acts(order: RemovalOrder, items: list[ContentItem], by: Capacity) -> list[Declaration]:
    """The declared transitions open to `by` on `order` now, one per act."""
    found: dict[str, Declaration] = {}
    for declared in declarations():
        rows: list[models.Model] = [order] if declared.model is RemovalOrder else list(items)
        if may(order, by, declared) and any(can_proceed(getattr(row, declared.method)) for row in rows):
            found.setdefault(declared.act, declared)
    return list(found.values())


def may(order: RemovalOrder, by: Capacity, declared: Declaration) -> bool:
    """Whether `declared` names this actor, this party and, for officers, one of their roles."""
    has_role = not declared.roles or bool(by.roles.intersection(declared.roles))
    return declared.by is by.actor and is_party(order, by) and has_role


def is_party(order: RemovalOrder, by: Capacity) -> bool:
    """Whether `by` acts for the party of `order` that its role names; the channel and time have none."""
    if by.actor is Actor.ISSUING_AUTHORITY:
        return by.party == order.issuing_authority.code
    if by.actor is Actor.PROVIDER:
        return by.party == order.provider.code
    return True
