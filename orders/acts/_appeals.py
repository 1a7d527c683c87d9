"""Which appeals against an order wait for a court, which of them a judgment decides, and since when it is final."""

from datetime import datetime
from typing import NamedTuple

from orders.acts import _times
from orders.acts.refusals import Invalid
from orders.models import RemovalOrder
from orders.regulation.regions import Actor

Named = tuple[int | Actor, ...]


class Appeal(NamedTuple):
    """An appeal on record, known by the number of its entry."""

    entry: int
    appellant: Actor
    received_at: datetime

    def fact(self) -> dict[str, object]:
        """As the entry of a judgment names it."""
        return {"entry": self.entry, "appellant": self.appellant}


def pending(order: RemovalOrder) -> list[Appeal]:
    """The appeals that no judgment has decided so far, oldest first.

    A judgment from before they were told apart names none: it decided all that were on record by then.
    """
    waiting: list[Appeal] = []
    for entry in order.dossier.entries.filter(act__in=("record_appeal", "record_judgment")).order_by("number"):
        facts = entry.facts
        if entry.act == "record_appeal":
            received_at = datetime.fromisoformat(facts["received_at"])
            waiting.append(Appeal(entry.number, Actor(facts["appellant"]), received_at))
        else:
            decided = {one["entry"] for one in facts["appeals"]} if "appeals" in facts else {a.entry for a in waiting}
            waiting = [appeal for appeal in waiting if appeal.entry not in decided]
    return waiting


def decided_by(waiting: list[Appeal], named: Named | None, *, received_at: datetime) -> list[Appeal]:
    """Those of `waiting` that a judgment of `received_at` decides: the `named`, else all joined that had come by then.

    Named by the number of an entry, or by the appellant. Refuses what does not wait, or came after the judgment.
    """
    if named is None:
        return [appeal for appeal in waiting if appeal.received_at <= received_at + _times.tolerance()]
    if not named:
        raise Invalid(
            "Name an appeal, or leave this out for all that are pending.", pointer="/appeals", code="required"
        )
    for index, name in enumerate(named):
        _check_pending(waiting, name, f"/appeals/{index}", received_at)
    return [appeal for appeal in waiting if appeal.entry in named or appeal.appellant in named]


def _check_pending(waiting: list[Appeal], name: int | Actor, pointer: str, received_at: datetime) -> None:
    meant = [appeal for appeal in waiting if name in (appeal.entry, appeal.appellant)]
    if not meant:
        known = ", ".join(f"{one.entry} of the {one.appellant.gloss}" for one in waiting) or "none"
        raise Invalid(
            f"No such appeal is pending. Those that are, by their entries: {known}.",
            pointer=pointer,
            got=name,
            code="no-such-appeal",
        )
    for appeal in meant:
        what = f"the appeal of entry {appeal.entry} was received"
        _times.check_not_before(received_at, appeal.received_at, "/received_at", what)


def final_since(order: RemovalOrder, received_at: datetime) -> datetime:
    """When the last pending appeal was decided: of several judgments the latest, in whatever order they are entered."""
    times = [received_at]
    for entry in order.dossier.entries.filter(act__in=("record_appeal", "record_judgment")).order_by("number"):
        if entry.act == "record_judgment":
            times.append(datetime.fromisoformat(entry.facts["received_at"]))
        elif entry.facts["effects"]:  # the order came under appeal, perhaps once more
            times = [received_at]
    return max(times)
