"""The end of a clock, written down the same way whether a sweep or another act notices it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django_fsm import can_proceed

from orders import deadlines
from orders.acts import _finality, _kept_back, declarations
from orders.acts._case import Case
from orders.acts.capacity import TIME
from orders.models import Deadline
from orders.outbox import Letter, Recipient
from orders.regulation.limits import ClockGround
from orders.regulation.regions import DONE, Actor, Disclosure, Execution

Effects = list[list[str]]


def pass_limits(case: Case, *, at: datetime) -> int:
    """Write down every end of a clock of `case` before `at`, dated at its due time; returns how many."""
    count = 0
    while clock := _next(case, at):  # the end of one may start or stop another
        _pass(case, clock, at)
        count += 1
    return count


def _next(case: Case, at: datetime) -> Deadline | None:
    due = [clock for clock in [*case.clocks, *case.new_clocks] if _passed(clock, at)]
    return min(due, key=lambda clock: (clock.due_at, clock.clock_id), default=None)


def _passed(clock: Deadline, at: datetime) -> bool:
    live = clock.noticed_at is None and clock.set_aside_at is None and clock.closed_at is None
    return live and clock.due_at is not None and clock.due_at < at


def _pass(case: Case, clock: Deadline, at: datetime) -> None:
    assert clock.due_at is not None
    deadlines.mark_passed(clock, noticed_at=at, entry=case.next_number)
    case.touch(clock)
    act, effects = HANDLERS[clock.code](case, clock, clock.due_at)
    case.enter(
        act=act,
        article=clock.article if act == "lapse" else declarations.usual_article(act),
        by=TIME,
        occurred_at=clock.due_at,
        recorded_at=at,
        facts={**_fact(clock), "limit_passed": clock.article, "effects": effects},
    )


def _fact(clock: Deadline) -> dict[str, Any]:
    item = clock.item.number if clock.item else None
    return {"item": item, "clock": clock.clock_id, "code": clock.code, "due_at": clock.due_at}


def _tell(case: Case, kind: str, clock: Deadline, *to: Recipient, **data: Any) -> None:
    fact = {**_fact(clock), "limit_passed": clock.article, **data}
    case.letters.extend(Letter(kind, recipient, fact) for recipient in to)


def both_sides(case: Case) -> tuple[Recipient, Recipient]:
    """The provider and the issuing authority of a case."""
    return (
        Recipient(Actor.PROVIDER, case.order.provider.code),
        Recipient(Actor.ISSUING_AUTHORITY, case.order.issuing_authority.code),
    )


def debtor_and_issuer(case: Case, clock: Deadline) -> list[Recipient]:
    """Whom the approaching or passed end of a clock concerns, each once."""
    owed_by = Recipient(Actor(clock.debtor_role), clock.debtor)
    concerned = [owed_by, both_sides(case)[1]]
    return [to for to in dict.fromkeys(concerned) if to.role is not Actor.CONTENT_PROVIDER]


# --- what the end of each clock means ---
def _hour(case: Case, clock: Deadline, due: datetime) -> tuple[str, Effects]:  # noqa: ARG001
    """C2: nothing was reported by the limit. A fact, not a finding."""
    item = clock.item
    assert item is not None
    effects = case.move(item, "lapse") if item.execution == Execution.DUE else []
    _tell(case, "order.limit_passed", clock, *both_sides(case))
    return "lapse", effects


def _window(case: Case, clock: Deadline, due: datetime) -> tuple[str, Effects]:  # noqa: ARG001
    """C1, C10a: nothing more follows from it."""
    return "lapse", []


def _own_initiative(case: Case, clock: Deadline, due: datetime) -> tuple[str, Effects]:  # noqa: ARG001
    """C9: no decision on own initiative within 72 hours; a request may still come."""
    file = case.scrutiny
    return "lapse", case.move(file, "close_window") if file and can_proceed(file.close_window) else []


def _decision_owed(case: Case, clock: Deadline, due: datetime) -> tuple[str, Effects]:  # noqa: ARG001
    """C10b: no consequence in the text; the order stays in force."""
    _tell(case, "order.limit_passed", clock, *debtor_and_issuer(case, clock))
    return "lapse", []


def _preservation(case: Case, clock: Deadline, due: datetime) -> tuple[str, Effects]:  # noqa: ARG001
    """C15: what is kept is to be deleted, when the last term of the item is over."""
    item = clock.item
    assert item is not None
    over = not case.running(clock.code, item=item) and can_proceed(item.end_preservation)
    return "end_preservation", case.move(item, "end_preservation") if over else []


def _secrecy(case: Case, clock: Deadline, due: datetime) -> tuple[str, Effects]:
    """C18: the provider's duties towards the content provider revive."""
    if case.order.disclosure == Disclosure.ALLOWED or case.running(clock.code):
        return "lapse", []
    effects = case.move(case.order, "allow")
    _tell(case, "order.disclosure_allowed", clock, both_sides(case)[0], allowed_at=due)
    owe_information(case, since=due, ground=ClockGround.WITHHOLDING_ENDED)
    _kept_back.tell(case)
    return "allow_disclosure", effects


def owe_information(case: Case, *, since: datetime, ground: ClockGround) -> None:
    """C19: the provider owes the content provider information, once something was taken down and may be told."""
    told = any(item.content_provider_informed_at for item in case.items)
    taken_down = any(item.execution in DONE - {Execution.ALREADY_GONE} for item in case.items)
    if taken_down and not told and not case.running("C19"):
        case.start("C19", starts_at=since, ground=ground)


def _appeal_period(case: Case, clock: Deadline, due: datetime) -> tuple[str, Effects]:  # noqa: ARG001
    """C26: without an appeal the order becomes final, as far as the rules count this period."""
    if not _finality.reached(case):
        return "lapse", []
    return "declare_final", _finality.make_final(case, at=due)


HANDLERS: dict[str, Callable[[Case, Deadline, datetime], tuple[str, Effects]]] = {
    "C1": _window,
    "C2": _hour,
    "C9": _own_initiative,
    "C10a": _window,
    "C10b": _decision_owed,
    "C15": _preservation,
    "C18": _secrecy,
    "C26": _appeal_period,
}
