"""L12: the figures of Art. 7, 8 and 21 add up, and agree with the ledger, whatever has happened."""

from collections import Counter
from datetime import timedelta

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orders.acts import lapsing
from orders.evidence import reports
from orders.evidence.reports import figures, spans
from orders.models import RemovalOrder
from orders.regulation.outcomes import COUNTED, IN_TIME
from tests.factories import T0
from tests.orders.evidence_stories import everything_happened
from tests.orders.recount import retell
from tests.properties import beginnings, moves
from tests.properties.cast import cast
from tests.properties.stories import play, steps

pytestmark = pytest.mark.django_db
YEAR = spans.of_year("2026")
LATER = T0 + timedelta(days=30)
BEGINNINGS = sorted({*beginnings.BEGINNINGS} - {"draft"})
RULES = [{}, {"late_notice": "counts"}, {"proof": "report"}, {"annulled_from": "communication"}]


def report(kind="kpi", party="", *, as_of=LATER, span=YEAR):
    return reports.build(kind, party, span, as_of=as_of)


def values(found, section):
    """The figures of one section, by what follows its id; none that is zero."""
    (chosen,) = (one for one in found.sections if one.id == section)
    return {figure.id.split(".", 1)[1]: figure.value for figure in chosen.figures if figure.value}


def retold():
    """Every order that was issued, told by its ledger under the rules that it names."""
    for order in RemovalOrder.objects.exclude(issued_at=None).order_by("pk"):
        rules = order.rules
        yield retell(order.reference, late_counts=rules.late_notice == "counts"), rules.proof


def check_against_the_ledger(as_of):
    """Each figure on items and hours is what the entries say, and every partition adds up."""
    found = report("8", as_of=as_of)
    told = list(retold())
    outcomes = Counter(outcome for order, proof in told for outcome in order.outcomes(as_of, proof))
    assert values(found, "items") == outcomes
    assert found.figure("orders").value == len(told)
    assert found.figure("items").value == outcomes.total()
    assert found.figure("speed.lapses").value == sum(order.lapses for order, _ in told)
    counted = sum(outcomes[kind] for kind in COUNTED)
    in_time = sum(outcomes[kind] for kind in IN_TIME)
    assert found.figure("speed.items").value == (100 * in_time / counted if counted else None)
    check_sums(found)


def check_sums(found):
    for section in found.sections:
        if section.partition:
            assert sum(figure.value for figure in section.figures) == section.total.value, section.id


def test_every_figure_agrees_with_the_ledger_when_everything_has_happened():
    everything_happened()
    check_against_the_ledger(LATER)
    for kind in reports.KINDS:
        check_sums(report(kind))


def step(act, *, after, pick):
    """One step of the provider, speaking of now."""
    return ("provider", act), timedelta(minutes=after), timedelta(0), pick


ASKED, CUT_OFF = step(moves.seek_clarification, after=5, pick=0), step(moves.report_impossibility, after=5, pick=2)
BACK, CUT_OFF_LATE = (
    step(moves.report_grounds_ceased, after=90, pick=2),
    step(moves.report_impossibility, after=70, pick=2),
)
FIRST, SECOND = step(moves.report_removal, after=5, pick=0), step(moves.report_removal, after=70, pick=1)
SOON = timedelta(minutes=10)


@example(beginning="received", rules={}, story=[ASKED, FIRST], after=SOON)
@example(beginning="received", rules={}, story=[CUT_OFF, BACK, FIRST, SECOND], after=SOON)
@example(beginning="received", rules={}, story=[CUT_OFF_LATE, BACK, FIRST], after=SOON)
@example(beginning="received", rules=RULES[1], story=[CUT_OFF, BACK], after=timedelta(hours=3))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    beginning=st.sampled_from(BEGINNINGS),
    rules=st.sampled_from(RULES),
    story=st.lists(steps, max_size=8),
    after=st.sampled_from([timedelta(minutes=10), timedelta(hours=3), timedelta(days=900)]),
)
def test_every_figure_agrees_with_the_ledger_whatever_the_parties_do(beginning, rules, story, after):
    actors = cast()
    with override_settings(RULES=rules):
        order = beginnings.beginning(actors, stage=beginning, rules=rules, withheld=False, emergency=True)
        play(actors, order, story, sweeping=True)
        at = order.dossier.entries.latest("number").recorded_at + after
        while lapsing.lapse(at=at):
            pass
        check_against_the_ledger(at)


def test_what_is_counted_of_each_party_adds_up_to_what_is_counted_of_all():
    everything_happened()
    for kind, where in (("7", "provider"), ("8", "authority"), ("21", "member_state")):
        check_parties(kind, where)


def check_parties(kind, where):
    whole = report(kind)
    parts = [report(kind, code) for code, _ in reports.KINDS[kind].parties()]
    for figure in whole.figures:
        if figure.unit != "%" and figure.measure is figures.count and figure.behind is not None:
            of_parts = [part.figure(figure.id) for part in parts]
            if all(of_parts):
                counted = sum(part.value for part in of_parts)
                assert counted == figure.value + elsewhere(figure, whole), (kind, figure.id)
    assert set(values(whole, where)) <= {code for code, _ in reports.KINDS[kind].parties()}, kind


def elsewhere(figure, whole):
    """Orders to providers without a home in the Union are under no Member State's jurisdiction alone."""
    if not figure.id.startswith("jurisdiction."):
        return 0
    homeless = whole.figure("home.none")
    return -homeless.value if homeless and figure.id == "jurisdiction.orders" else 0


def test_every_figure_counts_the_rows_that_can_be_opened_behind_it():
    everything_happened()
    for kind in reports.KINDS:
        found = report(kind)
        ids = [figure.id for figure in found.figures]
        assert len(ids) == len(set(ids))
        for figure in found.figures:
            if figure.behind is None:
                assert (figure.value, bool(figure.unknown)) == (None, True)
            elif figure.of is None:
                assert figure.value == len(figure.behind) == len(set(figure.behind))
