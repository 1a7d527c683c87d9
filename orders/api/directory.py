"""The directory: competent authorities with their roles, and hosting service providers."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.base import READ, AuthorityView
from orders.api.described import described, listing
from orders.models import CompetentAuthority, HostingServiceProvider


class DirectoryAuthorityBody(serializers.ModelSerializer[CompetentAuthority]):
    """A competent authority, with those of the four roles of Art. 12(1) that it holds."""

    appeal_days = serializers.IntegerField(help_text="national appeal period, in days from receipt")

    class Meta:
        model = CompetentAuthority
        fields = [
            "code", "name", "member_state", "kind", "issues", "scrutinises", "oversees", "penalises", "address",
            "phone", "email", "appeal_days", "redress_body", "redress_link", "sandbox",
        ]  # fmt: skip


class DirectoryProviderBody(serializers.ModelSerializer[HostingServiceProvider]):
    """A hosting service provider and its contact point, Art. 15 and 17."""

    languages = serializers.ListField(child=serializers.CharField(), help_text="of the contact point, Art. 15(2)")
    webform = serializers.CharField(help_text="where orders are submitted by hand; empty where it is reached otherwise")
    home_state = serializers.CharField(help_text="of the establishment or representative; empty: every State acts")

    class Meta:
        model = HostingServiceProvider
        fields = [
            "code", "name", "main_establishment", "legal_representative", "legal_representative_state", "home_state",
            "contact_point", "languages", "time_zone", "webform",
        ]  # fmt: skip


class Authorities(AuthorityView):
    scopes = {"GET": (READ,)}

    @described("list_authorities", ok=listing("authorities", DirectoryAuthorityBody))
    def get(self, request: Request) -> Response:
        """Every competent authority and its contact point, by code."""
        rows = CompetentAuthority.objects.order_by("code")
        return Response({"items": DirectoryAuthorityBody(rows, many=True).data, "next": None})


class Providers(AuthorityView):
    scopes = {"GET": (READ,)}

    @described("list_providers", ok=listing("providers", DirectoryProviderBody))
    def get(self, request: Request) -> Response:
        """Every hosting service provider that an order may address, by code."""
        rows = HostingServiceProvider.objects.filter(sandbox=False).order_by("code")
        return Response({"items": DirectoryProviderBody(rows, many=True).data, "next": None})
