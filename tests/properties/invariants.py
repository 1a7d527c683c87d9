"""What holds of an order after every step: L1-L13 of the reference, and that clocks, ledger and rows tell one story."""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from orders import canonical
from orders.models import Deadline, Ground, LedgerEntry, OutboxMessage, RemovalOrder, Scrutiny, ScrutinyRequest
from orders.regulation import limits
from orders.regulation.regions import (
    DONE,
    ENDED,
    OPEN,
    Actor,
    Disclosure,
    Execution,
    Force,
    Measure,
    Preservation,
    Stage,
    Transmission,
)

HOUR = timedelta(hours=1)
ONCE_DONE = DONE | {Execution.REINSTATEMENT_DUE, Execution.REINSTATED, Execution.KEPT_DOWN}
INITIAL = {
    "preparation": "draft", "transmission": "not_sent", "force": "not_in_force", "disclosure": "allowed",
    "execution": "awaiting_receipt", "preservation": "none", "stage": "window_open",
}  # fmt: skip


@dataclass
class Picture:
    """All rows of one order, read at once."""

    order: RemovalOrder
    items: list[Any]
    clocks: list[Deadline]
    entries: list[LedgerEntry]
    messages: list[OutboxMessage]
    grounds: list[Ground]
    scrutiny: Scrutiny | None
    requests: list[ScrutinyRequest]

    def hours(self, item: Any) -> list[Deadline]:
        return [clock for clock in self.clocks if clock.item_id == item.pk and clock.code == "C2"]

    def lapses(self, clock: Deadline) -> list[LedgerEntry]:
        return [entry for entry in self.entries if entry.facts.get("clock") == clock.clock_id]


@dataclass
class Memory:
    """What was seen before and may not change."""

    digests: list[str] = field(default_factory=list)
    received_at: datetime | None = None
    told_in_secret: int = 0


def picture(key: int) -> Picture:
    order = RemovalOrder.objects.select_related("dossier").get(pk=key)
    return Picture(
        order,
        list(order.items.order_by("number")),
        list(order.dossier.deadlines.order_by("pk")),
        list(order.dossier.entries.select_related("dossier").order_by("number")),
        list(order.dossier.messages.order_by("pk")),
        list(Ground.objects.filter(item__order=order).order_by("pk")),
        Scrutiny.objects.filter(order=order).first(),
        list(ScrutinyRequest.objects.filter(scrutiny__order=order).order_by("pk")),
    )


def check(now: Picture, memory: Memory) -> None:
    """Everything below."""
    for invariant in INVARIANTS:
        invariant(now, memory)


# --- clocks ---
def due_is_the_start_and_its_limit(now: Picture, _: Memory) -> None:
    """L1, to the microsecond, counted here once more by hand."""
    for clock in now.clocks:
        if clock.code == "C2" and clock.period_rule == "plain":
            assert clock.due_at == clock.starts_at + HOUR
        if clock.code in ("C9", "C10b"):
            assert clock.due_at - clock.starts_at >= 72 * HOUR
        if clock.code == "C10a":
            assert clock.due_at - clock.starts_at >= 48 * HOUR


def one_verdict_and_it_is_the_pure_function(now: Picture, _: Memory) -> None:
    """S1: written when the clock closes or its end is noticed, never before, and what the facts say."""
    for clock in now.clocks:
        seen = max((moment for moment in (clock.closed_at, clock.noticed_at) if moment), default=None)
        expected = limits.verdict(clock.facts(), now=seen) if seen else None
        assert clock.verdict == (expected or ""), f"{clock.code} {clock.verdict!r}, the facts say {expected!r}"
        if clock.noticed_at:
            assert clock.noticed_at > clock.due_at
            assert clock.verdict


def an_hour_that_ran_out_stays_written(now: Picture, _: Memory) -> None:
    """L3: exactly one entry for each end that was noticed, dated at the limit; a timely measure is timely for ever."""
    for clock in now.clocks:
        lapses = now.lapses(clock)
        assert len(lapses) == (1 if clock.noticed_at else 0)
        assert all(entry.occurred_at == clock.due_at for entry in lapses)
        if clock.code == "C2" and clock.taken_at:
            decisive = clock.reported_at if clock.proof == "report" else clock.taken_at
            if decisive > clock.due_at:
                assert clock.verdict == "after_hour"
            else:
                assert clock.verdict == (
                    "within_hour" if clock.reported_at <= clock.due_at else "within_hour_reported_late"
                )


