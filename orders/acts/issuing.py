"""What the issuing authority does (Art. 3(1)-(5), 3(8), 12(1)(a))."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from orders import canonical, deadlines, outbox, signing
from orders.acts import _annex_i
from orders.acts._advance import Step, advance
from orders.acts.capacity import Capacity
from orders.acts.refusals import FourEyes, Invalid, Refusal
from orders.models import AuthorityKey, CompetentAuthority, Ground, RemovalOrder, keep
from orders.outbox import Recipient
from orders.regulation.limits import ONE_HOUR, Stop
from orders.regulation.regions import OPEN, Actor, GroundKind


def submit(*, order: RemovalOrder, by: Capacity, at: datetime, generation: int | None = None) -> RemovalOrder:
    """Hand a draft to a second person. Every element of Art. 3(4) must be there."""
    with advance(order, "submit", by=by, at=at, generation=generation) as step:
        _check_complete(step.order)
        step.move(step.order, "submit")
    return step.order


def _check_complete(order: RemovalOrder) -> None:
    if not order.categories:
        raise Invalid("Tick at least one category of Art. 2(7).", pointer="/categories", code="category-missing")
    if not order.reasons.strip():
        raise Invalid(
            "Give the reasons: Art. 3(4)(b) asks for a sufficiently detailed statement.",
            pointer="/reasons",
            code="reasons-missing",
        )
    if not order.assessment.strip():
        raise Invalid(
            "Say why the content is not educational, journalistic, artistic, research or polemic: Art. 1(3).",
            pointer="/assessment",
            code="assessment-missing",
        )


def return_to_draft(
    *, order: RemovalOrder, reason: str, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Give a submitted order back to its drafter."""
    with advance(order, "return_to_draft", by=by, at=at, generation=generation) as step:
        step.facts["reason"] = _required(reason, "Say what is to be changed.")
        step.move(step.order, "return_to_draft")
    return step.order


def approve(*, order: RemovalOrder, by: Capacity, at: datetime, generation: int | None = None) -> RemovalOrder:
    """Approve an order that another person drafted: four eyes, persons and not clients."""
    with advance(order, "approve", by=by, at=at, generation=generation) as step:
        if by.person is None or by.person == step.order.drafted_by:
            raise FourEyes(f"{order.reference} needs a second person: whoever drafted an order cannot approve it.")
        step.move(step.order, "approve", person=by.person)
    return step.order


