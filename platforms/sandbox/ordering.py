"""Test orders for a provider's engineers: issued by synthetic authorities through the same acts as any other."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from orders import ids
from orders.acts import drafting, issuing, preparing
from orders.acts.drafting import Draft, DraftItem
from orders.acts.refusals import Invalid
from orders.models import CompetentAuthority, HostingServiceProvider, RemovalOrder
from platforms.models import Connection
from platforms.sandbox import authorities, scripts
from platforms.sandbox.catalogue import BY_CODE, TWIN
from platforms.sandbox.kinds import Kind

SENDERS = {
    "domestic": authorities.domestic,
    "foreign": authorities.foreign,
    "newcomer": authorities.newcomer,
}


class NoSandbox(Exception):
    """Asked for in production mode."""


def send_test_order(
    *, connection: Connection, limit_scale: str, at: datetime, kind: str = "plain", items: int | None = None
) -> list[RemovalOrder]:
    """Send the provider of `connection` a synthetic order of `kind`; delivery and its script take it from here.

    `limit_scale` is "1", "1/60" or "1/3600", `items` the number of URLs where the kind leaves it open. Returns the
    order, and after it those of the same kind that come later. Raises NoSandbox in production mode, Invalid for an
    order across borders to a provider without a home in the Union.
    """
    if settings.PRODUCTION:
        raise NoSandbox("There is no sandbox in production mode.")
    rehearsed = BY_CODE[kind]
    with transaction.atomic():
        content = _content(connection.provider, rehearsed, limit_scale, items or rehearsed.items)
        order = _approved(_sender(connection.provider, rehearsed, at), content, at)
        if rehearsed.informed:
            preparing.inform_beforehand(order=order, by=authorities.approver(order.issuing_authority), at=at)
        else:
            issuing.issue(order=order, by=authorities.approver(order.issuing_authority), at=at)
        scripts.plan(order, rehearsed.script, at=at)
        return [order, *(_twin(content, at) if rehearsed.twin else [])]


def _twin(content: Draft, at: datetime) -> list[RemovalOrder]:
    """The same order by another authority, ready to be issued by its script."""
    order = _approved(authorities.second(content.provider, at=at), content, at)
    scripts.plan(order, (TWIN,), at=at)
    return [order]


def _approved(authority: CompetentAuthority, content: Draft, at: datetime) -> RemovalOrder:
    drafter, approver = authorities.drafter(authority), authorities.approver(authority)
    order = drafting.draft(authority=authority, content=content, by=drafter, at=at)
    issuing.submit(order=order, by=drafter, at=at)
    issuing.approve(order=order, by=approver, at=at)
    return order


def _sender(provider: HostingServiceProvider, kind: Kind, at: datetime) -> CompetentAuthority:
    if kind.sender == "foreign" and not provider.home_state:
        raise Invalid(
            "No border is crossed to a provider without a home in the Union: set home_member_state first.",
            pointer="/kind",
            got=kind.code,
        )
    return SENDERS[kind.sender](provider, at=at)


def _content(provider: HostingServiceProvider, kind: Kind, limit_scale: str, items: int) -> Draft:
    here = f"https://{provider.code}.example/sandbox/{ids.new('test')}"
    urls = [f"{here}/" if kind.vague else f"{here}/{number}" for number in range(1, items + 1)]
    spoken = not provider.languages or "en" in provider.languages
    said: dict[str, Any] = {
        "reasons": "Synthetic test order: no content exists at this address.",
        "assessment": "Synthetic: none of the purposes of Art. 1(3) is in question.",
        **kind.draft,
    }
    return Draft(
        provider=provider,
        items=tuple(_item(url, number, kind) for number, url in enumerate(urls, start=1)),
        categories=("2(7)(a)",),
        file_number="SANDBOX",
        language_override="" if spoken else "Synthetic text is written in English only.",
        limit_scale=limit_scale,
        **said,
    )


def _item(url: str, number: int, kind: Kind) -> DraftItem:
    return DraftItem(url, "" if kind.vague else f"{kind.names} {number}", "video")
