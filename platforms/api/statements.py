"""Each kind of answer: the body it takes and the act that records it; a single POST and a batch read the same table."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from rest_framework.response import Response
from rest_framework.serializers import Serializer

from orders import canonical
from orders.acts import answering, following_up, scrutinising
from orders.acts.answering import Answer
from orders.acts.capacity import Capacity
from orders.api.exchange import valid
from orders.models import RemovalOrder
from orders.regulation.regions import GroundKind
from platforms.api import annexes
from platforms.api.submissions import Asked, recorded_once

Act = Callable[..., Answer]


class Statement(NamedTuple):
    """A kind of answer. `translated` turns a valid body into the act and its arguments."""

    body: type[Serializer[Any]]
    translated: Callable[[dict[str, Any]], tuple[Act, dict[str, Any]]]


def _as_it_is(act: Act) -> Callable[[dict[str, Any]], tuple[Act, dict[str, Any]]]:
    return lambda body: (act, body)


def _annex_ii(body: dict[str, Any]) -> tuple[Act, dict[str, Any]]:
    return answering.report_removal, {"annex": annexes.annex_ii(body)}


def _annex_iii(body: dict[str, Any]) -> tuple[Act, dict[str, Any]]:
    annex = annexes.annex_iii(body)
    impossible = annex.reason is GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY
    return (answering.report_impossibility if impossible else answering.seek_clarification), {"annex": annex}


def _grounds_ceased(body: dict[str, Any]) -> tuple[Act, dict[str, Any]]:
    named = {"items": tuple(body["items"]), "grounds": tuple(body["grounds"])}
    return answering.report_grounds_ceased, {**named, "ceased_at": body["ceased_at"]}


STATEMENTS = {
    "acknowledgements": Statement(annexes.AcknowledgementBody, _as_it_is(answering.acknowledge)),
    "annex-ii": Statement(annexes.AnnexIIBody, _annex_ii),
    "annex-iii": Statement(annexes.AnnexIIIBody, _annex_iii),
    "grounds-ceased": Statement(annexes.GroundsCeasedBody, _grounds_ceased),
    "scrutiny-requests": Statement(annexes.ScrutinyRequestBody, _as_it_is(scrutinising.ask_for_scrutiny)),
    "reinstatements": Statement(annexes.ReinstatementBody, _as_it_is(following_up.report_reinstatement)),
    "content-provider-information": Statement(annexes.InformationBody, _as_it_is(following_up.inform_content_provider)),
    "preservation-reports": Statement(annexes.PreservationBody, _as_it_is(following_up.report_preservation)),
}


def record(kind: str, data: Any, *, ask: Asked, order: RemovalOrder, by: Capacity) -> Response:
    """Record the answer `data` about `order` once, as of the arrival of `ask`. Raises what a bad body raises."""
    statement = STATEMENTS[kind]
    by = replace(by, signature=canonical.sha256(ask.proof.exhibit)) if ask.proof else by
    act, arguments = statement.translated(valid(statement.body, data))
    perform = partial(act, order=order, by=by, at=ask.arrived_at, **arguments)
    return recorded_once(ask, order, lambda exhibit: perform(exhibit=exhibit))
