"""Exports taken in tests, and what is read from them."""

import csv
import io
import json
import zipfile
from datetime import timedelta

from orders.acts import answering
from orders.acts.capacity import OPERATOR
from orders.evidence import bundle
from orders.evidence.scope import Scope
from orders.models import keep, tried
from orders.regulation.regions import Measure
from tests.factories import HOUR, T0, annex_ii, by_provider

MINUTE = timedelta(minutes=1)
LATER = T0 + 10 * HOUR


def taken(scope=None, *, at=LATER, by=OPERATOR, **sizes):
    """The manifest of a bundle, and its bytes."""
    into = io.BytesIO()
    manifest = bundle.export(scope or Scope(), by=by, at=at, to=into, **sizes)
    return manifest, into.getvalue()


def export(scope=None, **how):
    manifest, content = taken(scope, **how)
    return manifest, zipfile.ZipFile(io.BytesIO(content))


def sheet(archive, table):
    return list(csv.DictReader(io.StringIO(archive.read(f"data/{table}.csv").decode(), newline="")))


def lines(archive, table):
    return [json.loads(line) for line in archive.read(f"data/{table}.jsonl").decode().splitlines()]


def hour(archive):
    """The one hour (C2) among the clocks."""
    (found,) = [clock for clock in lines(archive, "clocks") if clock["code"] == "C2"]
    return found


def chosen(row, *columns):
    return {column: row[column] for column in columns}


def reported(order, *, taken=MINUTE, at=2 * MINUTE, measure=Measure.REMOVED):
    """`order`, of which a measure was reported."""
    annex = annex_ii(taken_at=T0 + taken, measure=measure)
    answering.report_removal(order=order, annex=annex, by=by_provider(order), at=T0 + at)
    return order


def attempt(message, *, at=T0, status=200):
    made = tried(
        message=message, number=1, channel="webhook", address="https://hosting.example/tco", started_at=at,
        ended_at=at + timedelta(milliseconds=120), http_status=status, outcome="accepted", latency_ms=120,
        body=keep(b"{}", media_type="application/json", at=at), is_receipt=True,
        recorded_at=at + timedelta(seconds=1),
    )  # fmt: skip
    made.save()
    return made
