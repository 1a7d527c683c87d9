"""Before an order leaves: what it must say, who must be asked or told first (Art. 3(2), 3(4), 14(1), 15(2))."""

from datetime import datetime

from orders import canonical, deconfliction
from orders.acts import disclosing, opening
from orders.acts._advance import Step, advance
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid, Refusal
from orders.models import RemovalOrder
from orders.outbox import Recipient
from orders.regulation.limits import ClockGround
from orders.regulation.regions import Actor, ReasonClass


class TooEarly(Refusal):
    """A first order before the 12 hours of Art. 3(2) are over."""

    code = "prior-information"


def check_complete(order: RemovalOrder, *, at: datetime) -> None:
    """Refuse to submit an order without the elements of Art. 3(4), the assessment of Art. 1(3) or a known language.

    Nor with a decision on non-disclosure that is over at `at` (Art. 11(3)).
    """
    needed = (
        ("categories", order.categories, "Tick at least one category of Art. 2(7).", "category-missing"),
        ("reasons", order.reasons.strip(), "Give the reasons: Art. 3(4)(b) asks for a sufficiently detailed statement.",
         "reasons-missing"),
        ("assessment", order.assessment.strip(),
         "Say why the content is not educational, journalistic, artistic, research or polemic: Art. 1(3).",
         "assessment-missing"),
    )  # fmt: skip
    for name, value, sentence, code in needed:
        if not value:
            raise Invalid(sentence, pointer=f"/{name}", code=code)
    _check_language(order)
    if order.emergency and not order.emergency_reason.strip():
        raise Invalid("Justify the emergency: Art. 3(2).", pointer="/emergency_reason", code="reason-missing")
    if order.must_not_inform and not order.withholding_reason.strip():
        raise Invalid(
            "Give the reason of public security: Art. 11(3).", pointer="/withholding_reason", code="reason-missing"
        )
    if order.must_not_inform:
        disclosing.check_in_time(order.withholding_decided_at, scale=order.limit_scale, at=at)


def _check_language(order: RemovalOrder) -> None:
    published = order.provider.languages
    if published and order.language not in published and not order.language_override.strip():
        raise Invalid(
            f"The contact point works in {', '.join(published)} (Art. 15(2)): use one of these, or say why not.",
            pointer="/language",
            got=order.language,
            code="language",
        )


def coordinate(step: Step) -> None:
    """Ask those who have an interest in the same content; it warns and coordinates, it does not veto (Art. 14(1)).

    These are the authorities found by deconfliction, and Europol with them; what is the issuer's own, it sees itself.
    """
    step.facts["warnings"] = warnings(step.order)
    _ask(step, _hits(step))


def coordinate_again(step: Step) -> None:
    """Look again before the order goes on, and ask about what came up since somebody was asked last (case 16)."""
    known = deconfliction.asked_about(step.order)
    _ask(step, [hit for hit in _hits(step) if hit.reason not in known.get(hit.authority, ())])


def _hits(step: Step) -> list[deconfliction.Hit]:
    hits = deconfliction.check([item.url_sha256 for item in step.case.items], apart_from=step.order, at=step.at)
    step.facts["deconfliction"] = [hit._asdict() for hit in hits]
    return hits


def _ask(step: Step, hits: list[deconfliction.Hit]) -> None:
    hits = [hit for hit in hits if hit.authority != step.order.issuing_authority.code]
    for code in sorted({hit.authority for hit in hits}):
        reasons = sorted({hit.reason for hit in hits if hit.authority == code})
        step.tell(deconfliction.ASKED, Recipient(Actor.OBJECTING_AUTHORITY, code), reasons=reasons)
    if hits:
        step.tell(deconfliction.ASKED, step.europol, reasons=sorted({hit.reason for hit in hits}))


