"""The seal of the ledger, for anybody who wants to hold us to it later: the latest checkpoint, and who signs them."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from orders.api.described import problem_responses
from orders.api.exchange import ApiView
from orders.evidence.sealing import proofs, rounds
from orders.models import LedgerKey

TEXT = "text/plain; charset=utf-8"
ANSWERS: dict[Any, Any] = {(200, TEXT): OpenApiTypes.STR, **problem_responses(["not-found"])}


class PublicView(ApiView):
    """Open to all, and counted for nobody: it says how much is on record, and nothing of what."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []


class LatestCheckpoint(PublicView):
    @extend_schema(operation_id="ledger_read_checkpoint", responses=ANSWERS, tags=["ledger"], auth=[])
    def get(self, request: Request) -> HttpResponse:
        """The latest checkpoint: origin, number of leaves and Merkle root (RFC 9162) as a signed note (C2SP).

        Keep it: with a later one, an auditor's bundle proves that nothing under it was changed or taken away.
        """
        checkpoint = rounds.latest()
        if checkpoint is None:
            raise NotFound("Nothing has been sealed yet: ask again once something is on record.")
        return HttpResponse(checkpoint.note, content_type=TEXT, headers={"Cache-Control": "no-cache"})


class Keys(PublicView):
    @extend_schema(operation_id="ledger_list_keys", responses=ANSWERS, tags=["ledger"], auth=[])
    def get(self, request: Request) -> HttpResponse:
        """The public keys of checkpoints, the newest first, retired ones too: a line each (C2SP signed-note)."""
        keys = LedgerKey.objects.order_by("-created_at", "-pk")
        lines = [proofs.verifier_key(key.name, key.public) for key in keys]
        if not lines:
            raise NotFound("Nothing has been sealed yet: the first round of sealing makes the key.")
        return HttpResponse("".join(f"{line}\n" for line in lines), content_type=TEXT)
