"""Scenarios are read as their authors mean them, and refused with file and line when they make no sense."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest

from perci.exercise.scenario import reading
from perci.exercise.scenario.model import Conduct, Desk, Event, Expectation, Happening, Shift
from perci.exercise.scenario.source import Mistaken

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHOLE = """\
title: A day
about: What it plays.
starts: 2026-03-02 06:00
lasts: 2 days
settles: 3 h 30 min
rules: {PERIOD_RULE: reg1182}
authorities:
  no-office:
    name: Office
    member_state: NL
    roles: [issues, scrutinises]
providers:
  host:
    name: Host
    home: NL
    count: 2
    temperament: slow
    traits: {median_minutes: 30}
  desk:
    name: Desk
    time_zone: Europe/Vienna
    desk:
      minutes: 10
      automated: 60 %
      on_call: 1
      answers: 0.8
      shifts:
        - {days: mon-fri, from: 08:00, to: 20:00, reviewers: 3}
        - {days: "fri, sat", from: 20:00, to: 24:00, reviewers: 1}
orders:
  - name: a wave
    by: no-office
    to: {host: 3, desk: 1}
    during: day 1 12:00 to day 2
    arrives: burst
    count: 12
    meets: 2.2 %
conduct: {clarifies: 20 min, infringements: 50 %}
events:
  - {at: 5 h, what: outage, provider: host-1, lasts: 3 h, article: 3(7)}
expectations:
  - {that: all in time, figure: within_hour_share, of: {provider: host}, at_least: 97 %}
