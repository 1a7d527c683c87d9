"""`manage.py export`: at once, with whole files alone, and gone on with where it was broken off."""

import fcntl
import io
import re
import zipfile

import pytest
from django.core.management import CommandError, call_command

from orders.evidence.jobs import by_hand, claiming, keeping
from orders.evidence.jobs.asking import Place
from orders.management.commands import export as command
from orders.models import ExportJob, LedgerEntry
from tests.factories import received
from tests.orders import jobs
from tests.orders.exported import LATER
from tests.orders.jobs import Deadly, Killed, asked

pytestmark = pytest.mark.django_db
State = ExportJob.State


def broken_off(monkeypatch, before, *arguments):
    """The command, killed before the table `before`."""
    with monkeypatch.context() as patched:
        patched.setattr(command, "Told", lambda: Deadly(before))
        with pytest.raises(Killed):
            call_command("export", *arguments)
    return jobs.again(ExportJob.objects.latest("pk"))


def test_tables_alone_are_written_as_a_zip_of_files(tmp_path, capsys):
    received()
    call_command("export", "--format", "jsonl", "--tables", "events,deliveries", "--out", str(tmp_path / "x.zip"))
    assert capsys.readouterr().out == f"EXP-2026-000001 in {tmp_path}/x.zip: events 5, deliveries 0.\n".replace(
        "2026", str(ExportJob.objects.get().asked_at.year)
    )
    assert zipfile.ZipFile(tmp_path / "x.zip").namelist() == ["events.jsonl", "deliveries.jsonl", "manifest.json"]


def test_a_command_that_was_killed_is_gone_on_with_and_leaves_no_half_file(tmp_path, monkeypatch, capsys):
    received()
    job = broken_off(monkeypatch, "observations", "--out", str(tmp_path))
    assert (list(tmp_path.iterdir()), job.state) == ([], State.RUNNING)
    kept = keeping.directory(job) / "events" / "events.jsonl"
    made, inode = kept.stat().st_mtime_ns, kept.stat().st_ino
    again = broken_off_again(monkeypatch, job, tmp_path)
    assert (kept.stat().st_mtime_ns, kept.stat().st_ino, again) == (made, inode, job)
    call_command("export", "--resume", job.reference, "--out", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [f"{job.reference}.zip"]
    done = jobs.again(job)
    assert (done.state, done.file, keeping.directory(done).exists()) == (State.READY, "", False)
    assert LedgerEntry.objects.filter(act="take_export").count() == 1
    assert f"{job.reference} in {tmp_path / job.reference}.zip" in capsys.readouterr().out


def broken_off_again(monkeypatch, job, tmp_path):
    return broken_off(monkeypatch, "packing", "--resume", job.reference, "--out", str(tmp_path))


def test_an_export_of_the_command_line_is_left_alone_by_the_workers_and_by_another_command(tmp_path, monkeypatch):
    received()
    job = broken_off(monkeypatch, "events", "--out", str(tmp_path))
    assert claiming.claim(at=LATER + 1000 * claiming.LEASE) is None
    with (keeping.directory(job) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match=f"{job.reference} is being made by another command"):
            call_command("export", "--resume", job.reference, "--out", str(tmp_path))
    assert by_hand.found(job.reference) == job


def test_what_cannot_be_gone_on_with_is_said_with_what_can(tmp_path, monkeypatch):
    received()
    portal = asked()
    with pytest.raises(CommandError, match=re.escape("There are: none.")):
        call_command("export", "--resume", portal.reference, "--out", str(tmp_path))
    job = broken_off(monkeypatch, "events", "--out", str(tmp_path))
    with pytest.raises(CommandError, match=f"There are: {job.reference}."):
        call_command("export", "--resume", "EXP-1999-000001", "--out", str(tmp_path))
    with pytest.raises(CommandError, match="only --out is given"):
        call_command("export", "--resume", job.reference, "--order", "x", "--out", str(tmp_path))


def test_a_directory_that_cannot_be_written_is_said_before_anything_is_on_record(tmp_path):
    received()
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="There is no directory") as refused:
        call_command("export", "--out", str(tmp_path / "nowhere" / "x.zip"))
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match=r"/proc/x\.zip cannot be written: "):
        call_command("export", "--out", "/proc/x.zip")
    assert not LedgerEntry.objects.filter(act="take_export").exists()


def test_a_full_disk_is_said_with_how_to_go_on(tmp_path, monkeypatch):
    received()
    with monkeypatch.context() as patched:
        patched.setattr(command, "Told", jobs.Full)
        with pytest.raises(CommandError) as refused:
            call_command("export", "--out", str(tmp_path))
    job = ExportJob.objects.get()
    said = (
        f"cannot be written: No space left on device. To go on with it: manage.py export --resume {job.reference} --out"
    )
    assert said in str(refused.value)
    assert list(tmp_path.iterdir()) == []
    call_command("export", "--resume", job.reference, "--out", str(tmp_path), stdout=io.StringIO())
    assert [path.name for path in tmp_path.iterdir()] == [f"{job.reference}.zip"]


def test_an_export_that_nobody_goes_on_with_is_given_up_after_a_week(tmp_path, monkeypatch):
    received()
    job = broken_off(monkeypatch, "events", "--out", str(tmp_path))
    assert keeping.tidy(at=job.changed_at + keeping.KEPT * 2) == 1
    assert (jobs.again(job).state, keeping.directory(job).exists()) == (State.FAILED, False)
    assert job.place == Place.COMMAND_LINE
