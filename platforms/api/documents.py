"""The signed documents of an order for its provider: the order itself, and its own answers as they were received."""

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from orders.acts import transmitting
from orders.api.described import REFERENCE, described
from orders.api.documents import NUMBER, PAGE, PDF, file_of, shelf_of
from orders.evidence.documents import shelf
from platforms.api.arrival import arrived_at
from platforms.api.base import READ, ProviderView


class Documents(ProviderView):
    scopes = {"GET": (READ,)}

    @described("list_documents", ok=PAGE, parameters=[REFERENCE], tag="providers")
    def get(self, request: Request, reference: str) -> Response:
        """Annex I and your own Annexes II and III as signed PDF, oldest first. It proves no receipt."""
        return shelf_of(self.find(reference), f"{settings.PUBLIC_URL}/api/platforms/v1")


class Document(ProviderView):
    scopes = {"GET": (READ,)}

    @described(
        "read_document",
        ok=PDF,
        media_type=shelf.MEDIA_TYPE,
        parameters=[REFERENCE, NUMBER],
        problems=["document-not-ready"],
        tag="providers",
    )
    def get(self, request: Request, reference: str, number: int) -> HttpResponse:
        """One document. It says what was ordered: if nothing proved receipt before, this request does."""
        order = self.find(reference)
        transmitting.prove_receipt(order=order, rule="order_read", at=arrived_at(request._request))
        return file_of(order, number, by=self.by)