"""


@pytest.fixture
def read(tmp_path):
    def read(text: str):
        path = tmp_path / "a-day.yaml"
        path.write_text(text, encoding="utf-8")
        return reading.read(path)

    return read


def mistakes_of(read, text: str) -> list[str]:
    with pytest.raises(Mistaken) as refused:
        read(text)
    return refused.value.mistakes


def test_a_scenario_says_what_its_author_means(read):
    scenario = read(WHOLE)
    (stream,), (event,), (expectation,) = scenario.streams, scenario.events, scenario.expectations
    host, desk = scenario.providers
    assert scenario.name == "a-day"
    assert scenario.starts == datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert (scenario.lasts, scenario.settles) == (2 * DAY, 3.5 * HOUR)
    assert scenario.rules == {"period": "reg1182"}
    assert host.codes == ("host-1", "host-2")
    assert host.traits == {"median_minutes": 30}
    assert desk.desk == Desk(
        shifts=(Shift((0, 1, 2, 3, 4), time(8), time(20), 3), Shift((4, 5), time(20), time(0), 1)),
        minutes=10,
        automated=0.6,
        on_call=1,
        answers=0.8,
        time_zone="Europe/Vienna",
    )
    assert (stream.begins, stream.ends) == (6 * HOUR, 42 * HOUR)
    assert (stream.to, stream.by, stream.meets) == ({"host": 3, "desk": 1}, {"no-office": 1}, 0.022)
    assert scenario.conduct == Conduct(clarifies=timedelta(minutes=20), infringements=0.5)
    assert event == Event(5 * HOUR, Happening.OUTAGE, "host-1", lasts=3 * HOUR, article="3(7)")
    assert expectation == Expectation("all in time", "within_hour_share", {"provider": "host"}, at_least=0.97)


@pytest.mark.parametrize(
    ("instead", "of", "told"),
    [
        ("temperament: sluggish", "temperament: slow", "17: providers, host, temperament: the temperament 'sluggish'"),
        ("median_minutes: -3", "median_minutes: 30", "18: providers, host, traits: The median is positive"),
        ("madian_minutes: 3", "median_minutes: 30", "18: providers, host, traits: No such trait: madian_minutes."),
        ("count: -12", "count: 12", "36: orders 1, count: '-12' is no whole number from 1 on."),
        ("per_day: -1", "count: 12", "36: orders 1, per_day: '-1' is negative or endless"),
        ("meets: 220 %", "meets: 2.2 %", "37: orders 1, meets: '220 %' is no share: it lies between"),
        ("lasts: forever", "lasts: 2 days", "4: lasts: 'forever' is no span of time: write 45 min, 12 h or 3 days."),
        ("lasts: 4000 days", "lasts: 2 days", "4: lasts: an exercise lasts longer than nothing and no longer than"),
        (
            "lasts: 99999999999999 days",
            "lasts: 2 days",
            "4: lasts: '99999999999999 days' is longer than a hundred years.",
        ),
        ("starts: 0001-01-01", "starts: 2026-03-02 06:00", "3: starts: '0001-01-01' is not of this century: exercises"),
        ("starts: 9999-12-31", "starts: 2026-03-02 06:00", "3: starts: '9999-12-31' is not of this century: exercises"),
        (
            "minutes: 1e300",
            "minutes: 10",
            "23: providers, desk, desk, minutes: a case takes longer than nothing and no",
        ),
        (
            "spread: 99",
            "automated: 60 %",
            "24: providers, desk, desk, spread: a spread of more than 3 is none that any",
        ),
        ("on_call: 99999", "on_call: 1", "22: providers, desk, desk: at most 1,000 people are there at once."),
        ("answers: 0.000001", "answers: 0.8", "26: providers, desk, desk, answers: people who answer less than 1 %"),
        ("answers: 0.8\n      repages: 0 min", "answers: 0.8", "27: providers, desk, desk, repages: whoever does not"),
        (
            "what: recovery, provider: desk, now: {desk: {minutes: 5, on_call: 1, repages: 1 s, shifts: []}}",
            "what: outage, provider: host-1, lasts: 3 h",
            "40: events 1, now, desk, repages: whoever does not answer is called again after a minute or more",
        ),
        ("to: 17:00+02:00", "to: 20:00", "28: providers, desk, desk, shifts 1, to: '17:00+02:00' is no time of day"),
        (
            "day 20260907 08:00",
            "day 1 12:00 to day 2",
            "34: orders 1, during: 'day 20260907 08:00' is later than a hundred",
        ),
        ("meets: 1e99999999 %", "meets: 2.2 %", "37: orders 1, meets: '1e99999999 %' is no share"),
        ('name: "a\\ud800wave"', "name: a wave", "31: this is no text: write it with letters, without escapes."),
        ("? [a, b]\n    : 1\n    meets: 2.2 %", "meets: 2.2 %", "37: this is no text"),
        ("count: 12\a", "count: 12", "36: this is no YAML: special characters are not allowed."),
        ("reviewers: 99999", "reviewers: 3", "22: providers, desk, desk: at most 1,000 people are there at once."),
        ("lasts: 0 h", "lasts: 2 days", "4: lasts: an exercise lasts longer than nothing and no longer than"),
        ("starts: 2026-02-30", "starts: 2026-03-02 06:00", "3: starts: '2026-02-30' is no date: write 2023-10-16"),
        ("day 2 to day 9", "day 1 12:00 to day 2", "34: orders 1, during: this is not within the time"),
        ("day 2 to day 1", "day 1 12:00 to day 2", "34: orders 1, during: 'day 2 to day 1' ends before it begins."),
        ("day 1 25:00", "day 1 12:00 to day 2", "34: orders 1, during: '25:00' is no time of day: write 08:00."),
        ("at: 30 days", "at: 5 h", "40: events 1, at: this is not within the time of the exercise."),
        ("what: flood", "what: outage", "40: events 1, what: 'flood' cannot happen here: use outage, silence,"),
        ("provider: hist", "provider: host-1", "40: events 1, provider: the provider 'hist' is not known: use desk,"),
        ("to: {hist: 3}", "to: {host: 3, desk: 1}", "33: orders 1, to: the provider 'hist' is not known: use host,"),
        ("to: {host: 0}", "to: {host: 3, desk: 1}", "33: orders 1, to: at least one weight is more than nothing."),
        ("member_state: XX", "member_state: NL", "10: authorities, no-office, member_state: the Member State 'XX'"),
        ("figure: speed", "figure: within_hour_share", "42: expectations 1, figure: the figure 'speed' is not known"),
        ("exactly: 1, at_least: 97 %", "at_least: 97 %", "42: expectations 1: say exactly, or at_least, at_most or"),
        ("PERIOD_RULE: loose", "PERIOD_RULE: reg1182", "6: rules: period is 'loose': use plain or reg1182."),
        ("hurry: yes", "count: 12", "36: orders 1, hurry: nothing is known of this: use name, by, to, during,"),
        ("name: Office\n    name: Bureau", "name: Office", "10: authorities, no-office: 'name' stands here a second"),
        ("arrives: [", "arrives: burst", "37: this is no YAML: "),
        ("article: 99(8)", "article: 3(7)", "40: events 1, article: '99(8)' is no article of Regulation (EU) 2021/784"),
        (
            "article: Art. 3",
            "article: 3(7)",
            "40: events 1, article: 'Art. 3' is no article of Regulation (EU) 2021/784",
        ),
        ("home: PL", "home: NL", "33: orders 1, to: nobody in PL scrutinises: the copy for host reaches nobody."),
    ],
)
def test_a_mistake_is_told_with_its_line_before_anything_runs(read, instead, of, told):
    assert of in WHOLE
    found = mistakes_of(read, WHOLE.replace(of, instead, 1))
    assert [one for one in found if one.startswith(f"a-day.yaml:{told}")] == found[:1]


def test_midnight_at_the_end_of_a_day_is_the_end_of_it_wherever_it_stands(read):
    (stream,) = read(WHOLE.replace("day 1 12:00 to day 2", "day 1 12:00 to day 1 24:00")).streams
    assert (stream.begins, stream.ends) == (6 * HOUR, 18 * HOUR)


def test_all_mistakes_are_told_at_once(read):
    text = WHOLE.replace("starts: 2026-03-02 06:00", "starts: soon").replace("meets: 2.2 %", "meets: most")
    assert [one.split(": ")[0:2] for one in mistakes_of(read, text)] == [
        ["a-day.yaml:3", "starts"],
        ["a-day.yaml:37", "orders 1, meets"],
    ]


def test_a_scenario_that_never_ends_is_refused(read):
    text = WHOLE.replace("arrives: burst", "arrives: poisson").replace("count: 12", "per_day: 900000")
    assert mistakes_of(read, text) == [
        "a-day.yaml:30: orders: about 1,350,000 orders: at most 50,000 are played, else it would not end."
    ]


def test_an_appeal_period_that_no_calendar_has_is_refused(read):
    text = WHOLE.replace("    member_state: NL", "    member_state: NL\n    appeal_days: 9999999")
    assert mistakes_of(read, text) == [
        "a-day.yaml:11: authorities, no-office, appeal_days: a period for an appeal is no longer than three years."
    ]


def test_events_without_end_are_refused(read):
    text = WHOLE.replace(
        "at: 5 h, what: outage, provider: host-1, lasts: 3 h", "at: 5 h, what: forgery, provider: host, count: 9999999"
    )
    assert mistakes_of(read, text) == ["a-day.yaml:40: events 1, count: at most 10,000 at once, else it would not end."]


def test_a_few_lines_do_not_stand_for_more_than_any_memory_holds(read):
    bomb = [
        "a: &a [x, x, x, x, x, x, x, x, x]",
        *(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in pairwise("abcdefghijk")),
    ]
    assert mistakes_of(read, "\n".join(bomb)) == [
        "a-day.yaml:2: *a refers to another place: write out what it stands for."
    ]


def test_what_contains_itself_is_refused(read):
    assert mistakes_of(read, "title: &a [*a]") == [
        "a-day.yaml:1: *a refers to another place: write out what it stands for."
    ]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_what_is_nested_beyond_reading_is_refused_before_it_is_read(read, opening):
    assert mistakes_of(read, "title:\n  " + opening * 20_000) == [
        "a-day.yaml:2: one thing is inside of another more often than anybody can read."
    ]


def test_what_a_scenario_leaves_out_can_be_set():
    found = reading.read(
        reading.find("s-6-an-outage"), changes=[("conduct.clarifies", "2 h"), ("rules.PERIOD_RULE", "plain")]
    )
    assert (found.conduct.clarifies, found.rules) == (2 * HOUR, {"period": "plain"})


def test_what_is_missing_is_named(read):
    text = "".join(line for line in WHOLE.splitlines(keepends=True) if not line.startswith("lasts"))
    assert mistakes_of(read, text) == ["a-day.yaml:1: 'lasts' is missing."]


def test_an_unknown_name_lists_the_scenarios_there_are():
    with pytest.raises(Mistaken, match=r"There is no scenario 'nope': name a file, or one of .*crisis-day, de-2024"):
        reading.find("nope")


@pytest.mark.parametrize("path", reading.shipped(), ids=lambda path: path.stem)
def test_each_shipped_scenario_can_be_read(path):
    scenario = reading.read(path)
    assert scenario.expectations


def test_a_copy_reaches_somebody_or_the_order_would_not_be_issued(read):
    text = WHOLE.replace("roles: [issues, scrutinises]", "roles: [issues]").replace(
        "member_state: NL", "member_state: DE"
    )
    assert mistakes_of(read, text) == [
        "a-day.yaml:33: orders 1, to: nobody in NL scrutinises: the copy for host reaches nobody."
    ]
