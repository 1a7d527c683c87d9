"""Sections on what followed a removal: reviews, scrutiny, grounds, reinstatement, access to preserved content."""

from collections.abc import Callable, Iterable

from django.db.models import Q

from orders.evidence.reports.common import Orders, of_orders
from orders.evidence.reports.figures import ACTS, ITEMS, ORDERS, SHARE, Behind, Figure, Section, share
from orders.evidence.reports.reading import ReportedOrder, acts, moved, said
from orders.evidence.reports.spans import Span
from orders.models import LedgerEntry
from orders.regulation import outcomes
from orders.regulation.regions import Actor, Execution, GroundKind, Purpose, Stage

NOTICES = ("report_impossibility", "seek_clarification")
DECIDED = (Stage.INFRINGEMENT, Stage.NO_INFRINGEMENT)
REASONED = [str(stage) for stage in DECIDED]
WHO = {Actor.PROVIDER: "the provider", Actor.CONTENT_PROVIDER: "a content provider"}


def of_acts(
    id_: str, label: str, law: str, entries: Iterable[LedgerEntry], rule: str, says: str, *, kpi: str = ""
) -> Figure:
    """A count of ledger entries."""
    return Figure(id_, label, law, ACTS, rule, tuple(said(entry, says) for entry in entries), kpi=kpi)


def reviews(where: Q, span: Span, law: str, *, only: Actor | None = None) -> Section:
    """Appeals, judgments, requests for scrutiny and decisions in the span, whenever their order was issued."""
    found = acts(where, span, "record_appeal", "record_judgment", "request_scrutiny", "decide_scrutiny")

    def of(id_: str, label: str, act: str, is_meant: Callable[[LedgerEntry], bool]) -> Figure:
        chosen = [entry for entry in found if entry.act == act and is_meant(entry)]
        return of_acts(id_, label, law, chosen, f"ledger entries {act} that occurred in the period", label)

    def fact(name: str, value: str) -> Callable[[LedgerEntry], bool]:
        return lambda entry: bool(entry.facts.get(name) == value)

    who = {actor: text for actor, text in WHO.items() if only in (None, actor)}
    figures = [
        *(of(f"reviews.appeals.{actor}", f"Appeals brought by {text}", "record_appeal", fact("appellant", actor))
          for actor, text in who.items()),
        of("reviews.confirmed", "Judgments that confirmed the order", "record_judgment", fact("outcome", "confirmed")),
        of("reviews.annulled", "Judgments that annulled the order", "record_judgment", fact("outcome", "annulled")),
        *(of(f"reviews.requests.{actor}", f"Requests for scrutiny by {text}", "request_scrutiny",
             fact("requester", actor)) for actor, text in who.items()),
        of("reviews.infringement", "Scrutiny decisions: infringement", "decide_scrutiny",
           fact("outcome", Stage.INFRINGEMENT)),
        of("reviews.no_infringement", "Scrutiny decisions: no infringement", "decide_scrutiny",
           fact("outcome", Stage.NO_INFRINGEMENT)),
        of("reviews.inadmissible", "Requests for scrutiny dismissed as inadmissible", "decide_scrutiny",
           fact("outcome", Stage.WINDOW_CLOSED)),
    ]  # fmt: skip
    note = "Counted by when each occurred, whenever the order was issued; judgments and decisions whoever asked."
    return Section("reviews", "Reviews and their outcome", tuple(figures), note=note)


def grounds(orders: Orders, law: str) -> Section:
    """Orders with a notice of grounds under Art. 3(7) or 3(8), by ground, and those not executed because of one."""

    def of(kind: GroundKind) -> Figure:
        chosen = [(order, entry) for order in orders if (entry := _notice(order, kind))]
        rows = tuple(order.behind(entry=entry, says=_reason(entry)) for order, entry in chosen)
        return Figure(f"grounds.{kind}", f"Notified: {kind.gloss}", law, ORDERS, f"orders with a notice {kind}", rows)

    open_ = (order for order in orders if any(item.outcome in _NOT_DONE for item in order.items))
    label = "Not executed so far because of such a ground"
    rule = "orders with an item whose hour was displaced and that is not done"
    return Section(
        "grounds",
        "Impossibility and clarification",
        (*(of(kind) for kind in GroundKind), of_orders("grounds.open", label, law, open_, rule)),
        note="An order with notices of two kinds is in both lines.",
    )


_NOT_DONE = (outcomes.Outcome.DISPLACED_OPEN, outcomes.Outcome.DISPLACED_UNANSWERED)


def _notice(order: ReportedOrder, kind: GroundKind) -> LedgerEntry | None:
    notices = (entry for entry in order.acts(*NOTICES) if entry.facts["annex_iii"]["reason"] == kind)
    return next(notices, None)


def _reason(entry: LedgerEntry) -> str:
    return str(entry.facts["annex_iii"]["explanation"])


