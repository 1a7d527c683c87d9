"""`manage.py export`: what happened, as a zip of CSV and JSON lines with a manifest."""

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders import clock
from orders.acts.capacity import OPERATOR
from orders.acts.refusals import Refusal
from orders.evidence import bundle
from orders.evidence.scope import Scope
from orders.management import progress

USAGE = 2  # the exit code of a wrong request, as for an unknown option


def instant(text: str) -> datetime:
    """A day (its beginning in UTC) or an RFC 3339 instant with its offset."""
    try:
        if len(text) == len("2026-11-21"):
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        stated = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"{text!r} is not a time: use 2026-11-21 or 2026-11-21T01:30:00Z.", returncode=USAGE
        ) from None
    if stated.tzinfo is None:
        raise CommandError(f"{text!r} names no time zone: end it with Z or an offset.", returncode=USAGE)
    return stated.astimezone(UTC)


class Command(BaseCommand):
    help = "Export orders, items, clocks, events and deliveries as a zip of CSV and JSON lines with a manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--order", default="", metavar="REF", help="one order, such as DE-2026-000123")
        what.add_argument("--authority", default="", metavar="CODE", help="the orders that one authority issued")
        what.add_argument("--provider", default="", metavar="CODE", help="the orders addressed to one provider")
        parser.add_argument("--from", dest="since", metavar="TIME", help="only orders begun at or after this time")
        parser.add_argument("--to", dest="until", metavar="TIME", help="only orders begun before this time")
        parser.add_argument("--out", required=True, type=Path, metavar="PATH", help="the zip, or a directory for it")

    def handle(self, *args: Any, out: Path, **options: Any) -> None:
        scope = Scope(
            order=options["order"],
            authority=options["authority"],
            provider=options["provider"],
            since=instant(options["since"]) if options["since"] else None,
            until=instant(options["until"]) if options["until"] else None,
        )
        folder = out if out.is_dir() else out.parent
        if not folder.is_dir():
            raise CommandError(f"There is no directory {folder}: make it first.", returncode=USAGE)
        try:
            self._export(scope, folder, out)
        except Refusal as refusal:
            raise CommandError(refusal.detail, returncode=USAGE) from None
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.", returncode=USAGE) from None

    def _export(self, scope: Scope, folder: Path, out: Path) -> None:
        """Written beside its place and moved there whole: a half export is never found under the name asked for."""
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".export-", delete=False) as waiting:
            unfinished = Path(waiting.name)
            try:
                manifest = bundle.export(scope, by=OPERATOR, at=clock.now(), to=waiting, progress=progress.show)
                target = out / f"{manifest['export_id']}.zip" if out.is_dir() else out
                unfinished.chmod(0o644)
                unfinished.replace(target)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
        rows = ", ".join(f"{name[:-4]} {count}" for name, count in manifest["rows"].items() if name.endswith(".csv"))
        self.stdout.write(f"{manifest['export_id']} in {target}: {rows}.")
