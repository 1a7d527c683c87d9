"""The administration of parties and people. What the record holds is not here: it changes by acts only."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model, URLField
from django.http import HttpRequest

from orders.models import CompetentAuthority, HostingServiceProvider, Membership, User

admin.site.site_header = "Administration. Simulator. Synthetic data. Not PERCI."


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0


@admin.register(User)
class PersonAdmin(UserAdmin):
    inlines = [MembershipInline]
    readonly_fields = ["pseudonym"]
    fieldsets = (*(UserAdmin.fieldsets or ()), ("In the record", {"fields": ["pseudonym", "post"]}))


class PartyAdmin(admin.ModelAdmin):
    """A party keeps its code: that is how the record names it."""

    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(CompetentAuthority)
class CompetentAuthorityAdmin(PartyAdmin):
    """One with a key keeps its name, too: orders say it, and who verifies them compares it with the key's."""

    list_display = ["code", "name", "member_state", "issues", "scrutinises", "oversees", "penalises"]
    list_filter = ["member_state"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        signs = isinstance(obj, CompetentAuthority) and obj.keys.exists()
        return [*super().get_readonly_fields(request, obj), *(["name", "member_state"] if signs else [])]


@admin.register(HostingServiceProvider)
class HostingServiceProviderAdmin(PartyAdmin):
    list_display = ["code", "name", "main_establishment", "legal_representative_state", "contact_point"]
    list_filter = ["main_establishment"]
