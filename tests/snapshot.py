"""All rows of our tables but requests kept for the inspector and looks, to show that a refused act left nothing."""

from typing import Any

from django.apps import apps
from django.db import connection

from orders.acts.consulting import SERIES
from platforms.models import Exchange

OURS = [model for label in ("orders", "platforms") for model in apps.get_app_config(label).get_models()]
TABLES = [model._meta.db_table for model in OURS if model is not Exchange]
LOOKS = "(SELECT id FROM orders_dossier WHERE kind = 'access')"
BUT_LOOKS = {  # whoever is refused an act is shown the order again, and that is a look
    "orders_dossier": f"WHERE id NOT IN {LOOKS}",
    "orders_ledgerentry": f"WHERE dossier_id NOT IN {LOOKS}",
    "orders_referencecounter": f"WHERE series NOT LIKE '{SERIES}-%'",
}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every model of ours as the database has it, by table."""
    with connection.cursor() as cursor:
        return {
            table: cursor.execute(f'SELECT * FROM "{table}" {BUT_LOOKS.get(table, "")} ORDER BY 1').fetchall()  # noqa: S608  our own names
            for table in TABLES
        }
