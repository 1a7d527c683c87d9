"""An entry of a record done again: who did it and with what arguments, read from the entry alone."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.test.utils import override_settings

from orders.acts import (
    answering,
    appealing,
    clarifying,
    drafting,
    following_up,
    lapsing,
    scrutinising,
    transmitting,
)
from orders.acts.capacity import Capacity
from orders.acts.drafting import Draft, DraftItem
from orders.api.acts import ACTS, SCRUTINY_ACTS
from orders.api.exchange import valid
from orders.models import (
    CompetentAuthority,
    HostingServiceProvider,
    Membership,
    OutboxMessage,
    ReferenceCounter,
    RemovalOrder,
    User,
)
from orders.regulation.regions import Actor, OfficerRole
from orders.regulation.rules import Rules
from platforms.api import annexes

Entry = Mapping[str, Any]
Messages = Mapping[str, str]  # the id of a message on record, and that of the message written now
BY_AUTHORITIES = {**ACTS, **SCRUTINY_ACTS}


class NotReplayed(Exception):
    """An entry whose inputs are not on record as its act needs them."""


def perform(entry: Entry, messages: Messages) -> None:
    """Do it again, as of the time it was recorded. Raises what the act raises, and NotReplayed."""
    at = datetime.fromisoformat(entry["recorded_at"])
    if entry["role"] == Actor.TIME:
        while lapsing.lapse(at=at):
            pass
        return
    if entry["act"] in DRAFTS:
        DRAFTS[entry["act"]](entry, at)
        return
    order = RemovalOrder.objects.select_related("dossier").get(dossier__reference=entry["reference"])
    by_channel = BY_CHANNELS.get(entry["act"])
    if by_channel:
        by_channel(order, entry, messages, at)
        return
    act, arguments = _arguments(entry, messages)
    act(order=order, by=_by(entry), at=at, **arguments)


def _arguments(entry: Entry, messages: Messages) -> tuple[Callable[..., Any], dict[str, Any]]:
    name, facts = entry["act"], entry["facts"]
    if entry["role"] == Actor.PROVIDER:
        return _of_provider(name, facts)
    if name == "request_scrutiny":
        received_at = datetime.fromisoformat(facts["received_at"])
        return scrutinising.request_scrutiny, {"reasons": facts["reasons"], "received_at": received_at}
    if name not in BY_AUTHORITIES:
        raise NotReplayed(f"nothing is known of how to do {name} again")
    known = BY_AUTHORITIES[name]
    told = {**facts, **SAID_OTHERWISE.get(name, lambda entry, messages: {})(entry, messages)}
    return known.perform, dict(
        valid(known.body, {field: told[field] for field in known.body().fields if field in told})
    )


def _answers(entry: Entry, messages: Messages) -> dict[str, Any]:  # noqa: ARG001
    """By the number that each open question has now: in a second loop they go on from those of the first (case 6)."""
    order = RemovalOrder.objects.get(dossier__reference=entry["reference"])
    said = entry["facts"]["clarification"]["answers"]
    questions = zip(clarifying.open_questions(order), said, strict=False)
    return {"answers": {str(question.number): answer["answer"] for question, answer in questions}}


def _submission(entry: Entry, messages: Messages) -> dict[str, Any]:
    facts = entry["facts"]
    page = {"confirmation_text": "The confirmation page, which is not replayed."} if facts["proof"] else {}
    return {"message": messages.get(facts["message"], ""), **page}


def _withholding(entry: Entry, messages: Messages) -> dict[str, Any]:  # noqa: ARG001
    return {"decided_at": entry["facts"]["since"]}


def _evidence(entry: Entry, messages: Messages) -> dict[str, Any]:  # noqa: ARG001
    return {"evidence": entry["facts"]["evidence"] or "A file, which is not replayed."}


def _judgment(entry: Entry, messages: Messages) -> dict[str, Any]:  # noqa: ARG001
    """The appeals that it decided. None: only where none had come by then, for to leave them out means all that had."""
    facts = entry["facts"]
    if "appeals" not in facts:
        return {}
    decided = [appeal["entry"] for appeal in facts["appeals"]]
    order = RemovalOrder.objects.get(dossier__reference=entry["reference"])
    judged_at = datetime.fromisoformat(facts["received_at"])
    if not decided and any(one.received_at <= judged_at for one in appealing.pending_appeals(order)):
        raise NotReplayed("it decided none of the appeals that had come by then, and this build would decide them")
    return {"appeals": decided or None}


# Where an entry says its inputs in other words than the body of its act.
SAID_OTHERWISE: dict[str, Callable[[Entry, Messages], dict[str, Any]]] = {
    "clarify": _answers,
    "record_judgment": _judgment,
    "record_submission": _submission,
    "withhold_disclosure": _withholding,
    "record_grounds_ceased": _evidence,
}


# --- providers ---
def _of_provider(name: str, facts: Mapping[str, Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
    if name not in ANSWERS:
        raise NotReplayed(f"nothing is known of how a provider does {name} again")
    act, arguments = ANSWERS[name](facts)
    return act, {**arguments, "exhibit": facts.get("exhibit", "")}


def _annex_ii(facts: Mapping[str, Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
    return answering.report_removal, {"annex": annexes.annex_ii(valid(annexes.AnnexIIBody, facts["annex_ii"]))}


def _annex_iii(act: Callable[..., Any]) -> Callable[[Mapping[str, Any]], tuple[Callable[..., Any], dict[str, Any]]]:
    return lambda facts: (act, {"annex": annexes.annex_iii(valid(annexes.AnnexIIIBody, facts["annex_iii"]))})


def _said(
    act: Callable[..., Any], body: Any, *, tuples: bool = False
) -> Callable[[Mapping[str, Any]], tuple[Callable[..., Any], dict[str, Any]]]:
    """Arguments that an entry names as the body does."""

    def of(facts: Mapping[str, Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
        said = {name: facts[name] for name in body().fields if facts.get(name) is not None}
        read = dict(valid(body, said))
        return act, {**read, "items": tuple(read["items"])} if tuples and "items" in read else read

    return of


ANSWERS: dict[str, Callable[[Mapping[str, Any]], tuple[Callable[..., Any], dict[str, Any]]]] = {
    "acknowledge": _said(answering.acknowledge, annexes.AcknowledgementBody),
    "report_removal": _annex_ii,
    "report_impossibility": _annex_iii(answering.report_impossibility),
    "seek_clarification": _annex_iii(answering.seek_clarification),
    "report_grounds_ceased": _said(answering.report_grounds_ceased, annexes.GroundsCeasedBody, tuples=True),
    "request_scrutiny": _said(scrutinising.ask_for_scrutiny, annexes.ScrutinyRequestBody),
    "report_reinstatement": _said(following_up.report_reinstatement, annexes.ReinstatementBody),
    "inform_content_provider": _said(following_up.inform_content_provider, annexes.InformationBody),
    "report_preservation": _said(following_up.report_preservation, annexes.PreservationBody),
}


# --- channels ---
def _receipt(order: RemovalOrder, entry: Entry, messages: Messages, at: datetime) -> None:  # noqa: ARG001
    facts = entry["facts"]
    received_at = datetime.fromisoformat(facts["received_at"])
    message = OutboxMessage.objects.filter(message_id=messages.get(facts["message"], "")).first()
    if message is None:
        raise NotReplayed(f"the message {facts['message']} was not written again")
    if message.delivered_at is None:  # an act that proves receipt has done so already
        transmitting.record_receipt(
            message=message, channel=entry["channel"], rule=facts["rule"], received_at=received_at, at=at
        )


def _undeliverable(order: RemovalOrder, entry: Entry, messages: Messages, at: datetime) -> None:
    facts = entry["facts"]
    message = OutboxMessage.objects.filter(message_id=messages.get(facts.get("message", ""), "")).first()
    transmitting.report_undeliverable(
        order=order, reason=facts["reason"], channel=entry["channel"], message=message, at=at
    )


BY_CHANNELS: dict[str, Callable[[RemovalOrder, Entry, Messages, datetime], None]] = {
    "record_receipt": _receipt,
    "report_undeliverable": _undeliverable,
}


# --- drafts ---
def _content(facts: Mapping[str, Any]) -> Draft:
    decided = facts["withholding_decided_at"]
    said = {name: facts[name] for name in Draft.__dataclass_fields__ if name in facts}
    said["provider"] = HostingServiceProvider.objects.get(code=facts["provider"])
    said["items"] = tuple(DraftItem(one["url"], one["identification"], one["kind"]) for one in facts["items"])
    said["categories"] = tuple(facts["categories"])
    return Draft(**{**said, "withholding_decided_at": datetime.fromisoformat(decided) if decided else None})


def _draft(entry: Entry, at: datetime) -> None:
    """Under its own reference, and under the rules that it was drafted under."""
    series, _, number = entry["reference"].rpartition("-")
    ReferenceCounter.objects.update_or_create(series=series, defaults={"last": int(number) - 1})
    authority = CompetentAuthority.objects.get(code=entry["party"])
    with override_settings(RULES=asdict(Rules.named(entry["facts"]["rule_version"]))):
        drafting.draft(authority=authority, content=_content(entry["facts"]), by=_by(entry), at=at)


def _revise(entry: Entry, at: datetime) -> None:
    order = RemovalOrder.objects.get(dossier__reference=entry["reference"])
    drafting.revise(order=order, content=_content(entry["facts"]), by=_by(entry), at=at)


DRAFTS = {"draft": _draft, "revise": _revise}


# --- who ---
def _by(entry: Entry) -> Capacity:
    """The capacity in which it was done: the person by pseudonym, with the roles that they hold there."""
    person = User.objects.filter(pseudonym=entry["person"]).first() if entry["person"] else None
    held = Membership.objects.filter(user=person) if person else Membership.objects.none()
    of_party = held.filter(authority__code=entry["party"]) if entry["role"] != Actor.EUROPOL else held
    roles = frozenset(OfficerRole(role) for role in of_party.values_list("role", flat=True))
    machine = person is None and entry["role"] == Actor.ISSUING_AUTHORITY
    roles = frozenset({OfficerRole.DRAFTER}) if machine else roles
    signature = entry["facts"].get("signature", "")
    return Capacity(Actor(entry["role"]), entry["party"], person, roles, entry["channel"], signature)
