"""The report of an exercise: what was asked for, what came of it, and why; and how the same is played again."""

import re
import shlex
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest

from orders import clock
from perci.exercise.report import besides, causes, figures, sheet, writing
from perci.exercise.report.asked import events, streams
from perci.exercise.report.charts import Bin, bars
from perci.exercise.report.played import Played
from perci.exercise.scenario import reading
from perci.exercise.scenario.model import DAY, HOUR, Desk, Event, Happening, Provider, Shift
from tests.exercise.scenarios import PROMPT, STARTS, scenario

TEXT = """
title: A report
about: An interest, an address named twice, a forgery, a withdrawal; a home authority that finds an infringement.
starts: 2026-03-02
lasts: 12 h
settles: 10 days
authorities:
  de-fpo: {name: Fictional Police Office, member_state: DE, roles: [issues, scrutinises, oversees, penalises]}
  nl-atc: {name: Fictional Authority, member_state: NL, roles: [issues, scrutinises, oversees, penalises]}
providers:
  prompt-video: {name: Prompt Video, home: NL, temperament: restores}
  gone: {name: Gone Board, channel: nowhere}
orders:
  - {name: wanted, by: de-fpo, to: prompt-video, count: 2, items: 2, meets: 100 %}
  - {name: twice, by: nl-atc, to: prompt-video, during: 0 h to 6 h, count: 3, again: 100 %}
  - {name: lost, by: de-fpo, to: gone, count: 1}
events:
  - {at: 5 h, what: forgery, provider: prompt-video, count: 4}
  - {at: 200 h, what: silence, provider: gone, lasts: 2 h}
conduct: {own_initiative: 100 %, infringements: 100 %}
expectations:
  - {that: half is in time, figure: within_hour_share, at_least: 50 %, article: 3(3)}
  - {that: it is quick, figure: median_minutes, at_most: 60}
"""


@pytest.fixture
def read(tmp_path):
    def read(text=TEXT, **options):
        path = tmp_path / "a-report.yaml"
        path.write_text(text, encoding="utf-8")
        return reading.read(path, **options)

    return read


@pytest.fixture
def report(leave, read):
    """What is on the page of a run, and the run."""

    def page_of(share=1.0, **options):
        found = leave(read(), share, **options)
        return writing.as_html(found, writing.as_json(found)), found

    return page_of


def cells(page, section):
    """The rows of the tables in a section of the page, each cell as its words."""
    inside = re.search(rf'<section[^>]* id="{section}">(.*?)</section>', page, re.DOTALL)[1]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", inside, re.DOTALL)
    split = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in split]


# --- what is on the page ---
def test_what_was_asked_for_stands_beside_what_came_of_it(report):
    shown, found = report()
    rows = cells(shown, "asked")
    (wanted,) = (row for row in rows if row[0].startswith("wanted"))
    assert wanted[2:4] == ["2, each of 2 addresses", "2"]
    assert ["forgery", "02 Mar 2026, 05:00:00 UTC", "prompt-video", "4 times"] in rows
    assert ["silence", "10 Mar 2026, 08:00:00 UTC", "gone", "for 2 h"] in rows
    assert "4 messages that only looked like an order were sent; 0 of them were believed." in shown
    assert "own_initiative: 100 %" in shown  # the whole scenario is there
    assert {one.name: one.drafted for one in streams(found)} == {"wanted": 2, "twice": 3, "lost": 1}


def test_an_expectation_is_told_in_words_and_with_its_article(report):
    shown, _ = report()
    first, second = cells(shown, "expectations")[1:]
    assert (first[0], first[1:3]) == ("half is in time Art. 3(3)", ["within hour share", "at least 50 %"])
    assert (second[0], second[1:3]) == ("it is quick", ["median minutes", "at most 60 min"])
    assert "· Art." not in shown


def test_a_part_of_the_orders_is_not_judged_and_the_page_says_why(report):
    shown, _ = report(share=0.5)
    assert "Played with 50 % of the orders." in shown
    assert "50 % of them played" in shown
    assert ("not all judged" in shown, ">as expected<" in shown) == (True, False)


def test_of_a_run_that_was_stopped_the_events_that_it_did_not_reach_are_named(report):
    shown, found = report(stop=lambda: clock.now() > STARTS + 6 * HOUR)
    assert "Stopped before its end" in shown
    assert [one.what for one in events(found) if not one.happened] == ["silence"]
    assert ["silence", "10 Mar 2026, 08:00:00 UTC", "gone", "not reached"] in cells(shown, "asked")


def test_who_was_asked_before_the_issue_and_what_came_back_has_a_section(report):
    shown, _ = report()
    before = dict(row for row in cells(shown, "before") if len(row) == 2) | {
        row[0]: row[-1] for row in cells(shown, "before") if len(row) == 3
    }
    assert before["Met an interest of somebody else, or an order of theirs Art. 14(1)"] == "2"
    assert before["Held until that was coordinated Art. 14(1)"] == "2"
    assert cells(shown, "reinstatements")[1][0].startswith("Items reinstated after a review")


def test_the_share_within_the_hour_is_told_by_member_state_too(report):
    shown, found = report()
    homes = {row[0].split()[0]: row[-1] for row in cells(shown, "share-home")[1:]}
    share = writing.as_json(found)["by_home"]["NL"]["within_hour_share"]
    assert (set(homes), share) == ({"NL"}, None) or homes["NL"].startswith(f"{100 * share:.0f} %")


def test_without_a_bundle_the_page_promises_none(report):
    shown, found = report()
    assert (found.bundled, "none was written" in shown, "verify.py" in shown) == (False, True, False)


