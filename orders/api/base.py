"""What the calls of authorities have in common: whose they are, and which orders they may see."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from orders import clock, deconfliction, standings
from orders.acts import capacity, clarifying, consulting, preparing, preserving
from orders.acts.capacity import Capacity
from orders.acts.opening import open_acts
from orders.acts.refusals import ActNotYours
from orders.api.acts import Act
from orders.api.bodies import AuthorityOrderBody
from orders.api.exchange import ApiView, valid
from orders.api.headers import REFERENCE, if_match
from orders.api.tokens import Scoped
from orders.models import CompetentAuthority, ContentItem, RemovalOrder
from orders.regulation.regions import Force

READ, DRAFT, ACT = "authority.read", "authority.draft", "authority.act"


class AuthorityView(ApiView):
    """A call of one competent authority or of Europol, by a named officer or by a machine."""

    permission_classes = [Scoped]
    parties = ("authority", "europol")
    scopes: dict[str, tuple[str, ...]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.by  # noqa: B018  whoever holds no role here is refused before anything is looked up

    @property
    def of_europol(self) -> bool:
        """Whether Europol calls: it reads all, and its acts are to hold and to release (Art. 14(1))."""
        return bool(self.token.application.europol)

    @property
    def authority(self) -> CompetentAuthority:
        """The authority that calls. Raises ActNotYours for Europol, which is none."""
        if self.of_europol:
            raise ActNotYours("This is for a competent authority. Europol reads, puts on hold and releases.")
        authority: CompetentAuthority = self.token.application.authority
        return authority

    @property
    def caller(self) -> str:
        """Who calls, by name."""
        return "Europol" if self.of_europol else self.authority.name

    @cached_property
    def by(self) -> Capacity:
        """The caller as issuing authority, or as Europol. Raises PermissionDenied for a person without a role here."""
        user, channel = self.token.user, "api" if self.token.user else "api_machine"
        if self.of_europol:
            caller = capacity.europol(user, channel=channel)
        elif user is None:
            caller = capacity.authority_machine(self.token.application)
        else:
            caller = capacity.officer(user, self.authority, channel=channel)
        if user is not None and not caller.roles:
            raise PermissionDenied(f"You hold no role at {self.caller}.")
        return caller

    def facing(self, order: RemovalOrder) -> Capacity:
        """In what capacity the caller faces `order`; a machine never decides, whatever its authority is."""
        if self.token.user is None or self.of_europol:
            return self.by
        return capacity.capacity_on(order, self.token.user, self.authority, channel="api")

    def own(self) -> QuerySet[RemovalOrder]:
        """The orders that this authority drafted or issued; of Europol, all but those of rehearsals."""
        mine = deconfliction.NO_REHEARSAL if self.of_europol else Q(issuing_authority=self.authority)
        return _joined(RemovalOrder.objects.filter(mine))

    def orders(self) -> QuerySet[RemovalOrder]:
        """Those and the orders that were copied to it as the home authority (Art. 4(1))."""
        if self.of_europol:
            return self.own()
        concerned = Q(issuing_authority=self.authority) | Q(home_authority=self.authority)
        return _joined(RemovalOrder.objects.filter(concerned))

    def find(self, reference: str) -> RemovalOrder:
        """One of `orders`; another's is not found."""
        found = self.orders().filter(dossier__reference=reference).first() if REFERENCE.fullmatch(reference) else None
        if found is None:
            raise NotFound(f"{self.caller} has no order with this reference.")
        return found

    def perform(self, act: Act, order: RemovalOrder, *, at: datetime, scope: str = ACT) -> RemovalOrder:
        """Perform `act` on `order` with the arguments in the body. An officer's token must have `scope`."""
        by = self.facing(order)
        if by.person is not None and scope not in self.token.scope.split():
            raise PermissionDenied(f"The token lacks the scope {scope}.")
        arguments = valid(act.body, self.request.data)
        return act.perform(order=order, by=by, at=at, generation=if_match(self.request), **arguments)

    def shown(self, order: RemovalOrder, *, at: datetime | None = None, status: int = 200) -> Response:
        """`order` as it stands at `at` (now); the ETag is its generation. Reading it is a look, acting on it an act."""
        if self.request.method == "GET":
            self.looked(order)
        body = self._body(order, at or clock.now())
        return Response(body, status, headers={"ETag": f'"{order.dossier.generation}"'})

    def looked(self, order: RemovalOrder) -> None:
        """Record that the caller read what `order` names."""
        consulting.consult(order=order, by=self.facing(order), at=clock.now())

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
