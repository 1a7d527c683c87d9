"""Exports as jobs: the same bytes however often a worker dies, one worker at a time, one entry, clear failures."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import connection

from orders import tasks
from orders.acts import answering
from orders.acts.refusals import Invalid
from orders.evidence import bundle
from orders.evidence.bagging.cut import Cut
from orders.evidence.bagging.spool import Spool
from orders.evidence.jobs import claiming, keeping, making
from orders.evidence.jobs.claiming import LEASE, LostLease
from orders.evidence.jobs.telling import Told
from orders.evidence.scope import Scope, of_facts
from orders.models import ExportJob, LedgerEntry
from tests.factories import HOUR, T0, annex_ii, by_provider, received
from tests.orders import evidence_stories, jobs
from tests.orders.exported import LATER
from tests.orders.jobs import again, asked, content, died, worked
from tests.properties.cast import cast

pytestmark = pytest.mark.django_db
State = ExportJob.State
GROUPS = ["orders", "dossiers", "events", "observations", "documents", "messages", "ledger/proofs", "packing"]


def in_one_go(job):
    """The bytes of the bundle of `job`, made without a spool of its own."""
    into = io.BytesIO()
    cut = Cut(of_facts(job.facts["scope"]), job.checkpoint)
    bundle.write(cut, earlier=job.earlier, to=into, readings=True)
    return into.getvalue()


def test_a_job_gives_the_bytes_of_a_bundle_made_in_one_go():
    received(items=2)
    job = asked()
    done = worked()
    assert (done, done.state, done.failure) == (job, State.READY, "")
    assert content(job) == in_one_go(done)
    assert (done.size, done.done) == (len(content(job)), done.total)
    assert [path.name for path in keeping.directory(done).iterdir()] == [f"{done.reference}.zip"]


def test_a_job_whose_worker_died_at_each_boundary_gives_the_bytes_of_one_made_in_one_go():
    actors = cast()
    evidence_stories.questions(actors)
    evidence_stories.sending(actors)
    job, at = asked(), LATER
    for before in GROUPS:
        at = died(job, before, at=at)
        ExportJob.objects.filter(pk=job.pk).update(broken_off=0)  # more deaths than there is patience for
    done = worked(at=at)
    assert (done.state, done.failure) == (State.READY, "")
    assert content(job) == in_one_go(done)
    assert LedgerEntry.objects.filter(act="take_export").count() == 1


def test_what_was_finished_before_a_worker_died_is_not_made_again():
    order = received()
    job = asked()
    at = died(job, "observations")
    spool = Spool(keeping.directory(again(job)))
    kept = {name: (spool.directory / name / "parts.json").stat().st_mtime_ns for name in ("readings", "events")}
    # The order moves on: the readings were taken, and stay as they were then.
    answering.report_removal(order=order, annex=annex_ii(taken_at=T0), by=by_provider(order), at=LATER)
    at = died(job, "packing", at=at)
    assert kept == {name: (spool.directory / name / "parts.json").stat().st_mtime_ns for name in kept}
    done = worked(at=at)
    archive = zipfile.ZipFile(io.BytesIO(content(done)))
    (row,) = [json.loads(line) for line in archive.read("data/items.jsonl").decode().splitlines()]
    assert (row["measure"], row["reported_at"]) == (None, None)


def test_a_part_that_was_changed_in_the_spool_is_made_again():
    received()
    job = asked()
    at = died(job, "packing")
    events = keeping.directory(again(job)) / "events" / "events.jsonl"
    events.write_bytes(events.read_bytes().replace(b"draft", b"drift"))
    taken = claiming.claim(at=at)
    assert not making.attend(taken, now=lambda: at, told=Told())
    done = worked(at=at)
    assert content(job) == in_one_go(done)


def test_a_job_under_lease_is_taken_up_by_nobody_else_until_the_lease_has_run_out():
    received()
    job = asked()
    first = claiming.claim(at=LATER)
    assert (first, first.leased_until) == (job, LATER + LEASE)
    assert claiming.claim(at=LATER + LEASE - timedelta(microseconds=1)) is None
    second = claiming.claim(at=LATER + LEASE)
    assert (second, second.broken_off, second.taking) == (job, 1, 2)


def test_a_worker_that_lost_its_lease_writes_nothing_any_more():
    received()
    job = asked()
    first = claiming.claim(at=LATER)
    done = worked(at=LATER + LEASE)
    with pytest.raises(LostLease):
        making.attend(first, now=lambda: LATER + LEASE, told=Told())
    assert (again(job).state, again(job).sha256) == (State.READY, done.sha256)


def test_two_workers_make_two_jobs():
    received()
    jobs_ = [asked(), asked()]
    taken = [claiming.claim(at=LATER), claiming.claim(at=LATER)]
    assert taken == jobs_
    assert claiming.claim(at=LATER) is None


def test_a_turn_that_is_over_gives_the_job_back_and_the_next_goes_on_with_it():
    received()
    job, turns = asked(), 0
    while (taken := claiming.claim(at=LATER)) is not None:
        turns += 1
        making.attend(taken, now=lambda: LATER, told=Told(), until=LATER)
    done = again(job)
    assert (done.state, done.broken_off, turns > len(GROUPS)) == (State.READY, 0, True)
    assert content(job) == in_one_go(done)


def test_a_job_that_ended_three_workers_is_given_up_with_a_sentence():
    received()
    job, at = asked(), LATER
    for _ in range(claiming.PATIENCE):
        at = died(job, "events", at=at)
    done = worked(at=at)
    assert done.state == State.FAILED
    assert done.failure.startswith("3 workers ended in the middle of it.")
    assert not keeping.directory(done).exists()


def test_a_full_disk_is_said_and_nothing_half_made_is_left():
    received()
    asked()
    done = worked(told=jobs.Full())
    assert done.state == State.FAILED
    assert "cannot be written: No space left on device. Make room there, then take the export again." in done.failure
    assert not keeping.directory(done).exists()


def test_where_nothing_can_be_written_nothing_is_on_record(settings, tmp_path):
    received()
    (tmp_path / "file").write_text("in the way")
    settings.EXPORT_DIR = tmp_path / "file" / "exporting"
    with pytest.raises(Invalid, match="cannot be written: Not a directory"):
        asked()
    assert not LedgerEntry.objects.filter(act="take_export").exists()


def test_a_scope_in_which_nothing_had_happened_by_the_checkpoint_fails_with_a_sentence():
    received()
    worked_first = asked()
    worked()
    size = again(worked_first).checkpoint.tree_size
    received(at=T0 + 20 * HOUR)
    job = asked(Scope(since=T0 + 20 * HOUR), as_of=size)
    worked()
    assert again(job).failure == "Nothing in this scope had happened by that checkpoint."


def test_a_later_bundle_of_the_same_scope_is_held_against_the_checkpoint_of_the_one_before():
    received()
    first = asked()
    worked()
    asked(form="csv", tables=("events",))
    worked()
    second = asked()
    worked()
    assert again(second).earlier == again(first).checkpoint


def test_a_file_is_deleted_after_a_week_and_the_record_stays():
    received()
    job = asked()
    worked()
    assert keeping.tidy(at=LATER + keeping.KEPT) == 0
    assert keeping.tidy(at=LATER + keeping.KEPT + HOUR) == 1
    done = again(job)
    assert (done.state, done.file, keeping.file(done)) == (State.GONE, "", None)
    assert not keeping.directory(done).exists()
    assert LedgerEntry.objects.get(act="take_export") == done.entry


@pytest.mark.django_db(transaction=True)
def test_the_task_makes_what_waits_and_beats_from_a_thread_of_its_own(time_machine):
    received()
    job = asked()
    time_machine.move_to(LATER)
    assert [tasks.export(), tasks.export()] == [1, 0]
    assert again(job).state == State.READY
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_beat_renews_the_lease_and_finds_that_it_was_lost(monkeypatch):
    received()
    asked()
    job, told = claiming.claim(at=LATER), Told()
    told.step, told.done = "events", 3
    monkeypatch.setattr("orders.evidence.jobs.telling.BEAT", 0.01)
    with jobs.beating(job, told, now=lambda: LATER + HOUR):
        assert jobs.reached(lambda: again(job).leased_until == LATER + HOUR + LEASE)
        ExportJob.objects.filter(pk=job.pk).update(taking=7)
        assert jobs.reached(lambda: told.lost)
    assert (again(job).step, again(job).done) == ("events", 3)
    with pytest.raises(LostLease):
        told.check()
