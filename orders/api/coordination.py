"""Who else is interested in the same content (Art. 14(1)): asked before an order, answered by a class of reason."""

from typing import Any

from django.db.models import Min, Q, QuerySet
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders import canonical, clock, deconfliction
from orders.acts.refusals import ActNotYours, Invalid
from orders.api.acts import COORDINATION_ACTS, any_arguments, name_parameter
from orders.api.base import ACT, DRAFT, READ, AuthorityView
from orders.api.bodies import CoordinationBody, HitBody
from orders.api.cursors import page
from orders.api.described import AFTER, IF_MATCH, REFERENCE, described, listing
from orders.api.exchange import valid
from orders.api.headers import REFERENCE as WELL_FORMED
from orders.deconfliction import ASKED, Hit
from orders.models import RemovalOrder


class UrlsBody(serializers.Serializer[Any]):
    """What an order might name."""

    urls = serializers.ListField(child=serializers.CharField(max_length=4000), allow_empty=False, max_length=500)


class CheckedUrlBody(serializers.Serializer[Any]):
    """One URL and who is interested in it."""

    url = serializers.CharField()
    url_sha256 = serializers.CharField(help_text="of the canonical form, which is what is compared")
    hits = HitBody(many=True)


class CheckBody(serializers.Serializer[Any]):
    """The answer to a check, in the order of the question."""

    items = CheckedUrlBody(many=True)


class DeconflictionChecks(AuthorityView):
    scopes = {"POST": (DRAFT,)}

    @described("check_deconfliction", ok=CheckBody, request=UrlsBody, problems=["act-not-yours"])
    def post(self, request: Request) -> Response:
        """Exact match across authorities: orders in force and registered interests, by class of reason only."""
        if not self.of_europol and not self.authority.issues:
            raise ActNotYours(f"{self.authority.name} issues no orders (Art. 12(1)(a)).")
        urls = valid(UrlsBody, request.data)["urls"]
        hashes = [_hashed(index, url) for index, url in enumerate(urls)]
        hits = deconfliction.check(hashes, at=clock.now())
        named = zip(urls, hashes, strict=True)
        items = [{"url": url, "url_sha256": digest, "hits": _of(hits, digest)} for url, digest in named]
        return Response(CheckBody({"items": items}).data)


def _hashed(index: int, url: str) -> str:
    try:
        return canonical.sha256(canonical.url(url).encode())
    except ValueError as error:
        raise Invalid(str(error), pointer=f"/urls/{index}", got=url, code="url") from None


def _of(hits: list[Hit], digest: str) -> list[Hit]:
    return [hit for hit in hits if hit.url_sha256 == digest]


class CoordinationView(AuthorityView):
    """A call about orders of others: those about which this authority was asked; of Europol, all on their way."""

    def asked(self) -> QuerySet[Any]:
        orders = deconfliction.asked([self.by.party])
        if self.of_europol:
            orders |= RemovalOrder.objects.filter(deconfliction.IN_COORDINATION, deconfliction.NO_REHEARSAL)
        to_us = Q(dossier__messages__type=ASKED, dossier__messages__recipient=self.by.party)
        asked_at = Min("dossier__messages__created_at", filter=to_us)
        return orders.select_related("dossier", "issuing_authority").annotate(asked_at=asked_at)

    def body(self, order: Any) -> dict[str, Any]:
        hashes = list(order.items.values_list("url_sha256", flat=True))
        hits = deconfliction.check(hashes, at=clock.now(), apart_from=order)
        ours = [hit for hit in hits if self.of_europol or hit.authority == self.authority.code]
        return dict(CoordinationBody(order, context={"hits": ours, "open_acts": self.open_acts(order)}).data)


class Coordinations(CoordinationView):
    scopes = {"GET": (READ,)}

    @described(
        "list_coordinations", ok=listing("orders", CoordinationBody), parameters=[AFTER], problems=["bad-cursor"]
    )
    def get(self, request: Request) -> Response:
        """Orders of other authorities about which you were asked to coordinate; neither their text nor their URLs.

        Europol finds every order that was submitted and has not left yet, whether or not somebody was asked.
        """
        rows, next_ = page(self.asked(), by="created_at", after=request.query_params.get("after", ""))
        return Response({"items": [self.body(order) for order in rows], "next": next_})


class CoordinationAct(CoordinationView):
    scopes = {"POST": (ACT,)}

    @described(
        "act_on_coordination",
        ok=CoordinationBody,
        request=any_arguments("CoordinationArguments", COORDINATION_ACTS),
        parameters=[REFERENCE, name_parameter(COORDINATION_ACTS), IF_MATCH],
        problems=["act-not-yours", "act-not-open", "stale-generation", "reason-missing"],
    )
    def post(self, request: Request, reference: str, act: str) -> Response:
        """Object by a class of reason, or lift the objection. It coordinates and vetoes nothing: the issuer decides."""
        if act not in COORDINATION_ACTS:
            raise NotFound(f"There is no act of this name: use {', '.join(COORDINATION_ACTS)}.")
        self.perform(COORDINATION_ACTS[act], self._find(reference), at=clock.now())
        order = self._find(reference)
        return Response(self.body(order), headers={"ETag": f'"{order.dossier.generation}"'})

    def _find(self, reference: str) -> Any:
        named = self.asked().filter(dossier__reference=reference)
        found = named.first() if WELL_FORMED.fullmatch(reference) else None
        if found is None:
            raise NotFound("There is no order with this reference about which you coordinate.")
        return found
