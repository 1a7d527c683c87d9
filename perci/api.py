"""The mounts of both APIs, their tokens, keys, description and problem pages."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from orders.api import keys, ledger, problems
from orders.api.limits import rate_limits
from orders.api.problem_pages import problem_index, problem_page
from platforms.api.urls import sandbox_urlpatterns

sandbox: list[URLPattern | URLResolver] = [
    path("api/sandbox/v1/", include((sandbox_urlpatterns, "sandbox_api"))),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("oauth/", include("orders.api.oauth")),
    path(".well-known/jwks.json", keys.jwks, name="jwks"),
    path("api/platforms/v1/", include("platforms.api.urls")),
    path("api/authorities/v1/", include("orders.api.urls")),
    path("api/ledger/v1/checkpoint", ledger.LatestCheckpoint.as_view(), name="checkpoint"),
    path("api/ledger/v1/keys", ledger.Keys.as_view(), name="ledger-keys"),
    *([] if settings.PRODUCTION else sandbox),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    path("docs/rate-limits", rate_limits, name="rate-limits"),
    path("docs/problems/", problem_index, name="problems"),
    path("docs/problems/<slug:code>", problem_page, name="problem"),
    # last: an unknown address answers with a problem, in debug mode too, and is never taken for a form of ours
    re_path(r"^api/", csrf_exempt(problems.not_found)),
]
