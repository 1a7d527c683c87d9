"""The names behind the record's pseudonyms, for those who may know them."""

from collections.abc import Iterable

from orders.acts.capacity import EUROPOL
from orders.models import CompetentAuthority, HostingServiceProvider, LedgerEntry, User
from orders.portal.access import Desk
from orders.regulation.regions import Actor


class Names:
    """Who acted in these entries: the person where one did, the party, or what acted by itself."""

    def __init__(self, entries: Iterable[LedgerEntry], *, seen_by: Desk) -> None:
        entries = list(entries)
        known = {entry.actor_person for entry in entries if _may_know(seen_by, entry)}
        persons = User.objects.filter(pseudonym__in=known)
        codes = {entry.actor_party for entry in entries}
        self._persons = {person.pseudonym: person.display_name() for person in persons}
        self._parties = {
            EUROPOL: "Europol",
            **dict(CompetentAuthority.objects.filter(code__in=codes).values_list("code", "name")),
            **dict(HostingServiceProvider.objects.filter(code__in=codes).values_list("code", "name")),
        }

    def of(self, entry: LedgerEntry) -> str:
        """Such as “Anna Muster, Example Authority”, “Example Hosting B.V.” or “Time itself”."""
        party = self._parties.get(entry.actor_party, entry.actor_party)
        person = self._persons.get(entry.actor_person, "")
        named = ", ".join(part for part in (person, party) if part)
        return named or Actor(entry.actor_role).gloss.split(",")[0].capitalize()


def _may_know(desk: Desk, entry: LedgerEntry) -> bool:
    """Another authority's officers stay unnamed: its name stands for them."""
    return desk.reads_all or entry.actor_role == Actor.PROVIDER or entry.actor_party in desk.codes
