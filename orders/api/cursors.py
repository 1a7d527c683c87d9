"""Lists by keyset: a page begins after the last row of the one before, however many rows came in between."""

import base64
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model, Q, QuerySet

from orders import canonical
from orders.api.problems import Problem

PAGE = 100
Row = TypeVar("Row", bound=Model)


class Page(NamedTuple):
    """One page of rows and the cursor of the next, None at the end."""

    rows: list[Any]
    next: str | None


def page(rows: QuerySet[Row], *, by: str, after: str) -> Page:
    """The rows after the cursor `after` (empty: from the start), by the instant `by` and then the key, oldest first."""
    if after:
        instant, key = _read(after)
        rows = rows.filter(Q(**{f"{by}__gt": instant}) | Q(**{by: instant, "pk__gt": key}))
    found = list(rows.order_by(by, "pk")[: PAGE + 1])
    more = len(found) > PAGE
    return Page(found[:PAGE], _cursor(found[PAGE - 1], by) if more else None)


def _cursor(row: Model, by: str) -> str:
    text = f"{canonical.instant(getattr(row, by))} {row.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        at, key = text.split(" ")
        read = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%f%z"), int(key)
        ours = f"{canonical.instant(read[0])} {read[1]}" == text and 0 <= read[1] < 2**63
    except (ValueError, OverflowError):  # what cannot be decoded is a ValueError too
        ours = False
    if not ours:
        raise Problem("bad-cursor", "The cursor in `after` is not one that we gave.")
    return read
