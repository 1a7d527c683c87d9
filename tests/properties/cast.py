"""The parties of every example: two officers who issue, the provider, its home authority, and some without a part."""

from dataclasses import dataclass

from orders.acts import capacity
from orders.acts.capacity import Capacity
from orders.regulation.regions import Actor, OfficerRole
from tests import factories
from tests.people import interested

ROLES = (OfficerRole.DRAFTER, OfficerRole.APPROVER, OfficerRole.SCRUTINEER)


@dataclass
class Cast:
    """The parties of every example: each may try every move."""

    anna: Capacity
    bert: Capacity
    provider: Capacity
    scrutineer: Capacity
    objector: Capacity
    stranger: Capacity
    other_provider: Capacity


def cast() -> Cast:
    """Two officers of the issuing authority, the provider, its home authority, and others who have no part."""
    german, french = factories.authority(), factories.authority("fr-oco", "FR", scrutinises=True)
    dutch = factories.authority("nl-atc", "NL", scrutinises=True, oversees=True)
    femke = factories.officer("femke", dutch, *ROLES)
    fleur = factories.officer("fleur", french, *ROLES)
    objector = capacity.officer(fleur.person, french, channel="api", acting_as=Actor.OBJECTING_AUTHORITY)
    interested(objector)
    return Cast(
        anna=factories.officer("anna", german),
        bert=factories.officer("bert", german),
        provider=capacity.provider(factories.provider(), channel="api"),
        scrutineer=capacity.officer(femke.person, dutch, channel="api", acting_as=Actor.SCRUTINISING_AUTHORITY),
        objector=objector,
        stranger=capacity.officer(fleur.person, french, channel="api"),
        other_provider=capacity.provider(factories.provider("other-be", "BE"), channel="api"),
    )
