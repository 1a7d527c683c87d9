"""`manage.py verify`: checks the whole database against its own record and names the first wrong entry."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.evidence import verify
from orders.evidence.sealing import rounds
from orders.evidence.verifier.bag import CannotTell
from orders.evidence.verifier.seal import NOTE
from orders.evidence.verifier.verify import given_text
from orders.management import progress

USAGE = 2
SHOWN = 20  # findings written out; the rest is counted


class Command(BaseCommand):
    help = (
        "Check every chain, signed document, receipt, clock and state against the ledger, and the ledger's seal; "
        "exit 1 and name the first wrong entry when something differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("references", nargs="*", help="only these dossiers, such as DE-2026-000123")
        parser.add_argument(
            "--previous",
            metavar="FILE",
            help="a checkpoint that you kept, or the bundle that it came in: the ledger is to begin with it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.seen = {"exhibits": 0, "dossiers": 0, "leaves": 0}
        wrong = 0
        kept = _kept(options["previous"])
        for finding in verify.findings(of=options["references"], previous=kept, progress=self._progress):
            wrong += 1
            if wrong <= SHOWN:
                self.stdout.write(f"{'FIRST WRONG: ' if wrong == 1 else ''}{finding}")
        checked = f"{self.seen['dossiers']} dossiers and {self.seen['exhibits']} exhibits checked"
        if not options["references"]:
            checked += f", {self.seen['leaves']} rows sealed, {rounds.backlog().count} waiting"
        if wrong:
            self.stdout.write(f"{checked}; findings: {wrong}, of which {min(wrong, SHOWN)} are named above.")
            sys.exit(1)
        self.stdout.write(f"{checked}: everything is as the record says.")

    def _progress(self, what: str, count: int) -> None:
        self.seen[what] = count
        if count % 100 == 0:
            progress.show(what, count)


def _kept(text: str | None) -> str | None:
    """The signed note in the file or the bundle of that name."""
    if text is None:
        return None
    if not Path(text).exists():
        raise CommandError(f"There is no {text}: name the checkpoint that you kept, or its bundle.", returncode=USAGE)
    try:
        return given_text(text, NOTE)
    except CannotTell as error:
        raise CommandError(str(error), returncode=USAGE) from None
