"""The inspector: every exchange of a sandbox connection, byte for byte, and it again."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.cursors import PAGE
from orders.api.described import ProblemBody, described, listing
from orders.api.exchange import valid
from orders.api.fields import Choice, Instant
from orders.api.problems import Problem
from platforms.api import examples
from platforms.api import exchange_examples as shown
from platforms.api.arrival import arrived_at
from platforms.api.base import MANAGE, READ, ProviderView
from platforms.inspecting import replaying, timeline, twins
from platforms.inspecting.asked import Asked
from platforms.inspecting.sent import Sent
from platforms.inspecting.timeline import DIRECTIONS, Seen
from platforms.models import Connection

ID = OpenApiParameter("id", str, OpenApiParameter.PATH, description="such as out-12 or in-7")


class ExchangeHeadBody(serializers.Serializer[Any]):
    """One exchange in a line."""

    id = serializers.CharField()
    direction = serializers.ChoiceField(DIRECTIONS, help_text="out: we sent it; in: you asked it")
    at = Instant(help_text="when it began")
    latency_ms = serializers.IntegerField(source="took_ms")
    what = serializers.CharField(help_text="the type of the message, or what was asked")
    where = serializers.CharField(help_text="your endpoint, or our address")
    status = serializers.IntegerField(allow_null=True, help_text="of HTTP; null where no answer came")
    outcome = serializers.CharField(help_text="of an attempt, or the code of the problem")
    sentence = serializers.CharField(allow_blank=True, help_text="what came of it, and why it was not accepted")
    article = serializers.CharField(allow_blank=True, help_text="of the legal act, where it is one")
    faults = serializers.ListField(child=serializers.CharField(), help_text="that you set and that met it")
    orders = serializers.ListField(child=serializers.CharField())
    replay_of = serializers.SerializerMethodField(help_text="the exchange that this one repeats")

    def get_replay_of(self, seen: Seen) -> str | None:
        again = seen.exchange.again if isinstance(seen, Asked) else None
        return f"in-{again.pk}" if again else None


class RequestBytesBody(serializers.Serializer[Any]):
    """What was asked."""

    method = serializers.CharField(allow_blank=True)
    headers = serializers.DictField(child=serializers.CharField(), help_text="never Authorization or Cookie")
    body = serializers.SerializerMethodField(help_text="the bytes as UTF-8, of a request the first 64 KB")
    body_size = serializers.IntegerField()
    body_sha256 = serializers.CharField(allow_blank=True)
    not_kept = serializers.CharField(allow_blank=True, help_text="why it cannot be replayed")

    def get_body(self, seen: Seen) -> str:
        return seen.body.decode(errors="replace")


class AnswerBytesBody(serializers.Serializer[Any]):
    """What was answered."""

    headers = serializers.DictField(source="answer_headers", child=serializers.CharField())
    body = serializers.CharField(source="answer", allow_blank=True, help_text="of yours 4 KB, of ours 64 KB")


class SignedBody(serializers.Serializer[Any]):
    """A signature, and which secret made it."""

    signature = serializers.CharField()
    secret_ending = serializers.CharField(source="ending", allow_blank=True, help_text="empty: none of yours")
    secret_made_at = Instant(source="made_at", allow_null=True)


class ExchangeBody(ExchangeHeadBody):
    """One exchange, byte for byte."""

    request = RequestBytesBody(source="*")
    signed_bytes = serializers.SerializerMethodField(help_text="webhook-id.webhook-timestamp.body")
    signatures = SignedBody(many=True)
    answer = AnswerBytesBody(source="*")
    problem = serializers.SerializerMethodField()
    message_id = serializers.SerializerMethodField(help_text="the webhook-id")
    attempt = serializers.SerializerMethodField(help_text="its number")
    is_receipt = serializers.SerializerMethodField(help_text="it was the first proof of receipt")
    next_attempt_at = serializers.SerializerMethodField(help_text="as planned after this one")
    idempotency_key = serializers.SerializerMethodField(help_text="under which it was recorded")
    entry = serializers.SerializerMethodField(help_text="number of the act in the record")
    curl = serializers.SerializerMethodField(help_text="the same as a command; empty where it cannot be")
    replays = serializers.SerializerMethodField(help_text="the requests that repeat it, newest first")

    def get_signed_bytes(self, seen: Seen) -> str | None:
        return seen.signed_before + seen.body.decode(errors="replace") if seen.signed_before else None

    @extend_schema_field(ProblemBody(allow_null=True))
    def get_problem(self, seen: Seen) -> Any:
        return (seen.problem or None) if isinstance(seen, Asked) else None

    def get_message_id(self, seen: Seen) -> str | None:
        return seen.attempt.message.message_id if isinstance(seen, Sent) else None

    def get_attempt(self, seen: Seen) -> int | None:
        return seen.attempt.number if isinstance(seen, Sent) else None

    def get_is_receipt(self, seen: Seen) -> bool:
        return seen.attempt.is_receipt if isinstance(seen, Sent) else seen.receipt is not None

    def get_next_attempt_at(self, seen: Seen) -> str | None:
        at = seen.attempt.next_attempt_at if isinstance(seen, Sent) else None
        return Instant().to_representation(at) if at else None

    def get_idempotency_key(self, seen: Seen) -> str | None:
        kept = seen.exchange.submission if isinstance(seen, Asked) else None
        return kept.idempotency_key if kept else None

    def get_entry(self, seen: Seen) -> int | None:
        return seen.entry.number if seen.entry else None

    def get_curl(self, seen: Seen) -> str:
        return twins.of(seen)

    def get_replays(self, seen: Seen) -> list[str]:
        keys = seen.exchange.replays.values_list("pk", flat=True) if isinstance(seen, Asked) else ()
        return [f"in-{key}" for key in keys]


class ReplayedBody(serializers.Serializer[Any]):
    """Before and after, side by side."""

    before = ExchangeBody()
    after = ExchangeBody(allow_null=True, help_text="of a request; a message is on its way: see the list")
    resent_at = Instant(allow_null=True, help_text="when the message was put on its way again")


class Wanted(serializers.Serializer[Any]):
    """The filters of the list."""

    order = serializers.CharField(required=False, default="", help_text="such as DE-2026-000123")
    direction = Choice(DIRECTIONS, required=False, default="")
    after = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="the cursor that the page before gave as next"
    )


class InspectorView(ProviderView):
    """A call about the exchanges of the caller's own sandbox connection; of any other there are none."""

    faulty = False

    @property
    def connection(self) -> Connection:
        found = timeline.inspected(self.provider)
        if found is None:
            raise NotFound("Your connection is not one of the sandbox: nothing is kept for the inspector.")
        return found

    def seen(self, id: str) -> Seen:
        try:
            return timeline.find(self.connection, id)
        except timeline.Unknown:
            raise NotFound("You have no exchange with this id; requests are kept for seven days.") from None


