"""What a provider states about its own order: translated in, one act, translated out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from orders.acts import answering
from orders.acts.answering import Answer
from orders.api.described import REFERENCE, described
from orders.api.exchange import valid
from orders.regulation.regions import GroundKind
from platforms.api import annexes, examples
from platforms.api.base import ANSWER, ProviderView
from platforms.api.bodies import AnswerBody
from platforms.api.submissions import asked, recorded_once

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="makes a repetition safe; else the digest of the body does",
)
IN_FLIGHT = ("idempotency-in-flight", "idempotency-key-reused", "act-not-open")


def answer(operation_id: str, request: Any, *problems: str, example: Any = None) -> Callable[[Any], Any]:
    """How an answer is described."""
    shown = [examples.answered("Recorded", examples.ANSWER), examples.refused("Refused", examples.TIME_IN_FUTURE)]
    return described(
        operation_id,
        ok=AnswerBody,
        status=201,
        request=request,
        problems=[*problems, *IN_FLIGHT],
        parameters=[REFERENCE, KEY],
        examples=[examples.asked("Statement", example), *shown] if example else shown,
        tag="answers",
    )


class AnswerView(ProviderView):
    """A statement of fact about an order: one that parses and speaks of possible things is always recorded."""

    scopes = {"POST": (ANSWER,)}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.order = self.find(kwargs["reference"])

    def record(self, request: Request, act: Callable[..., Answer], **arguments: Any) -> Response:
        """Perform `act` with the arrival of the request as its time, once per key."""
        ask = asked(request)
        perform = partial(act, order=self.order, by=self.by, at=ask.arrived_at, **arguments)
        return recorded_once(ask, self.order, lambda exhibit: perform(exhibit=exhibit))


class Acknowledgements(AnswerView):
    @answer("acknowledge", annexes.AcknowledgementBody, example={"provider_reference": "TS-4471"})
    def post(self, request: Request, reference: str) -> Response:
        """Seen, with your own reference. No legal effect: no clock changes."""
        body = valid(annexes.AcknowledgementBody, request.data)
        return self.record(request, answering.acknowledge, **body)


class AnnexII(AnswerView):
    @answer("report_removal", annexes.AnnexIIBody, "unknown-item", "time-in-future", example=examples.ANNEX_II)
    def post(self, request: Request, reference: str) -> Response:
        """Annex II: per item, the measure and the time it was taken, Art. 3(6)."""
        annex = annexes.annex_ii(valid(annexes.AnnexIIBody, request.data))
        return self.record(request, answering.report_removal, annex=annex)


class AnnexIII(AnswerView):
    @answer(
        "report_impossibility_or_seek_clarification",
        annexes.AnnexIIIBody,
        "unknown-item",
        "time-in-future",
        "question-missing",
        example=examples.ANNEX_III,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Annex III: impossible (Art. 3(7)), manifest errors or not enough information (Art. 3(8))."""
        annex = annexes.annex_iii(valid(annexes.AnnexIIIBody, request.data))
        impossible = annex.reason is GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY
        act = answering.report_impossibility if impossible else answering.seek_clarification
        return self.record(request, act, annex=annex)


class GroundsCeased(AnswerView):
    @answer("report_grounds_ceased", annexes.GroundsCeasedBody, "unknown-item", "time-in-future", "no-such-ground")
    def post(self, request: Request, reference: str) -> Response:
        """The grounds of Art. 3(7) ceased: a fresh full hour from that time."""
        body = valid(annexes.GroundsCeasedBody, request.data)
        items = tuple(body["items"])
        return self.record(request, answering.report_grounds_ceased, items=items, ceased_at=body["ceased_at"])
