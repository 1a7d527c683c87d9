"""What each report consists of: Art. 7(3), Art. 8(1), Art. 21(1), and the KPIs of SWD(2024) 36."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from orders.evidence.reports import common, proceedings
from orders.evidence.reports.figures import ACTS, ITEMS, SHARE, Figure, Section, share, unknown
from orders.evidence.reports.reading import acts, orders
from orders.evidence.reports.spans import Span
from orders.regulation.regions import Actor

NOT_YET = "Not held in this record yet: "
ELSEWHERE = "Not in this record: "


def of_provider(party: str, span: Span, as_of: datetime) -> tuple[Section, ...]:
    """Art. 7(3): the orders that a provider received in the span; proceedings by when they occurred."""
    where = Q(provider__code=party) if party else Q()
    received = orders(where, span, by="received_at", as_of=as_of)
    law = "Art. 7(3)(c)"
    own = ELSEWHERE + "only the provider knows its own measures."
    complaints = NOT_YET + "complaints under Art. 10."
    return (
        common.implementation(received, law),
        common.measures(received, law),
        common.outcome(received, law),
        common.speed(received, law),
        proceedings.grounds(received, law),
        proceedings.reviews(where, span, "Art. 7(3)(e)", only=Actor.PROVIDER),
        proceedings.reinstatements(where, span, "Art. 7(3)(f)"),
        *(() if party else (
            common.by_party(received, "provider", "Orders by provider", law, common.provider),
            *common.by_party_in_time(received, "provider", law, common.provider),
        )),
        Section("not_held", "What else Art. 7(3) asks for", (
            unknown("identification", "Measures to identify and remove", "Art. 7(3)(a)", "text", own),
            unknown("reupload", "Measures against re-upload", "Art. 7(3)(b)", "text", own),
            unknown("specific_measures", "Items removed after specific measures", law, ITEMS,
                    NOT_YET + "specific measures under Art. 5."),
            unknown("complaints", "Complaints, with their outcome", "Art. 7(3)(d)", ACTS, complaints),
            unknown("reinstated_complaints", "Items reinstated after a complaint", "Art. 7(3)(g)", ITEMS, complaints),
        )),
    )  # fmt: skip


def of_authority(party: str, span: Span, as_of: datetime) -> tuple[Section, ...]:
    """Art. 8(1): the orders that an authority issued in the span, and what it did as authority of the home State."""
    where = Q(issuing_authority__code=party) if party else Q()
    issued = orders(where, span, by="issued_at", as_of=as_of)
    law = "Art. 8(1)(a)"
    return (
        common.implementation(issued, law),
        _conditions(issued, law),
        common.measures(issued, law),
        common.outcome(issued, law),
        common.speed(issued, law),
        proceedings.scrutiny(issued, law),
        Section("decided", "Decisions under Art. 4 on these orders", proceedings.decided(issued, law)),
        _as_home(party, span),
        proceedings.reviews(where, span, "Art. 8(1)(c)"),
        common.by_party(issued, "provider", "Orders by provider", law, common.provider),
        *(common.by_party_in_time(issued, "provider", law, common.provider) if party else (
            common.by_party(issued, "authority", "Orders by authority", law, common.authority),
            *common.by_party_in_time(issued, "authority", law, common.authority),
        )),
        Section("not_held", "What else Art. 8(1) asks for", (
            unknown("exposure", "Decisions under Art. 5(4), (6) and (7)", "Art. 8(1)(b)", ACTS,
                    NOT_YET + "decisions on exposure and specific measures."),
            unknown("penalties", "Penalties imposed, by type", "Art. 8(1)(d)", ACTS, NOT_YET + "penalties, Art. 18."),
        )),
    )  # fmt: skip


def of_member_state(party: str, span: Span, as_of: datetime) -> tuple[Section, ...]:
    """Art. 21(1): what the authorities of a Member State did, and the providers under its jurisdiction."""
    where = Q(issuing_authority__member_state=party) if party else Q()
    issued = orders(where, span, by="issued_at", as_of=as_of)
    law = "Art. 21(1)(a)"
    return (
        common.implementation(issued, law),
        common.measures(issued, law),
        common.outcome(issued, law),
        common.speed(issued, law),
        _of_jurisdiction(party, span, as_of),
        proceedings.preserved_access(where, span, "Art. 21(1)(c)"),
        proceedings.reviews(where, span, "Art. 21(1)(e)"),
        *(() if party else (
            common.by_party(issued, "member_state", "Orders by Member State that issued", law, common.member_state),
            common.by_party(issued, "home", "Orders by home Member State of the provider", law, common.home),
            *common.by_party_in_time(issued, "Member State", law, common.member_state),
        )),
        Section("not_held", "What else Art. 21(1) asks for", (
            unknown("specific_measures", "Specific measures, items removed under them, speed", "Art. 21(1)(b)", ITEMS,
                    NOT_YET + "specific measures under Art. 5."),
            unknown("complaints", "Complaint procedures started, action of the provider", "Art. 21(1)(d)", ACTS,
                    NOT_YET + "complaints under Art. 10."),
        )),
    )  # fmt: skip


def of_union(_: str, span: Span, as_of: datetime) -> tuple[Section, ...]:
    """The KPIs of SWD(2024) 36 that the record can answer, over all orders issued in the span."""
    law, issued = "SWD(2024) 36", orders(Q(), span, by="issued_at", as_of=as_of)
    scrutinised, rejected = proceedings.decided(issued, law)
    removals = common.measures(issued, law)
    assert removals.total is not None
    referrals = NOT_YET + "referrals (recital 40)."
    return (
        common.by_party(issued, "member_state", "Orders by Member State that issued", law, common.member_state,
                        kpi="10/38"),
        common.by_party(issued, "provider", "Orders by provider", law, common.provider),
        common.outcome(issued, law),
        common.speed(issued, law),
        *common.by_party_in_time(issued, "provider", law, common.provider),
        proceedings.scrutiny(issued, law),
        Section("decisions", "Scrutiny and removals", (
            scrutinised, rejected, replace(removals.total, id="removals", kpi="41"),
        ), note="KPI 41, removals decided, is read as items removed or disabled after an order."),
        proceedings.reinstatements(Q(), span, law),
        Section("announced", "What providers report", proceedings.announced(issued, law)),
        Section("not_held", "Indicators that this record cannot answer", (
            unknown("referrals", "Referrals sent and received", law, ACTS, referrals, kpi="10/38"),
            unknown("connected", "Member States connected to Europol", law, "Member States",
                    ELSEWHERE + "who is connected is not an event of an order.", kpi="14"),
            unknown("exposed", "Providers exposed, with two final orders or more", law, "providers",
                    NOT_YET + "decisions on exposure, Art. 5(4).", kpi="15"),
            unknown("tools", "Providers that use Europol’s tools", law, "providers",
                    ELSEWHERE + "a survey of providers.", kpi="30"),
            unknown("cost", "Cost of the deadline of one hour", law, "EUR", ELSEWHERE + "a survey of providers.",
                    kpi="49"),
        )),
    )  # fmt: skip


def _conditions(issued: common.Orders, law: str) -> Section:
    """How the orders were issued: across a border, as a first one, in an emergency (case 26)."""
    rows = tuple(order.behind(hit=order.order.emergency, says=_emergency(order.order.emergency)) for order in issued)
    crossing = (order for order in issued if order.crosses_border)
    nowhere = (order for order in issued if not order.home)
    first = (order for order in issued if order.order.first_order)
    return Section("conditions", "How they were issued", (
        common.of_orders("conditions.cross_border", "To providers at home in another Member State, Art. 4(1)", law,
                         crossing, "orders whose home Member State is another one"),
        common.of_orders("conditions.no_home", "To providers without a home in the Union", law, nowhere,
                         "orders to a provider without establishment or representative"),
        common.of_orders("conditions.first", "First orders to their provider, Art. 3(2)", law, first,
                         "orders that were the first of the authority to the provider"),
        Figure("conditions.emergency", "Issued as an emergency, Art. 3(2)", law, SHARE,
               "orders issued as an emergency, of all", rows, share),
    ))  # fmt: skip


def _emergency(emergency: bool) -> str:
    return "emergency" if emergency else "no emergency"


def _as_home(party: str, span: Span) -> Section:
    """What an authority did about orders from other Member States (Art. 4)."""
    where = Q(home_authority__code=party) if party else ~Q(home_authority=None)
    law = "Art. 8(1)(a)"
    names = {
        "issue": ("copies", "Copies received, Art. 4(1)", "copy received"),
        "open_scrutiny": ("opened", "Scrutinies begun on own initiative, Art. 4(3)", "own initiative"),
        "request_scrutiny": ("requested", "Requests for scrutiny received, Art. 4(4)", "request"),
        "decide_scrutiny": ("decided", "Requests and scrutinies decided, Art. 4(6)", "decision"),
    }
    found = acts(where, span, *names)
    figures = (
        proceedings.of_acts(f"home.{id_}", label, law, [entry for entry in found if entry.act == act],
                            f"ledger entries {act} of orders copied to the authority", says)
        for act, (id_, label, says) in names.items()
    )  # fmt: skip
    return Section("home", "As authority of the provider’s home Member State", tuple(figures),
                   note="Counted by when each occurred.")  # fmt: skip


def _of_jurisdiction(party: str, span: Span, as_of: datetime) -> Section:
    """Orders to the providers at home in a Member State, whoever issued them (Art. 16(1))."""
    addressed = [order for order in orders(Q(), span, by="issued_at", as_of=as_of) if not party or order.home == party]
    law = "Art. 21(1)(a), 16(1)"
    items = [item for item in common.items_of(addressed) if item.facts.done]
    domestic = (order for order in addressed if order.home == order.order.issuing_authority.member_state)
    return Section("jurisdiction", "Providers under its jurisdiction", (
        common.of_orders("jurisdiction.orders", "Orders addressed to them, whoever issued them", law, addressed,
                         "orders whose home Member State this is"),
        common.of_orders("jurisdiction.domestic", "of these, issued by an authority of the same Member State", law,
                         domestic, "orders whose home and issuing Member State are the same"),
        common.of_items("jurisdiction.items", "Items removed, disabled or already gone in these orders", law, items,
                        "items with a measure in these orders"),
    ), note="Also counted by the Member State that issued them: do not add these to the figures above.")  # fmt: skip


def nothing_known(sections: tuple[Section, ...], begins: datetime | None) -> tuple[Section, ...]:
    """The same sections with every figure unknown: the record does not reach back so far."""
    why = f"The record begins on {begins:%d %b %Y}." if begins else "No order has been issued yet."

    def blank(figure: Figure) -> Figure:
        return replace(figure, behind=None, why=figure.why or why)

    return tuple(
        replace(section, figures=tuple(map(blank, section.figures)), total=section.total and blank(section.total))
        for section in sections
    )
