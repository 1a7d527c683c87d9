"""`manage.py export`: what happened, as an evidence bundle that can be checked without us."""

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders import clock
from orders.acts.capacity import OPERATOR
from orders.acts.refusals import Refusal
from orders.evidence import bundle
from orders.evidence.bagging import checkpoints
from orders.evidence.scope import Scope
from orders.management import progress

USAGE = 2  # the exit code of a wrong request, as for an unknown option
DIGITS = 18  # a size of more is none, and no database takes it


def instant(text: str) -> datetime:
    """A day (its beginning in UTC) or an RFC 3339 instant with its offset."""
    try:
        if len(text) == len("2026-11-21"):
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        stated = datetime.fromisoformat(text)
        in_utc = stated.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(
            f"{text!r} is not a time: use 2026-11-21 or 2026-11-21T01:30:00Z.", returncode=USAGE
        ) from None
    if stated.tzinfo is None:
        raise CommandError(f"{text!r} names no time zone: end it with Z or an offset.", returncode=USAGE)
    return in_utc


class Command(BaseCommand):
    help = "Export what happened as an evidence bundle: a zip that the verify.py inside checks without us."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--order", default="", metavar="REF", help="one order, such as DE-2026-000123")
        what.add_argument("--authority", default="", metavar="CODE", help="the orders that one authority issued")
        what.add_argument("--provider", default="", metavar="CODE", help="the orders addressed to one provider")
        parser.add_argument("--from", dest="since", metavar="TIME", help="only orders begun at or after this time")
        parser.add_argument("--to", dest="until", metavar="TIME", help="only orders begun before this time")
        parser.add_argument(
            "--as-of",
            metavar="SIZE",
            help="as it was under the checkpoint over SIZE entries, or in a file",
        )
        parser.add_argument(
            "--since",
            dest="earlier",
            metavar="SIZE",
            help="prove that the checkpoint over SIZE entries is continued",
        )
        parser.add_argument(
            "--withhold", action="store_true", help="without URLs, texts and persons: salted commitments instead"
        )
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
            sizes = {"as_of": _size(options["as_of"]), "since": _size(options["earlier"])}
            self._export(scope, folder, out, withhold=options["withhold"], **sizes)
        except Refusal as refusal:
            raise CommandError(refusal.detail, returncode=USAGE) from None
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.", returncode=USAGE) from None

    def _export(self, scope: Scope, folder: Path, out: Path, **how: Any) -> None:
        """Written beside its place and moved there whole: a half export is never found under the name asked for."""
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".export-", delete=False) as waiting:
            unfinished = Path(waiting.name)
            try:
                manifest = bundle.export(scope, by=OPERATOR, at=clock.now(), to=waiting, progress=progress.show, **how)
                target = out / f"{manifest['export_id']}.zip" if out.is_dir() else out
                unfinished.chmod(0o644)
                unfinished.replace(target)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
        rows = ", ".join(f"{name[:-4]} {count}" for name, count in manifest["rows"].items() if name.endswith(".csv"))
        since = f" --since {manifest['since']['tree_size']}" if manifest["since"] else ""
        self.stdout.write(f"{manifest['export_id']} in {target}: {rows}.")
        self.stdout.write(f"Up to --as-of {manifest['tree_size']}{since}. Check it with the verify.py inside.")


def _size(text: str | None) -> int | None:
    """The size of a tree, as a number or as said by the checkpoint in the file of that name."""
    if text is None:
        return None
    if text.isdecimal() and len(text) <= DIGITS:
        return int(text)
    try:
        note = Path(text).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise CommandError(
            f"{text!r} is neither a number of entries nor a file with a checkpoint.", returncode=USAGE
        ) from None
    return checkpoints.size_in(note)
