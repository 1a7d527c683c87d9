"""The certificate of a drill says what the record says, whatever was broken, and calls nothing proof that is none."""

import dataclasses
import json
import zipfile
from datetime import timedelta

import pytest

from orders.acts import answering, capacity, transmitting
from orders.regulation.limits import Basis, Verdict
from orders.tasks import run_sweep
from perci.drill import certificate, proof, world
from perci.drill.breaking import FLUSH, KILL, Broken
from perci.drill.certificate import Certificate
from perci.drill.night import Night
from perci.drill.proof import Proof
from perci.drill.record import Try
from perci.drill.story import Story, minutes
from perci.drill.terms import Terms
from tests.factories import HOUR, T0, annex_ii, deliver, impossible

pytestmark = pytest.mark.django_db
TERMS = Terms("http://127.0.0.1:9000/webhook", "http://127.0.0.1:9000/v/1", "1")
SECOND, MINUTE, MICROSECOND = timedelta(seconds=1), timedelta(minutes=1), timedelta(microseconds=1)
PROVEN = Proof("evidence.zip", "ab" * 32, "perci.example/simulated-ledger", 7, "cd" * 32, "key", True, ("VALID",))
BROKEN = (
    Broken(FLUSH, T0 + HOUR - 8 * SECOND, "FLUSHALL on its Redis, 4 keys lost", T0 + HOUR - 7 * SECOND),
    Broken(KILL, T0 + HOUR - 3 * SECOND, "kill -9 of process 4711, the worker of the clock", T0 + HOUR + 5 * SECOND),
)


@pytest.fixture
def night(tmp_path):
    world.make(TERMS, at=T0)
    return Night(TERMS, "redis://127.0.0.1:1/0", tmp_path, world.issue(TERMS, at=T0), list(BROKEN))


@pytest.fixture
def received(night):
    deliver(night.order, "order.issued", at=T0)
    return night


def report(night, *, taken_at, at):
    by = capacity.provider(night.order.provider, channel="api")
    answering.report_removal(order=night.order, annex=annex_ii(taken_at=taken_at), by=by, at=at)


def look(night, *, gone, at):
    transmitting.record_observation(
        item=night.order.items.get(), observed_at=at, status=410 if gone else 200, gone=gone, source="probe", at=at
    )


def made(night, *, at=T0 + 2 * HOUR, proven=PROVEN):
    return Certificate(night.terms, night.look(at), tuple(night.broken), proven, at)


def in_short(it):
    return it.passed, it.headline, it.margin, it.record.basis


def test_claimed_within_the_hour_and_seen_gone(received):
    report(received, taken_at=T0 + 6 * MINUTE, at=T0 + 7 * MINUTE)
    look(received, gone=True, at=T0 + 7 * MINUTE)
    assert in_short(made(received)) == (
        True,
        "Within the hour",
        "The measure was 54 min 00 s (3240.000 s) before the end of the hour.",
        Basis.BOTH,
    )


def test_at_60_minutes_exactly_it_is_within(received):
    report(received, taken_at=T0 + HOUR, at=T0 + HOUR)
    found = received.look(T0 + 2 * HOUR)
    assert (found.passed, found.margin) == (True, timedelta(0))


def test_a_microsecond_past_the_hour_is_after_it(received):
    report(received, taken_at=T0 + HOUR + MICROSECOND, at=T0 + HOUR + SECOND)
    assert in_short(made(received)) == (
        False,
        "After the hour",
        "The measure was 0 min 00 s (0.001 s) after the end of the hour.",
        Basis.CLAIMED,
    )


def test_a_measure_within_the_hour_that_was_reported_after_it_is_within(received):
    report(received, taken_at=T0 + 59 * MINUTE, at=T0 + 65 * MINUTE)
    assert in_short(made(received))[:2] == (True, "Within the hour, reported after it")


def test_a_claim_against_which_the_page_speaks_is_not_certified(received):
    report(received, taken_at=T0 + 6 * MINUTE, at=T0 + 7 * MINUTE)
    look(received, gone=False, at=T0 + 8 * MINUTE)
    assert in_short(made(received))[::3] == (False, Basis.CONFLICTING)
    assert made(received).headline == "Claimed, but seen otherwise"


def test_a_receiver_that_never_answers_gets_a_certificate_of_that(received, time_machine):
    time_machine.move_to(T0 + HOUR + 5 * SECOND)
    run_sweep(at=T0 + HOUR + 5 * SECOND)
    it = made(received)
    assert in_short(it) == (
        False,
        "Not answered",
        "The hour passed, and no measure was reported before this drill ended.",
        None,
    )
    assert [(moment.story, moment.what) for moment in it.moments] == [
        ("02:30:00", "The order was issued, signed by the authority"),
        ("02:30:00", "The platform received it: its endpoint answered with success"),
        ("03:29:52", "Broken on purpose: FLUSHALL on its Redis, 4 keys lost"),
        ("03:29:53", "The limits were watched again after: broker emptied"),
        ("03:29:57", "Broken on purpose: kill -9 of process 4711, the worker of the clock"),
        ("03:30:00", "The hour ended"),
        ("03:30:05", "That the hour had passed was written down, as of its end"),
        ("03:30:05", "The limits were watched again after: worker killed"),
    ]
    assert "The hour ended while nothing watched over it." in certificate.as_html(it)


