"""Somebody in every role under the Regulation."""

from orders import canonical
from orders.acts import capacity
from orders.acts.capacity import Capacity
from orders.models import (
    CompetentAuthority,
    InvestigatingBody,
    InvestigationInterest,
    Membership,
    RemovalOrder,
    User,
)
from orders.regulation.regions import Actor, OfficerRole, ReasonClass
from tests.factories import T0, authority, by_provider, officer


def home() -> CompetentAuthority:
    """The authority that scrutinises and oversees where the factories' provider is at home."""
    return authority("nl-home", "NL", scrutinises=True, oversees=True)


def scrutineer() -> Capacity:
    officer("carla", home(), OfficerRole.SCRUTINEER)
    return _acting("carla", home(), Actor.SCRUTINISING_AUTHORITY)


def objector() -> Capacity:
    """Somebody of an authority that has an interest once it is registered (`interested`)."""
    return with_an_interest("fr-interested", "FR", "dora")


def third() -> Capacity:
    """Somebody of one more authority that `interested` makes have an interest in the same content."""
    return with_an_interest("at-third", "AT", "fritz")


def with_an_interest(code: str, member_state: str, name: str) -> Capacity:
    of = authority(code, member_state)
    officer(name, of, OfficerRole.APPROVER)
    return _acting(name, of, Actor.OBJECTING_AUTHORITY)


def interested(*parties: Capacity) -> None:
    """Register an interest of the objector and a third authority, or of `parties`, in what the factories name first."""
    url = canonical.sha256(b"https://hosting-nl.example/v/1")
    body, _ = InvestigatingBody.objects.get_or_create(code="police", name="Police", email="p@police.example")
    for by in parties or (objector(), third()):
        of = CompetentAuthority.objects.get(code=by.party)
        why = {"reason": ReasonClass.LIVE_INVESTIGATION, "registered_at": T0}
        InvestigationInterest.objects.get_or_create(body=body, authority=of, url_sha256=url, defaults=why)


def europol() -> Capacity:
    """A coordinator of Europol."""
    user, _ = User.objects.get_or_create(username="elena", defaults={"first_name": "Elena", "last_name": "Muster"})
    Membership.objects.get_or_create(user=user, role=OfficerRole.COORDINATOR)
    return capacity.europol(user, channel="portal")


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
    if actor is Actor.EUROPOL:
        return europol()
    person, _ = User.objects.get_or_create(username=f"somebody-{actor}")
    return Capacity(actor, str(actor), person, frozenset(OfficerRole))
