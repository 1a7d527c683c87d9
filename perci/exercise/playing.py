"""What all parties of an exercise share: the world, the wire, the calendar, and which order is which."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from orders import canonical, clock
from orders.acts.refusals import Refusal
from orders.models import RemovalOrder
from perci.exercise import luck
from perci.exercise.agenda import Calendar
from perci.exercise.plan import Planned
from perci.exercise.scenario.model import Conduct, Scenario
from perci.exercise.transport import Wire
from perci.exercise.world import World

RELATED = ("dossier", "issuing_authority", "provider", "home_authority")


@dataclass(frozen=True)
class Refused:
    """An act that somebody tried and that was not open (any more): nothing of it is in the record."""

    at: str
    act: str
    reference: str
    reason: str


@dataclass(frozen=True)
class Forged:
    """A message that only looked like an order, and what the endpoint made of it."""

    at: str
    provider: str
    fault: str
    status: int
    believed: bool


@dataclass
class Play:
    """One exercise while it runs. `orders` are those of its streams, by reference."""

    scenario: Scenario
    seed: int
    world: World
    wire: Wire
    calendar: Calendar = field(default_factory=Calendar)
    orders: dict[str, Planned] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)  # the orders of which the content provider is told
    settled: set[str] = field(default_factory=set)  # the orders whose scrutiny a scenario has decided
    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[Refused] = field(default_factory=list)
    forgeries: list[Forged] = field(default_factory=list)

    @property
    def conduct(self) -> Conduct:
        return self.scenario.conduct

    def luck(self, reference: str, *names: object) -> Random:
        """What chance holds for one order in some respect: the same whatever else happens."""
        return luck.of(self.seed, "conduct", self.orders[reference].name, *names)

    def chance(self, *names: object) -> Random:
        """What chance holds for something that is about no single order, at this instant."""
        return luck.of(self.seed, *names, clock.now())

    def note(self, at: datetime, about: str, act: Callable[..., object], *arguments: object) -> None:
        """Let `act` be tried at `at`, now at the earliest; `about` is the order's name, from which its ids follow."""

        def happen() -> None:
            luck.name_ids(self.seed, about, act.__name__, clock.now())
            try:
                act(self, *arguments)
            except Refusal as refusal:
                self._refused(act.__name__, arguments, refusal)

        self.calendar.note(max(at, clock.now()), happen)

    def after(self, delay: Any, reference: str, act: Callable[..., object], *arguments: object) -> None:
        """Let `act` be tried about an order of the streams, `delay` from now."""
        self.note(clock.now() + delay, self.orders[reference].name, act, reference, *arguments)

    def _refused(self, act: str, arguments: tuple[object, ...], refusal: Refusal) -> None:
        self.counts["acts that were not open"] += 1
        about = arguments[0] if arguments and isinstance(arguments[0], str) else ""
        self.refusals.append(Refused(canonical.instant(clock.now()), act, about, str(refusal)))

    def facts(self) -> dict[str, Any]:
        """What is known besides the database, for the report."""
        streams: dict[str, list[str]] = {stream.name: [] for stream in self.scenario.streams}
        for reference, planned in self.orders.items():
            streams[planned.stream.name].append(reference)
        return {
            "streams": streams,
            "counts": dict(sorted(self.counts.items())),
            "not_open": [asdict(refused) for refused in self.refusals],
            "forgeries": [asdict(forged) for forged in self.forgeries],
        }


def order_of(reference: str) -> RemovalOrder:
    """An order as it is now."""
    return RemovalOrder.objects.select_related(*RELATED).get(dossier__reference=reference)
