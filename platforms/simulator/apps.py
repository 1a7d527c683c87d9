"""The app that plays hosting service providers; it knows us only over HTTP."""

from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    name = "platforms.simulator"
    label = "simulator"
    verbose_name = "Simulated platforms"
    default_auto_field = "django.db.models.BigAutoField"
