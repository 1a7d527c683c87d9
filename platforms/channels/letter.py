"""A message in the words of a person to whom it comes at night: what, which order, until when, where to answer."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from orders.models import Deadline, OutboxMessage, RemovalOrder
from orders.portal.tags import hour, utc
from orders.portal.telling import notice
from orders.regulation.limits import ONE_HOUR
from platforms.channels import inbox, receipt
from platforms.models import Channel

HEADINGS = {
    "order.issued": "Removal order",
    "order.clarified": "Answer to your questions about removal order",
    "order.withdrawn": "Withdrawal of removal order",
    "order.annulled": "Annulment of removal order",
    "order.prior_information_given": "Information before a removal order",
    "order.limit_approaching": "The limit approaches: removal order",
    "order.limit_passed": "The limit passed: removal order",
}
STARTS_AN_HOUR = ("order.issued", "order.clarified")


def subject(message: OutboxMessage, order: RemovalOrder) -> str:
    """One line: what it is, and the reference."""
    urgent = "URGENT, one hour: " if message.type in STARTS_AN_HOUR else ""
    return f"[simulated] {urgent}{heading(message, order)}"


def heading(message: OutboxMessage, order: RemovalOrder) -> str:
    """What it is, and the reference."""
    return f"{HEADINGS.get(message.type, 'About removal order')} {order.reference}"


def text(message: OutboxMessage, *, order: RemovalOrder, at: datetime) -> str:
    """The plain text, as of `at`."""
    return render_to_string("inbox/letter.txt", _said(message, order, at))


def _said(message: OutboxMessage, order: RemovalOrder, at: datetime) -> dict[str, Any]:
    clock = Deadline.objects.filter(dossier=order.dossier_id, code=ONE_HOUR.code, closed_at=None).order_by("due_at")
    people = inbox.has_people(order.provider)
    due_at, zone = clock.values_list("due_at", flat=True).first(), ZoneInfo(order.provider.time_zone)
    return {
        "heading": heading(message, order),
        "message": message,
        "order": order,
        "items": order.items.order_by("number"),
        "asks": message.type in STARTS_AN_HOUR,
        "said": "" if message.type in STARTS_AN_HOUR else notice(message.type, message.data),
        "hour": hour(order.limit_scale),
        "received": _both(order.received_at, zone),
        "due": _both(due_at, zone),
        "over": due_at is not None and due_at < at,
        "proofs": _proofs(people),
        "order_url": f"{settings.PUBLIC_URL}/api/platforms/v1/orders/{order.reference}",
        "people_url": settings.PUBLIC_URL + reverse("inbox:order", args=[order.reference]) if people else "",
        "keys_url": f"{settings.PUBLIC_URL}/.well-known/jwks.json",
    }


def _both(at: datetime | None, zone: ZoneInfo) -> str:
    """An instant in UTC and where the provider is; empty when there is none."""
    return f"{utc(at)} ({at.astimezone(zone):%H:%M:%S} {zone.key})" if at else ""


def _proofs(people: bool) -> list[str]:
    """What will count as receipt, in the words of a list; nothing is placed in the box of a provider without people."""
    mail = ["our mail server takes this mail"] if receipt.rule(Channel.MAIL) else []
    placed = "it is placed in" if receipt.rule(Channel.INBOX) else "somebody of yours opens it in"
    box = [f"{placed} your box", "your people read or answer it there"] if people else []
    return [*mail, *box, "your endpoint takes the webhook", "your machine reads or answers it"]
