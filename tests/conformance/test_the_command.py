"""`manage.py conformance` as one types it: a process of its own, real sockets, and what it refuses beforehand."""

import json
import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.db import connection

from perci import conformance
from perci.management.commands.conformance import Command
from perci.supervisor import any_port
from platforms import connecting
from platforms.conformance import receivers
from platforms.conformance.checks import CHECKS
from tests import factories
from tests.conformance.a_receiver import receiving

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py"), "conformance"]


def call(tmp_path, *arguments):
    """The finished process; nothing of a configured system is used."""
    environment = {**os.environ, "PERCI_CONFORMANCE_DIR": str(tmp_path / "own"), "PERCI_RUN_DIR": str(tmp_path)}
    return subprocess.run(
        [*MANAGE, *arguments], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=540
    )


def test_a_receiver_is_checked_and_the_report_is_whole_and_signed(tmp_path):
    port, told, out = any_port(), receivers.given(5), tmp_path / "report"
    base = f"http://127.0.0.1:{port}"
    with receiving(base, told.client_id, told.client_secret, told.webhook_secret) as receiver:
        asked = ["--endpoint", receiver.url, "--port", str(port), "--seed", "5", "--out", str(out)]
        ran = call(tmp_path, *asked, "--scale", "1/3600", "--burst", "3")
    report = json.loads((out / "report.json").read_bytes())
    assert ran.returncode == (0 if report["conformant"] else 1), ran.stderr
    assert [check["id"] for check in report["checks"]] == [check.id for check in CHECKS]
    # Whether an hour of a second is met is a matter of the machine; what is refused and taken is not.
    found = {
        check["id"]: check["verdict"] for check in report["checks"] if check["id"].startswith(("signature", "jws"))
    }
    assert set(found.values()) == {"PASSED"}
    assert (report["endpoint"], report["seed"], report["burst"]) == (receiver.url, 5, 3)
    key = serialization.load_pem_public_key((out / "key.pem").read_bytes())
    for name in ("report.html", "report.json"):
        key.verify((out / f"{name}.sig").read_bytes(), (out / name).read_bytes())
    assert len(ElementTree.parse(out / "junit.xml").getroot()) == len(CHECKS)
    assert told.webhook_secret in ran.stdout


def test_what_to_configure_is_told_before_anything_runs(tmp_path):
    told = receivers.given(9)
    ran = call(tmp_path, "--print-config", "--seed", "9", "--port", "8499")
    assert (ran.returncode, ran.stdout.splitlines()) == (
        0,
        [
            "export BASE='http://127.0.0.1:8499'",
            "export CLIENT_ID='conformance-9'",
            f"export CLIENT_SECRET='{told.client_secret}'",
            f"export WEBHOOK_SECRETS='{told.webhook_secret}'",
        ],
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give --endpoint URL"),
        (["--endpoint", "not a url"], "This is not a URL"),
        (["--endpoint", "ftp://127.0.0.1/x"], "cannot be called: use https"),
        (["--endpoint", "http://127.0.0.1:1/hook"], "start your receiver first"),
        (["--endpoint", "http://198.41.0.4/hook"], "say so by --public"),
        (["--endpoint", "http://169.254.169.254/hook"], "metadata"),
        (["--endpoint", "http://127.0.0.1:1/", "--burst", "-1"], "give a whole number from 1 to 500"),
        (["--endpoint", "http://127.0.0.1:1/", "--burst", "501"], "give a whole number from 1 to 500"),
        (["--endpoint", "http://127.0.0.1:1/", "--seed", "-4"], "give a whole number from 0"),
        (["--endpoint", "http://127.0.0.1:1/", "--port", "0"], "give a whole number from 1 to 65535"),
        (["--endpoint", "http://127.0.0.1:1/", "--scale", "1/7"], "invalid choice: '1/7'"),
        (["--endpoint", "http://127.0.0.1:1/", "--fast"], "unrecognized arguments: --fast"),
        (["--endpoint", "http://127.0.0.1:1/", "--against", "x"], "not allowed with argument"),
    ],
)
def test_wrong_use_is_refused_with_a_sentence_before_anything_runs(arguments, said, capsys, monkeypatch):
    monkeypatch.setattr(conformance, "become_own", lambda port: pytest.fail("it would have run"))
    command = Command()
    command._called_from_command_line = True
    with pytest.raises(SystemExit) as refused:
        command.handle(**vars(command.create_parser("manage.py", "conformance").parse_args(arguments)))
    assert (refused.value.code, said in capsys.readouterr().err) == (2, True)


@pytest.mark.django_db
def test_a_database_without_tables_is_named(capsys, monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda: [])
    with pytest.raises(SystemExit) as refused:
        Command().handle(**vars(Command().create_parser("manage.py", "conformance").parse_args(["--against", "any"])))
    assert (refused.value.code, "has no tables: start the system" in capsys.readouterr().err) == (2, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "said"), [("nobody", "has no sandbox connection"), ("hosting-nl", "has no endpoint yet")]
)
def test_only_a_sandbox_connection_with_an_endpoint_is_run_against(code, said, capsys):
    connecting.connection_of(factories.provider(), sandbox=True, at=factories.T0)
    with pytest.raises(SystemExit) as refused:
        Command().handle(**vars(Command().create_parser("manage.py", "conformance").parse_args(["--against", code])))
    assert (refused.value.code, said in capsys.readouterr().err) == (2, True)
