"""A wrong value in the environment stops the start with one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root@127.0.0.1/test"),
        ("DATABASE_URL", "postgresql://root@127.0.0.1:port/test"),
        ("DATABASE_URL", "postgresql://root@127.0.0.1:5432/"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", "amqp://127.0.0.1"),
        ("REDIS_URL", "redis://127.0.0.1:port/0"),
        ("REDIS_URL", "nonsense"),
        ("DJANGO_DEBUG", "perhaps"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_sentence_that_names_it(name: str, value: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PERCI_RUN_DIR": str(tmp_path), name: value}
    started = subprocess.run(
        [sys.executable, "-c", "import perci.settings"], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert started.returncode == 1
    assert started.stderr.startswith(f"perci: {name} ")
    assert len(started.stderr.splitlines()) == 1
    assert started.stdout == ""
