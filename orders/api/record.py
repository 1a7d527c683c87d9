"""What the record says about one order, to its authorities: open acts, clocks, timeline."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from orders import clock
from orders.api.base import READ, AuthorityView
from orders.api.bodies import ActionBody, ClockBody, EntryBody
from orders.api.described import REFERENCE, described, listing
from orders.models import LedgerEntry, RemovalOrder, Scrutiny

ROOT = f"{settings.PUBLIC_URL}/api/authorities/v1"


class Actions(AuthorityView):
    scopes = {"GET": (READ,)}

    @described("authority_list_actions", ok=listing("acts", ActionBody), parameters=[REFERENCE])
    def get(self, request: Request, reference: str) -> Response:
        """The acts that are open to the caller now, each with its article and its address."""
        order = self.find(reference)
        found = [_action(order, declared) for declared in self.open_acts(order)]
        return Response({"items": ActionBody(found, many=True).data, "next": None})


def _action(order: RemovalOrder, declared: Any) -> dict[str, Any]:
    method, path = "POST", f"orders/{order.reference}/acts/{declared.act}"
    if declared.act == "revise":
        method, path = "PATCH", f"orders/{order.reference}"
    elif declared.act == "request_scrutiny":
        path = f"orders/{order.reference}/scrutiny-requests"
    elif declared.model is Scrutiny:
        path = f"scrutinies/{order.reference}/acts/{declared.act}"
    said = {"act": declared.act, "article": declared.article, "label": declared.label}
    return {**said, "method": method, "url": f"{ROOT}/{path}"}


class Clocks(AuthorityView):
    scopes = {"GET": (READ,)}

    @described("authority_list_clocks", ok=listing("clocks", ClockBody), parameters=[REFERENCE])
    def get(self, request: Request, reference: str) -> Response:
        """Every clock of the order, of whichever party, oldest first."""
        clocks = self.find(reference).dossier.deadlines.select_related("item").order_by("pk")
        body = ClockBody(clocks, many=True, context={"at": clock.now()})
        return Response({"items": body.data, "next": None})


class Timeline(AuthorityView):
    scopes = {"GET": (READ,)}

    @described("authority_read_timeline", ok=listing("entries", EntryBody), parameters=[REFERENCE])
    def get(self, request: Request, reference: str) -> Response:
        """The record of the order. The home authority reads it from the issue on."""
        order = self.find(reference)
        self.looked(order)  # what was drafted is in it
        own = self.of_europol or order.issuing_authority == self.authority
        entries = order.dossier.entries.order_by("number") if own else since_issue(order)
        return Response({"items": EntryBody(entries, many=True).data, "next": None})


def since_issue(order: RemovalOrder) -> QuerySet[LedgerEntry]:
    """The entries from the issue on: what came before is the issuing authority's own business."""
    issued = order.dossier.entries.get(act="issue")
    return order.dossier.entries.filter(number__gte=issued.number).order_by("number")
