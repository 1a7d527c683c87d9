"""The calls of authorities' own systems: the acts of orders/acts as JSON."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from orders import clock, standings
from orders.acts import capacity, clarifying, drafting
from orders.acts.capacity import Capacity
from orders.acts.opening import open_acts
from orders.api import drafts
from orders.api.acts import ACTS
from orders.api.bodies import AuthorityHeadBody, AuthorityOrderBody
from orders.api.cursors import page
from orders.api.described import AFTER, IF_MATCH, described, listing
from orders.api.described import REFERENCE as REFERENCE_PARAMETER
from orders.api.exchange import ApiView, valid
from orders.api.headers import REFERENCE, if_match
from orders.api.problems import Problem
from orders.api.tokens import Scoped
from orders.models import CompetentAuthority, RemovalOrder

READ, DRAFT, ACT = "authority.read", "authority.draft", "authority.act"
ACT_NAME = OpenApiParameter("act", str, OpenApiParameter.PATH, enum=list(ACTS))
ARGUMENTS = PolymorphicProxySerializer(
    "ActArguments", [act.body for act in (ACTS["withdraw"], ACTS["clarify"])], resource_type_field_name=None
)


class AuthorityView(ApiView):
    """A call of one issuing authority, by a named officer or by its machine."""

    permission_classes = [Scoped]
    party = "authority"
    scopes: dict[str, tuple[str, ...]] = {}

    @property
    def authority(self) -> CompetentAuthority:
        authority: CompetentAuthority = self.token.application.authority
        return authority

    @cached_property
    def by(self) -> Capacity:
        """In what capacity the caller acts. Raises PermissionDenied for a person without a role here."""
        if self.token.user is None:
            return capacity.authority_machine(self.token.application)
        officer = capacity.officer(self.token.user, self.authority, channel="api")
        if not officer.roles:
            raise PermissionDenied(f"You hold no role at {self.authority.name}.")
        return officer

    def orders(self) -> QuerySet[RemovalOrder]:
        own = RemovalOrder.objects.filter(issuing_authority__code=self.by.party)
        return own.select_related("dossier", "provider", "issuing_authority")

    def find(self, reference: str) -> RemovalOrder:
        """An order of this authority; another's is not found."""
        found = self.orders().filter(dossier__reference=reference).first() if REFERENCE.fullmatch(reference) else None
        if found is None:
            raise NotFound(f"{self.authority.name} has no order with this reference.")
        return found

    def shown(self, order: RemovalOrder, *, at: datetime, status: int = 200) -> Response:
        """`order` as it stands at `at`; the ETag is its generation."""
        return Response(self._body(order, at), status, headers={"ETag": f'"{order.dossier.generation}"'})

    def _body(self, order: RemovalOrder, at: datetime) -> dict[str, Any]:
        by, items = self.by, standings.of_items(order, at=at)
        context = {
            "standings": items,
            "summary": standings.summary(order, items),
            "open_acts": open_acts(order, [standing.item for standing in items], by),
            "open_questions": [question._asdict() for question in clarifying.open_questions(order)],
        }
        return dict(AuthorityOrderBody(order, context=context).data)


class Orders(AuthorityView):
    scopes = {"GET": (READ,), "POST": (DRAFT,)}

    @described(
        "authority_list_orders", ok=listing("orders", AuthorityHeadBody), parameters=[AFTER], problems=["bad-cursor"]
    )
    def get(self, request: Request) -> Response:
        """The authority's orders, oldest first."""
        rows, next_ = page(self.orders(), by="created_at", after=request.query_params.get("after", ""))
        return Response({"items": AuthorityHeadBody(rows, many=True).data, "next": next_})

    @described(
        "authority_draft", ok=AuthorityOrderBody, status=201, request=drafts.DraftBody, problems=["act-not-yours"]
    )
    def post(self, request: Request) -> Response:
        """Begin an order; it gets its reference now. Nothing leaves the authority."""
        at, by = clock.now(), self.by
        content = drafts.new(valid(drafts.DraftBody, request.data))
        order = drafting.draft(authority=self.authority, content=content, by=by, at=at)
        response = self.shown(order, at=at, status=201)
        response["Location"] = f"{settings.PUBLIC_URL}{request.path}/{order.reference}"
        return response


class Order(AuthorityView):
    scopes = {"GET": (READ,), "PATCH": (DRAFT,)}

    @described("authority_read_order", ok=AuthorityOrderBody, parameters=[REFERENCE_PARAMETER])
    def get(self, request: Request, reference: str) -> Response:
        """An order: what it says, how it stands, what is open to the caller."""
        return self.shown(self.find(reference), at=clock.now())

    @described(
        "authority_revise",
        ok=AuthorityOrderBody,
        request=drafts.RevisionBody,
        parameters=[REFERENCE_PARAMETER, IF_MATCH],
        problems=["act-not-yours", "act-not-open", "stale-generation", "precondition-required"],
    )
    def patch(self, request: Request, reference: str) -> Response:
        """Replace members of a draft. `If-Match` must carry the ETag that was read."""
        at, order, generation = clock.now(), self.find(reference), if_match(request)
        if generation is None:
            raise Problem("precondition-required", "Send the ETag of the order in If-Match.")
        content = drafts.changed(order, valid(drafts.RevisionBody, request.data))
        changed = drafting.revise(order=order, content=content, by=self.by, at=at, generation=generation)
        return self.shown(changed, at=at)


class OrderAct(AuthorityView):
    scopes = {"POST": (DRAFT, ACT)}

    @described(
        "authority_act",
        ok=AuthorityOrderBody,
        request=ARGUMENTS,
        parameters=[REFERENCE_PARAMETER, ACT_NAME, IF_MATCH],
        problems=["act-not-yours", "four-eyes", "act-not-open", "stale-generation"],
    )
    def post(self, request: Request, reference: str, act: str) -> Response:
        """Perform an act; the body gives its arguments, the answer is the order. `If-Match` is heeded when sent."""
        if act not in ACTS:
            raise NotFound(f"There is no act of this name: use {', '.join(ACTS)}.")
        at, order, by = clock.now(), self.find(reference), self.by
        if act != "submit" and by.person is not None and ACT not in self.token.scope.split():
            raise PermissionDenied(f"The token lacks the scope {ACT}.")
        arguments = valid(ACTS[act].body, request.data)
        done = ACTS[act].perform(order=order, by=by, at=at, generation=if_match(request), **arguments)
        return self.shown(done, at=at)