def warnings(order: RemovalOrder) -> list[str]:
    """What a careful officer would look at twice before submitting `order`; nothing here blocks."""
    found = [
        f"Item {item.number} names a root or a whole collection, not one item: is more meant than the content?"
        for item in order.items.order_by("number")
        if canonical.is_collection(item.canonical_url)
    ]
    if order.items.count() > 1:
        found.append(
            f"This order names {order.items.count()} addresses. Whether one order may is unconfirmed: the Regulation "
            "and its form speak of one URL. Withdrawal, appeals, scrutiny and finality concern the order as a whole, "
            "except where an act names items. One order per address leaves no such doubt."
        )
    if order.is_first() and not order.emergency:
        found.append(
            f"This is the first order of {order.issuing_authority.name} to {order.provider.name}: "
            "information on procedures and deadlines is due at least 12 hours before (Art. 3(2))."
        )
    if order.provider.webform:
        found.append(
            f"{order.provider.name} is reached by a web form only: once issued, the order is submitted there by hand, "
            "and that is recorded with its confirmation page. Prior information (Art. 3(2)) cannot be given this way."
        )
    return found


def put_on_hold(
    *, order: RemovalOrder, reason: ReasonClass, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Hold an order for coordination. The objector gives a class of reason, never a detail of a case.

    Art. 14(1) makes those coordinate who have an interest: the issuing authority itself, an authority that was asked
    at a submission of this order because deconfliction found its interest, and Europol, which coordinates across all
    Member States and need not be asked. Any other authority has no part in it and does not know of the order.
    """
    with advance(order, "put_on_hold", by=by, at=at, generation=generation) as step:
        step.move(step.order, "put_on_hold")
        step.facts["reason"] = reason
        step.tell("order.put_on_hold", step.issuer, reason=reason, objector=by.party)
    return step.order


def release_hold(
    *, order: RemovalOrder, reason: str, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Whoever objected lifts the hold, or the issuer decides; a second person then looks at the order again."""
    with advance(order, "release_hold", by=by, at=at, generation=generation) as step:
        if not reason.strip():
            raise Invalid("Say what was decided.", pointer="/reason", code="reason-missing")
        step.move(step.order, "release_hold")
        step.facts["reason"] = reason
        for to in dict.fromkeys([step.issuer, _objector(step)]):
            step.tell("order.hold_released", to, reason=reason)
    return step.order


def _objector(step: Step) -> Recipient:
    objected = opening.objector(step.order)
    assert objected is not None  # it is on hold
    return Recipient(Actor(objected[0]), objected[1])


def inform_beforehand(
    *, order: RemovalOrder, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Tell the provider about procedures and deadlines, 12 hours before a first order (Art. 3(2)). It is no order."""
    with advance(order, "inform_beforehand", by=by, at=at, generation=generation) as step:
        if step.order.prior_information_at is not None:
            raise Refusal(f"Prior information was given at {canonical.instant(step.order.prior_information_at)}.")
        if not step.order.is_first():
            raise Refusal(f"{order.provider.name} had an order from this authority before: no information is due.")
        if step.order.provider.webform:  # case 13
            raise Refusal(
                f"{order.provider.name} is reached by a web form only, which carries no prior information: "
                "only an emergency, duly justified, lets a first order be issued (Art. 3(2))."
            )
        step.move(step.order, "inform_beforehand", at=at)
        step.case.start("C1", starts_at=at, ground=ClockGround.PRIOR_INFORMATION)
        step.tell("order.prior_information_given", step.provider, **_information(step.order))
    return step.order


def check_waited(step: Step, first: bool) -> None:
    """Refuse a first order before the 12 hours are over, unless there is a justified emergency; close their clock."""
    for clock in step.case.running("C1"):
        if first and not step.order.emergency and clock.due_at is not None and step.at < clock.due_at:
            raise TooEarly(
                f"Prior information was given: issue at or after {canonical.instant(clock.due_at)} (Art. 3(2))."
            )
        step.case.use(clock, at=step.at)
    if first and not step.order.emergency and step.order.prior_information_at is None:
        raise TooEarly(
            f"This is the first order to {step.order.provider.name}: give prior information and wait 12 hours, "
            "or justify an emergency (Art. 3(2))."
        )


def _information(order: RemovalOrder) -> dict[str, object]:
    """What Art. 3(2) asks to be told: procedures and deadlines, and whom to ask."""
    authority = order.issuing_authority
    return {
        "authority": authority.name,
        "contact_point": authority.email,
        "procedures": "You will receive removal orders as signed webhooks; answer by Annex II or Annex III.",
        "deadline": {"article": "3(3)", "seconds": 3600, "starts": "receipt"},
        "not_an_order": True,
    }
