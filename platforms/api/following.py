"""What a provider states after the removal: a request for scrutiny, reinstatement, information, preservation."""

from rest_framework.request import Request
from rest_framework.response import Response

from orders.acts import following_up, scrutinising
from orders.api.exchange import valid
from platforms.api import annexes
from platforms.api.answers import AnswerView, answer


class ScrutinyRequests(AnswerView):
    @answer("request_scrutiny", annexes.ScrutinyRequestBody, "not-cross-border", "reasons-missing")
    def post(self, request: Request, reference: str) -> Response:
        """Ask your home authority for scrutiny, with reasons, Art. 4(4); flag `requested_late` after 48 hours."""
        body = valid(annexes.ScrutinyRequestBody, request.data)
        return self.record(request, scrutinising.ask_for_scrutiny, **body)


class Reinstatements(AnswerView):
    @answer("report_reinstatement", annexes.ReinstatementBody, "unknown-item", "time-in-future")
    def post(self, request: Request, reference: str) -> Response:
        """The content is back after an annulment, or kept down under your own terms and conditions, Art. 4(7)."""
        body = valid(annexes.ReinstatementBody, request.data)
        return self.record(request, following_up.report_reinstatement, **body)


class ContentProviderInformation(AnswerView):
    @answer("inform_content_provider", annexes.InformationBody, "time-in-future")
    def post(self, request: Request, reference: str) -> Response:
        """What you told the content provider, Art. 11; flag `disclosure-withheld` where you were not to."""
        body = valid(annexes.InformationBody, request.data)
        return self.record(request, following_up.inform_content_provider, **body)


class PreservationReports(AnswerView):
    @answer("report_preservation", annexes.PreservationBody, "unknown-item", "time-in-future")
    def post(self, request: Request, reference: str) -> Response:
        """Preserved content was kept, accessed for a purpose, or deleted; flag `preservation_still_due`, Art. 6."""
        body = valid(annexes.PreservationBody, request.data)
        return self.record(request, following_up.report_preservation, **body)
