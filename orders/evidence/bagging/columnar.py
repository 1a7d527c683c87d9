"""A table as Parquet, by pyarrow, an optional extra. Columns have types; lists and objects are text, as in CSV."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from orders import canonical
from orders.acts.refusals import Invalid

MISSING = "Parquet needs pyarrow, which is not installed: pip install 'perci-sim[parquet]', or ask for csv or jsonl."
WHOLE = {
    "number", "item", "item_count", "attempt", "http_status", "observed_status", "latency_ms", "leaf_index",
    "generation", "annex_ii_count", "annex_iii_count", "clarification_loops", "start_entry", "close_entry",
    "entry_number", "notice_lag_ms", "warnings_sent",
}  # fmt: skip
TRUTH = {
    "cross_border", "no_home_ms", "first_order", "emergency", "simulated", "discrepancy", "already_gone", "is_receipt",
}  # fmt: skip
SECONDS = {"limit", "seconds_to_measure"}  # and whatever ends in _s
INSTANTS = {"at", "withheld_until", "preserved_until"}  # and whatever ends in _at
BLOCK = 1 << 20  # bytes of cells read at a time, which become a group of rows: the same cells give the same file


def check() -> None:
    """Raises Invalid where pyarrow is missing."""
    _pyarrow("pyarrow")


def from_cells(path: Path, names: list[str]) -> str:
    """Make the CSV at `path`, in which nothing is neutralised, into Parquet; returns its SHA-256."""
    arrow, cells, parquet = (_pyarrow(name) for name in ("pyarrow", "pyarrow.csv", "pyarrow.parquet"))
    schema = arrow.schema([(name, _type(arrow, name)) for name in names])
    made = path.with_suffix(".made")
    with _opened(cells, path, schema) as rows, parquet.ParquetWriter(made, schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_batch(batch)
    made.replace(path)
    return digest(path)


def _opened(cells: Any, path: Path, schema: Any) -> Any:
    return cells.open_csv(
        path,
        read_options=cells.ReadOptions(block_size=BLOCK, use_threads=False),
        parse_options=cells.ParseOptions(newlines_in_values=True),
        convert_options=cells.ConvertOptions(
            column_types=schema, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True,
            true_values=["true"], false_values=["false"],
        ),
    )  # fmt: skip


def _type(arrow: Any, name: str) -> Any:
    if name in WHOLE:
        return arrow.int64()
    if name in TRUTH:
        return arrow.bool_()
    if name in SECONDS or name.endswith("_s"):
        return arrow.decimal128(20, 6)
    return arrow.timestamp("us", "UTC") if name in INSTANTS or name.endswith("_at") else arrow.string()


def digest(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return canonical.sha256_of(file)


def _pyarrow(name: str) -> ModuleType:
    try:
        return import_module(name)  # loaded when it is asked for: most installations do without
    except ImportError:
        raise Invalid(MISSING, pointer="/format", code="validation") from None
