"""Drafting: what an order says before it is submitted, and its reference."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from orders import canonical
from orders.acts import _case, disclosing
from orders.acts._advance import Step, advance
from orders.acts._case import Case
from orders.acts.capacity import Capacity
from orders.acts.refusals import ActNotYours, Invalid
from orders.models import (
    LIMIT_SCALES,
    CompetentAuthority,
    ContentItem,
    Dossier,
    HostingServiceProvider,
    ReferenceCounter,
    RemovalOrder,
)
from orders.regulation.annexes import CATEGORIES
from orders.regulation.limits import Stop
from orders.regulation.regions import Actor, OfficerRole
from orders.regulation.rules import Rules


@dataclass(frozen=True)
class DraftItem:
    """One URL and what identifies the content there."""

    url: str
    identification: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Draft:
    """What the drafter writes: sections A to C of Annex I. `limit_scale` is "1", "1/60" or "1/3600"."""

    provider: HostingServiceProvider
    items: tuple[DraftItem, ...]
    categories: tuple[str, ...] = ()
    reasons: str = ""
    assessment: str = ""
    language: str = "en"
    file_number: str = ""
    language_override: str = ""
    must_not_inform: bool = False
    withholding_reason: str = ""
    withholding_decided_at: datetime | None = None
    emergency: bool = False
    emergency_reason: str = ""
    limit_scale: str = "1"


def draft(*, authority: CompetentAuthority, content: Draft, by: Capacity, at: datetime) -> RemovalOrder:
    """Begin a removal order of `authority`; it gets its reference now. Nothing leaves the authority."""
    _check_drafter(authority, by)
    check(content, at=at)
    with transaction.atomic():
        dossier = Dossier.objects.create(
            kind=Dossier.Kind.REMOVAL_ORDER, reference=next_reference(authority.member_state, at)
        )
        order = RemovalOrder.objects.create(
            dossier=dossier,
            issuing_authority=authority,
            drafted_by=by.person,
            created_at=at,
            rule_version=Rules(**settings.RULES).name,
            **_columns(content),
        )
        case = Case(order, _write_items(order, content), [], None)
        facts = {**_facts(content), "rule_version": order.rule_version}
        case.enter(act="draft", article="", by=by, occurred_at=at, recorded_at=at, facts=facts)
        _case.save([case], at=at)
    return order


def revise(
    *, order: RemovalOrder, content: Draft, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Replace what a draft says. The person who wrote last is its drafter for the four eyes.

    Prior information was for one provider at one exercise speed: for another it is void, and due again (Art. 3(2)).
    """
    check(content, at=at)
    with advance(order, "revise", by=by, at=at, generation=generation) as step:
        drafter = {"drafted_by": by.person} if by.person else {}
        void = _void_information(step, content)
        step.move(step.order, "revise", **_columns(content), **drafter, **void)
        step.order.items.all().delete()
        step.case.items = _write_items(step.order, content)
        step.facts.update(_facts(content))
    return step.order


@transaction.atomic
def draft_each(*, authority: CompetentAuthority, content: Draft, by: Capacity, at: datetime) -> list[RemovalOrder]:
    """One order for each address of `content`, all of them or none: what else it says, each of them says.

    Text and form of the Regulation speak of one URL, so this is the default (ADR 30): each order has a legal force,
    a scrutiny and appeals of its own.
    """
    check(content, at=at)
    return [draft(authority=authority, content=one, by=by, at=at) for one in _one_each(content)]


@transaction.atomic
def revise_each(
    *, order: RemovalOrder, content: Draft, by: Capacity, at: datetime, generation: int | None = None
) -> list[RemovalOrder]:
    """The same of a draft: it keeps the first address, and each further one becomes a draft of its own."""
    check(content, at=at)
    first, *others = _one_each(content)
    kept = revise(order=order, content=first, by=by, at=at, generation=generation)
    return [kept, *(draft(authority=kept.issuing_authority, content=one, by=by, at=at) for one in others)]


def _one_each(content: Draft) -> list[Draft]:
    return [replace(content, items=(item,)) for item in content.items]


