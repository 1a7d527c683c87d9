"""The issuing authority on a provider's grounds (Art. 3(7)-(8)): clarify, dispute, record that they ceased."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from orders import canonical, signing
from orders.acts import _grounds, uploads
from orders.acts._advance import Step, advance
from orders.acts._known import check_known
from orders.acts.capacity import Capacity
from orders.acts.issuing import limit_terms, signing_key
from orders.acts.refusals import Invalid
from orders.acts.uploads import Upload
from orders.models import Ground, RemovalOrder, keep
from orders.regulation.regions import Execution


def clarify(
    *, order: RemovalOrder, answers: Mapping[int, str], by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Answer all open questions of the provider (Art. 3(8)); the fresh hour starts when it has received the answer.

    `answers` maps the number of each open question (see `open_questions`) to its answer.
    """
    with advance(order, "clarify", by=by, at=at, generation=generation) as step:
        grounds = questioned(step.order)
        step.move(step.order, "clarify")
        document = _clarification(step, _questions(grounds, step.order), answers)
        key = signing_key(step.order)
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
            **_order_as_signed(step.order),
        )
    return step.order


def _order_as_signed(order: RemovalOrder) -> dict[str, object]:
    """Annex I beside its clarification: whose order it is shows whether the right authority clarified it."""
    assert order.annex_i is not None  # it was issued
    return {"annex_i": json.loads(bytes(order.annex_i.content)), "annex_i_jws": order.annex_i_jws}


class OpenQuestion(NamedTuple):
    """One question of an Annex III that waits for an answer; it keeps its number whatever follows."""

    number: int
    item: int
    text: str


def open_questions(order: RemovalOrder) -> list[OpenQuestion]:
    """What the provider waits to hear before it can execute `order`."""
    return _questions(questioned(order), order)


def questioned(order: RemovalOrder) -> list[Ground]:
    """The Annex III grounds of `order` that wait for a clarification, oldest first; none once the order has ended."""
    if not order.open:
        return []
    return list(_asked(order).filter(closed_at=None, clarified_by=None))


def _asked(order: RemovalOrder) -> QuerySet[Ground]:
    asked = Ground.objects.filter(item__order=order, kind__in=_grounds.UNCLEAR)
    return asked.select_related("item").order_by("pk")


def repeated(order: RemovalOrder) -> dict[int, int]:
    """The items asked about again after a clarification, by number, with the loop that waits for an answer (case 6)."""
    waiting = {ground.item for ground in questioned(order)}
    loops = {item.number: _grounds.loop_of(item) for item in waiting}
    return {number: loops[number] for number in sorted(loops) if loops[number] > 1}


def _questions(waiting: list[Ground], order: RemovalOrder) -> list[OpenQuestion]:
    """Numbered from 1 over all that was ever asked about `order`, of which those of `waiting` are open."""
    asked = [(ground, text) for ground in _asked(order) for text in _texts(ground)]
    return [
        OpenQuestion(number, ground.item.number, text)
        for number, (ground, text) in enumerate(asked, start=1)
        if ground in waiting
    ]


def _texts(ground: Ground) -> list[str]:
    return [question["text"] for question in ground.needed] or [ground.explanation]


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


def dispute_ground(
    *, order: RemovalOrder, reason: str, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Mark the open grounds as disputed. The law gives no power to reject: the hour stays displaced (case 5)."""
    with advance(order, "dispute_ground", by=by, at=at, generation=generation) as step:
        step.move(step.order, "dispute_ground")
        if not reason.strip():
            raise Invalid("Say why the grounds are disputed.", pointer="/reason", code="reason-missing")
        grounds = list(Ground.objects.filter(item__order=step.order, closed_at=None).select_related("item"))
        for ground in grounds:
            ground.disputed_by = step.case.next_number
            step.case.touch(ground)
        items = sorted({ground.item.number for ground in grounds})
        step.facts.update(reason=reason, items=items)
        step.tell("order.ground_disputed", step.provider, reason=reason, items=items)
    return step.order


def record_grounds_ceased(
    *,
    order: RemovalOrder,
    ceased_at: datetime,
    evidence: str = "",
    evidence_file: Upload | None = None,
    items: tuple[int, ...] = (),
    grounds: tuple[int, ...] = (),
    by: Capacity,
    at: datetime,
    generation: int | None = None,
) -> RemovalOrder:
    """Record that grounds of Art. 3(7) ceased at `ceased_at` though the provider did not say so (case 7).

    What shows it is said in `evidence`, or handed in as a file, which is kept as an exhibit. Where several are nested
    `grounds` may name those that ceased, by the entries of their notices.
    """
    with advance(order, "record_grounds_ceased", by=by, at=at, generation=generation) as step:
        _require_displaced(step)
        if not evidence.strip() and evidence_file is None:
            raise Invalid(
                "Say what shows that the grounds ceased, or hand in a file that does.",
                pointer="/evidence",
                code="evidence-missing",
            )
        check_known(step.order, items, "/items/{}")
        step.facts["evidence"] = evidence
        if evidence_file is not None:
            shown = uploads.kept(evidence_file, pointer="/evidence_file", at=at)
            step.facts["evidence_sha256"] = shown.sha256
        if not _grounds.cease(step, items, ceased_at, "resume_when_recorded", named=grounds):
            raise Invalid(
                "The grounds of these items have ceased already: nothing is left to record.",
                pointer="/items",
                code="no-such-ground",
            )
        step.tell("order.grounds_ceased", step.provider, ceased_at=ceased_at, items=step.facts["items"])
    return step.order


def open_impossibilities(order: RemovalOrder) -> list[Ground]:
    """The grounds of Art. 3(7) that last: what a form lets choose from where there are several."""
    return [ground for ground in _grounds.impossibilities(order) if ground.closed_at is None]


def _require_displaced(step: Step) -> None:
    """Refuse the act where no item's hour is displaced at all: then nothing could cease."""
    items = step.case.items
    step.require(
        next((item for item in items if item.execution == Execution.DISPLACED), items[0]), "resume_when_recorded"
    )
