"""Somebody in every role under the Regulation."""

from orders.acts import capacity
from orders.acts.capacity import Capacity
from orders.models import CompetentAuthority, RemovalOrder, User
from orders.regulation.regions import Actor, OfficerRole
from tests.factories import authority, by_provider, officer


def home() -> CompetentAuthority:
    """The authority that scrutinises and oversees where the factories' provider is at home."""
    return authority("nl-home", "NL", scrutinises=True, oversees=True)


def scrutineer() -> Capacity:
    officer("carla", home(), OfficerRole.SCRUTINEER)
    return _acting("carla", home(), Actor.SCRUTINISING_AUTHORITY)


def objector() -> Capacity:
    interested = authority("fr-interested", "FR")
    officer("dora", interested, OfficerRole.APPROVER)
    return _acting("dora", interested, Actor.OBJECTING_AUTHORITY)


def _acting(name: str, of: CompetentAuthority, role: Actor) -> Capacity:
    return capacity.officer(User.objects.get(username=name), of, channel="portal", acting_as=role)


def drafter(order: RemovalOrder) -> Capacity:
    return officer("anna", order.issuing_authority)


def approver(order: RemovalOrder) -> Capacity:
    return officer("bert", order.issuing_authority)


def somebody(actor: Actor, order: RemovalOrder) -> Capacity:
    """Somebody who acts as `actor`, with every role an officer can hold where no party of the order is named."""
    if actor is Actor.ISSUING_AUTHORITY:
        return approver(order)
    if actor is Actor.PROVIDER:
        return by_provider(order)
    if actor is Actor.SCRUTINISING_AUTHORITY:
        return scrutineer()
    if actor is Actor.OBJECTING_AUTHORITY:
        return objector()
    person, _ = User.objects.get_or_create(username=f"somebody-{actor}")
    return Capacity(actor, str(actor), person, frozenset(OfficerRole))