def running_or_displaced(now: Picture, _: Memory) -> None:
    """L4: an hour runs, or a ground is open, never both; a fresh hour begins no earlier than the one before."""
    for item in now.items:
        hours = now.hours(item)
        running = [clock for clock in hours if clock.closed_at is None]
        grounds = [ground for ground in now.grounds if ground.item_id == item.pk and ground.closed_at is None]
        state = item.execution
        assert len(running) == (1 if state in (Execution.DUE, Execution.UNANSWERED) else 0), (state, running)
        assert bool(grounds) == (state == Execution.DISPLACED)
        assert all(before.starts_at <= after.starts_at for before, after in pairwise(hours))
        if state == Execution.UNANSWERED:
            assert running[0].noticed_at


def a_measure_answers_every_hour_that_ran_out(now: Picture, _: Memory) -> None:
    """What was done decides about every hour of the item that nothing had displaced or ended in time and before it."""
    for item in now.items:
        if item.execution in ONCE_DONE:
            for clock in now.hours(item):
                assert clock.closed_at is not None
                stopped = clock.stop and clock.stopped_at <= clock.due_at and clock.stopped_at < item.taken_at
                assert stopped or clock.taken_at == item.taken_at, clock.verdict


def a_report_answers_what_was_stopped_before(now: Picture, _: Memory) -> None:
    """Of stopped hours it decides about those that had run out by then, and about those that its measure preceded.

    What is reported of an item whose measure is known already decides nothing.
    """
    known: set[int] = set()
    for entry in now.entries:
        stated_now = entry.facts.get("annex_ii", {}).get("measures", [])
        for stated in (stated for stated in stated_now if stated["item"] not in known):
            item = next(item for item in now.items if item.number == stated["item"])
            for clock in now.hours(item):
                if clock.stop and clock.taken_at is None and clock.close_entry < entry.number:
                    assert clock.stopped_at <= clock.due_at, clock.verdict
                    assert canonical.instant(clock.stopped_at) < stated["taken_at"]
        known |= {measured["item"] for measured in entry.facts.get("measured", [])}


def no_clock_outlives_its_order(now: Picture, _: Memory) -> None:
    """A withdrawn or annulled order leaves no hour, no window and nothing to decide; nor does a cancelled one wait.

    Under ANNULLED_FROM=communication the hour goes on until the provider has received the decision.
    """
    over = now.order.force in ENDED
    if not over and now.order.preparation != "cancelled":
        return
    heard = now.order.rules.annulled_from == "adoption" or not _awaits_decision(now)
    left = {clock.code for clock in now.clocks if clock.closed_at is None and clock.due_at}
    assert left <= ({"C15", "C18"} if heard else {"C15", "C18", "C2"}), left
    assert not (over and heard and [item for item in now.items if item.execution in OPEN])


def _awaits_decision(now: Picture) -> bool:
    """Whether an annulment is on its way to the provider."""
    to_provider = [message for message in now.messages if message.recipient_role == Actor.PROVIDER]
    return any(message.type == "order.annulled" and not message.delivered_at for message in to_provider)


def a_scrutiny_is_where_its_clocks_and_its_order_are(now: Picture, _: Memory) -> None:
    """Art. 4: begun or beginning only within the 72 hours, decided or closed with the order, a decision owed on asking.

    Every request is decided exactly once, by an entry after it, unless the order had ended before.
    """
    if now.scrutiny is None:
        return
    stage, over = Stage(now.scrutiny.stage), now.order.force in ENDED
    window = [clock for clock in now.clocks if clock.code == "C9" and clock.closed_at is None]
    waiting = [request for request in now.requests if request.decided_by is None]
    owed = [clock for clock in now.clocks if clock.code == "C10b" and clock.closed_at is None]
    assert len(waiting) == len(owed)
    if stage in (Stage.WINDOW_OPEN, Stage.OWN_INITIATIVE):
        assert window
    if stage in (Stage.WINDOW_CLOSED, Stage.NO_INFRINGEMENT, Stage.INFRINGEMENT):
        assert not window
        assert not waiting
    if stage is Stage.REQUESTED:
        assert waiting
    if over:
        assert stage in (Stage.WINDOW_CLOSED, Stage.NO_INFRINGEMENT, Stage.INFRINGEMENT)


# --- receipt and sending ---
def receipt_never_moves(now: Picture, memory: Memory) -> None:
    """L2: no later fact moves received_at, and nothing is executed before it."""
    received = now.order.received_at
    assert memory.received_at in (None, received)
    memory.received_at = received
    assert (received is not None) == (now.order.transmission == Transmission.RECEIVED)
    if received is None:
        assert {item.execution for item in now.items} <= {Execution.AWAITING_RECEIPT, Execution.NO_LONGER_REQUIRED}


def the_copy_left_with_the_order(now: Picture, _: Memory) -> None:
    """L8: same transaction, so the same generation of the dossier."""
    issued = [message.generation for message in now.messages if message.type == "order.issued"]
    copied = [message.generation for message in now.messages if message.type == "order.copied"]
    assert issued == (copied if now.order.home_authority_id else issued)
    assert len(issued) == (0 if now.order.force == Force.NOT_IN_FORCE else 1)
    assert (now.scrutiny is not None) == bool(copied)


