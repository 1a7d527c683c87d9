"""The app at the edge towards hosting service providers."""

from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "Connections to providers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from orders.evidence import verify  # noqa: PLC0415  models load after the apps
        from platforms.kept import signed_requests, submissions  # noqa: PLC0415

        verify.MORE.extend((submissions, signed_requests))
