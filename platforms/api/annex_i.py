"""Annex I as the messages carry it, described for the OpenAPI document; what is sent is the canonical JSON itself."""

from typing import Any

from rest_framework import serializers

from orders.api.fields import Instant
from orders.regulation.annexes import AUTHORITY_TYPES


class AddresseeBody(serializers.Serializer[Any]):
    """Section A."""

    name = serializers.CharField()
    legal_representative = serializers.CharField(allow_null=True)
    contact_point = serializers.EmailField()
    member_state = serializers.CharField(allow_null=True)


class AnnexIItemBody(serializers.Serializer[Any]):
    """Section B: one URL."""

    item = serializers.IntegerField()
    url = serializers.CharField()
    identification = serializers.CharField(allow_blank=True)
    kind = serializers.CharField(allow_blank=True)


class ContentProviderBody(serializers.Serializer[Any]):
    """Art. 11(3): whether the content provider must not be told."""

    must_not_inform = serializers.BooleanField()


class HomeAuthorityBody(serializers.Serializer[Any]):
    """Art. 4(1): whether the order crosses a border, and whether the home authority got its copy."""

    other_member_state = serializers.BooleanField()
    copy_sent = serializers.BooleanField()


class IssuingAuthorityBody(serializers.Serializer[Any]):
    """Section E."""

    type = serializers.ChoiceField(list(AUTHORITY_TYPES.items()))
    name = serializers.CharField()
    representative = serializers.CharField()
    post = serializers.CharField(allow_blank=True)
    file_number = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    email = serializers.EmailField()
    date = serializers.DateField()


class FollowUpBody(serializers.Serializer[Any]):
    """Section F: contact points."""

    issuing = serializers.EmailField()
    home = serializers.EmailField(allow_null=True)


class RedressDeadlineBody(serializers.Serializer[Any]):
    """Within which time."""

    days = serializers.IntegerField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            **super().get_fields(),
            "from": serializers.CharField(help_text="such as receipt"),
        }  # a keyword of Python


class RedressBody(serializers.Serializer[Any]):
    """Section G: where and until when the order can be challenged."""

    body = serializers.CharField(allow_blank=True)
    deadline = RedressDeadlineBody()
    link = serializers.CharField(allow_blank=True)


class AnnexIBody(serializers.Serializer[Any]):
    """Annex I, Art. 3(4)."""

    issuing_member_state = serializers.CharField()
    reference = serializers.CharField()
    issued_at = Instant()
    language = serializers.CharField()
    addressee = AddresseeBody()
    items = AnnexIItemBody(many=True)
    categories = serializers.ListField(child=serializers.CharField())
    reasons = serializers.CharField()
    content_provider = ContentProviderBody()
    home_authority = HomeAuthorityBody()
    issuing_authority = IssuingAuthorityBody()
    follow_up = FollowUpBody()
    redress = RedressBody()
    legal_basis = serializers.CharField()
