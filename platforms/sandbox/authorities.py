"""The synthetic authorities that issue and scrutinise test orders, and their officers, made when they are needed."""

from datetime import datetime

from django.db import transaction

from orders import ids, signing
from orders.acts import capacity
from orders.acts.capacity import Capacity
from orders.models import CompetentAuthority, HostingServiceProvider, Membership, RemovalOrder, User
from orders.regulation.regions import Actor, OfficerRole

ELSEWHERE = ("DE", "NL")  # an order comes from the first of these that is not the provider's home


def domestic(provider: HostingServiceProvider, *, at: datetime) -> CompetentAuthority:
    """One of the provider's home; of Germany for a provider that has none in the Union (Art. 16(2))."""
    state = provider.home_state or ELSEWHERE[0]
    return _issuing("sandbox" if state == ELSEWHERE[0] else f"sandbox-{state.lower()}", state, at=at)


def second(provider: HostingServiceProvider, *, at: datetime) -> CompetentAuthority:
    """Another one of the same Member State."""
    state = provider.home_state or ELSEWHERE[0]
    return _issuing(f"sandbox-{state.lower()}-second", state, at=at, called="Second Sandbox Authority")


def newcomer(provider: HostingServiceProvider, *, at: datetime) -> CompetentAuthority:
    """One that has never sent anything to `provider`, so that its first order counts as first (Art. 3(2))."""
    state = provider.home_state or ELSEWHERE[0]
    strangers = CompetentAuthority.objects.filter(sandbox=True, first_contact=True, member_state=state)
    known = RemovalOrder.objects.filter(provider=provider).values("issuing_authority")
    found = strangers.exclude(pk__in=known).order_by("pk").first()
    code = found.code if found else ids.new("new").replace("_", "-")
    return _issuing(code, state, at=at, called=f"New Sandbox Authority {code[-4:]}", first_contact=True)


def foreign(provider: HostingServiceProvider, *, at: datetime) -> CompetentAuthority:
    """One of another Member State; one at the provider's home is there for the copy of Art. 4(1)."""
    home = provider.home_state
    state = next(state for state in ELSEWHERE if state != home)
    CompetentAuthority.objects.get_or_create(
        code=f"sandbox-home-{home.lower()}",
        defaults={**_fields(home, "Home Authority of the Sandbox"), "scrutinises": True},
    )
    return _issuing("sandbox" if state == ELSEWHERE[0] else f"sandbox-{state.lower()}", state, at=at)


def drafter(authority: CompetentAuthority) -> Capacity:
    return _officer("sandbox.drafter", authority, OfficerRole.DRAFTER)


def approver(authority: CompetentAuthority) -> Capacity:
    return _officer("sandbox.approver", authority, OfficerRole.APPROVER)


def scrutineer(authority: CompetentAuthority) -> Capacity:
    return _officer("sandbox.scrutineer", authority, OfficerRole.SCRUTINEER, acting_as=Actor.SCRUTINISING_AUTHORITY)


@transaction.atomic
def _issuing(
    code: str, state: str, *, at: datetime, called: str = "Sandbox Authority", first_contact: bool = False
) -> CompetentAuthority:
    """The authority with its key."""
    fields = {**_fields(state, called), "issues": True, "first_contact": first_contact}
    CompetentAuthority.objects.get_or_create(code=code, defaults=fields)
    authority = CompetentAuthority.objects.select_for_update().get(code=code)
    if signing.current_key(authority) is None:
        signing.new_key(authority, at=at)
    return authority


def _fields(state: str, called: str) -> dict[str, object]:
    return {
        "name": f"{called} {state} (synthetic)",
        "member_state": state,
        "address": "Teststr. 1, 00000 Teststadt",
        "phone": "+00 000 000",
        "email": "ro@sandbox-authority.example",
        "redress_body": "Administrative Court of the Sandbox",
        "redress_link": "https://sandbox-authority.example/redress",
        "sandbox": True,
    }


def _officer(
    name: str, authority: CompetentAuthority, role: OfficerRole, *, acting_as: Actor = Actor.ISSUING_AUTHORITY
) -> Capacity:
    """A synthetic officer, who has no password and so cannot sign in."""
    first, last = name.split(".")
    names = {"first_name": first.title(), "last_name": last.title(), "password": "!"}
    user, _ = User.objects.get_or_create(username=name, defaults=names)
    Membership.objects.get_or_create(user=user, authority=authority, role=role)
    return capacity.officer(user, authority, channel="sandbox", acting_as=acting_as)
