"""The scrutiny of orders from other Member States, by the authority of the provider's home (Art. 4)."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders import clock
from orders.acts import scrutinising
from orders.api.acts import SCRUTINY_ACTS, Act, any_arguments, name_parameter
from orders.api.arguments import IntakeBody
from orders.api.base import ACT, READ, AuthorityView
from orders.api.bodies import ScrutinyFileBody
from orders.api.cursors import page
from orders.api.described import AFTER, IF_MATCH, REFERENCE, described, listing
from orders.api.headers import REFERENCE as WELL_FORMED
from orders.models import RemovalOrder, Scrutiny

REFUSED = ("act-not-yours", "act-not-open", "stale-generation", "reasons-missing")
INTAKE = Act(scrutinising.request_scrutiny, IntakeBody)


class ScrutinyView(AuthorityView):
    """A call about the files of this authority as the home authority."""

    def files(self) -> QuerySet[Scrutiny]:
        joined = ("order__dossier", "order__issuing_authority", "order__provider", "order__home_authority", "authority")
        files = Scrutiny.objects.select_related(*joined)
        return files if self.of_europol else files.filter(authority=self.authority)

    def file(self, reference: str) -> Scrutiny:
        named = self.files().filter(order__dossier__reference=reference)
        found = named.first() if WELL_FORMED.fullmatch(reference) else None
        if found is None:
            raise NotFound(f"No order with this reference was copied to {self.caller}.")
        return found

    def file_body(self, file: Scrutiny) -> dict[str, Any]:
        context = {"at": clock.now(), "open_acts": self.open_acts(file.order)}
        return dict(ScrutinyFileBody(file, context=context).data)

    def file_shown(self, order: RemovalOrder, status: int = 200) -> Response:
        """The file of `order`, read afresh."""
        file = self.file(order.reference)
        return Response(self.file_body(file), status, headers={"ETag": f'"{file.order.dossier.generation}"'})


class Scrutinies(ScrutinyView):
    scopes = {"GET": (READ,)}

    @described("list_scrutinies", ok=listing("files", ScrutinyFileBody), parameters=[AFTER], problems=["bad-cursor"])
    def get(self, request: Request) -> Response:
        """The orders that were copied to you and what became of their scrutiny, oldest first."""
        rows, next_ = page(self.files(), by="copy_received_at", after=request.query_params.get("after", ""))
        return Response({"items": [self.file_body(file) for file in rows], "next": next_})


class ScrutinyFile(ScrutinyView):
    scopes = {"GET": (READ,)}

    @described("read_scrutiny", ok=ScrutinyFileBody, parameters=[REFERENCE])
    def get(self, request: Request, reference: str) -> Response:
        """One file, by the reference of its order."""
        return self.file_shown(self.file(reference).order)


class ScrutinyAct(ScrutinyView):
    scopes = {"POST": (ACT,)}

    @described(
        "act_on_scrutiny",
        ok=ScrutinyFileBody,
        request=any_arguments("ScrutinyArguments", SCRUTINY_ACTS),
        parameters=[REFERENCE, name_parameter(SCRUTINY_ACTS), IF_MATCH],
        problems=REFUSED,
    )
    def post(self, request: Request, reference: str, act: str) -> Response:
        """Open on own initiative (4(3)), announce an intention (4(5)), decide with reasons (4(6))."""
        if act not in SCRUTINY_ACTS:
            raise NotFound(f"There is no act of this name: use {', '.join(SCRUTINY_ACTS)}.")
        order = self.file(reference).order
        return self.file_shown(self.perform(SCRUTINY_ACTS[act], order, at=clock.now()))


class ScrutinyIntake(ScrutinyView):
    scopes = {"POST": (ACT,)}

    @described(
        "enter_scrutiny_request",
        ok=ScrutinyFileBody,
        status=201,
        request=IntakeBody,
        parameters=[REFERENCE, IF_MATCH],
        problems=[*REFUSED, "time-in-future", "time-too-early"],
    )
    def post(self, request: Request, reference: str) -> Response:
        """Enter a content provider's request with the time you got it; a late one is recorded and flagged, 4(4)."""
        order = self.find(reference)
        return self.file_shown(self.perform(INTAKE, order, at=clock.now()), 201)
