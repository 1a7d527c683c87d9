"""What was seen at an address, held beside what the provider claims: evidence, never a state (case 25)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from orders.regulation.limits import Basis


class Seen(NamedTuple):
    """One look at an item: `gone` is None when one could not tell."""

    observed_at: datetime
    gone: bool | None


class Discrepancy(NamedTuple):
    """That content was seen after the stated time of its measure; closed when a later look found it gone."""

    opened_at: datetime
    closed_at: datetime | None


def basis(seen: Iterable[Seen], *, taken_at: datetime | None, reinstated_at: datetime | None = None) -> Basis | None:
    """What a verdict rests on: the provider's statement, what was seen, both alike, or both in conflict.

    They conflict when the content was seen after the stated time of the measure (and before it was reinstated). None
    while nobody claimed a measure and nobody saw the content gone.
    """
    looks = [look for look in seen if look.gone is not None and not _after(look, reinstated_at)]
    gone = any(look.gone for look in looks)
    if taken_at is None:
        return Basis.OBSERVED if gone else None
    if any(not look.gone and look.observed_at > taken_at for look in looks):
        return Basis.CONFLICTING
    return Basis.BOTH if gone else Basis.CLAIMED


def discrepancies(
    seen: Iterable[Seen], *, taken_at: datetime | None, reinstated_at: datetime | None = None
) -> list[Discrepancy]:
    """Where what was seen contradicts the statement, oldest first; only the last one can be open.

    A later look that agrees closes it and takes nothing back: the basis of the verdict stays in conflict.
    """
    found: list[Discrepancy] = []
    if taken_at is None:
        return found
    for look in sorted(look for look in seen if look.gone is not None and look.observed_at > taken_at):
        is_open = bool(found) and found[-1].closed_at is None
        if look.gone and is_open:
            found[-1] = found[-1]._replace(closed_at=look.observed_at)
        elif not look.gone and not is_open and not _after(look, reinstated_at):
            found.append(Discrepancy(look.observed_at, None))
    return found


def first_gone(seen: Iterable[Seen]) -> datetime | None:
    """When the content was first seen to be gone."""
    return min((look.observed_at for look in seen if look.gone), default=None)


def _after(look: Seen, reinstated_at: datetime | None) -> bool:
    return reinstated_at is not None and look.observed_at >= reinstated_at
