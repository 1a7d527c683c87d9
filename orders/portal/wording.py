"""The ledger in plain words: one sentence per act, from its recorded facts alone."""

from collections.abc import Callable
from typing import Any

from orders.acts.transmitting import STARTS_AN_HOUR
from orders.models import LedgerEntry
from orders.portal import court_wording
from orders.portal.tags import utc, utc_time
from orders.portal.words import MEASURES, RULES
from orders.regulation.limits import ONE_HOUR, ClockGround
from orders.regulation.regions import Actor, GroundKind, Information, Measure, Purpose, ReasonClass, Stage

Facts = dict[str, Any]
FLAGS = {
    "clock_skew": "the provider's clock is ahead of ours",
    "before_proven_receipt": "taken before the order is proven to have been received",
    "unavailable_after_receipt": "it became unavailable after the order was received",
    "receipt_drift": "the provider states another time of receipt",
    "ground_claimed_late": "notified after the limit had passed",
    "disclosure-withheld": "disclosure was withheld at that time",
    "preservation_still_due": "preservation was still due",
    "content_provider_never_informed": "no information under Art. 11(2) is on record",
    "reinstatement_due": "the order was annulled, so this is to be reinstated",
    "requested_late": "requested after the 48 hours were over",
}


def sentence(entry: LedgerEntry) -> str:
    """What happened, in one or two sentences."""
    say = SENTENCES.get(entry.act)
    words = say(entry.facts) if say else entry.act.replace("_", " ").capitalize() + "."
    flags = [FLAGS.get(flag, flag) for flag in entry.facts.get("flags", [])]
    noted = f" Noted: {'; '.join(flags)}." if flags else ""
    idle = " No effect: nothing more was required." if entry.facts.get("effect") == "none" else ""
    return words + idle + noted


def items(numbers: list[int]) -> str:
    """Items by their numbers, in words."""
    if not numbers:
        return "every item"
    return f"item{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


RECEIVED = {
    "order.issued": "The order was",
    "order.clarified": "The clarification was",
    "order.annulled": "The decision that ended the order was",
    "order.withdrawn": "The withdrawal was",
}


def _receipt(facts: Facts) -> str:
    what = RECEIVED.get(facts.get("type", ""), "A message was")
    proof = RULES.get(facts.get("rule", ""), facts.get("rule", "").replace("_", " "))
    return f"{what} received by the provider: {proof}. {_hours(facts.get('clocks_started', []))}".rstrip()


