"""Tables alone as CSV, JSON lines and Parquet: the rows of the bundle, exact, streamed, by COPY where there is one."""

import csv
import io
import json
import sys
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow
import pyarrow.parquet
import pytest
from django.db import connection

from orders.acts.refusals import Invalid
from orders.evidence import writing
from orders.evidence.bagging import columnar, copying, plan, sheets
from orders.evidence.bagging.cut import Cut
from orders.evidence.bagging.sources import ATTEMPT, ENTRY
from orders.evidence.scope import Scope
from orders.evidence.sealing import rounds
from orders.evidence.tables import TABLES
from orders.evidence.tables.deliveries import DELIVERIES
from orders.evidence.tables.events import EVENTS
from orders.models import OutboxMessage
from tests import factories
from tests.factories import received
from tests.orders.bundles import rich
from tests.orders.exported import LATER, attempt
from tests.orders.jobs import again, asked, content, worked

pytestmark = pytest.mark.django_db
NAMES = [table.name for table in TABLES]


def archive(**how):
    """The zip of an export that was asked for and made."""
    job = asked(**how)
    done = worked()
    assert done.failure == ""
    return zipfile.ZipFile(io.BytesIO(content(job)))


def test_tables_alone_have_the_rows_of_the_bundle():
    rich()
    whole = archive()
    for form in ("csv", "jsonl"):
        alone = archive(form=form)
        assert alone.namelist() == [*(f"{name}.{form}" for name in NAMES), "manifest.json"]
        for name in ("orders", "items", "clocks", "events", "deliveries"):  # looks: each export is one more
            assert alone.read(f"{name}.{form}") == whole.read(f"data/{name}.{form}")


def test_the_manifest_says_what_is_in_it_and_up_to_where():
    received()
    zipped = archive(form="csv", tables=("deliveries", "events"))
    manifest = json.loads(zipped.read("manifest.json"))
    assert manifest["rows"] == {"events.csv": 5, "deliveries.csv": 0}
    assert (manifest["format"], manifest["as_of"]["tree_size"], manifest["simulated"]) == ("csv", 6, True)


def value(column, said):
    """What JSON lines say, as Parquet has it."""
    if said is None or column in columnar.WHOLE | columnar.TRUTH:
        return said
    if column in columnar.SECONDS or column.endswith("_s"):
        return Decimal(repr(said)).quantize(Decimal("0.000001"))
    if column in columnar.INSTANTS or column.endswith("_at"):
        return datetime.fromisoformat(said).astimezone(UTC)
    return writing.cell(said)


def test_parquet_read_back_by_pyarrow_has_the_values_of_the_json_lines():
    rich()
    order = received(reasons='=1+1, "quoted"\nand a line, Ελληνικά', file_number="-5")
    attempt(OutboxMessage.objects.get(dossier=order.dossier, type="order.issued"))
    lines, columns = archive(form="jsonl"), archive(form="parquet")
    for table in TABLES:
        said = [json.loads(line) for line in lines.read(f"{table.name}.jsonl").decode().splitlines()]
        read = pyarrow.parquet.read_table(pyarrow.BufferReader(columns.read(f"{table.name}.parquet")))
        assert read.column_names == list(table.columns)
        if table.name != "access":  # each export is one more
            expected = [{name: value(name, row[name]) for name in row} for row in said]
            assert read.to_pylist() == expected
    assert "=1+1" in lines.read("events.jsonl").decode()


def test_the_same_checkpoint_gives_the_same_bytes_in_each_form():
    rich()
    archive()
    size = rounds.latest().tree_size
    for form in ("csv", "jsonl", "parquet"):
        jobs_ = [asked(form=form, as_of=size) for _ in range(2)]
        worked()
        worked()
        assert content(jobs_[0]) == content(jobs_[1])
        assert again(jobs_[0]).facts["tables"] == ["events", "deliveries"]


def test_parquet_without_pyarrow_is_refused_with_what_to_install(monkeypatch):
    received()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Invalid, match=r"pip install 'perci-sim\[parquet\]'"):
        asked(form="parquet")


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"form": "xlsx"}, "There is no format 'xlsx': use bundle, csv, jsonl, parquet."),
        ({"form": "csv", "tables": ("event",)}, "There is no table 'event'"),
        ({"tables": ("events",)}, "A bundle has all tables"),
        ({"form": "csv", "since": 3}, "Only a bundle proves what it continues"),
        ({"form": "csv", "tables": ("orders",), "as_of": 6}, "orders is a reading as of now"),
    ],
)
def test_a_form_that_cannot_be_had_is_refused_with_a_sentence(how, sentence):
    received()
    with pytest.raises(Invalid, match=sentence):
        asked(**how)


def test_what_copy_selects_are_the_declared_columns_in_their_order():
    assert (list(ENTRY), list(ATTEMPT)) == (list(EVENTS.columns), list(DELIVERIES.columns))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="COPY is PostgreSQL's")
def test_copy_gives_the_bytes_of_the_plain_way():
    rich()
    nasty = '\t=1,"x"\r\n\\N \x7f\u2028 Ελληνικά \\'
    order = received(reasons=nasty, file_number="-5")
    message = OutboxMessage.objects.get(dossier=order.dossier, type="order.issued")
    attempt(message)
    factories.drafting.draft(
        authority=factories.authority("=x,y"), content=factories.content(to=factories.provider()),
        by=factories.officer("@zoe", factories.authority("=x,y")), at=LATER,
    )  # fmt: skip
    while rounds.seal(at=LATER):
        pass
    assert copying.possible()
    cut = Cut(Scope(), rounds.latest())
    copied = [one for group in plan.of_bundle(cut, readings=False) for one in group.tables if one.copied]
    assert [one.name for one in copied] == ["events", "deliveries"]
    for wanted in copied:
        by_copy, plainly = list(sheets.texts(wanted)), list(sheets.texts(wanted, copy=False))
        assert by_copy == plainly
        assert by_copy
    assert sum(row.neutralised for row in sheets.texts(copied[0])) == 1


def test_a_cell_that_a_spreadsheet_would_run_is_neutralised_in_csv_alone():
    order = received(file_number="F-1")
    of = factories.authority("=x")
    factories.drafting.draft(
        authority=of, content=factories.content(to=order.provider), by=factories.officer("zoe", of), at=LATER
    )
    zipped = archive(form="csv", tables=("orders",))
    rows = list(csv.DictReader(io.StringIO(zipped.read("orders.csv").decode(), newline="")))
    assert {row["issuing_authority"] for row in rows} == {"de-fpo", "'=x"}
    assert json.loads(zipped.read("manifest.json"))["csv_neutralised_cells"] == 1
    read = pyarrow.parquet.read_table(
        pyarrow.BufferReader(archive(form="parquet", tables=("orders",)).read("orders.parquet"))
    )
    assert set(read.column("issuing_authority").to_pylist()) == {"de-fpo", "=x"}
