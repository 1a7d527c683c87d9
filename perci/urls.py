"""The mounts."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("perci.health")),
]

if not settings.PRODUCTION:
    urlpatterns += [path("simulator/", include("platforms.simulator.urls"))]
