"""One run from its scenario to its directory, in the process that is made for it."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.core.management import call_command

from orders import clock, ids
from perci.exercise import directory, engine, luck, plan, record
from perci.exercise.engine import Progress, Ran
from perci.exercise.playing import Play
from perci.exercise.scenario.model import Scenario


def run(
    scenario: Scenario,
    *,
    seed: int,
    out: Path,
    share: float = 1.0,
    changed: Sequence[str] = (),
    progress: Callable[[Progress], object] = lambda _: None,
    asked_to_stop: Callable[[], bool] = lambda: False,
    bundled: bool = True,
    told: Callable[[str], object] = lambda _: None,
) -> tuple[Ran, str]:
    """Play `scenario` into `out`; returns what ran and the SHA-256 of its ledger.

    Ctrl-C ends it after a step, which `told` hears, and so does `asked_to_stop`. `changed` names what differs from the
    scenario's own file.
    """
    assert settings.DATABASES["default"]["NAME"] == out.resolve() / directory.DATABASE, "never the live database"
    directory.tidy()
    ids.seed(seed)
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)

    def finish(_: Play) -> None:
        if bundled and engine.entries():
            luck.name_ids(seed, "bundle")
            record.bundle_of_all(out / directory.BUNDLE, at=clock.now())

    with _interruptible(told) as stop:
        ran = engine.play(
            plan.reduced(scenario, share),
            seed=seed,
            progress=progress,
            stop=lambda: stop() or asked_to_stop(),
            finish=finish,
        )
    digest = record.ledger_sha256()
    asked = {"seed": seed, "share": share, "changed": list(changed)}
    directory.write_run(out, scenario, asked, ran, ledger=digest, entries=engine.entries())
    return ran, digest


@contextmanager
def _interruptible(told: Callable[[str], object]) -> Iterator[Callable[[], bool]]:
    """The first Ctrl-C asks for an end between two steps; another one breaks off at once."""
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  as signals call it
        nonlocal asked
        asked = True
        told("It ends after this step, and what ran is written. Ctrl-C once more breaks off at once.")
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
