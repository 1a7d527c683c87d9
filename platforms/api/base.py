"""What the calls of providers have in common: whose they are, and which orders they may see."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders import canonical, deadlines
from orders.acts import capacity
from orders.acts.capacity import Capacity
from orders.api.exchange import ApiView
from orders.api.headers import REFERENCE
from orders.api.tokens import Scoped
from orders.models import HostingServiceProvider, RemovalOrder
from platforms.api import faulty

READ, ANSWER, MANAGE = "orders.read", "orders.answer", "connection.manage"


class ProviderView(ApiView):
    """A call of one hosting service provider."""

    permission_classes = [Scoped]
    parties = ("provider",)
    scopes: dict[str, tuple[str, ...]] = {}
    order: RemovalOrder  # set by calls about one order

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not settings.PRODUCTION:
            faulty.before(request, self.provider)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        finished = super().finalize_response(request, response, *args, **kwargs)
        if not settings.PRODUCTION and self.is_provider(request):
            faulty.after(request, self.provider, finished)
        return finished

    def is_provider(self, request: Request) -> bool:
        """Whether the caller is known, and one of ours."""
        token: Any = getattr(request, "_auth", None)
        return token is not None and token.application.provider_id is not None

    @property
    def provider(self) -> HostingServiceProvider:
        provider: HostingServiceProvider = self.token.application.provider
        return provider

    @property
    def by(self) -> Capacity:
        return capacity.provider(self.provider, channel="api")

    def orders(self) -> QuerySet[RemovalOrder]:
        """Orders that were sent to this provider; a draft is nobody's business yet."""
        sent = RemovalOrder.objects.filter(provider=self.provider, sent_at__isnull=False)
        return sent.select_related("dossier", "provider", "issuing_authority", "annex_i")

    def find(self, reference: str) -> RemovalOrder:
        """An order sent to this provider; another's is not found."""
        found = self.orders().filter(dossier__reference=reference).first() if REFERENCE.fullmatch(reference) else None
        if found is None:
            raise NotFound("No order with this reference was sent to you.")
        return found

    def problem_members(self) -> dict[str, Any]:
        """Beside any problem about an order: when the next of its clocks is due."""
        return self.members_about(getattr(self, "order", None))

    def members_about(self, order: RemovalOrder | None) -> dict[str, Any]:
        """What any problem about `order` says of it."""
        due = order and deadlines.hours(order.dossier).first()
        return {"due_at": canonical.instant(due.due_at)} if due and due.due_at else {}
