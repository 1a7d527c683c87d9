"""Sending a message again by hand: for its issuing authority and its provider, with a reason that is kept."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from orders.acts import transmitting
from orders.acts.capacity import Capacity
from orders.acts.refusals import ActNotYours, Invalid, Refusal
from orders.models import OutboxMessage
from orders.regulation.regions import Actor
from platforms.delivery import waking
from platforms.models import Connection, Resending


class NotSendable(Refusal):
    """A message that is not to be sent (again)."""

    code = "not-sendable"


def resend(message: OutboxMessage, *, reason: str, by: Capacity, at: datetime) -> Resending:
    """Send `message` once more, under its id, by its first channel; one that is being retried is tried at once by all.

    No act: it changes nothing in law, and a receipt stands. What was given up a day after its order ended goes once
    more. Raises NotSendable for what is not sent to a provider or was taken off the wire, ActNotYours for anybody but
    its two parties and the operator, Invalid without a reason.
    """
    if not reason.strip():
        raise Invalid("Say why the message is sent again.", pointer="/reason", code="reason-missing")
    if by.actor is not Actor.OPERATOR and by.party not in _parties(message):
        raise ActNotYours("A message is sent again by its issuing authority or by the provider it is for.")
    with transaction.atomic():
        if not sendable().filter(pk=message.pk).update(next_attempt_at=at):
            raise NotSendable(f"{message} is not sent any more: it was withdrawn, or is a notice.")
        waking.wake_second(message, at=at)
        return Resending.objects.create(
            message=message,
            asked_at=at,
            reason=reason.strip(),
            actor_role=by.actor,
            actor_party=by.party,
            actor_person=by.pseudonym,
            channel=by.channel,
        )


def sendable() -> QuerySet[OutboxMessage]:
    """What goes to a provider, what was given up too; not what an ending took off the wire, nor to a retired tenant."""
    retired = Connection.objects.filter(provider__code=OuterRef("recipient"), retired_at__isnull=False)
    to_provider = OutboxMessage.objects.filter(~Exists(retired), recipient_role=Actor.PROVIDER)
    return to_provider.exclude(transmitting.TAKEN_OFF)


def _parties(message: OutboxMessage) -> tuple[str, str]:
    return message.dossier.removal_order.issuing_authority.code, message.recipient
