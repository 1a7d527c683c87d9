"""`manage.py report`: a yearly report as a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders import clock
from orders.acts.refusals import Refusal
from orders.evidence.reports import KINDS, build, sheet, spans
from orders.evidence.reports.files import FORMATS, written
from orders.evidence.snapshot import snapshot

USAGE = 2  # the exit code of a wrong request, as for an unknown option


class Command(BaseCommand):
    help = "Write the report of Art. 7, 8 or 21(1), or the Commission's KPIs, as HTML, CSV, JSON or PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--article", required=True, choices=list(KINDS), help="7, 8, 21, or kpi: SWD(2024) 36")
        parser.add_argument(
            "--party", default="", metavar="CODE",
            help="a provider (7), an authority (8) or a Member State (21); without it, all together",
        )  # fmt: skip
        parser.add_argument("--year", default="", metavar="YEAR", help="a calendar year in UTC; the present one")
        parser.add_argument("--from", dest="since", default="", metavar="DAY", help="instead of a year: from this day")
        parser.add_argument("--to", dest="until", default="", metavar="DAY", help="until this day, excluded")
        parser.add_argument("--format", dest="form", default="html", choices=list(FORMATS))
        parser.add_argument("--out", required=True, type=Path, metavar="PATH", help="the file, or a directory for it")

    def handle(self, *args: Any, out: Path, article: str, party: str, form: str, **options: Any) -> None:
        if not (out if out.is_dir() else out.parent).is_dir():
            raise CommandError(f"There is no directory {out.parent}: make it first.", returncode=USAGE)
        now = clock.now()
        try:
            span = spans.chosen(year=options["year"], since=options["since"], until=options["until"], now=now)
            with snapshot():
                report = build(article, party, span, as_of=now)
        except Refusal as refusal:
            raise CommandError(refusal.detail, returncode=USAGE) from None
        target = out / f"{report.name}.{form}" if out.is_dir() else out
        try:
            target.write_bytes(written(report, form))
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}.", returncode=USAGE) from None
        told = ", ".join(f"{tile.figure.label.lower()} {tile.text}" for tile in sheet.tiles(report))
        self.stdout.write(f"{report.law}, {report.party_name}, {report.span} in {target}: {told}.")
        for note in report.notes:
            self.stdout.write(note)
