"""In what capacity somebody acts: role under the Regulation, party, person, and through which channel."""

from dataclasses import dataclass

from orders.models import Application, CompetentAuthority, HostingServiceProvider, Membership, RemovalOrder, User
from orders.regulation.regions import Actor, OfficerRole


@dataclass(frozen=True)
class Capacity:
    """Who acts. `person` is None for machines, channels and time; `roles` are the officer's at that party.

    `signature` is the exhibit with which a provider's machine proves that it said this; empty where none was asked for.
    """

    actor: Actor
    party: str = ""
    person: User | None = None
    roles: frozenset[OfficerRole] = frozenset()
    channel: str = "system"
    signature: str = ""

    @property
    def pseudonym(self) -> str:
        """How the record names the person; empty when no person acts."""
        return self.person.pseudonym if self.person else ""


EUROPOL = str(Actor.EUROPOL)  # how the record names the party

TIME = Capacity(Actor.TIME, channel="clock")
OPERATOR = Capacity(Actor.OPERATOR, channel="command_line")


def officer(
    user: User, authority: CompetentAuthority, *, channel: str, acting_as: Actor = Actor.ISSUING_AUTHORITY
) -> Capacity:
    """A named officer acting for `authority` in one of its roles under Art. 12(1), with what they may do there."""
    held = Membership.objects.filter(user=user, authority=authority).values_list("role", flat=True)
    roles = frozenset(OfficerRole(role) for role in held)
    return Capacity(acting_as, authority.code, user, roles, channel)


def capacity_on(order: RemovalOrder, user: User, authority: CompetentAuthority, *, channel: str) -> Capacity:
    """In what capacity an officer of `authority` faces `order`: as issuer, as home authority, or with an interest."""
    if authority == order.issuing_authority:
        return officer(user, authority, channel=channel)
    at_home = authority == order.home_authority
    role = Actor.SCRUTINISING_AUTHORITY if at_home else Actor.OBJECTING_AUTHORITY
    return officer(user, authority, channel=channel, acting_as=role)


def authority_machine(application: Application) -> Capacity:
    """An authority's own system: it may draft and submit, never approve, issue, withdraw or decide."""
    assert application.authority is not None
    return Capacity(
        Actor.ISSUING_AUTHORITY,
        application.authority.code,
        roles=frozenset({OfficerRole.DRAFTER}),
        channel="api_machine",
    )


def provider(party: HostingServiceProvider, *, channel: str, person: User | None = None) -> Capacity:
    """A hosting service provider, by its machine or by a person."""
    return Capacity(Actor.PROVIDER, party.code, person, channel=channel)


def europol(user: User | None, *, channel: str) -> Capacity:
    """Europol, by one of its coordinators; by its machine (None), which only reads."""
    return Capacity(Actor.EUROPOL, EUROPOL, user, _of_no_party(user) & {OfficerRole.COORDINATOR}, channel)


def channel(name: str) -> Capacity:
    """The channel of transmission, which alone proves receipt (Art. 3(5))."""
    return Capacity(Actor.CHANNEL, channel=name)


def auditor(user: User, *, channel: str) -> Capacity:
    """A person who reads and exports; the roles are those held at no party, so `party` is empty."""
    return Capacity(Actor.AUDITOR, person=user, roles=_of_no_party(user), channel=channel)


def _of_no_party(user: User | None) -> frozenset[OfficerRole]:
    held = Membership.objects.filter(user=user, authority=None, provider=None).values_list("role", flat=True)
    return frozenset(OfficerRole(role) for role in held)
