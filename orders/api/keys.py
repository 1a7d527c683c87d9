"""The public keys of the authorities, retired ones too, with which a provider proves who ordered (RFC 7517)."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from orders import signing


@require_safe
@cache_control(public=True, max_age=300)
def jwks(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """The JWKS, at /.well-known/jwks.json."""
    return JsonResponse(signing.jwks())
