"""Tokens: the views of django-oauth-toolkit at the addresses of our contract, hardened against unreadable input."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from csp.decorators import csp_replace
from django.core.exceptions import SuspiciousOperation
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import AuthorizationView, RevokeTokenView, TokenView

View = Callable[..., HttpResponseBase]
# What to do about each error of RFC 6749, in the characters that it allows for error_description.
WHAT_TO_DO = {
    "invalid_request": "Send each parameter once, as a form (application/x-www-form-urlencoded).",
    "invalid_client": "Send the client id and the client secret of your machine: by HTTP Basic, or as client_id and "
    "client_secret in the form. A secret that was retired is none any more.",
    "invalid_grant": "The code or token is not known, was used, has ended or is of another client: begin again.",
    "unauthorized_client": "This client may not use this grant_type: a machine uses client_credentials, the tool of a "
    "named officer authorization_code.",
    "unsupported_grant_type": "Send grant_type=client_credentials for a machine, or authorization_code for a named "
    "officer, as a form (application/x-www-form-urlencoded).",
    "invalid_scope": "Leave scope out to get all that are yours, or name some of those, with a space between.",
    "unsupported_token_type": "Send an access token.",
}


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


def explained(view: View) -> View:
    """Each error of RFC 6749 with a sentence that says what to do, behind what the library says of it, if anything."""

    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: Any = view(request, *args, **kwargs)
        if answer.status_code < HTTPStatus.BAD_REQUEST or not answer.content.startswith(b"{"):
            return cast(HttpResponseBase, answer)
        said = json.loads(answer.content)
        known = (said.get("error_description", ""), WHAT_TO_DO.get(said.get("error", ""), ""))
        answer.content = json.dumps({**said, "error_description": " ".join(filter(None, known))})
        return cast(HttpResponseBase, answer)

    return told


# The page sends the browser back to the client's own address, which form-action 'self' would forbid.
authorize = csp_replace({"form-action": None})(AuthorizationView.as_view())

app_name = "oauth2_provider"
urlpatterns = [
    path("authorize", authorize, name="authorize"),
    path("token", readable(explained(TokenView.as_view())), name="token"),
    path("revoke", readable(explained(RevokeTokenView.as_view())), name="revoke-token"),
]