class Exchanges(InspectorView):
    scopes = {"GET": (MANAGE, READ)}

    @described(
        "list_exchanges",
        ok=listing("exchanges", ExchangeHeadBody),
        parameters=[Wanted],
        problems=["bad-cursor", "validation"],
        tag="sandbox",
        examples=[examples.answered("Both ways", {"items": [shown.ASKED, shown.SENT], "next": None}, status="200")],
    )
    def get(self, request: Request) -> Response:
        """What went over the wire, newest first: our messages and your requests, also those we refused."""
        wanted = valid(Wanted, request.query_params.dict())
        wanted["after"] = self._after(wanted["after"])
        found, more = timeline.page(self.connection, **wanted, size=PAGE)
        items = ExchangeHeadBody(found, many=True).data
        return Response({"items": items, "next": found[-1].id if more else None})

    def _after(self, cursor: str) -> Seen | None:
        try:
            return timeline.find(self.connection, cursor) if cursor else None
        except timeline.Unknown:
            raise Problem("bad-cursor", "The cursor in `after` is not one that we gave, or is a week old.") from None


class Exchange(InspectorView):
    scopes = {"GET": (MANAGE, READ)}

    @described(
        "read_exchange",
        ok=ExchangeBody,
        parameters=[ID],
        tag="sandbox",
        examples=[examples.answered("A refused answer", shown.WHOLE_ASKED, status="200")],
    )
    def get(self, request: Request, id: str) -> Response:
        """One exchange: bytes both ways, what was signed and by which secret, and why it was not accepted."""
        return Response(ExchangeBody(self.seen(id)).data)


class Replay(InspectorView):
    scopes = {"POST": (MANAGE,)}

    @described(
        "replay_exchange",
        ok=ReplayedBody,
        parameters=[ID],
        problems=["not-replayable", "not-sendable"],
        tag="sandbox",
        examples=[examples.answered("A request, evaluated again", shown.REPLAYED, status="200")],
    )
    def post(self, request: Request, id: str) -> Response:
        """The same again: our message under its id as a fresh attempt; your request, with the scope it had."""
        before, at = self.seen(id), arrived_at(request._request)
        if isinstance(before, Sent):
            replaying.send_again(before.attempt, by=self.by, at=at)
            return Response(ReplayedBody({"before": before, "after": None, "resent_at": at}).data)
        kept = replaying.ask_again(before.exchange)
        after = timeline.find(self.connection, f"in-{kept.pk}")
        return Response(ReplayedBody({"before": self.seen(id), "after": after, "resent_at": None}).data)
