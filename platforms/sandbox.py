"""Test orders for a provider's engineers: issued by a synthetic authority through the same acts as any other."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from orders import ids, signing
from orders.acts import capacity, drafting, issuing
from orders.acts.capacity import Capacity
from orders.acts.drafting import Draft, DraftItem
from orders.models import CompetentAuthority, HostingServiceProvider, Membership, RemovalOrder, User
from orders.regulation.regions import OfficerRole
from platforms.models import Connection

AUTHORITY = {
    "name": "Sandbox Authority (synthetic)",
    "member_state": "DE",
    "issues": True,
    "address": "Teststr. 1, 00000 Teststadt",
    "phone": "+49 0",
    "email": "ro@sandbox-authority.example",
    "redress_body": "Administrative Court of the Sandbox",
    "redress_link": "https://sandbox-authority.example/redress",
    "sandbox": True,
}


class NoSandbox(Exception):
    """Asked for in production mode."""


def send_test_order(*, connection: Connection, limit_scale: str, at: datetime, items: int = 1) -> RemovalOrder:
    """Issue a synthetic order to the provider of `connection`; delivery takes it from here.

    `limit_scale` is "1", "1/60" or "1/3600", `items` the number of URLs. Raises NoSandbox in production mode.
    """
    if settings.PRODUCTION:
        raise NoSandbox("There is no sandbox in production mode.")
    with transaction.atomic():
        authority = sandbox_authority(at=at)
        drafter = _officer("sandbox.drafter", authority, OfficerRole.DRAFTER)
        approver = _officer("sandbox.approver", authority, OfficerRole.APPROVER)
        content = _content(connection.provider, limit_scale, items)
        order = drafting.draft(authority=authority, content=content, by=drafter, at=at)
        issuing.submit(order=order, by=drafter, at=at)
        issuing.approve(order=order, by=approver, at=at)
        return issuing.issue(order=order, by=approver, at=at)


def sandbox_authority(*, at: datetime) -> CompetentAuthority:
    """The authority that issues test orders, with its key; made on demand, in a transaction."""
    CompetentAuthority.objects.get_or_create(code="sandbox", defaults=AUTHORITY)
    authority = CompetentAuthority.objects.select_for_update().get(code="sandbox")
    if signing.current_key(authority) is None:
        signing.new_key(authority, at=at)
    return authority


def _officer(name: str, authority: CompetentAuthority, role: OfficerRole) -> Capacity:
    """A synthetic officer, who has no password and so cannot sign in."""
    first, last = name.split(".")
    names = {"first_name": first.title(), "last_name": last.title(), "password": "!"}
    user, _ = User.objects.get_or_create(username=name, defaults=names)
    Membership.objects.get_or_create(user=user, authority=authority, role=role)
    return capacity.officer(user, authority, channel="sandbox")


def _content(provider: HostingServiceProvider, limit_scale: str, items: int) -> Draft:
    run = ids.new("test")
    urls = [f"https://{provider.code}.example/sandbox/{run}/{number}" for number in range(1, items + 1)]
    return Draft(
        provider=provider,
        items=tuple(DraftItem(url, f"Synthetic video {number}", "video") for number, url in enumerate(urls, start=1)),
        categories=("2(7)(a)",),
        reasons="Synthetic test order: no content exists at this address.",
        assessment="Synthetic: none of the purposes of Art. 1(3) is in question.",
        file_number="SANDBOX",
        limit_scale=limit_scale,
    )
