"""The secrets that sign webhooks, and a look at a signature that does not verify."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders import canonical
from orders.api.described import described
from orders.api.exchange import valid
from orders.api.fields import Instant
from orders.models import OutboxMessage
from platforms import connecting, wire
from platforms.api import examples
from platforms.api.arrival import arrived_at
from platforms.api.base import MANAGE, READ, ProviderView
from platforms.delivery import trying
from platforms.models import Connection, WebhookSecret
from platforms.wire import WireError


def key_id(secret: WebhookSecret) -> str:
    """How a secret is spoken of without telling it."""
    return f"whk_{canonical.sha256(secret.secret.encode())[:16]}"


class LiveSecretBody(serializers.Serializer[Any]):
    """A secret that signs now."""

    id = serializers.SerializerMethodField(help_text="whk_ and the first 16 digits of the SHA-256 of the secret")
    created_at = Instant()
    retires_at = Instant(allow_null=True, help_text="null: the present one")

    def get_id(self, secret: WebhookSecret) -> str:
        return key_id(secret)


class LiveSecretsBody(serializers.Serializer[Any]):
    """All of them, oldest first."""

    items = LiveSecretBody(many=True)


class MadeSecretBody(serializers.Serializer[Any]):
    """A new webhook secret, told this once."""

    id = serializers.CharField()
    secret = serializers.CharField(help_text="as Standard Webhooks takes it: whsec_ and base 64")
    created_at = Instant()
    others_retire_at = Instant(help_text="until then each webhook carries a signature of every live secret")


class Secrets(ProviderView):
    scopes = {"GET": (MANAGE,), "POST": (MANAGE,)}

    @described(
        "list_secrets",
        ok=LiveSecretsBody,
        examples=[examples.answered("While rotating", {"items": examples.SECRETS}, status="200")],
        tag="connection",
    )
    def get(self, request: Request) -> Response:
        """The secrets that sign now, never their text."""
        connection = Connection.objects.filter(provider=self.provider).first()
        live = connecting.live_secrets(connection, at=arrived_at(request._request)) if connection else []
        return Response({"items": LiveSecretBody(live, many=True).data})

    @described(
        "rotate_secret",
        ok=MadeSecretBody,
        status=201,
        examples=[examples.answered("Made", examples.MADE_SECRET)],
        tag="connection",
    )
    def post(self, request: Request) -> Response:
        """A new secret; the ones before sign for another day beside it."""
        at = arrived_at(request._request)
        connection = connecting.connection_of(self.provider, sandbox=False, at=at)
        made = connecting.rotate_secret(connection, at=at)
        told = {
            "id": key_id(made),
            "secret": made.secret,
            "created_at": at,
            "others_retire_at": at + connecting.OVERLAP,
        }
        return Response(MadeSecretBody(told).data, 201)


class Secret(ProviderView):
    scopes = {"DELETE": (MANAGE,)}

    @described(
        "retire_secret",
        ok=None,
        status=204,
        parameters=[OpenApiParameter("key", str, OpenApiParameter.PATH, description="the id of a live secret")],
        problems=["last-secret"],
        tag="connection",
    )
    def delete(self, request: Request, key: str) -> Response:
        """Let a secret sign no longer, at once; the present one stays until there is another."""
        at = arrived_at(request._request)
        connection = Connection.objects.filter(provider=self.provider).first()
        live = connecting.live_secrets(connection, at=at) if connection else []
        found = next((secret for secret in live if key_id(secret) == key), None)
        if found is None:
            raise NotFound("You have no live secret with this id.")
        connecting.retire_secret(found, at=at)
        return Response(status=204)


class SignatureBody(serializers.Serializer[Any]):
    """A webhook as it reached you: three headers and the body, exactly as received."""

    id = serializers.CharField(max_length=200, trim_whitespace=False, help_text="the header webhook-id")
    timestamp = serializers.CharField(max_length=40, trim_whitespace=False, help_text="the header webhook-timestamp")
    signature = serializers.CharField(
        max_length=5000, trim_whitespace=False, help_text="the header webhook-signature, all of it"
    )
    body = serializers.CharField(allow_blank=True, trim_whitespace=False, help_text="the body as text, not parsed")
    received_at = Instant(required=False, help_text="when it reached you, by your clock; else now counts")


class SignatureFindingBody(serializers.Serializer[Any]):
    """What a receiver with your secrets would find."""

    finding = serializers.ChoiceField(["valid", "clock_skew", "bad_signature", "unknown_key", "malformed_header"])
    detail = serializers.CharField(help_text="what it means and what to do")
    signed_bytes = serializers.CharField(help_text="what is signed: id.timestamp.body")
    matched = serializers.CharField(allow_null=True, help_text="the id of the secret that signed it")
    matched_is_live = serializers.BooleanField(allow_null=True)
    skew_seconds = serializers.IntegerField(allow_null=True, help_text="how far the timestamp is ahead of the clock")
    known_message = serializers.BooleanField(help_text="whether a message to you has this id")
    differs_at = serializers.IntegerField(
        allow_null=True, help_text="of a known message: the first byte at which the body is not the one we send"
    )


class VerifySignature(ProviderView):
    scopes = {"POST": (MANAGE, READ)}

    @described(
        "verify_signature",
        ok=SignatureFindingBody,
        request=SignatureBody,
        examples=[
            examples.asked("As received", examples.SIGNATURE),
            examples.answered("The clock of the receiver is late", examples.SIGNATURE_FINDING, status="200"),
        ],
        tag="connection",
    )
    def post(self, request: Request) -> Response:
        """Why does my signature not verify? Nothing is recorded and no receipt proven."""
        asked = valid(SignatureBody, request.data)
        rows = list(WebhookSecret.objects.filter(connection__provider=self.provider))
        at = asked.get("received_at") or arrived_at(request._request)
        sent = OutboxMessage.objects.select_related("dossier").filter(
            recipient=self.provider.code, message_id=asked["id"]
        )
        found = _found(asked, rows, at) | _compared(sent.first(), asked["body"].encode())
        return Response(SignatureFindingBody(found).data)


def _found(asked: dict[str, Any], rows: list[WebhookSecret], at: datetime) -> dict[str, Any]:
    body, live = asked["body"].encode(), [row for row in rows if row.retires_at is None or row.retires_at > at]
    headers = {wire.ID: asked["id"], wire.TIMESTAMP: asked["timestamp"], wire.SIGNATURE: asked["signature"]}
    retired = [row.secret for row in rows if row not in live]
    finding, detail = "valid", "The signature is right and the timestamp is within the tolerance."
    try:
        wire.verify(body, headers, [row.secret for row in live], retired=retired, at=at)
    except WireError as error:
        finding, detail = error.reason, error.detail
    matched = next((row for row in rows if _signed_with(row, body, headers)), None)
    return {
        "finding": finding,
        "detail": detail,
        "signed_bytes": f"{asked['id']}.{asked['timestamp']}.{asked['body']}",
        "matched": key_id(matched) if matched else None,
        "matched_is_live": matched in live if matched else None,
        "skew_seconds": _skew(asked["timestamp"], at),
    }


def _skew(timestamp: str, at: datetime) -> int | None:
    whole = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16
    return int(timestamp) - int(at.timestamp()) if whole else None


def _signed_with(row: WebhookSecret, body: bytes, headers: dict[str, str]) -> bool:
    try:
        wire.verify(body, headers, [row.secret])
    except WireError as error:
        return error.reason == "clock_skew"  # which is looked at when the signature is right
    return True


def _compared(message: OutboxMessage | None, body: bytes) -> dict[str, Any]:
    if message is None:
        return {"known_message": False, "differs_at": None}
    ours = trying.compose(message)
    pairs = enumerate(zip(ours, body, strict=False))
    same_length = None if len(ours) == len(body) else min(len(ours), len(body))
    return {"known_message": True, "differs_at": next((at for at, (a, b) in pairs if a != b), same_length)}