# --- figures ---
def test_an_order_for_the_same_address_is_no_hit_of_somebody_else(leave, read):
    found = leave(read())
    again = [order for order in found.orders if found.streams[order.reference] == "twice"]
    met = [entry.facts["deconfliction"] for order in again for entry in found.acts(order, "submit")]
    assert any(hits for hits in met)  # its own order for that address is in force
    assert [besides.reasons(found, order) for order in again] == [set()] * 3
    assert figures.of(found, {"stream": "twice"})["hits"] == 0


def test_each_stream_has_its_figures(leave, read):
    found = writing.as_json(leave(read()))["by_stream"]
    assert {name: (one["orders"], one["not_received"]) for name, one in found.items()} == {
        "wanted": (2, 0), "twice": (3, 0), "lost": (1, 1),
    }  # fmt: skip


DAY_DESK = Desk(shifts=(Shift(tuple(range(7)), time(8), time(18), 1),))
ALWAYS = Desk(shifts=(Shift(tuple(range(7)), time(0), time(0), 1),))


def kept(*happenings):
    """An exercise with a desk by day, of which nothing is read but its scenario."""
    board = Provider("board", "Board", desk=DAY_DESK, count=2)
    return Played({}, scenario(providers=(PROMPT, board), events=happenings), (), STARTS, bundled=False)


def recovery(now, provider="board"):
    return Event(6 * HOUR, Happening.RECOVERY, provider, now=now)


@pytest.mark.parametrize(
    ("happening", "after"),
    [
        (recovery({"desk": ALWAYS}), ALWAYS),
        (recovery({"desk": ALWAYS}, "board-1"), ALWAYS),
        (recovery({"desk": ALWAYS}, "board-2"), DAY_DESK),
        (recovery({"temperament": "slow"}), None),
        (recovery({"traits": {}}), DAY_DESK),
    ],
)
def test_why_an_hour_passed_depends_on_the_desk_that_there_was_then(happening, after):
    found = kept(happening)
    at = [STARTS + 5 * HOUR, STARTS + 7 * HOUR]
    assert [causes._desk(found, "board-1", one) for one in at] == [DAY_DESK, after]


# --- pictures ---
def bins(monkeypatch, *after):
    """Those of orders with one item each, issued so long after the start."""
    monkeypatch.setattr(sheet, "issued_at", lambda item: STARTS + item.since)
    orders = tuple(_order(since) for since in after)
    return sheet.over_time(Played({}, scenario(), orders, STARTS, bundled=False))


def _order(since):
    item = type("Item", (), {"since": since, "outcome": sheet.outcomes.Outcome.WITHIN_HOUR})()
    return type("Order", (), {"items": (item,)})()


@pytest.mark.parametrize(
    ("last", "labels"),
    [
        (timedelta(minutes=90), ["00:00", "00:05", "00:10"]),
        (9 * HOUR, ["00:00", "00:15", "00:30"]),
        (2 * DAY, ["02 Mar, 00:00", "02 Mar, 03:00", "02 Mar, 06:00"]),
        (14 * DAY, ["02 Mar", "02 Mar", "03 Mar"]),
        (500 * DAY, ["Mar 2026", "Mar 2026", "Mar 2026"]),
        (5000 * DAY, ["Mar 2026", "Jun 2026", "Sep 2026"]),
    ],
)
def test_time_is_told_in_steps_that_a_clock_or_a_calendar_has(monkeypatch, last, labels):
    found = bins(monkeypatch, timedelta(), last)
    assert [one.label for one in found][:3] == labels
    assert (len(found) <= sheet.BINS, found[0].all, found[-1].all, sum(one.all for one in found)) == (True, 1, 1, 2)


@pytest.mark.parametrize("label", ["00", "00:00", "02 Mar", "Mar 2026", "02 Mar, 00:00"])
@pytest.mark.parametrize("count", [1, 2, 7, 13, 24, 41, 48])
def test_names_below_bars_have_room_on_a_telephone(count, label):
    svg = bars([Bin(label, (1, 0, 0))] * count, "Bars")
    found = sorted(float(x) for x in re.findall(r'x="([\d.]+)%" y="190.0" text-anchor="middle"', svg))
    apart = [320 * (b - a) / 100 for a, b in pairwise(found)]
    assert found
    assert all(room >= 6.2 * len(label) for room in apart)


# --- the same again ---
@pytest.mark.parametrize(
    ("name", "changed", "expected"),
    [
        ("s-6-an-outage", [], "s-6-an-outage --seed 7"),
        ("s-6-an-outage", ["conduct.clarifies=2 h"], "s-6-an-outage --set 'conduct.clarifies=2 h' --seed 7"),
        ("another", [], "another.yaml --seed 7"),
    ],
)
def test_the_command_plays_the_very_same_again(name, changed, expected):
    changes = [tuple(one.split("=")) for one in changed]
    text = reading.read(reading.find("s-6-an-outage"), changes=changes).text
    run = {"name": name, "seed": 7, "share": 1.0, "changed": changed}
    command = writing._command(Played(run, scenario(text=text), (), datetime.max, bundled=False))
    assert command == f"manage.py exercise run {expected} --out DIRECTORY"
    assert shlex.split(command)[2] == "run"


def test_a_shipped_scenario_that_was_edited_is_played_from_its_file():
    run = {"name": "s-6-an-outage", "seed": 7, "share": 0.5, "changed": []}
    command = writing._command(Played(run, scenario(text="title: Other"), (), datetime.max, bundled=False))
    assert command == "manage.py exercise run s-6-an-outage.yaml --seed 7 --share 0.5 --out DIRECTORY"
