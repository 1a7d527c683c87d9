"""What an export is about: everything, or one order, authority or provider, and when the orders were begun."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from orders import canonical
from orders.acts.refusals import Invalid
from orders.models import CompetentAuthority, HostingServiceProvider, RemovalOrder


@dataclass(frozen=True)
class Scope:
    """Empty means all. An order belongs to it when it was begun (drafted) in [since, until), with everything it has."""

    order: str = ""
    authority: str = ""
    provider: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def facts(self) -> dict[str, str | None]:
        """As it stands in the ledger and in the manifest."""
        return {
            "order": self.order or None,
            "authority": self.authority or None,
            "provider": self.provider or None,
            "from": canonical.instant(self.since) if self.since else None,
            "to": canonical.instant(self.until) if self.until else None,
        }

    def orders(self) -> QuerySet[RemovalOrder]:
        """The orders in scope, by reference."""
        wanted = {
            "dossier__reference": self.order,
            "issuing_authority__code": self.authority,
            "provider__code": self.provider,
            "created_at__gte": self.since,
            "created_at__lt": self.until,
        }
        chosen = {lookup: value for lookup, value in wanted.items() if value}
        return RemovalOrder.objects.filter(**chosen).order_by("dossier__reference")


def of_facts(facts: Mapping[str, str | None]) -> Scope:
    """The scope that `facts` of an entry name."""
    since, until = (datetime.fromisoformat(text) if (text := facts[end]) else None for end in ("from", "to"))
    return Scope(facts["order"] or "", facts["authority"] or "", facts["provider"] or "", since, until)


def check(scope: Scope) -> None:
    """Refuse, with a sentence, a scope that names what does not exist or a time that ends before it begins."""
    if scope.authority and not CompetentAuthority.objects.filter(code=scope.authority).exists():
        raise Invalid(f"There is no authority {scope.authority!r}.", pointer="/authority", code="unknown-authority")
    if scope.provider and not HostingServiceProvider.objects.filter(code=scope.provider).exists():
        raise Invalid(f"There is no provider {scope.provider!r}.", pointer="/provider", code="unknown-provider")
    if scope.since and scope.until and scope.until <= scope.since:
        raise Invalid("The time ends before it begins: give from before to.", pointer="/to", code="empty-period")
    if scope.order and not scope.orders().exists():
        raise Invalid(f"There is no order {scope.order!r} in this scope.", pointer="/order", code="unknown-order")
