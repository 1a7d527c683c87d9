"""The signed documents of an order for both APIs: which there are, and each as PDF."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders import clock
from orders.acts import consulting
from orders.acts.capacity import Capacity
from orders.api.base import READ, AuthorityView
from orders.api.described import REFERENCE, described, listing
from orders.api.fields import Instant
from orders.api.problems import Problem
from orders.evidence.documents import shelf
from orders.evidence.documents.shelf import Shelved
from orders.evidence.documents.trust import NotSealed
from orders.models import DocumentKind, RemovalOrder
from orders.regulation.looks import Looked

NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="the number of its entry in the timeline")
PDF = OpenApiTypes.BINARY


class DocumentBody(serializers.Serializer[Any]):
    """A signed document (PDF/A-3, PAdES with a time stamp), simulated and without legal effect."""

    number = serializers.IntegerField(help_text="of the entry in the timeline that it documents")
    kind = serializers.ChoiceField(DocumentKind.choices)
    state = serializers.ChoiceField(shelf.STATES, help_text="one that waits is made when you read it")
    occurred_at = Instant()
    sha256 = serializers.CharField(allow_null=True, help_text="of the file; null while it waits")
    size = serializers.IntegerField(allow_null=True, help_text="in bytes; null while it waits")
    stamped_at = Instant(allow_null=True, help_text="what the time stamp says; null while it waits")
    url = serializers.CharField(help_text="where it is read")


PAGE = listing("documents", DocumentBody)


def shelf_of(order: RemovalOrder, root: str) -> Response:
    """The documents of `order`, whose addresses begin with `root`."""
    found = [_described(one, f"{root}/orders/{order.reference}/documents/{one.number}") for one in shelf.shelf(order)]
    return Response({"items": DocumentBody(found, many=True).data, "next": None})


def _described(one: Shelved, url: str) -> dict[str, Any]:
    return {**one._asdict(), "state": one.state, "url": url}


def file_of(order: RemovalOrder, number: int, *, by: Capacity) -> HttpResponse:
    """The document of entry `number` as a file, for `by`. Raises Problem where it cannot be signed or stamped now."""
    try:
        file = shelf.fetched(order, number, at=clock.now())
    except NotSealed as error:
        raise Problem("document-not-ready", str(error), wait=shelf.PATIENCE) from error
    if file is None:
        raise NotFound(f"{order.reference} has no document with this number: the list names those that it has.")
    consulting.consult(order=order, by=by, at=clock.now(), what=Looked.DOCUMENT, entry_number=number)
    named = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.content, content_type=shelf.MEDIA_TYPE, headers=named)


class Documents(AuthorityView):
    scopes = {"GET": (READ,)}

    @described("authority_list_documents", ok=PAGE, parameters=[REFERENCE])
    def get(self, request: Request, reference: str) -> Response:
        """Annex I, II and III of the order as signed PDF, oldest first."""
        return shelf_of(self.find(reference), f"{settings.PUBLIC_URL}/api/authorities/v1")


class Document(AuthorityView):
    scopes = {"GET": (READ,)}

    @described(
        "authority_read_document",
        ok=PDF,
        media_type=shelf.MEDIA_TYPE,
        parameters=[REFERENCE, NUMBER],
        problems=["document-not-ready"],
    )
    def get(self, request: Request, reference: str, number: int) -> HttpResponse:
        """One document. It is made once: every later answer has the same bytes."""
        order = self.find(reference)
        return file_of(order, number, by=self.facing(order))
