"""A draft as an authority's own system sends it, translated into the value that `drafting` takes."""

from dataclasses import replace
from typing import Any

from rest_framework import serializers

from orders.acts.drafting import Draft, DraftItem
from orders.acts.refusals import Invalid
from orders.api.fields import Instant, Line
from orders.models import LIMIT_SCALES, HostingServiceProvider, RemovalOrder
from orders.regulation.annexes import CATEGORIES


class DraftItemBody(serializers.Serializer[Any]):
    """One URL and what identifies the content there."""

    url = serializers.CharField(max_length=4000)
    identification = Line(max_length=2000)
    kind = Line(max_length=40)


class DraftBody(serializers.Serializer[Any]):
    """Sections A to C of Annex I, and the assessment of Art. 1(3)."""

    provider = serializers.CharField(max_length=40, help_text="the provider's code")
    items = DraftItemBody(many=True, allow_empty=False, max_length=500)  # type: ignore[call-arg]
    categories = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, max_length=10, help_text=", ".join(CATEGORIES)
    )
    reasons = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    assessment = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    language = serializers.RegexField(r"\A[a-z]{2}\Z", required=False, help_text="ISO 639-1, such as en")
    file_number = serializers.CharField(required=False, allow_blank=True, max_length=60)
    language_override = serializers.CharField(
        required=False, allow_blank=True, max_length=2000, help_text="why in a language the contact point has not named"
    )
    must_not_inform = serializers.BooleanField(required=False, help_text="Art. 11(3)")
    withholding_reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    withholding_decided_at = Instant(
        required=False, allow_null=True, help_text="the six weeks run from here; null: from the issue"
    )
    emergency = serializers.BooleanField(required=False, help_text="no 12 hours before a first order, Art. 3(2)")
    emergency_reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    limit_scale = serializers.ChoiceField(LIMIT_SCALES, required=False)


class DraftEachBody(DraftBody):
    """The same for one order per address."""

    items = DraftItemBody(many=True, allow_empty=False, max_length=100)  # type: ignore[call-arg]


class RevisionBody(DraftBody):
    """Members of a draft to be replaced; `items` as a whole."""

    provider = serializers.CharField(max_length=40, required=False, help_text="the provider's code")
    items = DraftItemBody(many=True, required=False, allow_empty=False, max_length=500)  # type: ignore[call-arg]


def new(body: dict[str, Any]) -> Draft:
    """The draft that a valid `body` describes."""
    return Draft(**_translated(body))


def changed(order: RemovalOrder, body: dict[str, Any]) -> Draft:
    """What `order` says now, with the members that `body` names replaced."""
    return replace(_present(order), **_translated(body))


def _translated(body: dict[str, Any]) -> dict[str, Any]:
    given = dict(body)
    if "provider" in given:
        given["provider"] = _provider(given["provider"])
    if "items" in given:
        given["items"] = tuple(DraftItem(**item) for item in given["items"])
    if "categories" in given:
        given["categories"] = tuple(given["categories"])
    return given


def _provider(code: str) -> HostingServiceProvider:
    found = HostingServiceProvider.objects.filter(code=code, sandbox=False).first()
    if found is None:
        raise Invalid("No provider has this code.", pointer="/provider", got=code, code="unknown-provider")
    return found


def _present(order: RemovalOrder) -> Draft:
    items = order.items.order_by("number")
    return Draft(
        provider=order.provider,
        items=tuple(DraftItem(item.url, item.identification, item.kind) for item in items),
        categories=tuple(order.categories),
        reasons=order.reasons,
        assessment=order.assessment,
        language=order.language,
        file_number=order.file_number,
        language_override=order.language_override,
        must_not_inform=order.must_not_inform,
        withholding_reason=order.withholding_reason,
        withholding_decided_at=order.withholding_decided_at,
        emergency=order.emergency,
        emergency_reason=order.emergency_reason,
        limit_scale=order.limit_scale,
    )
