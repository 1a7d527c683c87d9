"""What a provider states about its own order, one call per kind: a statement of fact is always recorded."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.described import REFERENCE, described
from platforms.api import examples
from platforms.api.base import ANSWER, ProviderView
from platforms.api.bodies import AnswerBody
from platforms.api.signed import ALL as OF_SIGNATURES
from platforms.api.signed import Proof, proof_of
from platforms.api.statements import STATEMENTS, record
from platforms.api.submissions import asked

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="makes a repetition safe; else the digest of the body does",
)
SIGNATURE = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, description=described_as)
    for name, described_as in {
        "Content-Digest": "of the body, where the answer is signed (RFC 9530)",
        "Signature-Input": "what is signed (RFC 9421); needed where `signed_answers` of your endpoint is true",
        "Signature": "by a key that you registered (Ed25519)",
    }.items()
]
ALWAYS = ("idempotency-in-flight", "idempotency-key-reused")


def answer(operation_id: str, kind: str, *problems: str) -> Callable[[Any], Any]:
    """How an answer is described."""
    return described(
        operation_id,
        ok=AnswerBody,
        status=201,
        request=STATEMENTS[kind].body,
        problems=[*problems, *ALWAYS, *OF_SIGNATURES],
        parameters=[REFERENCE, KEY, *SIGNATURE],
        examples=examples.of_answer(kind),
        tag="answers",
        counted=False,
    )


class AnswerView(ProviderView):
    """A statement of fact about an order: one that parses and speaks of possible things is always recorded."""

    scopes = {"POST": (ANSWER,)}
    throttle_classes = ()  # a limit must never cost an answer its hour
    proof: Proof | None = None  # that the provider signed it

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.order = self.find(kwargs["reference"])
        self.proof = proof_of(request, self.provider)

    def record(self, request: Request, kind: str) -> Response:
        """Record the body with the arrival of the request as its time, once per key."""
        return record(kind, request.data, ask=replace(asked(request), proof=self.proof), order=self.order, by=self.by)


class Acknowledgements(AnswerView):
    @answer("acknowledge", "acknowledgements")
    def post(self, request: Request, reference: str) -> Response:
        """Seen, with your own reference. No legal effect: no clock changes."""
        return self.record(request, "acknowledgements")


class AnnexII(AnswerView):
    @answer("report_removal", "annex-ii", "unknown-item", "time-in-future")
    def post(self, request: Request, reference: str) -> Response:
        """Annex II: per item, the measure and the time it was taken, Art. 3(6)."""
        return self.record(request, "annex-ii")


class AnnexIII(AnswerView):
    @answer(
        "report_impossibility_or_seek_clarification",
        "annex-iii",
        "unknown-item",
        "time-in-future",
        "question-missing",
    )
    def post(self, request: Request, reference: str) -> Response:
        """Annex III: impossible (Art. 3(7)), manifest errors or not enough information (Art. 3(8))."""
        return self.record(request, "annex-iii")


class GroundsCeased(AnswerView):
    @answer(
        "report_grounds_ceased", "grounds-ceased", "unknown-item", "time-in-future", "no-such-ground", "before-grounds"
    )
    def post(self, request: Request, reference: str) -> Response:
        """The grounds of Art. 3(7) ceased: a fresh full hour from that time."""
        return self.record(request, "grounds-ceased")


class ScrutinyRequests(AnswerView):
    @answer("request_scrutiny", "scrutiny-requests", "not-cross-border", "reasons-missing")
    def post(self, request: Request, reference: str) -> Response:
        """Ask your home authority for scrutiny, with reasons, Art. 4(4); flag `requested_late` after 48 hours."""
        return self.record(request, "scrutiny-requests")


class Reinstatements(AnswerView):
    @answer("report_reinstatement", "reinstatements", "unknown-item", "time-in-future", "time-too-early")
    def post(self, request: Request, reference: str) -> Response:
        """The content is back after an annulment, or kept down under your own terms and conditions, Art. 4(7)."""
        return self.record(request, "reinstatements")


class ContentProviderInformation(AnswerView):
    @answer("inform_content_provider", "content-provider-information", "time-in-future", "time-too-early")
    def post(self, request: Request, reference: str) -> Response:
        """What you told the content provider, Art. 11; flag `disclosure-withheld` where you were not to."""
        return self.record(request, "content-provider-information")


class PreservationReports(AnswerView):
    @answer("report_preservation", "preservation-reports", "unknown-item", "time-in-future", "time-too-early")
    def post(self, request: Request, reference: str) -> Response:
        """Preserved content was kept, accessed for a purpose, or deleted; flag `preservation_still_due`, Art. 6."""
        return self.record(request, "preservation-reports")