def test_an_order_that_was_never_received_has_no_hour(night):
    it = made(night)
    assert in_short(it)[:2] == (False, "Never received")
    assert "did not begin" in it.picture


def test_an_impossibility_is_neither_within_nor_missed(received):
    by = capacity.provider(received.order.provider, channel="api")
    answering.report_impossibility(order=received.order, annex=impossible(since=T0), by=by, at=T0 + MINUTE)
    assert in_short(made(received))[:2] == (False, "The hour did not run to its end")


@pytest.mark.parametrize("minute", [None, 30, 61])
def test_the_verdict_is_the_same_whether_the_watch_over_the_limits_lived_or_not(tmp_path, minute):
    world.make(TERMS, at=T0)
    verdicts = []
    for lived in (True, False):
        night = Night(TERMS, "", tmp_path, world.issue(TERMS, at=T0), [] if lived else list(BROKEN))
        deliver(night.order, "order.issued", at=T0)
        for count in range(90):
            at = T0 + count * MINUTE
            if count == minute:
                report(night, taken_at=at, at=at)
            if lived or not 55 <= count <= 70:
                run_sweep(at=at)
        it = made(night)
        verdicts.append((in_short(it), it.record.verdict, it.record.due_at))
    assert verdicts[0] == verdicts[1]
    assert verdicts[0][1] == {None: Verdict.UNANSWERED, 30: Verdict.WITHIN_HOUR, 61: Verdict.AFTER_HOUR}[minute]


def test_the_bundle_beside_it_is_examined_by_its_own_verifier(received, tmp_path, time_machine):
    report(received, taken_at=T0 + 6 * MINUTE, at=T0 + 7 * MINUTE)
    time_machine.move_to(T0 + 2 * HOUR)
    bundle = tmp_path / "evidence.zip"
    it = made(received, proven=proof.make(received.order.reference, to=bundle, at=T0 + 2 * HOUR))
    told = json.loads(certificate.as_json(it))
    assert (told["passed"], told["verdict"], told["basis"]) == (True, "within_hour", "claimed")
    assert told["margin"] == {"seconds": 3240.0, "legal_seconds": 3240.0}
    assert told["proof"]["said"][-1] == "VALID: all of it holds under the key that you gave."
    assert told["proof"]["sha256"] in certificate.as_html(it)
    assert told["proof"]["root"] in certificate.as_html(it)


def test_a_bundle_that_was_touched_is_not_called_proof(received, tmp_path, time_machine):
    report(received, taken_at=T0 + 6 * MINUTE, at=T0 + 7 * MINUTE)
    time_machine.move_to(T0 + 2 * HOUR)
    whole, touched = tmp_path / "evidence.zip", tmp_path / "touched.zip"
    key = proof.make(received.order.reference, to=whole, at=T0 + 2 * HOUR).key
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(touched, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"within_hour", b"unanswered_"))
    holds, said = proof.examine(touched, key=key)
    it = made(received, proven=Proof("evidence.zip", "", "", 0, "", key, holds, said))
    assert (holds, it.passed) == (False, False)
    assert "Within the hour, not proven" in certificate.as_html(it)


def test_the_story_begins_at_half_past_two_and_its_hour_has_sixty_minutes():
    story = Story(T0, "1/60")
    assert [story.time(T0 + length) for length in (timedelta(0), SECOND, MINUTE, 22 * MINUTE)] == [
        "02:30:00", "02:31:00", "03:30:00", "24:30:00",
    ]  # fmt: skip
    assert minutes(story.legal(timedelta(seconds=53.2))) == "53 min 12 s"


def test_a_page_that_was_first_seen_gone_after_the_hour_is_told_as_that(received):
    report(received, taken_at=T0 + 6 * MINUTE, at=T0 + 7 * MINUTE)
    look(received, gone=True, at=T0 + 61 * MINUTE)
    it = made(received)
    assert (it.passed, it.basis) == (
        True,
        "claimed, and the page was seen gone, though first after the end of the hour",
    )


@pytest.mark.parametrize(
    ("tries", "says"),
    [
        ((), "not posted yet"),
        ((Try("webhook", "accepted", 204, T0),), "posted once, HTTP 204"),
        (
            (Try("webhook", "failed", 500, T0), Try("mail", "accepted", None, T0), Try("webhook", "timeout", None, T0)),
            "posted 2 times, the last answer timeout; 1 by mail or box beside it",
        ),
    ],
)
def test_how_the_order_was_posted_is_said_of_the_endpoint_alone(night, tries, says):
    assert dataclasses.replace(night.look(T0), tries=tries).posted == says