def _hours(started: list[Facts]) -> str:
    """The hours that one act started, those alike in one sentence."""
    alike: dict[tuple[str, str], list[int]] = {}
    for one in started:
        if one.get("code", ONE_HOUR.code) != ONE_HOUR.code:
            continue
        alike.setdefault((one["ground"], one["due_at"]), []).append(one["item"])
    return " ".join(
        f"The hour of {items(numbers)} began ({ClockGround(ground).gloss}) and ends {utc(due)}."
        for (ground, due), numbers in alike.items()
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
    again = f" Loop {facts['loop']}: it was clarified before." if facts.get("loop", 1) > 1 else ""
    told = f"The provider notifies {reason} (Annex III) for {items(annex.get('items', []))}.{explained} {asked}"
    return told.rstrip() + again


def _clarified(facts: Facts) -> str:
    answers = facts.get("clarification", {}).get("answers", [])
    told = " ".join(f"“{one['question']}” – {one['answer']}" for one in answers)
    return f"The provider's questions were answered: {told} A fresh hour starts when the provider has received this."


def _submitted(facts: Facts) -> str:
    hits = facts.get("deconfliction", [])
    reasons = sorted({ReasonClass(hit["reason"]).gloss for hit in hits})
    asked = f" Others with an interest in the same content were asked: {'; '.join(reasons)}." if hits else ""
    return f"Submitted for approval by a second officer.{asked}"


def _issued(facts: Facts) -> str:
    copied = f" A copy went to the home authority {facts['home_authority']}." if facts.get("home_authority") else ""
    first = " First order of this authority to this provider." if facts.get("first_order") else ""
    emergency = " Issued as an emergency, Art. 3(2)." if facts.get("emergency") else ""
    said = f"Issued, signed with key {facts.get('key')} and sent to the provider.{copied}{first}{emergency}"
    return said + _interests(facts)


def _interests(facts: Facts) -> str:
    """Whose interest in the same content the second look found."""
    reasons = sorted({ReasonClass(hit["reason"]).gloss for hit in facts.get("deconfliction", [])})
    return f" Others have an interest in the same content: {'; '.join(reasons)}." if reasons else ""


def _submitted_by_hand(facts: Facts) -> str:
    what = RECEIVED[facts["type"]]
    said = f"{what} submitted by hand at {facts['address']} at {utc(facts['submitted_at'])}."
    if facts.get("proof"):
        digest = facts["confirmation_sha256"][:12]
        return f"{said} The confirmation page of {utc(facts['confirmed_at'])} is kept (sha256 {digest}…)."
    return f"{said} No confirmation page was kept: this proves no receipt{_and_no_hour(facts['type'])}."


def _and_no_hour(message_type: str) -> str:
    return ", and no hour starts" if message_type in STARTS_AN_HOUR else ""


def undelivered(facts: Facts) -> str:
    """What did not get through, and why."""
    what = f"The message {facts['type']}" if _of_another(facts) else "The order"
    return f"{what} could not be delivered: {str(facts.get('reason', '')).rstrip('.')}."


def _of_another(facts: Facts) -> bool:
    return facts.get("type", "order.issued") != "order.issued"


def _lapsed(facts: Facts) -> str:
    if facts.get("code", ONE_HOUR.code) == ONE_HOUR.code:
        article = facts.get("limit_passed")
        return f"The limit of Art. {article} passed for item {facts.get('item')}; nothing was reported."
    return ENDS.get(facts["code"], f"The time of clock {facts['code']} is over.")


ENDS = {
    "C1": "The 12 hours of prior information are over: the order may be issued.",
    "C9": "The 72 hours for scrutiny on own initiative are over without a decision; a request may still come.",
    "C10a": "The 48 hours to request scrutiny are over without a request.",
    "C10b": "The 72 hours for a decision on the request passed without one; the order stays in force.",
    "C15": "A term of preservation is over.",
    "C18": "A period of non-disclosure is over.",
    "C26": "An appeal period is over.",
}


def _by_time(facts: Facts) -> bool:
    return "limit_passed" in facts


def _scrutiny_requested(facts: Facts) -> str:
    late = " It came after its 48 hours; a person decides what follows." if facts.get("late") else ""
    whose = Actor(facts["requester"]).gloss
    return f"Scrutiny was requested by the {whose}, received {utc(facts['received_at'])}: {facts['reasons']}{late}"


def scrutiny_decided(facts: Facts) -> str:
    """A decision under Art. 4 with its reasons, from the facts of the act or of the message about it."""
    outcome = (
        "the request is inadmissible" if facts["outcome"] == Stage.WINDOW_CLOSED else Stage(facts["outcome"]).gloss
    )
    return f"Decided: {outcome}. {facts['reasons']}{_to_reinstate(facts)}"


def _to_reinstate(facts: Facts) -> str:
    due = facts.get("reinstatement_due")
    return f" To be reinstated on receipt of this: {items(due)}." if due else ""


def _reinstated(facts: Facts) -> str:
    if facts.get("kept_down_under"):
        return f"The provider keeps {items(facts['items'])} down under its own terms: {facts['kept_down_under']}"
    return f"The provider reports {items(facts['items'])} as reinstated at {utc(facts['reinstated_at'])}."


def _preservation(facts: Facts) -> str:
    purpose = f", for {Purpose(facts['purpose']).gloss}" if facts.get("purpose") else ""
    said = str(facts.get("what", "")).replace("_", " ")
    return f"Preserved content of {items(facts['items'])}: {said} at {utc(facts['happened_at'])}{purpose}."


def _allowed(facts: Facts) -> str:
    return (
        "The period of non-disclosure is over: disclosure is allowed." if _by_time(facts) else "Disclosure is allowed."
    )


def _final(facts: Facts) -> str:
    return "The appeal period is over: the order is final." if _by_time(facts) else "The order was declared final."


SENTENCES: dict[str, Callable[[Facts], str]] = {
    "draft": lambda facts: f"The order was drafted with {_count(facts)}.",
    "revise": lambda facts: f"The draft was changed; it has {_count(facts)}.{_void_information(facts)}",
    "submit": _submitted,
    "put_on_hold": lambda facts: f"Put on hold for coordination: {ReasonClass(facts['reason']).gloss}.",
    "release_hold": lambda facts: f"The hold was released: {facts.get('reason')}",
    "inform_beforehand": lambda facts: "The provider was informed of procedures and deadlines; this is no order.",
    "report_undeliverable": lambda facts: f"{undelivered(facts)}{'' if _of_another(facts) else ' No hour runs.'}",
    "return_to_draft": lambda facts: f"Returned to the drafter: {facts.get('reason')}",
    "approve": lambda facts: f"Approved by a second officer.{_interests(facts)}",
    "cancel_before_dispatch": lambda facts: f"Cancelled before dispatch: {facts.get('reason')}",
    "issue": _issued,
    "record_receipt": _receipt,
    "record_submission": _submitted_by_hand,
    "acknowledge": lambda facts: f"The provider has seen the order{_named(facts)}. This has no legal effect.",
    "report_removal": _annex_ii,
    "report_impossibility": _annex_iii,
    "seek_clarification": _annex_iii,
    "report_grounds_ceased": lambda facts: (
        f"The provider reports that the grounds ceased at {utc_time(facts.get('ceased_at'))} "
        f"for {items(facts.get('items', []))}. {_hours(facts.get('clocks_started', []))}"
    ).rstrip(),
    "clarify": _clarified,
    "withdraw": lambda facts: f"Withdrawn: {facts.get('reason')}",
    "lapse": _lapsed,
    "dispute_ground": lambda facts: (
        f"The grounds for {items(facts.get('items', []))} are disputed: {facts.get('reason')} No clock changes."
    ),
    "record_grounds_ceased": lambda facts: (
        f"Recorded that the grounds ceased at {utc(facts.get('ceased_at'))} for {items(facts.get('items', []))}: "
        f"{_evidence(facts)} {_hours(facts.get('clocks_started', []))}"
    ).rstrip(),
    "withhold_disclosure": lambda facts: (
        f"Disclosure to the content provider is withheld until {utc(facts.get('until'))}: {facts.get('reason')}"
    ),
    "extend_withholding": lambda facts: f"Disclosure is withheld longer, until {utc(facts.get('until'))}.",
    "allow_disclosure": _allowed,
    "inform_content_provider": lambda facts: (
        f"Content provider informed at {utc(facts['informed_at'])}: {Information(facts['information']).gloss}."
    ),
    "extend_preservation": lambda facts: (
        f"Preservation of {items(facts.get('items', []))} extended until {utc(facts.get('until'))}: "
        f"{facts.get('reason')}"
    ),
    "end_preservation": lambda facts: f"The preservation of item {facts.get('item')} is over.",
    "report_preservation": _preservation,
    "report_reinstatement": _reinstated,
    "open_scrutiny": lambda facts: "The home authority scrutinises the order on its own initiative.",
    "request_scrutiny": _scrutiny_requested,
    "announce_intent": lambda facts: f"An infringement decision was announced to the issuer: {facts.get('reasons')}",
    "decide_scrutiny": scrutiny_decided,
    "record_appeal": court_wording.appealed,
    "record_judgment": lambda facts: court_wording.judged(facts) + _to_reinstate(facts),
    "declare_final": _final,
}


def _evidence(facts: Facts) -> str:
    kept = (
        f"a file is kept as evidence (sha256 {facts['evidence_sha256'][:12]}…)." if "evidence_sha256" in facts else ""
    )
    return f"{facts.get('evidence', '')} {kept}".strip()


def _count(facts: Facts) -> str:
    count = len(facts.get("items", []))
    return f"{count} URL{'s' if count != 1 else ''}"


def _void_information(facts: Facts) -> str:
    void = " The prior information was given to another provider or at another speed: it is void."
    return void if "prior_information" in facts else ""


def _named(facts: Facts) -> str:
    return f" as {facts['provider_reference']}" if facts.get("provider_reference") else ""
