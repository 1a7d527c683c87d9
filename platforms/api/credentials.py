"""How a provider rotates the credentials of its machines: make the second, take it over, delete the first."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.described import described
from orders.api.exchange import valid
from orders.api.fields import Instant, Line
from platforms import credentials
from platforms.api import examples
from platforms.api.base import MANAGE, ProviderView


class NewCredentialBody(serializers.Serializer[Any]):
    """What the new credential is called."""

    name = Line(max_length=100, help_text="for yourself, such as the machine that uses it")


class CredentialBody(serializers.Serializer[Any]):
    """A credential for /oauth/token."""

    client_id = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    created_at = Instant(source="created")
    last_used_at = Instant(allow_null=True, help_text="to the minute; null: never")


class CredentialsBody(serializers.Serializer[Any]):
    """All live ones, oldest first: at most two."""

    items = CredentialBody(many=True)


class MadeCredentialBody(CredentialBody):
    """A new credential with its secret."""

    client_secret = serializers.CharField(help_text="told this once")


class Credentials(ProviderView):
    scopes = {"GET": (MANAGE,), "POST": (MANAGE,)}

    @described(
        "list_credentials",
        ok=CredentialsBody,
        examples=[examples.answered("Two, while rotating", {"items": examples.CREDENTIALS}, status="200")],
        tag="connection",
    )
    def get(self, request: Request) -> Response:
        """Your credentials, and when each was last used."""
        return Response({"items": CredentialBody(credentials.live(self.provider), many=True).data})

    @described(
        "make_credential",
        ok=MadeCredentialBody,
        status=201,
        request=NewCredentialBody,
        problems=["two-credentials"],
        examples=[
            examples.asked("Named", {"name": "worker 2"}),
            examples.answered("Made", examples.MADE_CREDENTIAL),
        ],
        tag="connection",
    )
    def post(self, request: Request) -> Response:
        """A second credential beside the present one; both work until you delete one."""
        made, secret = credentials.make(self.provider, **valid(NewCredentialBody, request.data))
        told: dict[str, Any] = {**dict(CredentialBody(made).data), "client_secret": secret}
        return Response(told, 201)


class Credential(ProviderView):
    scopes = {"DELETE": (MANAGE,)}

    @described(
        "delete_credential",
        ok=None,
        status=204,
        parameters=[
            OpenApiParameter("client_id", str, OpenApiParameter.PATH, description="of one of your credentials")
        ],
        problems=["last-credential"],
        tag="connection",
    )
    def delete(self, request: Request, client_id: str) -> Response:
        """End a credential at once, with all its tokens; the last one stays."""
        try:
            credentials.delete(self.provider, client_id)
        except credentials.Unknown:
            raise NotFound("You have no credential with this client_id.") from None
        return Response(status=204)
