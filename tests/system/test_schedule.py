"""No legal time travels in a message: the schedule, the queues, and every call that sends a task."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from perci.celery import BACKGROUND, CLOCK, DELIVERY, QUEUES, app

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for package in ("orders", "platforms", "perci") for path in (ROOT / package).rglob("*.py"))
LONGEST_COUNTDOWN = 5  # seconds
FORBIDDEN = {"eta", "countdown", "retry_backoff", "default_retry_delay"}


def later(source: str) -> Iterator[str]:
    """Each keyword argument or setting in `source` that puts off a task for long, or for a time not written there."""
    for node in ast.walk(ast.parse(source)):
        named = [(item.arg, item.value) for item in node.keywords] if isinstance(node, ast.Call) else []
        if isinstance(node, ast.Dict):
            named = [(key.value, value) for key, value in zip(node.keys, node.values, strict=True) if is_text(key)]
        for name, value in named:
            if name in FORBIDDEN and not is_short(name, value):
                yield f"line {node.lineno}: {name}={ast.unparse(value)}"


def is_text(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def is_short(name: str, value: ast.expr) -> bool:
    """True for nothing at all, and for a number of seconds that stands there and is small."""
    if not isinstance(value, ast.Constant):
        return False
    if value.value is None or value.value is False:
        return True
    return name != "eta" and type(value.value) in (int, float) and value.value <= LONGEST_COUNTDOWN


def test_no_source_puts_a_task_off_for_longer_than_a_few_seconds() -> None:
    found = {str(path.relative_to(ROOT)): list(later(path.read_text())) for path in SOURCES}
    assert {path: lines for path, lines in found.items() if lines} == {}
    assert "orders/tasks.py" in found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("sweep.apply_async(eta=due_at)", ["line 1: eta=due_at"]),
        ("app.send_task('sweep', countdown=3600)", ["line 1: countdown=3600"]),
        ("sweep.signature(countdown=seconds)", ["line 1: countdown=seconds"]),
        ("raise self.retry(countdown=2 ** n)", ["line 1: countdown=2 ** n"]),
        ("sweep.apply_async(**{'eta': due_at})", ["line 1: eta=due_at"]),
        ("@shared_task(retry_backoff=True)\ndef act(): ...", ["line 1: retry_backoff=True"]),
        ("sweep.apply_async(countdown=2)", []),
        ("sweep.delay()", []),
    ],
)
def test_the_search_for_late_tasks_finds_each_way_to_write_one(source: str, found: list[str]) -> None:
    assert list(later(source)) == found


def test_every_tick_names_a_queue_that_a_worker_reads_and_expires_within_seconds() -> None:
    app.finalize()
    assert {"sweep", "deliver", "act"} <= set(app.conf.beat_schedule)
    for tick in app.conf.beat_schedule.values():
        assert tick["options"]["queue"] in QUEUES
        assert tick["schedule"] <= tick["options"]["expires"] <= 3 * tick["schedule"]


def test_deadlines_have_a_queue_of_their_own() -> None:
    app.finalize()
    queues = {tick["task"]: tick["options"]["queue"] for tick in app.conf.beat_schedule.values()}
    assert [task for task, queue in queues.items() if queue == CLOCK] == ["orders.tasks.sweep"]
    assert queues["platforms.tasks.deliver"] == DELIVERY
    assert app.conf.task_default_queue == BACKGROUND


def test_nothing_is_redelivered_at_our_hour() -> None:
    timeouts = [
        app.conf.visibility_timeout,
        app.conf.broker_transport_options["visibility_timeout"],
        app.conf.result_backend_transport_options["visibility_timeout"],
    ]
    assert timeouts == [300, 300, 300]
