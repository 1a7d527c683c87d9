"""The assembled system: settings, mounts, schedule and the commands that run all of it."""

from django.apps import AppConfig


class PerciConfig(AppConfig):
    name = "perci"
    verbose_name = "PERCI-like simulator"
