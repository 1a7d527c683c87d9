"""The app at the edge towards hosting service providers."""

from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "Connections to providers"
    default_auto_field = "django.db.models.BigAutoField"
