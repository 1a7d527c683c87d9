"""The administration of parties and people, and of who asks to be asked. The record is not here: it changes by acts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model, URLField
from django.http import HttpRequest

from orders import canonical, clock
from orders.models import (
    CompetentAuthority,
    HostingServiceProvider,
    InvestigatingBody,
    InvestigationInterest,
    Membership,
    User,
)

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


@admin.register(InvestigatingBody)
class InvestigatingBodyAdmin(PartyAdmin):
    list_display = ["code", "name", "member_state", "email"]
    list_filter = ["member_state"]


class InterestForm(forms.ModelForm):
    """A new interest is given by its address, of which the hash of the canonical form alone is kept."""

    url = forms.CharField(
        label="URL", help_text="The exact address. It is not kept: only the hash of its canonical form."
    )

    class Meta:
        model = InvestigationInterest
        fields = ["body", "authority", "reason", "until"]

    def clean_url(self) -> str:
        try:
            return canonical.sha256(canonical.url(self.cleaned_data["url"]).encode())
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None


@admin.register(InvestigationInterest)
class InvestigationInterestAdmin(admin.ModelAdmin):
    """Art. 14(1): registered, and ended by its `until`; what it once led to stays explained, so none is deleted."""

    list_display = ["url_sha256", "reason", "body", "authority", "registered_at", "until"]
    list_filter = ["reason", "authority"]
    search_fields = ["url_sha256"]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs.update({"fields": ["until"]} if obj else {"form": InterestForm, "fields": None})
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        known = ["url_sha256", "registered_at"] if obj else ["url"]
        return ["body", "authority", "reason", *known, "until"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["body", "authority", "reason", "url_sha256", "registered_at"] if obj else []

    def save_model(self, request: HttpRequest, obj: InvestigationInterest, form: Any, change: bool) -> None:
        if not change:
            obj.url_sha256, obj.registered_at = form.cleaned_data["url"], clock.now()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
