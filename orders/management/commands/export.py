"""`manage.py export`: what happened, as an evidence bundle that can be checked without us, or as tables alone."""

import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders import clock
from orders.acts.capacity import OPERATOR
from orders.acts.refusals import Refusal
from orders.evidence.bagging import checkpoints
from orders.evidence.bagging.plain import manifest_in
from orders.evidence.jobs import asking, by_hand
from orders.evidence.jobs.asking import Asked
from orders.evidence.jobs.telling import Told
from orders.evidence.scope import Scope
from orders.management import progress
from orders.models import ExportJob
from orders.models.exports import BUNDLE, FORMS

USAGE = 2  # the exit code of a wrong request, as for an unknown option
DIGITS = 18  # a size of more is none, and no database takes it
ASKING = ("order", "authority", "provider", "since", "until", "as_of", "earlier", "tables", "withhold")


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
    help = "Export what happened: an evidence bundle that the verify.py inside checks without us, or tables alone."

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
        parser.add_argument("--format", dest="form", choices=FORMS, default=BUNDLE, help="bundle; or tables alone")
        parser.add_argument("--tables", default="", metavar="NAMES", help="such as events,deliveries; all without it")
        parser.add_argument("--resume", default="", metavar="EXP", help="go on with an export that was broken off")
        parser.add_argument("--out", required=True, type=Path, metavar="PATH", help="the zip, or a directory for it")

    def handle(self, *args: Any, out: Path, **options: Any) -> None:
        folder = out if out.is_dir() else out.parent
        if not folder.is_dir():
            raise CommandError(f"There is no directory {folder}: make it first.", returncode=USAGE)
        try:
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".export-"):
                """Where nothing can be written nothing is begun."""
            job = self._job(options)
        except Refusal as refusal:
            raise CommandError(refusal.detail, returncode=USAGE) from None
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.", returncode=USAGE) from None
        self._make(job, folder, out)

    def _job(self, options: dict[str, Any]) -> ExportJob:
        if options["resume"]:
            if any(options[name] for name in ASKING) or options["form"] != BUNDLE:
                raise CommandError("With --resume, only --out is given: the rest was said before.", returncode=USAGE)
            return by_hand.found(options["resume"])
        scope = Scope(
            order=options["order"],
            authority=options["authority"],
            provider=options["provider"],
            since=instant(options["since"]) if options["since"] else None,
            until=instant(options["until"]) if options["until"] else None,
        )
        tables = tuple(name.strip() for name in options["tables"].split(",") if name.strip())
        sizes = {"as_of": _size(options["as_of"]), "since": _size(options["earlier"])}
        asked = Asked(scope, options["form"], tables, withhold=options["withhold"], **sizes)
        return asking.ask(asked, by=OPERATOR, at=clock.now(), place=ExportJob.Place.COMMAND_LINE)

    def _make(self, job: ExportJob, folder: Path, out: Path) -> None:
        """Made in the spool and moved to its place whole: a half export is never found under the name asked for."""
        told = Told()
        again = f"To go on with it: manage.py export --resume {job.reference} --out {out}"
        try:
            with by_hand.held(job) as held, progress.bar(told):
                made = by_hand.make(held, now=clock.now, told=told)
                target = out / made.name if out.is_dir() else out
                _placed(made, target, folder)
            by_hand.handed_out(held)
        except Refusal as refusal:
            raise CommandError(refusal.detail, returncode=USAGE) from None
        except OSError as error:
            said = f"{error.filename or out} cannot be written: {error.strerror}. {again}"
            raise CommandError(said, returncode=USAGE) from None
        except KeyboardInterrupt:
            raise CommandError(f"Broken off. {again}", returncode=130) from None
        self._say(job, target)

    def _say(self, job: ExportJob, target: Path) -> None:
        manifest = manifest_in(target)
        ending = f".{job.form}" if job.form != BUNDLE else ".csv"
        tables = {name.removesuffix(ending): rows for name, rows in manifest["rows"].items() if name.endswith(ending)}
        self.stdout.write(f"{job.reference} in {target}: {', '.join(f'{name} {n}' for name, n in tables.items())}.")
        if job.form != BUNDLE:
            return
        since = f" --since {manifest['since']['tree_size']}" if manifest["since"] else ""
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


def _placed(made: Path, target: Path, folder: Path) -> None:
    """Copy `made` beside `target`, which may be on another disk, then give it its name."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".export-", delete=False) as waiting:
        unfinished = Path(waiting.name)
        try:
            with made.open("rb") as source:
                shutil.copyfileobj(source, waiting, 1 << 20)
            waiting.flush()
            unfinished.chmod(0o644)
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
