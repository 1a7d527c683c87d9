"""Up to 100 answers in one request, each recorded or refused on its own, in the order in which they were sent."""

import json
import logging
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.described import ProblemBody, described
from orders.api.exchange import valid
from orders.api.fields import Choice
from orders.api.problems import Problem, document, handle
from orders.models import RemovalOrder
from platforms.api import examples
from platforms.api.answers import SIGNATURE
from platforms.api.arrival import arrived_at
from platforms.api.base import ANSWER, ProviderView
from platforms.api.bodies import AnswerBody
from platforms.api.signed import ALL as OF_SIGNATURES
from platforms.api.signed import Proof, proof_of
from platforms.api.statements import STATEMENTS, record
from platforms.api.submissions import asking

MOST = 100
log = logging.getLogger(__name__)


class EntryBody(serializers.Serializer[Any]):
    """One answer of a batch."""

    reference = serializers.CharField(max_length=40, help_text="of the order")
    kind = Choice(list(STATEMENTS), help_text="the last part of the address of the single POST")
    idempotency_key = serializers.CharField(
        required=False, max_length=255, help_text="as the header of the single POST; else the digest of the entry"
    )
    body = serializers.DictField(help_text="as the single POST takes it")


class BatchBody(serializers.Serializer[Any]):
    """A batch."""

    entries = EntryBody(many=True, allow_empty=False, max_length=MOST)  # type: ignore[call-arg]


class UncheckedBatchBody(serializers.Serializer[Any]):
    """A batch before its entries are looked at: one that is wrong must not fail the others."""

    entries = serializers.ListField(allow_empty=False)


class EntryResultBody(serializers.Serializer[Any]):
    """What became of one entry, as if it had been sent alone."""

    index = serializers.IntegerField(help_text="from 0, in the order of the entries")
    status = serializers.IntegerField(help_text="201, or that of the problem")
    idempotency_key = serializers.CharField(allow_null=True, help_text="under which it can be read; null: not recorded")
    replayed = serializers.BooleanField(help_text="it was recorded before: this is the first answer")
    answer = AnswerBody(allow_null=True)
    problem = ProblemBody(allow_null=True)


class BatchResultBody(serializers.Serializer[Any]):
    """One result per entry."""

    items = EntryResultBody(many=True)


class Batches(ProviderView):
    scopes = {"POST": (ANSWER,)}
    throttle_classes = ()  # a limit must never cost an answer its hour
    proof: Proof | None = None  # that the provider signed all of it

    @described(
        "send_batch",
        ok=BatchResultBody,
        request=BatchBody,
        problems=["batch-too-large", *OF_SIGNATURES],
        parameters=SIGNATURE,
        examples=[
            examples.asked("Two answers", examples.BATCH),
            examples.answered("One recorded, one refused", examples.BATCH_ANSWER, status="200"),
        ],
        tag="answers",
        counted=False,
    )
    def post(self, request: Request) -> Response:
        """Several answers at once. Each has its own result; one that is refused never fails another."""
        self.proof = proof_of(request, self.provider)
        entries = valid(UncheckedBatchBody, request.data)["entries"]
        if len(entries) > MOST:
            sentence = f"The batch has {len(entries)} entries; nothing was recorded. Send at most {MOST} in one."
            raise Problem("batch-too-large", sentence, pointer="/entries")
        return Response({"items": [Entry(self, index, sent).result() for index, sent in enumerate(entries)]})


@dataclass
class Entry:
    """One entry on its way; to the handler of problems it is what a request of its own and its view would be."""

    batch: Batches
    index: int
    sent: Any
    order: RemovalOrder | None = None
    method = "POST"

    def result(self) -> dict[str, Any]:
        """Record it, in a transaction of its own."""
        try:
            return self._recorded()
        except Exception as error:
            return self._refused(error)

    def _recorded(self) -> dict[str, Any]:
        entry = valid(EntryBody, self.sent)
        self.order = self.batch.find(entry["reference"])
        body, at = _bytes(entry["body"]), arrived_at(self.batch.request._request)
        ask = asking(self.path, body, entry.get("idempotency_key", ""), at)
        ask = replace(ask, proof=self.batch.proof)
        said = record(entry["kind"], entry["body"], ask=ask, order=self.order, by=self.batch.by)
        return self._shown(said.status_code, key=ask.key, replayed="Idempotent-Replayed" in said, answer=said.data)

    def _refused(self, error: Exception) -> dict[str, Any]:
        answered = handle(error, {"request": self, "view": self})
        if answered is None:
            log.error("an entry of a batch failed", exc_info=error)
            problem = document(self, "internal", "Something went wrong on our side with this entry.")
        else:
            problem = answered.data
        below = f"/entries/{self.index}" + ("" if self.order is None else "/body")
        problem["errors"] = [{**each, "pointer": below + each["pointer"]} for each in problem["errors"]]
        return self._shown(problem["status"], problem=problem)

    def _shown(
        self, status: int, *, key: str | None = None, replayed: bool = False, answer: Any = None, problem: Any = None
    ) -> dict[str, Any]:
        return {
            "index": self.index,
            "status": status,
            "idempotency_key": key,
            "replayed": replayed,
            "answer": answer,
            "problem": problem,
        }

    @cached_property
    def path(self) -> str:
        """The address of the single POST; that of the batch while the entry does not name one."""
        if self.order is None:
            return self.batch.request.path
        return reverse(f"platforms_api:{self.sent['kind']}", args=[self.order.reference])

    @property
    def data(self) -> Any:
        """The body that problems point into."""
        return self.sent if self.order is None else self.sent["body"]

    def problem_members(self) -> dict[str, Any]:
        """As of a single POST."""
        return self.batch.members_about(self.order)


def _bytes(body: Any) -> bytes:
    """What is kept of the body of an entry: it was parsed with the others, so it is written again."""
    try:
        return json.dumps(body).encode()  # in ASCII: half a character of UTF-16 cannot be written in UTF-8
    except RecursionError:
        raise Problem("malformed", "The body of this entry is nested too deep.") from None
