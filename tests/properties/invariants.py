"""What holds of an order after every step: L1-L13 of the reference, and that clocks, ledger and rows tell one story."""

from calendar import monthrange
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from orders.models import LedgerEntry
from orders.regulation import limits
from orders.regulation.regions import (
    DONE,
    ENDED,
    Actor,
    Disclosure,
    Execution,
    Force,
    Measure,
    Preservation,
    Transmission,
)
from tests.properties.invariants_of_clocks import OF_CLOCKS
from tests.properties.picture import ONCE_DONE, Memory, Picture, picture

__all__ = ["INVARIANTS", "Memory", "Picture", "check", "picture"]

HOUR = timedelta(hours=1)
INITIAL = {
    "preparation": "draft", "transmission": "not_sent", "force": "not_in_force", "disclosure": "allowed",
    "execution": "awaiting_receipt", "preservation": "none", "stage": "window_open",
}  # fmt: skip


def check(now: Picture, memory: Memory) -> None:
    """Every one of `INVARIANTS`."""
    for invariant in INVARIANTS:
        invariant(now, memory)


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
    """At most one warning per instant of the schedule to each side, and one message of all clocks alike."""
    warnings = [message for message in now.messages if message.type == "order.limit_approaching"]
    sent = Counter((clock, message.recipient) for message in warnings for clock in message.data["clocks"])
    for clock in now.clocks:
        counts = [count for (key, _), count in sent.items() if key == clock.clock_id]
        assert set(counts) <= {clock.warnings_sent}
        assert clock.warnings_sent <= len(limits.LIMITS[clock.code].warnings)
    by_id = {clock.clock_id: clock for clock in now.clocks}
    kinds = []
    for message in warnings:
        named = [by_id[one] for one in message.data["clocks"]]
        (kind,) = {(clock.code, clock.due_at, clock.scale, clock.debtor_role) for clock in named}
        kinds.append((message.created_at, message.generation, message.recipient, kind))
    assert len(kinds) == len(set(kinds))


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
                assert not order.received_at <= taken_at <= (_heard_at(now) or taken_at)


def _heard_at(now: Picture) -> datetime | None:
    """When the provider received what ended the order."""
    ends = [message for message in now.messages if message.type in ("order.annulled", "order.withdrawn")]
    heard = [message.delivered_at for message in ends if message.recipient_role == Actor.PROVIDER]
    return next(iter(heard), None)


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


def under_appeal_while_one_is_pending(now: Picture, _: Memory) -> None:
    """Art. 3(9): an order that may still have effect is under appeal exactly while a court owes a judgment on one."""
    waiting: set[int] = set()
    for entry in now.entries:
        if entry.act == "record_appeal":
            waiting.add(entry.number)
        if entry.act == "record_judgment":
            assert {one["entry"] for one in entry.facts["appeals"]} <= waiting
            waiting -= {one["entry"] for one in entry.facts["appeals"]}
    if now.order.force not in ENDED:
        assert (now.order.force == Force.UNDER_APPEAL) == bool(waiting)


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
    *OF_CLOCKS, receipt_never_moves, the_copy_left_with_the_order, the_content_provider_hears_nothing_meanwhile,
    each_warning_went_once, an_annulment_owes_reinstatement, what_an_ended_order_took_down_is_known,
    final_is_told_once_and_was_received, under_appeal_while_one_is_pending, preservation_lasts_six_months,
    only_the_party_of_the_law_acts, the_items_add_up, the_ledger_replays,
]  # fmt: skip
