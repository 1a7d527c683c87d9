"""A provider of the sandbox with an order whose hour runs, and its machine."""

from typing import NamedTuple

from orders import canonical, clock
from orders.models import RemovalOrder
from tests import api
from tests.api import Caller, P, S
from tests.factories import received
from tests.platforms.reached import connect


class Rehearsal(NamedTuple):
    order: RemovalOrder
    caller: Caller
    url: str  # of the order

    def exchanges(self, **filters: str) -> list[dict]:
        """The list, newest first."""
        asked = "&".join(f"{name}={text}" for name, text in filters.items())
        return self.caller.get(f"{S}/exchanges?{asked}").json()["items"]

    def whole(self, id: str) -> dict:
        return self.caller.get(f"{S}/exchanges/{id}").json()


def rehearsal(**fields) -> Rehearsal:
    order = received(at=clock.now(), **fields)
    connect(order.provider, "https://hosting.example/hook")
    return Rehearsal(order, api.platform(order.provider), f"{P}/orders/{order.reference}")


def removed(**more) -> dict:
    """A good Annex II, of now."""
    return {"measures": [{"item": 1, "measure": "removed", "taken_at": canonical.instant(clock.now())}], **more}
