"""What an order says, or would say if it were issued now: shown to people before and after the act."""

import copy
import json
from datetime import datetime
from typing import Any

from orders import canonical
from orders.acts import _annex_i, issuing
from orders.models import RemovalOrder, User


def annex_i(order: RemovalOrder, *, at: datetime) -> dict[str, Any]:
    """Annex I of `order` as plain JSON: as frozen at its issue, or as it would read if it were issued at `at`."""
    if order.annex_i is not None:
        frozen: dict[str, Any] = json.loads(bytes(order.annex_i.content))
        return frozen
    shown = copy.copy(order)
    if shown.approved_by is None:
        shown.approved_by = User(username="named at approval")
    items = list(order.items.order_by("number"))
    composed = _annex_i.compose(shown, items, home=issuing.home_authority(order), at=at)
    preview: dict[str, Any] = canonical.plain(composed)
    return {**preview, "issued_at": None, "home_authority": {**preview["home_authority"], "copy_sent": False}}
