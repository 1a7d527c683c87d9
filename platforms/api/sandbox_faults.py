"""Faults by name, into the counterpart that we are for a tenant of the sandbox."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.described import described
from orders.api.exchange import valid
from orders.api.fields import Choice, Instant
from platforms import faults
from platforms.api import sandbox_examples as examples
from platforms.api.arrival import arrived_at
from platforms.api.base import MANAGE
from platforms.api.sandbox import SandboxView
from platforms.faults import FAULTS, KINDS, LONGEST, MOST_TIMES

LATEST = 50  # uses that are told
NAMES = [kind.name for kind in FAULTS]
NAME = OpenApiParameter("name", str, OpenApiParameter.PATH, enum=NAMES)


class SetFaultBody(serializers.Serializer[Any]):
    """A fault, for how many messages or answers, and how long where it is about time."""

    fault = Choice(NAMES)
    times = serializers.IntegerField(default=1, min_value=1, max_value=MOST_TIMES)
    seconds = serializers.IntegerField(
        required=False, min_value=1, max_value=LONGEST, help_text="slow, slow_answer; unavailable: its Retry-After"
    )


class FaultBody(serializers.Serializer[Any]):
    """A fault, and for how many messages or answers more it is set."""

    fault = serializers.CharField(source="kind.name")
    on = serializers.ChoiceField(["message", "answer"], source="kind.on", help_text="what it is done to")
    says = serializers.CharField(source="kind.says", help_text="what you will see, and what to do")
    left = serializers.IntegerField(help_text="0: not set, or used up")
    seconds = serializers.IntegerField(help_text="0: it is not about time")


class FaultUseBody(serializers.Serializer[Any]):
    """What a fault met."""

    fault = serializers.CharField(source="name")
    met = serializers.CharField(help_text="the webhook-id of a message, or method and path of a request")
    at = Instant()


class FaultsBody(serializers.Serializer[Any]):
    """Every fault there is, and what they met, latest first."""

    items = FaultBody(many=True)
    uses = FaultUseBody(many=True)


class Faults(SandboxView):
    scopes = {"GET": (MANAGE,), "POST": (MANAGE,), "DELETE": (MANAGE,)}

    @described(
        "list_faults",
        ok=FaultsBody,
        tag="sandbox",
        examples=[examples.answered("One set", examples.FAULTS, status="200")],
    )
    def get(self, request: Request) -> Response:
        """The faults there are, how often each is still to come, and what they met."""
        told = {"items": faults.standings(self.provider), "uses": faults.uses(self.provider)[:LATEST]}
        return Response(FaultsBody(told).data)

    @described(
        "set_fault",
        ok=FaultBody,
        status=201,
        request=SetFaultBody,
        problems=["not-sandbox"],
        tag="sandbox",
        examples=[
            examples.asked("The next two webhooks", {"fault": "bad_signature", "times": 2}),
            examples.answered("Set", examples.FAULT),
        ],
    )
    def post(self, request: Request) -> Response:
        """Misbehave in this way towards your next messages or answers."""
        wanted = valid(SetFaultBody, request.data)
        kind = KINDS[wanted.pop("fault")]
        if not kind.seconds:
            wanted.pop("seconds", None)
        fault = faults.set_fault(self.connection(request), kind.name, at=arrived_at(request._request), **wanted)
        return Response(FaultBody(faults.standing(kind, fault)).data, 201)

    @described("clear_faults", ok=None, status=204, tag="sandbox")
    def delete(self, request: Request) -> Response:
        """Behave again."""
        faults.clear(self.provider)
        return Response(status=204)


class FaultByName(SandboxView):
    scopes = {"DELETE": (MANAGE,)}

    @described("clear_fault", ok=None, status=204, parameters=[NAME], tag="sandbox")
    def delete(self, request: Request, name: str) -> Response:
        """Behave again in this way."""
        if name not in KINDS:
            raise NotFound("There is no fault of this name.")
        faults.clear(self.provider, name)
        return Response(status=204)
