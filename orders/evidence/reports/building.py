"""The kinds of report there are, whom each is about, and how it is put together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from orders.acts.refusals import Invalid
from orders.evidence.reports import articles, reading
from orders.evidence.reports.figures import Report, Section
from orders.evidence.reports.spans import Span
from orders.models import CompetentAuthority, HostingServiceProvider

Build = Callable[[str, Span, datetime], tuple[Section, ...]]


@dataclass(frozen=True)
class Kind:
    """One report: whose it is, by which law, and its sections. `parties` gives (code, name) of whom it can be about."""

    code: str
    title: str
    law: str
    party: str
    everybody: str
    parties: Callable[[], list[tuple[str, str]]]
    sections: Build
    due: str = ""


def _providers() -> list[tuple[str, str]]:
    return list(HostingServiceProvider.objects.order_by("code").values_list("code", "name"))


def _authorities() -> list[tuple[str, str]]:
    real = CompetentAuthority.objects.filter(sandbox=False).order_by("code")
    return list(real.filter(Q(issues=True) | Q(scrutinises=True)).values_list("code", "name"))


def _member_states() -> list[tuple[str, str]]:
    """Those that have an authority, or a provider at home."""
    authorities = CompetentAuthority.objects.filter(sandbox=False).values_list("member_state", flat=True)
    homes = HostingServiceProvider.objects.values_list("main_establishment", "legal_representative_state")
    states = {*authorities, *(home or represented for home, represented in homes)} - {""}
    return [(state, state) for state in sorted(states)]


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "7", "What hosting service providers did", "Art. 7(2)-(3)", "provider", "all providers",
            _providers, articles.of_provider, "published before 1 March of the year after",
        ),
        Kind(
            "8", "What competent authorities did", "Art. 8(1)", "authority", "all authorities",
            _authorities, articles.of_authority, "yearly",
        ),
        Kind(
            "21", "What Member States did", "Art. 21(1)", "Member State", "all Member States",
            _member_states, articles.of_member_state, "sent to the Commission by 31 March of the year after",
        ),
        Kind(
            "kpi", "Indicators of the Commission", "SWD(2024) 36", "", "all orders",
            list, articles.of_union,
        ),
    )
}  # fmt: skip


def build(kind: str, party: str, span: Span, *, as_of: datetime) -> Report:
    """The report `kind` about `party` (empty: all of them together) and `span`, judged as of `as_of`.

    Raises `Invalid` for a kind or a party that there is not. Figures of a time before the record begins are unknown.
    """
    chosen = KINDS.get(kind)
    if chosen is None:
        raise Invalid(f"There is no report {kind!r}: use {', '.join(KINDS)}.", pointer="/kind", got=kind)
    name = _name(chosen, party)
    begins = reading.begins()
    sections = chosen.sections(party, span, as_of)
    if begins is None or span.until <= begins:
        sections = articles.nothing_known(sections, begins)
    return Report(
        kind, chosen.title, chosen.law, party, name, span, as_of, sections, _notes(span, begins, as_of, sections)
    )


def _name(kind: Kind, party: str) -> str:
    names = dict(kind.parties())
    if party and party not in names:
        what = kind.party or "party in this report"
        raise Invalid(f"There is no {what} {party!r}.", pointer="/party", got=party)
    return names[party] if party else kind.everybody


def _notes(span: Span, begins: datetime | None, as_of: datetime, sections: tuple[Section, ...]) -> tuple[str, ...]:
    """What is to be known of the report as a whole."""
    notes = []
    if begins is None:
        notes.append("No order has been issued yet: nothing is known.")
    elif span.until <= begins:
        notes.append(f"The record begins on {begins:%d %b %Y}: of the time before it nothing is known.")
    elif all(not figure.behind for section in sections for figure in section.all):
        notes.append("Nothing in this period: the record holds no order and no proceeding that belongs here.")
    elif span.since < begins:
        notes.append(f"The record begins on {begins:%d %b %Y}: of the time before it nothing is known.")
    if span.until > as_of:
        notes.append("The period has not ended: figures are those so far.")
    return tuple(notes)