def the_content_provider_hears_nothing_meanwhile(now: Picture, memory: Memory) -> None:
    """L7: while disclosure is withheld nothing new is for the content provider, and the secrecy has its clock."""
    to_them = sum(message.recipient_role == Actor.CONTENT_PROVIDER for message in now.messages)
    secret = now.order.disclosure != Disclosure.ALLOWED
    running = [clock for clock in now.clocks if clock.code == "C18" and clock.closed_at is None]
    assert len(running) == (1 if secret else 0)
    if secret:
        assert to_them == memory.told_in_secret
        assert running[0].due_at == now.order.withheld_until
        assert now.order.withheld_until <= now.order.withholding_decided_at + 12 * 7 * 24 * HOUR
    memory.told_in_secret = to_them


def each_warning_went_once(now: Picture, _: Memory) -> None:
    """At most one warning per instant of the schedule to each side."""
    sent = Counter(
        (message.data["clock"], message.recipient)
        for message in now.messages
        if message.type == "order.limit_approaching"
    )
    for clock in now.clocks:
        counts = [count for (key, _), count in sent.items() if key == clock.clock_id]
        assert set(counts) <= {clock.warnings_sent}
        assert clock.warnings_sent <= len(limits.LIMITS[clock.code].warnings)


# --- after the measure ---
def an_annulment_owes_reinstatement(now: Picture, _: Memory) -> None:
    """L5: for each item removed or disabled, none already gone; the duty runs from receipt of the decision."""
    for entry in now.entries:
        if "reinstatement_due" in entry.facts:
            before = _states(now.entries[: entry.number - 1])
            down = [
                item.number
                for item in now.items
                if before.get(f"item:{item.number}.execution") in ("removed", "disabled")
            ]
            if entry.act == "decide_scrutiny":
                assert entry.facts["reinstatement_due"] == down
            assert set(entry.facts["reinstatement_due"]) <= set(down)
    for item in now.items:
        assert item.execution not in (Execution.REMOVED, Execution.DISABLED) or not _to_be_reinstated(now, item)
        duties = [clock for clock in now.clocks if clock.code == "C11" and clock.item_id == item.pk]
        owed = item.execution in (Execution.REINSTATEMENT_DUE, Execution.REINSTATED, Execution.KEPT_DOWN)
        assert len(duties) == (1 if owed else 0)
        assert [clock for clock in duties if clock.closed_at is None] == (
            duties if item.execution == Execution.REINSTATEMENT_DUE else []
        )


def _to_be_reinstated(now: Picture, item: Any) -> bool:
    """Whether the annulment was received and means `item`, which the order took down, reported before or after it."""
    heard = [message for message in now.messages if message.type == "order.annulled" and message.delivered_at]
    heard = [message for message in heard if message.recipient_role == Actor.PROVIDER]
    named = next((entry.facts["reinstate"] for entry in now.entries if "reinstate" in entry.facts), None)
    return bool(heard) and (named is None or item.number in named)


def what_an_ended_order_took_down_is_known(now: Picture, _: Memory) -> None:
    """L5, L9: a removal while the order bound the provider counts whenever it is reported (ANNULLED_FROM=adoption)."""
    order = now.order
    if order.force not in ENDED or order.rules.annulled_from != "adoption" or order.received_at is None:
        return
    released = {item.number for item in now.items if item.execution == Execution.NO_LONGER_REQUIRED}
    for entry in now.entries:
        for measure in entry.facts.get("annex_ii", {}).get("measures", []):
            taken_at = datetime.fromisoformat(measure["taken_at"])
            if measure["item"] in released and measure["measure"] != Measure.ALREADY_UNAVAILABLE:
                assert not order.received_at <= taken_at <= order.force_at


def final_is_told_once_and_was_received(now: Picture, _: Memory) -> None:
    """L6, as far as an order knows it: final excludes withdrawn and annulled; time makes nothing final unreceived."""
    became = [
        entry.number
        for entry in now.entries
        for row, region, _before, after in entry.facts.get("effects", [])
        if (row, region, after) == ("order", "force", "final")
    ]
    told = [message for message in now.messages if message.type == "order.final"]
    told = [message for message in told if message.recipient_role == Actor.PROVIDER]
    assert len(told) == len(became) == len([clock for clock in now.clocks if clock.code == "C6"])
    if now.order.force == Force.FINAL:
        assert became
    if any(entry.act == "declare_final" for entry in now.entries):
        assert now.order.received_at is not None


