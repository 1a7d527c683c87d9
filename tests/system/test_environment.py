"""A wrong value in the environment stops the start with one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def start(*command: str, run_dir: Path, **values: str) -> "subprocess.CompletedProcess[str]":
    """Run this Python with `values` in its environment."""
    environment = {**os.environ, "PERCI_RUN_DIR": str(run_dir), **values}
    return subprocess.run([sys.executable, *command], env=environment, cwd=ROOT, capture_output=True, text=True)


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
        ("REDIS_URL", "redis://127.0.0.1:6379/first"),
        ("DJANGO_DEBUG", "perhaps"),
        ("PERCI_PUBLIC_URL", "portal.example"),
        ("PERCI_SIMULATOR_URL", "http://localhost:port"),
        ("PERCI_RUN_DIR", "/proc/nowhere"),
        ("LOG_LEVEL", "LOUD"),
        ("EMAIL_URL", "imap://mail.example"),
        ("EMAIL_URL", "smtp://mail.example:port"),
        ("MAIL_PROVES_RECEIPT", "1"),  # no mail server is named that could say 250
        ("INBOX_RECEIPT", "seen"),
        ("LEDGER_ORIGIN", "example.org/ledger of tests"),
        ("LEDGER_ORIGIN", "example.org/ledger+1"),
        ("DOCUMENT_TSA_URL", "tsa.example"),
        ("DOCUMENT_CERTIFICATES", "/proc/nowhere"),
        ("DOCUMENT_ROOTS", "/proc/nowhere"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_sentence_that_names_it(name: str, value: str, tmp_path: Path) -> None:
    started = start("-c", "import perci.settings", run_dir=tmp_path, **{name: value})
    assert started.returncode == 1
    assert started.stderr.startswith(f"perci: {name} ")
    assert len(started.stderr.splitlines()) == 1
    assert started.stdout == ""


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "the database of DATABASE_URL does not answer: "),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "the broker of REDIS_URL does not answer: "),
    ],
)
def test_a_server_that_does_not_answer_stops_the_demo_with_one_sentence(
    name: str, value: str, sentence: str, tmp_path: Path
) -> None:
    started = start("manage.py", "demo", "--once", run_dir=tmp_path, **{name: value})
    assert started.returncode == 1
    assert started.stderr.startswith(f"perci: {sentence}")
    assert len(started.stderr.splitlines()) == 1
    assert started.stdout == ""


MAIL = """
from perci import settings
print(settings.EMAIL_BACKEND.split(".")[-2], *(getattr(settings, name, "-") for name in (
    "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL")))
"""


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("", "filebased - - - - - -"),
        ("console:", "console - - - - - -"),
        ("smtp://ro:p%40ss@mail.example", "smtp mail.example 587 ro p@ss True False"),
        ("smtps://mail.example:4650", "smtp mail.example 4650   False True"),
        ("smtp+plain://127.0.0.1:1025", "smtp 127.0.0.1 1025   False False"),
    ],
)
def test_where_mail_goes_is_read_from_one_address(url: str, read: str, tmp_path: Path) -> None:
    assert start("-c", MAIL, run_dir=tmp_path, EMAIL_URL=url).stdout.rstrip("\n") == read


def test_in_production_mail_needs_a_server(tmp_path: Path) -> None:
    production = {"PERCI_PRODUCTION": "1", "DJANGO_SECRET_KEY": "long and random", "EMAIL_URL": ""}
    started = start("-c", "import perci.settings", run_dir=tmp_path, **production)
    assert (started.returncode, started.stderr[:25]) == (1, "perci: EMAIL_URL is empty")
