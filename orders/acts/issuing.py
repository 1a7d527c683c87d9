"""What the issuing authority does (Art. 3(1)-(5), 3(8), 12(1)(a))."""

from datetime import datetime

from orders import canonical, signing
from orders.acts import _annex_i, _ending, _finality, disclosing, preparing
from orders.acts._advance import Step, advance
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid, Refusal
from orders.models import AuthorityKey, CompetentAuthority, RemovalOrder, Scrutiny, keep
from orders.regulation.limits import HOUR, ONE_HOUR, ClockGround, Stop


def submit(*, order: RemovalOrder, by: Capacity, at: datetime, generation: int | None = None) -> RemovalOrder:
    """Hand a draft to a second person. Every element of Art. 3(4) must be there."""
    with advance(order, "submit", by=by, at=at, generation=generation) as step:
        preparing.check_complete(step.order, at=at)
        step.move(step.order, "submit")
        preparing.coordinate(step)
    return step.order


def return_to_draft(
    *, order: RemovalOrder, reason: str, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Give an order that was submitted, or even approved, back to its drafter, as long as it was not issued.

    Its approval is void. Prior information stays given: Art. 3(2) asks for it before a first order to the provider,
    whatever that says in the end, so the 12 hours (C1) go on running (`drafting.revise` for another addressee).
    """
    with advance(order, "return_to_draft", by=by, at=at, generation=generation) as step:
        step.facts["reason"] = _required(reason, "Say what is to be changed.")
        step.move(step.order, "return_to_draft")
    return step.order


def approve(*, order: RemovalOrder, by: Capacity, at: datetime, generation: int | None = None) -> RemovalOrder:
    """Approve an order that another person drafted: four eyes, persons and not clients.

    Who else has an interest in the same content is looked up again, here and at the issue: nothing of it is a veto.
    """
    with advance(order, "approve", by=by, at=at, generation=generation) as step:
        step.move(step.order, "approve", person=by.person)
        preparing.coordinate_again(step)
    return step.order


def cancel_before_dispatch(
    *, order: RemovalOrder, reason: str, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Cancel an order that has not left the authority."""
    with advance(order, "cancel_before_dispatch", by=by, at=at, generation=generation) as step:
        step.facts["reason"] = _required(reason, "Say why the order is cancelled.")
        step.move(step.order, "cancel_before_dispatch")
        step.case.stop(step.case.running("C1"), because=Stop.ENDED, at=at)
    return step.order


def issue(*, order: RemovalOrder, by: Capacity, at: datetime, generation: int | None = None) -> RemovalOrder:
    """Sign the order and send it, with the simultaneous copy to the home authority (Art. 3(1), 3(5), 4(1))."""
    with advance(order, "issue", by=by, at=at, generation=generation) as step:
        step.require(step.order, "issue")
        first = step.order.is_first()
        preparing.check_waited(step, first)
        home, key = _whom_to_copy(step.order), signing_key(step.order)
        _withhold(step)
        annex_i = _annex_i.compose(step.order, step.case.items, home=home, at=at)
        exhibit = keep(canonical.json_bytes(annex_i), media_type="application/json", at=at)
        jws = signing.sign(annex_i, key)
        signed = {"annex_i": exhibit, "jws": jws, "key": key}
        days = step.order.issuing_authority.appeal_days
        step.move(step.order, "issue", at=at, first=first, home=home, appeal_days=days, **signed)
        step.move(step.order, "dispatch", at=at)
        step.facts.update(annex_i_sha256=exhibit.sha256, key=key.kid, home_authority=home.code if home else None)
        step.facts.update(first_order=first, emergency=step.order.emergency)
        message = {"limit": limit_terms(step.order, starts="receipt"), "annex_i": annex_i, "annex_i_jws": jws}
        step.tell("order.issued", step.provider, **message)
        _copy(step, message)
        preparing.coordinate_again(step)
    return step.order


def _withhold(step: Step) -> None:
    """Section C of Annex I: disclosure is withheld, counted from the decision, which may be older than the order."""
    order = step.order
    if order.must_not_inform:
        decided_at = min(order.withholding_decided_at or step.at, step.at)  # never longer than six weeks from now
        disclosing.check_in_time(decided_at, scale=order.limit_scale, at=step.at)
        until = disclosing.latest_end(order, decided_at)
        step.move(order, "withhold_with_order", decided_at=decided_at, until=until)
        step.case.start("C18", starts_at=decided_at, ground=ClockGround.WITHHOLDING_DECIDED, until=until)


def _copy(step: Step, message: dict[str, object]) -> None:
    """The copy reaches the home authority's box in this transaction: its 72 hours begin (Art. 4(1), 4(3))."""
    home = step.order.home_authority
    if home is None:
        return
    step.tell("order.copied", step.home[0], **message)
    step.case.scrutiny = Scrutiny.objects.create(order=step.order, authority=home, copy_received_at=step.at)
    step.case.elapsed("C7", starts_at=step.at, ground=ClockGround.ISSUE, done_at=step.at)
    step.case.start("C9", starts_at=step.at, ground=ClockGround.COPY_RECEIVED)


def signing_key(order: RemovalOrder) -> AuthorityKey:
    """The key the issuing authority signs with. Raises Refusal when it has none."""
    key = signing.current_key(order.issuing_authority)
    if key is None:
        raise Refusal(f"{order.issuing_authority.name} has no signing key: have one made before it issues.")
    return key


def _whom_to_copy(order: RemovalOrder) -> CompetentAuthority | None:
    """The home authority; refuses an order that needs a copy which nobody would get (Art. 4(1), L8)."""
    home = home_authority(order)
    if home is None and _annex_i.crosses_border(order):
        raise Refusal(
            f"{order.provider.name} is at home in {order.provider.home_state}, where no authority under Art. 12(1)(b) "
            "is registered that could get the copy of Art. 4(1): have it registered, then issue."
        )
    return home


def home_authority(order: RemovalOrder) -> CompetentAuthority | None:
    """The authority that gets the copy of Art. 4(1); None for a domestic order and for a provider without a home.

    Of a test order it is one that is there for tests, so that no real one hears of it.
    """
    if not _annex_i.crosses_border(order):
        return None
    at_home = CompetentAuthority.objects.filter(member_state=order.provider.home_state, scrutinises=True)
    return at_home.filter(sandbox=order.issuing_authority.sandbox).order_by("code").first()


def limit_terms(order: RemovalOrder, *, starts: str) -> dict[str, object]:
    """What a message says about the hour; `seconds` is the legal length, `scale` what it is multiplied by here."""
    return {
        "article": ONE_HOUR.article,
        "seconds": int(HOUR.total_seconds()),
        "starts": starts,
        "scale": order.limit_scale,
        "rule": order.rule_version,
    }


def withdraw(
    *, order: RemovalOrder, reason: str, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Withdraw an order (national law): running clocks end, a limit that passed before stays on record."""
    with advance(order, "withdraw", by=by, at=at, generation=generation) as step:
        step.facts["reason"] = why = _required(reason, "Say why the order is withdrawn.")
        step.move(step.order, "withdraw", at=at)
        released = _ending.release(step, "release", since=at, why=why)
        for to in [step.provider, *step.home, *_finality.told(step.case)]:
            step.tell("order.withdrawn", to, reason=reason, withdrawn_at=at, items=released)
    return step.order


def _required(text: str, sentence: str) -> str:
    if not text.strip():
        raise Invalid(sentence, pointer="/reason", code="reason-missing")
    return text.strip()
