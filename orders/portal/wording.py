"""The ledger in plain words: one sentence per act, from its recorded facts alone."""

from collections.abc import Callable
from typing import Any

from orders.models import LedgerEntry
from orders.portal.tags import utc, utc_time
from orders.regulation.limits import ClockGround
from orders.regulation.regions import GroundKind, Measure

Facts = dict[str, Any]
MEASURES = {
    Measure.REMOVED: "removed",
    Measure.DISABLED_IN_ALL_MEMBER_STATES: "disabled in all Member States",
    Measure.ALREADY_UNAVAILABLE: "already gone",
}
RULES = {
    "webhook_2xx": "its endpoint answered with success",
    "order_read": "it read the order",
    "answer": "it answered the order",
    "inbox": "the order was placed in its box",
}
CHANNELS = {
    "portal": "portal",
    "api": "API",
    "api_machine": "API, machine",
    "webhook": "webhook",
    "clock": "clock",
    "system": "system",
    "command_line": "command line",
}
FLAGS = {
    "clock_skew": "the provider's clock is ahead of ours",
    "receipt_drift": "the provider states another time of receipt",
    "ground_claimed_late": "notified after the limit had passed",
}


def sentence(entry: LedgerEntry) -> str:
    """What happened, in one or two sentences."""
    say = SENTENCES.get(entry.act)
    words = say(entry.facts) if say else entry.act.replace("_", " ").capitalize() + "."
    flags = [FLAGS.get(flag, flag) for flag in entry.facts.get("flags", [])]
    noted = f" Noted: {'; '.join(flags)}." if flags else ""
    idle = " No effect: nothing more was required." if entry.facts.get("effect") == "none" else ""
    return words + idle + noted


def _items(numbers: list[int]) -> str:
    if not numbers:
        return "every item"
    return f"item{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def _receipt(facts: Facts) -> str:
    what = "The order was" if facts.get("type") == "order.issued" else "The clarification was"
    proof = RULES.get(facts.get("rule", ""), facts.get("rule", "").replace("_", " "))
    return f"{what} received by the provider: {proof}. {_hours(facts.get('clocks_started', []))}".rstrip()


def _hours(started: list[Facts]) -> str:
    """The hours that one act started, those alike in one sentence."""
    alike: dict[tuple[str, str], list[int]] = {}
    for one in started:
        alike.setdefault((one["ground"], one["due_at"]), []).append(one["item"])
    return " ".join(
        f"The hour of {_items(items)} began ({ClockGround(ground).gloss}) and ends {utc(due)}."
        for (ground, due), items in alike.items()
    )


def _annex_ii(facts: Facts) -> str:
    annex: Facts = facts.get("annex_ii", {})
    told = [
        f"item {one['item']} {MEASURES[Measure(one['measure'])]} at {utc(one['taken_at'])}"
        for one in annex.get("measures", [])
    ]
    return f"The provider reports (Annex II): {'; '.join(told)}."


def _annex_iii(facts: Facts) -> str:
    annex: Facts = facts.get("annex_iii", {})
    asked = " ".join(f"“{question['text']}”" for question in annex.get("needed", []))
    explained = f" {annex['explanation']}" if annex.get("explanation") else ""
    reason = GroundKind(annex["reason"]).gloss
    return (
        f"The provider notifies {reason} (Annex III) for {_items(annex.get('items', []))}.{explained} {asked}".rstrip()
    )


def _clarified(facts: Facts) -> str:
    answers = facts.get("clarification", {}).get("answers", [])
    told = " ".join(f"“{one['question']}” – {one['answer']}" for one in answers)
    return f"The provider's questions were answered: {told} A fresh hour starts when the provider has received this."


def _issued(facts: Facts) -> str:
    copied = f" A copy went to the home authority {facts['home_authority']}." if facts.get("home_authority") else ""
    return f"Issued, signed with key {facts.get('key')} and sent to the provider.{copied}"


def _lapsed(facts: Facts) -> str:
    return f"The limit of Art. {facts.get('limit_passed')} passed for item {facts.get('item')}; nothing was reported."


SENTENCES: dict[str, Callable[[Facts], str]] = {
    "draft": lambda facts: f"The order was drafted with {_count(facts)}.",
    "revise": lambda facts: f"The draft was changed; it has {_count(facts)}.",
    "submit": lambda facts: "Submitted for approval by a second officer.",
    "return_to_draft": lambda facts: f"Returned to the drafter: {facts.get('reason')}",
    "approve": lambda facts: "Approved by a second officer.",
    "cancel_before_dispatch": lambda facts: f"Cancelled before dispatch: {facts.get('reason')}",
    "issue": _issued,
    "record_receipt": _receipt,
    "acknowledge": lambda facts: f"The provider has seen the order{_named(facts)}. This has no legal effect.",
    "report_removal": _annex_ii,
    "report_impossibility": _annex_iii,
    "seek_clarification": _annex_iii,
    "report_grounds_ceased": lambda facts: (
        f"The provider reports that the grounds ceased at {utc_time(facts.get('ceased_at'))} "
        f"for {_items(facts.get('items', []))}. {_hours(facts.get('clocks_started', []))}"
    ).rstrip(),
    "clarify": _clarified,
    "withdraw": lambda facts: f"Withdrawn: {facts.get('reason')}",
    "lapse": _lapsed,
}


def _count(facts: Facts) -> str:
    count = len(facts.get("items", []))
    return f"{count} URL{'s' if count != 1 else ''}"


def _named(facts: Facts) -> str:
    return f" as {facts['provider_reference']}" if facts.get("provider_reference") else ""


NOTICES = {
    "order.limit_passed": "The limit passed; nothing was reported.",
    "order.limit_approaching": "The limit approaches.",
    "order.ground_notified": "The provider notified a ground (Annex III): the hour is displaced.",
    "order.grounds_ceased": "The grounds ceased: a fresh hour runs.",
    "order.copied": "Copy of an order to a provider established here, Art. 4(1).",
    "order.withdrawn": "The order was withdrawn.",
}


def notice(kind: str, data: Facts) -> str:
    """What a message to an authority says."""
    item = f" Item {data['item']}." if data.get("item") else ""
    left = f" {data['seconds_left']} s left, due {utc(data.get('due_at'))}." if "seconds_left" in data else ""
    return NOTICES.get(kind, kind.removeprefix("order.").replace("_", " ").capitalize() + ".") + item + left
