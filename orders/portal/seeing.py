"""What was seen at the address of an item, in a sentence, and whether it contradicts what the provider says."""

from typing import NamedTuple

from orders.portal.tags import utc
from orders.regulation import observing
from orders.regulation.observing import Discrepancy
from orders.standings import ItemStanding


class Seeing(NamedTuple):
    """`sentence` is empty while nobody looked; `discrepancies` are oldest first, and the last one may be open."""

    sentence: str
    discrepancies: list[Discrepancy]


def view(standing: ItemStanding) -> Seeing:
    """What was seen of an item so far."""
    return Seeing(_sentence(standing), standing.discrepancies)


def _sentence(standing: ItemStanding) -> str:
    if not standing.seen:
        return ""
    last = standing.seen[-1]
    gone_at = observing.first_gone(standing.seen)
    if last.gone is None:
        so_far = f"Seen gone at {utc(gone_at)}. " if gone_at else ""
        return f"{so_far}At the latest look, {utc(last.observed_at)}, one could not tell."
    if last.gone:
        again = "" if last.observed_at == gone_at else f", latest look at {utc(last.observed_at)}"
        return f"Seen gone at {utc(gone_at)}{again}."
    return f"Seen online at {utc(last.observed_at)}."
