"""All rows of our tables but what is kept of requests for the inspector, to show that a refused act left nothing."""

from typing import Any

from django.apps import apps
from django.db import connection

from platforms.models import Exchange

OURS = [model for label in ("orders", "platforms") for model in apps.get_app_config(label).get_models()]
TABLES = [model._meta.db_table for model in OURS if model is not Exchange]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every model of ours as the database has it, by table."""
    with connection.cursor() as cursor:
        return {
            table: cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()  # noqa: S608  our own names
            for table in TABLES
        }
