"""A command that writes one page of the documentation from the code, or checks that it was written."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class PageCommand(BaseCommand):
    """Subclasses say where the page is, what it is drawn from, and give its text."""

    path: Path
    source: str

    def page(self) -> str:
        """The whole page."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page differs")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        written = settings.BASE_DIR / self.path
        if not check:
            written.write_text(self.page(), encoding="utf-8")
            self.stdout.write(f"{self.path} written.")
        elif not written.exists() or written.read_text(encoding="utf-8") != self.page():
            command = type(self).__module__.rpartition(".")[2]
            raise CommandError(f"{self.path} differs from {self.source}: run manage.py {command}.")