def _void_information(step: Step, content: Draft) -> dict[str, None]:
    """Ends the 12 hours of prior information where `content` is not for whom it was given; what the order forgets."""
    informed = (step.order.provider, step.order.limit_scale)
    if step.order.prior_information_at is None or informed == (content.provider, content.limit_scale):
        return {}
    step.case.stop(step.case.running("C1"), because=Stop.ENDED, at=step.at)
    step.facts["prior_information"] = None
    return {"prior_information_at": None}


def check(content: Draft, *, at: datetime) -> None:
    """Refuse content that no draft can hold at `at`: unreadable URLs or the same twice, unknown categories or scales.

    Nor a decision on non-disclosure whose six weeks are over.
    """
    if not content.items:
        raise Invalid("Name at least one URL.", pointer="/items", code="item-missing")
    _check_addresses(content.items)
    for index, category in enumerate(content.categories):
        if category not in CATEGORIES:
            known = ", ".join(CATEGORIES)
            raise Invalid(f"Unknown category: use {known}.", pointer=f"/categories/{index}", got=category)
    if content.limit_scale not in dict(LIMIT_SCALES):
        raise Invalid("Unknown limit scale: use 1, 1/60 or 1/3600.", pointer="/limit_scale", got=content.limit_scale)
    if content.limit_scale != "1" and settings.PRODUCTION:
        raise Invalid("Limits are not scaled in production mode.", pointer="/limit_scale", got=content.limit_scale)
    if content.must_not_inform:
        disclosing.check_in_time(content.withholding_decided_at, scale=content.limit_scale, at=at)


def _check_addresses(items: tuple[DraftItem, ...]) -> None:
    """Each address is readable, and named once: two items at one address would be one duty with two hours."""
    known: dict[str, int] = {}
    for index, item in enumerate(items):
        try:
            address = canonical.url(item.url)
        except ValueError as error:
            raise Invalid(str(error), pointer=f"/items/{index}/url", got=item.url, code="url") from None
        if address in known:
            raise Invalid(
                f"Items {known[address] + 1} and {index + 1} name the same address ({address}). Keep one of them, "
                "and say in its identification which content there is meant.",
                pointer=f"/items/{index}/url",
                got=item.url,
                code="url-twice",
            )
        known[address] = index


def next_reference(member_state: str, at: datetime) -> str:
    """The next reference, such as DE-2026-000123; must run in a transaction."""
    series = f"{member_state}-{at.year}"
    ReferenceCounter.objects.get_or_create(series=series)
    counter = ReferenceCounter.objects.select_for_update().get(series=series)
    counter.last += 1
    counter.save()
    return f"{series}-{counter.last:06d}"


def _check_drafter(authority: CompetentAuthority, by: Capacity) -> None:
    own = by.actor is Actor.ISSUING_AUTHORITY and by.party == authority.code and authority.issues
    if not own or OfficerRole.DRAFTER not in by.roles:
        raise ActNotYours(f"Drafting for {authority.name} needs one of its officers with the role drafter.")


def _columns(content: Draft) -> dict[str, Any]:
    return {
        "provider": content.provider,
        "language": content.language,
        "categories": sorted(content.categories),
        "reasons": content.reasons,
        "assessment": content.assessment,
        "file_number": content.file_number,
        "language_override": content.language_override,
        "must_not_inform": content.must_not_inform,
        "withholding_reason": content.withholding_reason,
        "withholding_decided_at": content.withholding_decided_at,
        "emergency": content.emergency,
        "emergency_reason": content.emergency_reason,
        "limit_scale": content.limit_scale,
    }


def _facts(content: Draft) -> dict[str, Any]:
    items = [
        {"item": number, "url": item.url, "identification": item.identification, "kind": item.kind}
        for number, item in enumerate(content.items, start=1)
    ]
    return {**_columns(content), "provider": content.provider.code, "items": items}


def _write_items(order: RemovalOrder, content: Draft) -> list[ContentItem]:
    items = [
        ContentItem(
            order=order,
            number=number,
            url=item.url.strip(),
            canonical_url=canonical.url(item.url),
            url_sha256=canonical.sha256(canonical.url(item.url).encode()),
            url_form=canonical.URL_FORM,
            identification=item.identification,
            kind=item.kind,
        )
        for number, item in enumerate(content.items, start=1)
    ]
    return ContentItem.objects.bulk_create(items)
