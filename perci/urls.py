"""The mounts."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("perci.health")),
    path("", include("perci.api")),
    path("", include("orders.portal.urls")),
    path("inbox/", include("platforms.inbox.urls")),
    path("admin/", admin.site.urls),
]

if not settings.PRODUCTION:
    urlpatterns += [
        path("simulator/", include("platforms.simulator.urls")),
        path("exercises/", include("perci.console.urls")),
    ]

handler400 = "orders.api.problems.bad_request"  # under /api/ an error is a problem document, elsewhere a page
handler404 = "orders.api.problems.not_found"
handler500 = "orders.api.problems.server_error"
