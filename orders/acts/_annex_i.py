"""Composes Annex I from an order at the moment of issue; from then on it is frozen."""

from datetime import datetime
from typing import Any

from orders.models import CompetentAuthority, ContentItem, RemovalOrder
from orders.regulation.annexes import Addressee, AnnexI, IssuingAuthority, Item


def compose(order: RemovalOrder, items: list[ContentItem], *, home: CompetentAuthority | None, at: datetime) -> AnnexI:
    """Annex I of `order` as issued at `at`, copied to `home` when there is a home authority."""
    authority = order.issuing_authority
    return AnnexI(
        issuing_member_state=authority.member_state,
        reference=order.reference,
        issued_at=at,
        language=order.language,
        addressee=_addressee(order),
        items=tuple(Item(item.number, item.url, item.identification, item.kind) for item in items),
        categories=tuple(order.categories),
        reasons=order.reasons,
        content_provider=_content_provider(order),
        home_authority={"other_member_state": crosses_border(order), "copy_sent": home is not None},
        issuing_authority=_issuing_authority(order, at),
        follow_up={"issuing": authority.email, "home": home.email if home else None},
        redress=_redress(authority),
    )


def _content_provider(order: RemovalOrder) -> dict[str, Any]:
    """Section C: whether the content provider must not be told, since which decision, until when."""
    return {
        "must_not_inform": order.must_not_inform,
        "decided_at": order.withholding_decided_at,
        "until": order.withheld_until,
    }


def crosses_border(order: RemovalOrder) -> bool:
    """Whether the provider's home is another Member State (Art. 4(1)); false when it has none in the Union."""
    return order.provider.home_state not in ("", order.issuing_authority.member_state)


def _addressee(order: RemovalOrder) -> Addressee:
    provider = order.provider
    return Addressee(
        name=provider.name,
        legal_representative=provider.legal_representative or None,
        contact_point=provider.contact_point,
        member_state=provider.home_state or None,
    )


def _issuing_authority(order: RemovalOrder, at: datetime) -> IssuingAuthority:
    authority, person = order.issuing_authority, order.approved_by
    assert person is not None  # held by a constraint: no order is in force without an approval
    return IssuingAuthority(
        type=authority.kind,
        name=authority.name,
        representative=person.display_name(),
        post=person.post,
        file_number=order.file_number,
        address=authority.address,
        phone=authority.phone,
        email=authority.email,
        date=at.date(),
    )


def _redress(authority: CompetentAuthority) -> dict[str, Any]:
    return {
        "body": authority.redress_body,
        "deadline": {"days": authority.appeal_days, "from": "receipt"},
        "link": authority.redress_link,
    }
