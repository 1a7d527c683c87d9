"""What the calls of authorities have in common: whose they are, and which orders they may see."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from orders import clock, standings
from orders.acts import capacity, clarifying, preparing, preserving
from orders.acts.capacity import Capacity
from orders.acts.opening import open_acts
from orders.api.acts import Act
from orders.api.bodies import AuthorityOrderBody
from orders.api.exchange import ApiView, valid
from orders.api.headers import REFERENCE, if_match
from orders.api.tokens import Scoped
from orders.models import CompetentAuthority, ContentItem, RemovalOrder
from orders.regulation.regions import Force

READ, DRAFT, ACT = "authority.read", "authority.draft", "authority.act"


class AuthorityView(ApiView):
    """A call of one competent authority, by a named officer or by its machine."""

    permission_classes = [Scoped]
    party = "authority"
    scopes: dict[str, tuple[str, ...]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.by  # noqa: B018  whoever holds no role here is refused before anything is looked up

    @property
    def authority(self) -> CompetentAuthority:
        authority: CompetentAuthority = self.token.application.authority
        return authority

    @cached_property
    def by(self) -> Capacity:
        """The caller as issuing authority. Raises PermissionDenied for a person without a role here."""
        if self.token.user is None:
            return capacity.authority_machine(self.token.application)
        officer = capacity.officer(self.token.user, self.authority, channel="api")
        if not officer.roles:
            raise PermissionDenied(f"You hold no role at {self.authority.name}.")
        return officer

    def facing(self, order: RemovalOrder) -> Capacity:
        """In what capacity the caller faces `order`; a machine never decides, whatever its authority is."""
        if self.token.user is None:
            return self.by
        return capacity.capacity_on(order, self.token.user, self.authority, channel="api")

    def own(self) -> QuerySet[RemovalOrder]:
        """The orders that this authority drafted or issued."""
        return _joined(RemovalOrder.objects.filter(issuing_authority=self.authority))

    def orders(self) -> QuerySet[RemovalOrder]:
        """Those and the orders that were copied to it as the home authority (Art. 4(1))."""
        concerned = Q(issuing_authority=self.authority) | Q(home_authority=self.authority)
        return _joined(RemovalOrder.objects.filter(concerned))

    def find(self, reference: str) -> RemovalOrder:
        """One of `orders`; another's is not found."""
        found = self.orders().filter(dossier__reference=reference).first() if REFERENCE.fullmatch(reference) else None
        if found is None:
            raise NotFound(f"{self.authority.name} has no order with this reference.")
        return found

    def perform(self, act: Act, order: RemovalOrder, *, at: datetime, scope: str = ACT) -> RemovalOrder:
        """Perform `act` on `order` with the arguments in the body. An officer's token must have `scope`."""
        by = self.facing(order)
        if by.person is not None and scope not in self.token.scope.split():
            raise PermissionDenied(f"The token lacks the scope {scope}.")
        arguments = valid(act.body, self.request.data)
        return act.perform(order=order, by=by, at=at, generation=if_match(self.request), **arguments)

    def shown(self, order: RemovalOrder, *, at: datetime | None = None, status: int = 200) -> Response:
        """`order` as it stands at `at` (now); the ETag is its generation."""
        body = self._body(order, at or clock.now())
        return Response(body, status, headers={"ETag": f'"{order.dossier.generation}"'})

    def _body(self, order: RemovalOrder, at: datetime) -> dict[str, Any]:
        items = standings.of_items(order, at=at)
        drafted = order.force == Force.NOT_IN_FORCE
        context = {
            "standings": items,
            "summary": standings.summary(order, items),
            "open_acts": self.open_acts(order, [standing.item for standing in items]),
            "open_questions": [question._asdict() for question in clarifying.open_questions(order)],
            "warnings": preparing.warnings(order) if drafted else preserving.warnings(order, at=at),
        }
        return dict(AuthorityOrderBody(order, context=context).data)

    def open_acts(self, order: RemovalOrder, items: list[ContentItem] | None = None) -> list[Any]:
        """What is open to the caller on `order` now."""
        return open_acts(order, list(order.items.order_by("number")) if items is None else items, self.facing(order))


def _joined(orders: QuerySet[RemovalOrder]) -> QuerySet[RemovalOrder]:
    return orders.select_related("dossier", "provider", "issuing_authority", "home_authority", "scrutiny")
