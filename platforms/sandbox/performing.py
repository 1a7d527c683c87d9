"""How each step of a script becomes one act of a synthetic officer."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from orders.acts import appealing, clarifying, disclosing, issuing, preserving, scrutinising
from orders.acts.appealing import CONFIRMED
from orders.acts.capacity import Capacity
from orders.acts.scrutinising import NotCrossBorder
from orders.models import RemovalOrder
from orders.regulation.limits import scaled
from orders.regulation.regions import Actor, Stage
from platforms.sandbox import authorities

Arguments = Mapping[str, Any]


def perform(act: str, *, order: RemovalOrder, arguments: Arguments, at: datetime) -> None:
    """Do `act` on `order`. Raises Refusal when it is not open."""
    ACTS[act](order, arguments, at)


def _issuer(order: RemovalOrder) -> Capacity:
    return authorities.approver(order.issuing_authority)


def _home(order: RemovalOrder) -> Capacity:
    if order.home_authority is None:
        raise NotCrossBorder(f"{order.reference} crosses no border.")
    return authorities.scrutineer(order.home_authority)


def _issue(order: RemovalOrder, arguments: Arguments, at: datetime) -> None:  # noqa: ARG001  all acts are called alike
    issuing.issue(order=order, by=_issuer(order), at=at)


def _withdraw(order: RemovalOrder, arguments: Arguments, at: datetime) -> None:
    issuing.withdraw(order=order, by=_issuer(order), at=at, **arguments)


def _clarify(order: RemovalOrder, arguments: Arguments, at: datetime) -> None:
    answers = {question.number: arguments["answer"] for question in clarifying.open_questions(order)}
    clarifying.clarify(order=order, answers=answers, by=_issuer(order), at=at)


def _dispute_ground(order: RemovalOrder, arguments: Arguments, at: datetime) -> None:
    clarifying.dispute_ground(order=order, by=_issuer(order), at=at, **arguments)


def _allow_disclosure(order: RemovalOrder, arguments: Arguments, at: datetime) -> None:  # noqa: ARG001
    disclosing.allow_disclosure(order=order, by=_issuer(order), at=at)


def _extend_preservation(order: RemovalOrder, arguments: Arguments, at: datetime) -> None:
    ends = [item.preserved_until for item in order.items.all() if item.preserved_until]
    until = max(ends, default=at) + scaled(timedelta(days=arguments["days"]), order.limit_scale)
    preserving.extend_preservation(order=order, until=until, reason=arguments["reason"], by=_issuer(order), at=at)


def _record_appeal(order: RemovalOrder, arguments: Arguments, at: datetime) -> None:  # noqa: ARG001
    appealing.record_appeal(order=order, appellant=Actor.PROVIDER, received_at=at, by=_issuer(order), at=at)


def _record_judgment(order: RemovalOrder, arguments: Arguments, at: datetime) -> None:
    appealing.record_judgment(order=order, outcome=CONFIRMED, received_at=at, by=_issuer(order), at=at, **arguments)


def _open_scrutiny(order: RemovalOrder, arguments: Arguments, at: datetime) -> None:  # noqa: ARG001
    scrutinising.open_scrutiny(order=order, by=_home(order), at=at)


def _announce_intent(order: RemovalOrder, arguments: Arguments, at: datetime) -> None:
    scrutinising.announce_intent(order=order, by=_home(order), at=at, **arguments)


def _decide_scrutiny(order: RemovalOrder, arguments: Arguments, at: datetime) -> None:
    scrutinising.decide_scrutiny(order=order, outcome=Stage.INFRINGEMENT, by=_home(order), at=at, **arguments)


ACTS: dict[str, Callable[[RemovalOrder, Arguments, datetime], None]] = {
    "issue": _issue,
    "withdraw": _withdraw,
    "clarify": _clarify,
    "dispute_ground": _dispute_ground,
    "allow_disclosure": _allow_disclosure,
    "extend_preservation": _extend_preservation,
    "record_appeal": _record_appeal,
    "record_judgment": _record_judgment,
    "open_scrutiny": _open_scrutiny,
    "announce_intent": _announce_intent,
    "decide_scrutiny": _decide_scrutiny,
}
