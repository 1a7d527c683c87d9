"""All rows of our tables, to show that a refused act left nothing behind."""

from typing import Any

from django.apps import apps


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every model of ours, by table."""
    models = [model for label in ("orders", "platforms") for model in apps.get_app_config(label).get_models()]
    return {model._meta.db_table: list(model._default_manager.order_by("pk").values_list()) for model in models}