def scrutiny(orders: Orders, law: str) -> Section:
    """Every order that crossed a border in exactly one class: how far its scrutiny has got."""
    crossing = [order for order in orders if order.crosses_border]

    def of(id_: str, label: str, chosen: Iterable[ReportedOrder], kpi: str = "") -> Figure:
        return of_orders(f"scrutiny.{id_}", label, law, chosen, f"cross-border orders, scrutiny: {id_}", kpi=kpi)

    stages = tuple(
        of(str(stage), _title(stage), (order for order in crossing if _stage(order) == stage)) for stage in Stage
    )
    no_copy = of("no_copy", "No authority to copy it to", (order for order in crossing if not _stage(order)))
    return Section(
        "scrutiny",
        "Scrutiny of orders that crossed a border",
        (*stages, no_copy),
        note="Every such order is in exactly one class, as its scrutiny stands.",
        total=of("all", "Orders that crossed a border, Art. 4(1)", crossing, kpi="10/38"),
        chart="scrutiny",
    )


def decided(orders: Orders, law: str) -> tuple[Figure, Figure]:
    """Orders with a reasoned decision under Art. 4, and those that lost their effect by it."""
    with_decision = [(order, entry) for order in orders if (entry := _decision(order))]
    scrutinised = tuple(order.behind(entry=entry, says=entry.facts["outcome"]) for order, entry in with_decision)
    rejected = [(o, e) for o, e in with_decision if e.facts["outcome"] == Stage.INFRINGEMENT]
    return (
        Figure("scrutinised", "Orders scrutinised, with a reasoned decision", law, ORDERS,
               "orders with a ledger entry decide_scrutiny, inadmissible requests left out", scrutinised, kpi="39"),
        Figure("rejected", "Orders rejected: infringement found", law, ORDERS,
               "orders whose last reasoned decision found an infringement",
               tuple(order.behind(entry=entry, says="infringement") for order, entry in rejected), kpi="40"),
    )  # fmt: skip


def _decision(order: ReportedOrder) -> LedgerEntry | None:
    found = [entry for entry in order.acts("decide_scrutiny") if entry.facts["outcome"] in REASONED]
    return found[-1] if found else None


def _stage(order: ReportedOrder) -> str:
    file = getattr(order.order, "scrutiny", None)
    return file.stage if file else ""


def _title(stage: Stage) -> str:
    return stage.gloss[0].upper() + stage.gloss[1:]


def reinstatements(where: Q, span: Span, law: str) -> Section:
    """Items back online after a review, and those kept down under the provider's own terms, by when reported."""
    found = acts(where, span, "report_reinstatement")

    def of(id_: str, label: str, state: Execution, kpi: str = "") -> Figure:
        rows = tuple(
            Behind(entry.dossier.reference, number, entry.number, entry.occurred_at, label)
            for entry in found
            for number in entry.facts["items"]
            if moved(entry, number, to=state)
        )
        rule = f"items moved to {state} by a ledger entry report_reinstatement in the period"
        return Figure(f"reinstatements.{id_}", label, law, ITEMS, rule, rows, kpi=kpi)

    return Section(
        "reinstatements",
        "Reinstatement after a review",
        (
            of("done", "Items reinstated after a review", Execution.REINSTATED, "11/34/37"),
            of("kept_down", "Items kept down under the provider’s own terms", Execution.KEPT_DOWN),
        ),
    )


def preserved_access(where: Q, span: Span, law: str) -> Section:
    """Accesses to preserved content that providers reported, by purpose (Art. 6(1))."""
    found = [e for e in acts(where, span, "report_preservation") if e.facts["what"] == "accessed"]
    return Section(
        "access",
        "Access to preserved content",
        tuple(
            of_acts(f"access.{purpose}", _purpose(purpose), law, (e for e in found if e.facts["purpose"] == purpose),
                    f"ledger entries report_preservation, accessed for {purpose}", purpose.gloss)
            for purpose in Purpose
        ),
        total=of_acts("access", "Accesses that providers reported", law, found,
                      "ledger entries report_preservation, accessed", "accessed"),
        note="As providers reported them. The record does not say which of them an authority asked for.",
    )  # fmt: skip


def _purpose(purpose: Purpose) -> str:
    return purpose.gloss[0].upper() + purpose.gloss[1:]


def of_entries(orders: Orders, act: str) -> list[tuple[ReportedOrder, LedgerEntry]]:
    """Each entry by `act` of these orders, with its order."""
    return [(order, entry) for order in orders for entry in order.acts(act)]


def announced(orders: Orders, law: str) -> tuple[Figure, Figure]:
    """Whether providers state the time of each measure, and report what they cannot do (KPI 12, 13)."""
    stated = tuple(
        order.behind(entry=entry, says="Annex II", hit=all(m["taken_at"] for m in entry.facts["annex_ii"]["measures"]))
        for order, entry in of_entries(orders, "report_removal")
    )
    not_done = (order for order in orders if any(item.outcome in _MISSED for item in order.items))
    told = tuple(
        order.behind(hit=bool(order.acts(*NOTICES)), says="Annex III" if order.acts(*NOTICES) else "no notice")
        for order in not_done
    )
    return (
        Figure("announced.time", "Annex II states the time of the measure", law, SHARE,
               "reports (Annex II) that state it", stated, share, "12"),
        Figure("announced.incapacity", "Incapacity was reported where the hour ran out or was displaced", law, SHARE,
               "orders with a notice (Annex III), of those with an hour that ran out or was displaced", told,
               share, "13"),
    )  # fmt: skip


_MISSED = outcomes.DISPLACED | {outcomes.Outcome.UNANSWERED, outcomes.Outcome.AFTER_HOUR}
