"""The run directory of a demo: empty at the beginning, while what an earlier run exported is kept."""

import os
from datetime import UTC, datetime

from perci.launching import run_directory


def test_a_next_run_begins_empty_and_keeps_the_export_of_the_one_before(settings, tmp_path, capsys):
    settings.BASE_DIR = tmp_path
    with run_directory() as first:
        (first / "perci.sqlite3").write_bytes(b"rows")
        (first / "exp_1.zip").write_bytes(b"evidence")
        written = datetime(2026, 11, 21, 1, 30, tzinfo=UTC).timestamp()
        os.utime(first / "exp_1.zip", (written, written))
    with run_directory() as second:
        assert (second, list(second.iterdir())) == (first, [])
    kept = tmp_path / "var" / "exports" / "20261121T013000Z-exp_1.zip"
    assert kept.read_bytes() == b"evidence"
    assert capsys.readouterr().out == f"perci: the export of an earlier run is kept as {kept}\n"


def test_a_directory_that_another_demo_uses_is_left_alone(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    with run_directory() as first, run_directory() as second:
        assert (first.name, second.name) == ("demo", "demo-2")
