"""`manage.py verify`: checks the whole database against its own record and names the first wrong entry."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from orders.evidence import verify
from orders.evidence.sealing import rounds
from orders.management import progress

SHOWN = 20  # findings written out; the rest is counted


class Command(BaseCommand):
    help = (
        "Check every chain, signed document, receipt, clock and state against the ledger, and the ledger's seal; "
        "exit 1 and name the first wrong entry when something differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("references", nargs="*", help="only these dossiers, such as DE-2026-000123")

    def handle(self, *args: Any, **options: Any) -> None:
        self.seen = {"exhibits": 0, "dossiers": 0, "leaves": 0}
        wrong = 0
        for finding in verify.findings(of=options["references"], progress=self._progress):
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
