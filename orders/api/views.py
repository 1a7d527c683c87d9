"""The orders of authorities' own systems: the acts of orders/acts as JSON."""

from django.conf import settings
from drf_spectacular.utils import OpenApiExample
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders import clock
from orders.acts import drafting
from orders.api import drafts
from orders.api.acts import ACTS, any_arguments, name_parameter
from orders.api.base import ACT, DRAFT, READ, AuthorityView
from orders.api.bodies import AuthorityHeadBody, AuthorityOrderBody
from orders.api.cursors import page
from orders.api.described import AFTER, IF_MATCH, REFERENCE, described, listing
from orders.api.exchange import valid
from orders.api.headers import if_match
from orders.api.problems import Problem

REFUSED = ("act-not-yours", "four-eyes", "act-not-open", "refused", "stale-generation")
OF_THE_LAW = (
    "prior-information", "language", "reason-missing", "time-in-future", "unknown-item", "no-such-ground",
    "no-such-appeal", "evidence-missing", "too-long", "not-later", "time-too-early",
)  # fmt: skip


HEADS = listing("orders", AuthorityHeadBody)
ONE_OF_TWO = {
    "outcome": "confirmed",
    "received_at": "2026-12-01T09:00:00Z",
    "appeals": ["provider"],
    "reasons": "The reasons of the order are sufficient.",
}


class Orders(AuthorityView):
    scopes = {"GET": (READ,), "POST": (DRAFT,)}

    @described("authority_list_orders", ok=HEADS, parameters=[AFTER], problems=["bad-cursor"])
    def get(self, request: Request) -> Response:
        """The authority's own orders, oldest first. Those copied to it are under /scrutinies."""
        rows, next_ = page(self.own(), by="created_at", after=request.query_params.get("after", ""))
        return Response({"items": AuthorityHeadBody(rows, many=True).data, "next": next_})

    @described(
        "authority_draft", ok=AuthorityOrderBody, status=201, request=drafts.DraftBody, problems=["act-not-yours"]
    )
    def post(self, request: Request) -> Response:
        """Begin an order; it gets its reference now. Nothing leaves the authority.

        Several items make one order that names them all: whether that is accepted is unconfirmed, and `warnings` says
        so. `POST orders/one-per-address` makes one order of each.
        """
        at, by = clock.now(), self.by
        content = drafts.new(valid(drafts.DraftBody, request.data))
        order = drafting.draft(authority=self.authority, content=content, by=by, at=at)
        response = self.shown(order, at=at, status=201)
        response["Location"] = f"{settings.PUBLIC_URL}{request.path}/{order.reference}"
        return response


class OrdersPerAddress(AuthorityView):
    scopes = {"POST": (DRAFT,)}

    @described(
        "authority_draft_each",
        ok=HEADS,
        status=201,
        request=drafts.DraftEachBody,
        problems=["act-not-yours"],
    )
    def post(self, request: Request) -> Response:
        """Begin one order per item, all of them or none: the Regulation and its form speak of one URL per order."""
        content = drafts.new(valid(drafts.DraftEachBody, request.data))
        made = drafting.draft_each(authority=self.authority, content=content, by=self.by, at=clock.now())
        return Response({"items": AuthorityHeadBody(made, many=True).data, "next": None}, status=201)


class Order(AuthorityView):
    scopes = {"GET": (READ,), "PATCH": (DRAFT,)}

    @described("authority_read_order", ok=AuthorityOrderBody, parameters=[REFERENCE])
    def get(self, request: Request, reference: str) -> Response:
        """An order of yours or copied to you: what it says, how it stands, what is open to the caller."""
        return self.shown(self.find(reference))

    @described(
        "authority_revise",
        ok=AuthorityOrderBody,
        request=drafts.RevisionBody,
        parameters=[REFERENCE, IF_MATCH],
        problems=["act-not-yours", "act-not-open", "stale-generation", "precondition-required"],
    )
    def patch(self, request: Request, reference: str) -> Response:
        """Replace members of a draft. `If-Match` must carry the ETag that was read."""
        at, order, generation = clock.now(), self.find(reference), if_match(request)
        if generation is None:
            raise Problem("precondition-required", "Send the ETag of the order in If-Match.")
        content = drafts.changed(order, valid(drafts.RevisionBody, request.data))
        by = self.facing(order)
        return self.shown(drafting.revise(order=order, content=content, by=by, at=at, generation=generation), at=at)


class OrderAct(AuthorityView):
    scopes = {"POST": (DRAFT, ACT)}

    @described(
        "authority_act",
        ok=AuthorityOrderBody,
        request=any_arguments("ActArguments", ACTS),
        parameters=[REFERENCE, name_parameter(ACTS), IF_MATCH],
        problems=[*REFUSED, *OF_THE_LAW],
        examples=[OpenApiExample("One of two appeals is decided", ONE_OF_TWO, request_only=True)],
    )
    def post(self, request: Request, reference: str, act: str) -> Response:
        """Perform an act; the body gives its arguments, the answer is the order. `If-Match` is heeded when sent."""
        if act not in ACTS:
            raise NotFound(f"There is no act of this name: use {', '.join(ACTS)}.")
        at, order = clock.now(), self.find(reference)
        done = self.perform(ACTS[act], order, at=at, scope=DRAFT if act == "submit" else ACT)
        return self.shown(done, at=at)
