"""An exchange again: a message of ours goes out under its id, a request is evaluated afresh. Nothing is bypassed."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from oauth2_provider.models import AccessToken

from orders.acts.capacity import Capacity
from orders.acts.refusals import Refusal
from orders.models import Application, Attempt
from platforms.delivery import resending
from platforms.models import Exchange, Resending

REPLAY_OF, KEPT_AS = "perci.replay_of", "perci.kept_as"  # in the environment of a request, where no header can be


class NotReplayable(Refusal):
    """A request that cannot be asked again as it was."""

    code = "not-replayable"


def send_again(attempt: Attempt, *, by: Capacity, at: datetime) -> Resending:
    """The same bytes under the same id as a fresh attempt. Raises what `resending.resend` raises."""
    reason = f"Replayed from the inspector: attempt {attempt.number} of {attempt.message.type}."
    return resending.resend(attempt.message, reason=reason, by=by, at=at)


def ask_again(exchange: Exchange) -> Exchange:
    """The same request through the whole API, now, as the same client with the same scope; returns what came of it.

    What was recorded under its key is replayed. Where its token was refused it has none now either. Raises
    NotReplayable.
    """
    if exchange.not_kept:
        raise NotReplayable(f"Not all of this request is kept: {exchange.get_not_kept_display()}. Send it yourself.")
    request = WSGIRequest(_environment(exchange))
    _sign_in(request, exchange)
    _handler().get_response(request)
    kept: Exchange | None = request.META.get(KEPT_AS)
    if kept is None:
        raise NotReplayable("It was asked again, and what came of it could not be kept.")
    return kept


@cache
def _handler() -> WSGIHandler:
    return WSGIHandler()


def _sign_in(request: WSGIRequest, exchange: Exchange) -> None:
    """The token that its client had: tokens live ten minutes, and their text is not kept."""
    client = Application.objects.filter(client_id=exchange.client_id, provider=exchange.connection.provider_id).first()
    if client is None or not exchange.scope:
        return
    token: Any = AccessToken(application=client, scope=exchange.scope)
    request._force_auth_user, request._force_auth_token = client, token  # type: ignore[attr-defined]  # DRF's own hook


def _environment(exchange: Exchange) -> dict[str, Any]:
    """The request as WSGI has it (PEP 3333)."""
    address, body = urlsplit(exchange.path), bytes(exchange.body)
    return {
        "REQUEST_METHOD": exchange.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(address.path).decode("latin-1"),
        "QUERY_STRING": address.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        **_as_wsgi(exchange.headers),
        **({"CONTENT_LENGTH": str(len(body))} if body else {}),
        REPLAY_OF: exchange,
    }


def _as_wsgi(headers: Mapping[str, str]) -> dict[str, str]:
    """Not how the body was cut into chunks: it has its length now."""
    named = {name.upper().replace("-", "_"): text for name, text in headers.items()}
    other = {name: text for name, text in named.items() if name not in ("TRANSFER_ENCODING", "CONTENT_LENGTH")}
    return {name if name == "CONTENT_TYPE" else f"HTTP_{name}": text for name, text in other.items()}
