"""Writes the OpenAPI document to docs/openapi.yaml, or checks that it still describes the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

PAGE = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


class Command(BaseCommand):
    help = "Write docs/openapi.yaml from the views; with --check, fail when it differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the document differs")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The document describes the sandbox too: unset PERCI_PRODUCTION.")
        document = described()
        if not options["check"]:
            PAGE.parent.mkdir(exist_ok=True)
            PAGE.write_bytes(document)
        elif not PAGE.exists() or PAGE.read_bytes() != document:
            raise CommandError("docs/openapi.yaml does not describe the code: run `manage.py openapi`, read the diff.")


def described() -> bytes:
    """The document as YAML. Raises CommandError when a view cannot be described or the document is not valid."""
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    if GENERATOR_STATS:
        raise CommandError("The API cannot be described without doubt: see the warnings above.")
    validate_schema(schema)
    rendered: bytes = OpenApiYamlRenderer().render(schema, renderer_context={})
    return rendered
