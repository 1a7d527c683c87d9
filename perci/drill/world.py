"""The little world of a drill: one provider, whose credentials the engineer knows before it begins, and its order."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from orders.acts import drafting, issuing
from orders.acts.drafting import Draft, DraftItem
from orders.models import Application, HostingServiceProvider, RemovalOrder
from perci.drill.terms import Terms
from platforms import connecting
from platforms.models import WebhookSecret
from platforms.sandbox import allow_list, authorities

# Known to everybody, as they stand in the documentation: they open nothing but a drill on this machine.
CLIENT_ID = "drill-platform"
CLIENT_SECRET = "synthetic-secret-of-the-drill-platform"
WEBHOOK_SECRET = "whsec_c3ludGhldGljLXdlYmhvb2stc2VjcmV0LW9mLWEtZHJpbGw="
HOST = f"{CLIENT_ID}.example"
SOMEWHERE = "/v/1"  # the path of the content, where no page was given


@transaction.atomic
def make(terms: Terms, *, at: datetime) -> HostingServiceProvider:
    """The provider of the drill, reached at the engineer's endpoint, with the page that the probe looks at."""
    provider = HostingServiceProvider.objects.create(
        code=CLIENT_ID, name="Drill Platform (synthetic)", main_establishment="NL", contact_point=f"tco@{HOST}",
        languages=["en"], sandbox=True,
    )  # fmt: skip
    Application.objects.create(
        client_id=CLIENT_ID, client_secret=CLIENT_SECRET, provider=provider, name=f"machine of {CLIENT_ID}",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )  # fmt: skip
    connection = connecting.connection_of(provider, sandbox=True, at=at)
    WebhookSecret.objects.create(connection=connection, secret=WEBHOOK_SECRET, created_at=at)
    connecting.set_endpoint(connection, terms.endpoint, at=at)
    if terms.page:
        allow_list.set_pages(connection, allow_list.checked({HOST: _base(terms.page)}), at=at)
    return provider


def issue(terms: Terms, *, at: datetime) -> RemovalOrder:
    """The order of the night, by two officers of a synthetic authority."""
    provider = HostingServiceProvider.objects.get(code=CLIENT_ID)
    authority = authorities.domestic(provider, at=at)
    drafter, approver = authorities.drafter(authority), authorities.approver(authority)
    order = drafting.draft(authority=authority, content=_content(provider, terms), by=drafter, at=at)
    issuing.submit(order=order, by=drafter, at=at)
    issuing.approve(order=order, by=approver, at=at)
    return issuing.issue(order=order, by=approver, at=at)


def address(terms: Terms) -> str:
    """What the order names: the page of the engineer under a reserved name, so that the probe looks at just that."""
    url = urlsplit(terms.page or SOMEWHERE)
    return f"https://{HOST}{url.path or '/'}{f'?{url.query}' if url.query else ''}"


def _base(page: str) -> str:
    url = urlsplit(page)
    return f"{url.scheme}://{url.netloc}"


def _content(provider: HostingServiceProvider, terms: Terms) -> Draft:
    return Draft(
        provider=provider,
        items=(DraftItem(address(terms), "the whole page (synthetic)", "video"),),
        categories=("2(7)(a)",),
        reasons="Synthetic drill: no such content exists. In its story it is 02:30 at night.",
        assessment="Synthetic: none of the purposes of Art. 1(3) is in question.",
        file_number="DRILL",
        limit_scale=terms.scale,
    )
