"""The administration of parties and people. What the record holds is not here: it changes by acts only."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from orders.models import CompetentAuthority, HostingServiceProvider, Membership, User


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0


@admin.register(User)
class PersonAdmin(UserAdmin):
    inlines = [MembershipInline]
    readonly_fields = ["pseudonym"]
    fieldsets = (*(UserAdmin.fieldsets or ()), ("In the record", {"fields": ["pseudonym", "post"]}))


@admin.register(CompetentAuthority)
class CompetentAuthorityAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "member_state", "issues", "scrutinises", "oversees", "penalises"]
    list_filter = ["member_state"]


@admin.register(HostingServiceProvider)
class HostingServiceProviderAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "main_establishment", "legal_representative_state", "contact_point"]
    list_filter = ["main_establishment"]
