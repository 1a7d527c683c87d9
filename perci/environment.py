"""Reads the environment: a wrong value stops the start with one sentence."""

import logging
import os
from pathlib import Path
from typing import Any, NamedTuple, NoReturn
from urllib.parse import unquote, urlsplit

import dj_database_url

from orders.regulation.rules import Rules

SQLITE_OPTIONS = {
    # With these three writer processes had no "database is locked" in 10 s; with the defaults 1,253.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # recursive_triggers: else INSERT OR REPLACE deletes the row in its way without asking the append-only triggers.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
    "PRAGMA recursive_triggers=ON;",
}
MAIL_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
OPEN_QUESTIONS = {  # the variable, and what it chooses in orders.regulation.rules
    "PERIOD_RULE": "period",
    "HOUR_PROOF": "proof",
    "LATE_NOTICE": "late_notice",
    "FINALITY": "finality",
    "FIRST_ORDER": "first_order",
    "ANNULLED_FROM": "annulled_from",
}


def refuse(sentence: str) -> NoReturn:
    """Stop the start with a sentence instead of a traceback."""
    raise SystemExit(f"perci: {sentence}")


def flag(name: str) -> bool:
    """True for 1/true/yes, False for empty/0/false/no; anything else stops the start."""
    value = os.environ.get(name, "").strip().lower()
    if value in ("1", "true", "yes"):
        return True
    if value in ("", "0", "false", "no"):
        return False
    refuse(f"{name} is {value!r}: use 1 or 0.")


def database(url: str, *, run_dir: Path, testing: bool) -> dict[str, Any]:
    """Django's database settings: PostgreSQL when `url` says so, else SQLite in `run_dir`."""
    if not url:
        # A file even under test: in memory, threads die with "table is locked".
        name = f"test-{os.getpid()}.sqlite3" if testing else "perci.sqlite3"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": run_dir / "perci.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
            "TEST": {"NAME": run_dir / name},
        }
    try:
        if urlsplit(url).scheme not in ("postgres", "postgresql"):
            refuse(f"DATABASE_URL begins with {url[:12]!r}: use postgresql://user@host:5432/name.")
        settings: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    except ValueError as error:
        refuse(f"DATABASE_URL cannot be read ({error}): use postgresql://user@host:5432/name.")
    if not settings["NAME"]:
        refuse("DATABASE_URL names no database: use postgresql://user@host:5432/name.")
    settings["TEST"] = {"NAME": os.environ.get("PERCI_TEST_DATABASE", f"test_{settings['NAME']}")}
    if testing:  # what a suite commits need not survive a power cut
        settings.setdefault("OPTIONS", {}).setdefault("options", "-c synchronous_commit=off")
    return settings


def broker_url(url: str, *, worker: str = "") -> str:
    """REDIS_URL checked, or empty: then there is no broker, and each process caches for itself.

    `worker` is the name of a worker of the suite ("gw0", "gw1"): the second one has the next database, and so on.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("redis", "rediss") and bool(parts.hostname) and parts.port != 0
        usable &= not parts.path.strip("/") or parts.path.strip("/").isdecimal()
    except ValueError:
        usable = False
    if not usable:
        refuse(f"REDIS_URL begins with {url[:8]!r} and cannot be used: use redis://host:6379/0.")
    if worker:
        number = int(parts.path.strip("/") or 0) + int(worker.removeprefix("gw"))
        return parts._replace(path=f"/{number}").geturl()
    return url


def rules() -> dict[str, str]:
    """The open questions of law as the environment decides them: PERIOD_RULE, HOUR_PROOF and so on (docs/adr)."""
    chosen = {field: os.environ[name] for name, field in OPEN_QUESTIONS.items() if os.environ.get(name)}
    try:
        Rules(**chosen)
    except ValueError as error:
        refuse(f"a rule of law is set to what it cannot be: {error}")
    return chosen


def address(name: str, default: str) -> str:
    """The http(s) address in the variable `name`, without a slash at its end."""
    value = os.environ.get(name) or default
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        refuse(f"{name} is {value!r}: use an address such as {default}.")
    return value.rstrip("/")


class Seals(NamedTuple):
    """Whose signatures and time stamps documents carry: a directory, an address, a file; empty where it is built in."""

    certificates: str
    stamps: str
    roots: str


def documents() -> Seals:
    """What DOCUMENT_CERTIFICATES, DOCUMENT_TSA_URL and DOCUMENT_ROOTS say."""
    certificates, roots = os.environ.get("DOCUMENT_CERTIFICATES", ""), os.environ.get("DOCUMENT_ROOTS", "")
    stamps = address("DOCUMENT_TSA_URL", "https://tsa.example") if os.environ.get("DOCUMENT_TSA_URL") else ""
    if certificates and not Path(certificates).is_dir():
        refuse(f"DOCUMENT_CERTIFICATES is {certificates!r}: use a directory that holds CODE.p12 for each signer.")
    if (certificates or stamps or roots) and not Path(roots).is_file():
        refuse(f"DOCUMENT_ROOTS is {roots!r}: use a PEM file of the roots of signatures and time stamps.")
    return Seals(certificates, stamps, roots)


def choice(name: str, *allowed: str) -> str:
    """One of the words that the variable `name` may say; the first when it says nothing."""
    value = os.environ.get(name) or allowed[0]
    if value not in allowed:
        refuse(f"{name} is {value!r}: use {' or '.join(allowed)}.")
    return value


def origin(name: str, default: str) -> str:
    """The name in the variable `name` under which checkpoints are signed: no space and no plus (C2SP signed-note)."""
    value = os.environ.get(name) or default
    if len(value) > 200 or "+" in value or value.split() != [value]:
        refuse(f"{name} is {value!r}: use a name such as example.org/ledger, without spaces and plus signs.")
    return value


def mail(url: str, *, run_dir: Path) -> dict[str, Any]:
    """Django's settings for mail: a server, the console, or (also with nothing set) files in a directory.

    smtp://user:password@host:587 with STARTTLS, smtps://...:465 with TLS at once, smtp+plain://host:25 without;
    console: or file:///directory for a look at what would be sent.
    """
    try:
        parts = urlsplit(url or f"file://{run_dir / 'mail'}")
        kind, port = parts.scheme, parts.port
    except ValueError:
        kind, port = "", None
    backend = "django.core.mail.backends"
    if kind == "console":
        return {"EMAIL_BACKEND": f"{backend}.console.EmailBackend"}
    if kind == "file" and parts.path:
        return {"EMAIL_BACKEND": f"{backend}.filebased.EmailBackend", "EMAIL_FILE_PATH": unquote(parts.path)}
    if kind not in MAIL_PORTS or not parts.hostname or port == 0:
        refuse("EMAIL_URL cannot be used: use smtp://user:password@host:587, console: or file:///directory.")
    return {
        "EMAIL_BACKEND": f"{backend}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or MAIL_PORTS[kind],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": kind == "smtp",
        "EMAIL_USE_SSL": kind == "smtps",
    }


def log_level(default: str) -> str:
    """LOG_LEVEL checked, or `default`."""
    value = os.environ.get("LOG_LEVEL", "").upper() or default
    levels = logging.getLevelNamesMapping()
    if value not in levels:
        refuse(f"LOG_LEVEL is {value!r}: use one of {', '.join(levels)}.")
    return value


def directory(name: str, default: Path) -> Path:
    """The directory that the variable `name` gives, made when it is not there."""
    path = Path(os.environ.get(name) or default)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"{name} is {str(path)!r}, where no directory can be made: {error.strerror}.")
    return path
