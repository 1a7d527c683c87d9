"""The app of removal orders and their record."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = "Removal orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from orders.models.append_only import after_migrate  # noqa: PLC0415  models load after the apps

        post_migrate.connect(after_migrate, dispatch_uid="append-only triggers")
