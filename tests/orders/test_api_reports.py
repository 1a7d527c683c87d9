"""Reports over the API: an authority its own, Europol any; each figure opens to the rows that it counts."""

from datetime import timedelta

import pytest

from orders.acts import answering
from orders.evidence.reports import KINDS
from orders.regulation.regions import OfficerRole
from tests import api, people
from tests.api import A, problem_of
from tests.factories import T0, annex_ii, authority, by_provider, officer, received

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _year(time_machine):
    order = received(items=2)
    answering.report_removal(
        order=order, annex=annex_ii(taken_at=T0 + 9 * MINUTE), by=by_provider(order), at=T0 + 10 * MINUTE
    )
    time_machine.move_to(T0 + 300 * MINUTE, tick=False)


def caller(code="de-fpo", member_state="DE"):
    of = authority(code, member_state)
    return api.officer(officer(f"officer-{code}", of, OfficerRole.APPROVER).person, of)


def test_an_authority_reads_its_own_report_and_opens_each_figure():
    own = caller()
    report = own.get(f"{A}/reports/8?party=de-fpo&year=2026").json()
    figures = {one["figure"]: one for section in report["sections"] for one in section["figures"]}
    assert (figures["items"]["value"], figures["speed.items"]["value"], figures["penalties"]["value"]) == (2, 50, None)
    for name in ("items", "speed.items", "penalties"):
        opened = own.get(f"{A}/reports/8/figures/{name}?party=de-fpo&year=2026").json()
        rows = opened.pop("behind")
        assert opened == figures[name]
        assert rows is None if name == "penalties" else [row["hit"] for row in rows] == [True, name == "items"]


def test_a_machine_reads_what_its_authority_reads():
    machine = api.authority_machine(authority())
    assert machine.get(f"{A}/reports/8?party=de-fpo").json()["party_name"] == "Authority de-fpo"


@pytest.mark.parametrize("asked", ["8", "8?party=nl-atc", "7?party=hosting-nl", "21?party=DE", "kpi", "9", "8?party=x"])
def test_what_is_not_open_to_an_authority_is_not_found(asked):
    own = caller()
    assert problem_of(own.get(f"{A}/reports/{asked}")) == "not-found"
    path, _, query = asked.partition("?")
    assert problem_of(own.get(f"{A}/reports/{path}/figures/orders?{query}")) == "not-found"


def test_the_report_of_a_member_state_is_open_to_the_one_authority_that_issues_and_scrutinises_there():
    authority("nl-atc", "NL", scrutinises=True)
    own = caller("nl-atc", "NL")
    assert own.get(f"{A}/reports/21?party=NL").status_code == 200
    authority("nl-second", "NL")
    assert problem_of(own.get(f"{A}/reports/21?party=NL")) == "not-found"


def test_europol_reads_every_report():
    elena = api.officer(people.europol().person, None)
    for kind in KINDS:
        report = elena.get(f"{A}/reports/{kind}?year=2026").json()
        assert report["notes"] == ["The record begins on 21 Nov 2026: of the time before it nothing is known.",
                                   "The period has not ended: figures are those so far."]  # fmt: skip
    assert problem_of(elena.get(f"{A}/reports/8/figures/nothing")) == "not-found"


@pytest.mark.parametrize("asked", ["year=26", "year=2031", "from=2026-01-01", "from=x&to=y", "year=2026&to=2026-02-01"])
def test_a_time_that_is_none_is_refused_with_a_sentence(asked):
    answer = caller().get(f"{A}/reports/8?party=de-fpo&{asked}")
    assert (answer.status_code, problem_of(answer)) == (422, "validation")