def cancel_before_dispatch(
    *, order: RemovalOrder, reason: str, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Cancel an order that has not left the authority."""
    with advance(order, "cancel_before_dispatch", by=by, at=at, generation=generation) as step:
        step.facts["reason"] = _required(reason, "Say why the order is cancelled.")
        step.move(step.order, "cancel_before_dispatch")
    return step.order


def issue(*, order: RemovalOrder, by: Capacity, at: datetime, generation: int | None = None) -> RemovalOrder:
    """Sign the order and send it, with the simultaneous copy to the home authority (Art. 3(1), 3(5), 4(1))."""
    with advance(order, "issue", by=by, at=at, generation=generation) as step:
        step.require(step.order, "issue")
        home, key = home_authority(step.order), _signing_key(step)
        annex_i = _annex_i.compose(step.order, step.case.items, home=home, at=at)
        exhibit = keep(canonical.json_bytes(annex_i), media_type="application/json", at=at)
        jws = signing.sign(annex_i, key)
        step.move(step.order, "issue", at=at, annex_i=exhibit, jws=jws, key=key, home=home)
        step.move(step.order, "dispatch", at=at)
        step.facts.update(annex_i_sha256=exhibit.sha256, key=key.kid, home_authority=home.code if home else None)
        message = {"limit": limit_terms(step.order, starts="receipt"), "annex_i": annex_i, "annex_i_jws": jws}
        step.tell("order.issued", step.provider, **message)
        if home is not None:
            step.tell("order.copied", Recipient(Actor.SCRUTINISING_AUTHORITY, home.code), **message)
    return step.order


def _signing_key(step: Step) -> AuthorityKey:
    key = signing.current_key(step.order.issuing_authority)
    if key is None:
        raise Refusal(f"{step.order.issuing_authority.name} has no signing key: have one made before it issues.")
    return key


def home_authority(order: RemovalOrder) -> CompetentAuthority | None:
    """The authority that gets the copy of Art. 4(1); None for a domestic order, a provider without a home, a test."""
    if not _annex_i.crosses_border(order) or order.issuing_authority.sandbox:
        return None
    at_home = CompetentAuthority.objects.filter(member_state=order.provider.home_state, scrutinises=True)
    return at_home.order_by("code").first()


def limit_terms(order: RemovalOrder, *, starts: str) -> dict[str, object]:
    """What a message says about the hour; `seconds` is the legal length, `scale` what it is multiplied by here."""
    return {
        "article": ONE_HOUR.article,
        "seconds": int(ONE_HOUR.length.total_seconds()),
        "starts": starts,
        "scale": order.limit_scale,
        "rule": order.rule_version,
    }


def clarify(
    *, order: RemovalOrder, answers: Mapping[int, str], by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Answer all open questions of the provider (Art. 3(8)); the fresh hour starts when it has received the answer.

    `answers` maps the number of each open question (see `open_questions`) to its answer.
    """
    with advance(order, "clarify", by=by, at=at, generation=generation) as step:
        grounds = questioned(step.order)
        step.move(step.order, "clarify")
        document = _clarification(step, _questions(grounds), answers)
        key = _signing_key(step)
        exhibit = keep(canonical.json_bytes(document), media_type="application/json", at=at)
        for ground in grounds:
            ground.clarified_by = step.case.next_number
            step.case.touch(ground)
        step.facts.update(clarification=document, clarification_sha256=exhibit.sha256, key=key.kid)
        step.tell(
            "order.clarified",
            step.provider,
            entry=step.case.next_number,
            limit=limit_terms(step.order, starts="receipt"),
            clarification=document,
            clarification_jws=signing.sign(document, key),
        )
    return step.order


class OpenQuestion(NamedTuple):
    """One question of an Annex III that waits for an answer; numbered from 1 over the whole order."""

    number: int
    item: int
    text: str


def open_questions(order: RemovalOrder) -> list[OpenQuestion]:
    """What the provider waits to hear before it can execute `order`."""
    return _questions(questioned(order))


def questioned(order: RemovalOrder) -> list[Ground]:
    """The Annex III grounds of `order` that wait for a clarification, oldest first."""
    asked = (GroundKind.MANIFEST_ERRORS, GroundKind.INSUFFICIENT_INFORMATION)
    waiting = Ground.objects.filter(item__order=order, closed_at=None, clarified_by=None, kind__in=asked)
    return list(waiting.select_related("item").order_by("pk"))


def _questions(grounds: list[Ground]) -> list[OpenQuestion]:
    asked = [
        (ground.item.number, question["text"])
        for ground in grounds
        for question in ground.needed or [{"text": ground.explanation}]
    ]
    return [OpenQuestion(number, item, text) for number, (item, text) in enumerate(asked, start=1)]


def _clarification(step: Step, questions: list[OpenQuestion], answers: Mapping[int, str]) -> dict[str, object]:
    answered = []
    for question in questions:
        answer = answers.get(question.number, "").strip()
        if not answer:
            raise Invalid(
                f"Answer every question: “{question.text}” has no answer.",
                pointer=f"/answers/{question.number}",
                code="answer-missing",
            )
        answered.append({"item": question.item, "question": question.text, "answer": answer})
    return {
        "reference": step.order.reference,
        "entry": step.case.next_number,
        "clarified_at": canonical.instant(step.at),
        "answers": answered,
        "annex_i_sha256": step.order.annex_i_id,
    }


def withdraw(
    *, order: RemovalOrder, reason: str, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Withdraw an order (national law): running clocks end, a limit that passed before stays on record."""
    with advance(order, "withdraw", by=by, at=at, generation=generation) as step:
        step.facts["reason"] = _required(reason, "Say why the order is withdrawn.")
        step.move(step.order, "withdraw", at=at)
        released = _release(step)
        outbox.stop_sending(step.order.dossier, outbox.STARTS_AN_HOUR)
        step.tell("order.withdrawn", step.provider, reason=reason, withdrawn_at=at, items=released)
        if step.order.home_authority:
            copy = Recipient(Actor.SCRUTINISING_AUTHORITY, step.order.home_authority.code)
            step.tell("order.withdrawn", copy, reason=reason, withdrawn_at=at, items=released)
    return step.order


def _release(step: Step) -> list[int]:
    released = [item for item in step.case.items if item.execution in OPEN]
    for item in released:
        step.move(item, "release")
        clock = step.case.clock_of(item)
        if clock is not None:
            deadlines.stop(clock, because=Stop.ENDED, at=step.at, entry=step.case.next_number)
            step.case.touch(clock)
    return [item.number for item in released]


def _required(text: str, sentence: str) -> str:
    if not text.strip():
        raise Invalid(sentence, pointer="/reason", code="reason-missing")
    return text.strip()
