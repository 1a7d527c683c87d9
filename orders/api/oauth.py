"""Tokens: the views of django-oauth-toolkit at the addresses of our contract, hardened against unreadable input."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django.core.exceptions import SuspiciousOperation
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import AuthorizationView, RevokeTokenView, TokenView

View = Callable[..., HttpResponseBase]


def readable(view: View) -> View:
    """Answer 400 in the form of RFC 6749 where the input cannot be text of the database, such as a NUL."""

    @csrf_exempt
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with transaction.atomic():  # a refusal of the database must not outlive this request
                return view(request, *args, **kwargs)
        except (ValueError, DataError, MultiPartParserError, SuspiciousOperation):
            sentence = "A parameter cannot be read as text."
            return JsonResponse({"error": "invalid_request", "error_description": sentence}, status=400)

    return checked


# The page sends the browser back to the client's own address, which form-action 'self' would forbid.
authorize = csp_replace({"form-action": None})(AuthorizationView.as_view())

app_name = "oauth2_provider"
urlpatterns = [
    path("authorize", authorize, name="authorize"),
    path("token", readable(TokenView.as_view()), name="token"),
    path("revoke", readable(RevokeTokenView.as_view()), name="revoke-token"),
]