def preservation_lasts_six_months(now: Picture, _: Memory) -> None:
    """L9: from the measure, by the calendar; not for content already gone, not after reinstatement."""
    for item in now.items:
        kept = item.preservation in (Preservation.PRESERVED, Preservation.PRESERVATION_EXTENDED)
        removed = item.measure in ("removed", "disabled_in_all_member_states")
        assert (item.preservation != Preservation.NONE) == removed
        if removed:
            assert item.preserved_until >= _six_months_after(item.taken_at)
        terms = [clock for clock in now.clocks if clock.code == "C15" and clock.item_id == item.pk]
        assert [clock.due_at for clock in terms if clock.closed_at is None] == ([item.preserved_until] if kept else [])
        if removed and not kept and item.execution != Execution.REINSTATED:
            assert terms[-1].verdict == "observed"


# --- the record ---
def only_the_party_of_the_law_acts(now: Picture, _: Memory) -> None:
    """L10: the issuer clarifies and withdraws, the home authority decides its scrutiny, the provider answers."""
    order, home = now.order, now.order.home_authority
    party = {
        Actor.ISSUING_AUTHORITY: order.issuing_authority.code,
        Actor.PROVIDER: order.provider.code,
        Actor.SCRUTINISING_AUTHORITY: home.code if home else None,
    }
    for entry in now.entries:
        role = Actor(entry.actor_role)
        if role in party:
            assert entry.actor_party == party[role]
        if entry.act in ("clarify", "withdraw"):
            assert role is Actor.ISSUING_AUTHORITY
        if entry.act in ("open_scrutiny", "announce_intent", "decide_scrutiny"):
            assert role is Actor.SCRUTINISING_AUTHORITY
        if entry.act == "record_receipt":
            assert role is Actor.CHANNEL


def the_items_add_up(now: Picture, _: Memory) -> None:
    """L12, as far as an order knows it: an item counts once, and as executed exactly when a report said so."""
    reported = Counter(
        effect[0]
        for entry in now.entries
        if entry.act == "report_removal"
        for effect in entry.facts["effects"]
        if effect[1] == "execution" and effect[3] in DONE
    )
    assert set(reported.values()) <= {1}
    executed = {f"item:{item.number}" for item in now.items if item.execution in ONCE_DONE}
    assert executed == set(reported) == {f"item:{item.number}" for item in now.items if item.measure}


def the_ledger_replays(now: Picture, memory: Memory) -> None:
    """L13, S7: append-only, numbered without gaps, chained, and its effects alone rebuild every region."""
    digests = [entry.digest for entry in now.entries]
    assert digests[: len(memory.digests)] == memory.digests
    memory.digests = digests
    assert [entry.number for entry in now.entries] == list(range(1, now.order.dossier.generation + 1))
    assert [entry.previous_digest for entry in now.entries[1:]] == digests[:-1]
    assert now.entries[-1].computed_digest() == digests[-1]
    rebuilt = _states(now.entries)
    for key, value in _regions(now).items():
        assert rebuilt.get(key, INITIAL[key.rpartition(".")[2]]) == value, key


def _states(entries: list[LedgerEntry]) -> dict[str, str]:
    states: dict[str, str] = {}
    for entry in entries:
        for row, region, before, after in entry.facts.get("effects", []):
            assert states.get(f"{row}.{region}", INITIAL[region]) == before, (entry.number, entry.act, row, region)
            states[f"{row}.{region}"] = after
    return states


def _regions(now: Picture) -> dict[str, str]:
    order = now.order
    regions = {f"order.{name}": getattr(order, name) for name in ("preparation", "transmission", "force", "disclosure")}
    for item in now.items:
        regions[f"item:{item.number}.execution"] = item.execution
        regions[f"item:{item.number}.preservation"] = item.preservation
    if now.scrutiny:
        regions["scrutiny.stage"] = now.scrutiny.stage
    return regions


def _six_months_after(day: datetime) -> datetime:
    year, month = (day.year, day.month + 6) if day.month <= 6 else (day.year + 1, day.month - 6)
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


INVARIANTS = [
    due_is_the_start_and_its_limit, one_verdict_and_it_is_the_pure_function, an_hour_that_ran_out_stays_written,
    running_or_displaced, a_measure_answers_every_hour_that_ran_out, a_report_answers_what_was_stopped_before,
    no_clock_outlives_its_order, a_scrutiny_is_where_its_clocks_and_its_order_are, receipt_never_moves,
    the_copy_left_with_the_order, the_content_provider_hears_nothing_meanwhile, each_warning_went_once,
    an_annulment_owes_reinstatement, what_an_ended_order_took_down_is_known,
    final_is_told_once_and_was_received, preservation_lasts_six_months,
    only_the_party_of_the_law_acts, the_items_add_up, the_ledger_replays,
]  # fmt: skip
