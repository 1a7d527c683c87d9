"""The keys with which a provider's machines sign answers (RFC 9421), and a look at a signature that does not verify."""

import base64
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.described import described
from orders.api.exchange import valid
from orders.api.fields import Instant, Line
from platforms import answer_keys
from platforms.api import examples, signed
from platforms.api.arrival import arrived_at
from platforms.api.base import ANSWER, MANAGE, ProviderView
from platforms.models import SignedRequest
from platforms.signatures import Message, SignatureError


class NewAnswerKeyBody(serializers.Serializer[Any]):
    """A public key to be believed from now on."""

    jwk = serializers.DictField(help_text="a public Ed25519 key as JWK (RFC 8037): kty OKP, crv Ed25519, x")
    name = Line(max_length=100, help_text="for yourself, such as the machine that signs with it")


class AnswerKeyBody(serializers.Serializer[Any]):
    """A key that is live."""

    kid = serializers.CharField(help_text="its thumbprint (RFC 7638): what a signature names as keyid")
    name = serializers.CharField(allow_blank=True)
    jwk = serializers.DictField(source="public_jwk")
    created_at = Instant()


class AnswerKeysBody(serializers.Serializer[Any]):
    """All live ones, oldest first: at most two."""

    items = AnswerKeyBody(many=True)


class AnswerKeys(ProviderView):
    scopes = {"GET": (MANAGE,), "POST": (MANAGE,)}

    @described(
        "list_answer_keys",
        ok=AnswerKeysBody,
        examples=[examples.answered("One", {"items": [examples.ANSWER_KEY]}, status="200")],
        tag="connection",
    )
    def get(self, request: Request) -> Response:
        """The keys with which your answers may be signed."""
        return Response({"items": AnswerKeyBody(answer_keys.live(self.provider), many=True).data})

    @described(
        "register_answer_key",
        ok=AnswerKeyBody,
        status=201,
        request=NewAnswerKeyBody,
        problems=["two-answer-keys"],
        examples=[
            examples.asked("A public key", {"jwk": examples.JWK, "name": "signer 1"}),
            examples.answered("Registered", examples.ANSWER_KEY),
        ],
        tag="connection",
    )
    def post(self, request: Request) -> Response:
        """A key beside the present one; both are believed until you retire one."""
        wanted = valid(NewAnswerKeyBody, request.data)
        at = arrived_at(request._request)
        made = answer_keys.register(self.provider, wanted["jwk"], name=wanted["name"], at=at)
        return Response(AnswerKeyBody(made).data, 201)


class AnswerKeyByKid(ProviderView):
    scopes = {"DELETE": (MANAGE,)}

    @described(
        "retire_answer_key",
        ok=None,
        status=204,
        parameters=[OpenApiParameter("kid", str, OpenApiParameter.PATH, description="of one of your live keys")],
        problems=["last-answer-key"],
        tag="connection",
    )
    def delete(self, request: Request, kid: str) -> Response:
        """Believe a key no longer, at once; what it signed stays evidence."""
        found = next((key for key in answer_keys.live(self.provider) if key.kid == kid), None)
        if found is None:
            raise NotFound("You have no live key with this kid.")
        answer_keys.retire(found, at=arrived_at(request._request))
        return Response(status=204)


class SignedAnswerBody(serializers.Serializer[Any]):
    """A signed answer as you sent it."""

    method = serializers.CharField(max_length=20, default="POST")
    url = serializers.CharField(max_length=2000, help_text="absolute, as you called it")
    headers = serializers.DictField(
        child=serializers.CharField(max_length=8000, trim_whitespace=False, allow_blank=True),
        help_text="those that the signature covers, Content-Digest, Signature-Input and Signature",
    )
    body = serializers.CharField(allow_blank=True, trim_whitespace=False, help_text="as text, not parsed")
    received_at = Instant(required=False, help_text="when we would have got it; else now counts")


class SignedAnswerFindingBody(serializers.Serializer[Any]):
    """What we find about it."""

    finding = serializers.ChoiceField(
        ["valid", "nonce-reused", *signed.OF_SIGNATURE], help_text="valid, or the code of the problem it would get"
    )
    detail = serializers.CharField(help_text="what it means and what to do")
    signature_base = serializers.CharField(
        allow_blank=True, help_text="what should have been signed; empty where it cannot be told"
    )
    kid = serializers.CharField(allow_null=True, help_text="of the key that signed it")
    signature = serializers.CharField(allow_null=True, help_text="in base 64")


class VerifyAnswer(ProviderView):
    scopes = {"POST": (MANAGE, ANSWER)}

    @described(
        "verify_answer",
        ok=SignedAnswerFindingBody,
        request=SignedAnswerBody,
        examples=[
            examples.asked("As sent", examples.SIGNED_ANSWER),
            examples.answered("Signed with another key", examples.SIGNED_ANSWER_FINDING, status="200"),
        ],
        tag="connection",
    )
    def post(self, request: Request) -> Response:
        """Why is my signed answer refused? Nothing is recorded and no nonce used up."""
        asked = valid(SignedAnswerBody, request.data)
        at = asked.get("received_at") or arrived_at(request._request)
        message = Message(asked["method"], asked["url"], asked["headers"])
        try:
            proof = signed.checked(message, asked["body"].encode("utf-8", "replace"), self.provider, at=at)
        except SignatureError as error:
            return Response(_finding(error.code, error.detail, error.base))
        if SignedRequest.objects.filter(key=proof.key, nonce=proof.signed.nonce).exists():
            return Response(_finding("nonce-reused", str(signed.reused(proof.signed.nonce)), proof.signed.base, proof))
        return Response(_finding("valid", "The signature holds.", proof.signed.base, proof))


def _finding(finding: str, detail: str, base: str, proof: signed.Proof | None = None) -> dict[str, Any]:
    return {
        "finding": finding,
        "detail": detail,
        "signature_base": base,
        "kid": proof.key.kid if proof else None,
        "signature": base64.b64encode(proof.signed.signature).decode() if proof else None,
    }
