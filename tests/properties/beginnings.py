"""Where an example begins: a draft, issued, received, or further on, under which choice of rules."""

from datetime import timedelta

from django.test import override_settings

from orders.acts import drafting, issuing
from orders.models import RemovalOrder
from tests import factories
from tests.factories import T0
from tests.properties.cast import Cast
from tests.properties.moves import (
    Move,
    announce_intent,
    clarify,
    decide_scrutiny,
    open_scrutiny,
    record_appeal,
    report_impossibility,
    report_removal,
    report_removal_from_before,
    request_scrutiny,
    seek_clarification,
)

RULES = [
    {},
    {"late_notice": "counts"},
    {"proof": "report"},
    {"period": "reg1182"},
    {"finality": "all_parties"},
    {"first_order": "received", "annulled_from": "communication"},
]


def beginning(actors: Cast, *, stage: str, rules: dict[str, str], withheld: bool, emergency: bool) -> RemovalOrder:
    """An order of two items, reached by acts: a draft, issued, or received."""
    content = factories.content(
        to=factories.provider(), items=2, emergency=emergency or stage != "draft", must_not_inform=withheld,
        withholding_reason="Security." if withheld else "",
    )  # fmt: skip
    with override_settings(RULES=rules):
        order = drafting.draft(authority=factories.authority(), content=content, by=actors.anna, at=T0)
    if stage != "draft":
        issuing.submit(order=order, by=actors.anna, at=T0)
        issuing.approve(order=order, by=actors.bert, at=T0)
        issuing.issue(order=order, by=actors.bert, at=T0)
    if stage not in ("draft", "issued"):
        factories.deliver(order, "order.issued", at=T0)
    order = factories.again(order)
    for act, by, pick in STAGES.get(stage, ()):
        at = T0 + AFTER.get(stage, timedelta(0))
        act(Move(order, getattr(actors, by), at, timedelta(0), pick))
    return order


RECEIVED = {"stage": "received", "rules": {}, "withheld": False, "emergency": True}
# What was done already when an example begins, so that short examples get far; with the `pick` of each act.
STAGES = {
    "removed": [(report_removal, "provider", 3), (report_removal, "provider", 1)],
    "clarified": [(seek_clarification, "provider", 2), (clarify, "bert", 0)],
    "claimed_late": [(report_impossibility, "provider", 2)],
    "contested": [
        (report_removal, "provider", 0), (request_scrutiny, "scrutineer", 0), (announce_intent, "scrutineer", 0),
    ],
    "appealed_twice": [(report_removal, "provider", 0), (record_appeal, "bert", 0), (record_appeal, "bert", 1)],
    "asked": [(request_scrutiny, "provider", 0), (request_scrutiny, "scrutineer", 0)],
    "asked_late": [(open_scrutiny, "scrutineer", 0), (request_scrutiny, "provider", 0)],
    "dismissed": [(request_scrutiny, "provider", 0), (decide_scrutiny, "scrutineer", 2)],
    "reported_after_annulment": [
        (open_scrutiny, "scrutineer", 0), (announce_intent, "scrutineer", 0), (decide_scrutiny, "scrutineer", 0),
        (report_removal_from_before, "provider", 0),
    ],
    "annulled": [
        (report_removal, "provider", 0), (open_scrutiny, "scrutineer", 0), (announce_intent, "scrutineer", 0),
        (decide_scrutiny, "scrutineer", 0),
    ],
}  # fmt: skip
AFTER = {  # of the acts of a stage, where they come later than the receipt
    "claimed_late": timedelta(hours=2), "asked_late": timedelta(hours=50), "dismissed": timedelta(hours=50),
    "reported_after_annulment": timedelta(minutes=40),
}  # fmt: skip
BEGINNINGS = ["draft", "issued", "received", "received", *STAGES]
