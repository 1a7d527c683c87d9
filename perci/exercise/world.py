"""The parties of a scenario in an empty database: authorities and their people, providers and who plays them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from orders.acts import capacity, drafting, issuing, transmitting
from orders.acts.capacity import Capacity
from orders.acts.drafting import Draft, DraftItem
from orders.models import CompetentAuthority, HostingServiceProvider, OutboxMessage
from orders.regulation.regions import Actor, OfficerRole, ReasonClass
from perci import founding
from perci.exercise import luck
from perci.exercise.plan import Planned
from perci.exercise.scenario.model import DAY, HOUR, Authority, Provider, Scenario
from platforms.models import Channel
from platforms.simulator.models import SimulatedPlatform

CHANNEL = "exercise"  # through which simulated people act
NO_PASSWORD = "!"  # nobody signs in as somebody of an exercise
BEFORE = 400 * DAY  # the start: an order so old counts neither as one of the last twelve months nor as a first one
SECOND = timedelta(seconds=1)
PEOPLE = {
    "drafter": (OfficerRole.DRAFTER,),
    "approver": (OfficerRole.APPROVER, OfficerRole.DRAFTER),
    "scrutineer": (OfficerRole.SCRUTINEER,),
}


@dataclass
class World:
    """Who is there. Capacities are by the code of the authority and the name of the person's task."""

    authorities: dict[str, CompetentAuthority] = field(default_factory=dict)
    officers: dict[tuple[str, str], Capacity] = field(default_factory=dict)
    providers: dict[str, HostingServiceProvider] = field(default_factory=dict)
    specified: dict[str, Provider] = field(default_factory=dict)
    known: set[tuple[str, str]] = field(default_factory=set)  # authority and provider that had an order before

    def drafter(self, authority: str) -> Capacity:
        return self.officers[authority, "drafter"]

    def approver(self, authority: str) -> Capacity:
        return self.officers[authority, "approver"]

    def scrutineer(self, authority: str) -> Capacity:
        """Of the home authority of an order."""
        return self.officers[authority, "scrutineer"]

    def objector(self, authority: str) -> Capacity:
        """Somebody of an authority that was asked because it has an interest."""
        approver = self.approver(authority)
        return Capacity(Actor.OBJECTING_AUTHORITY, approver.party, approver.person, approver.roles, CHANNEL)


@transaction.atomic
def build(scenario: Scenario, planned: Sequence[Planned], *, seed: int) -> World:
    """Make everybody, their interests, and the earlier orders of those who know each other already."""
    world, at = World(), scenario.starts - BEFORE
    for authority in scenario.authorities:
        luck.name_ids(seed, "authority", authority.code)
        _authority(world, authority, at)
    for provider in scenario.providers:
        for code in provider.codes:
            luck.name_ids(seed, "provider", code)
            _provider(world, provider, code, at)
    for order in planned:
        if order.meets:
            _interest(world, order, luck.of(seed, "interest", order.name).random(), at)
    acquainted = dict.fromkeys((one.authority, one.provider) for one in planned if one.stream.first == "known")
    for place, (issuer, addressee) in enumerate(sorted(acquainted)):
        luck.name_ids(seed, "earlier", issuer, addressee)
        _earlier(world, issuer, addressee, at + DAY + place * timedelta(minutes=1))
    return world


def _authority(world: World, authority: Authority, at: datetime) -> None:
    made = founding.authority(
        authority.code,
        roles=authority.roles,
        at=at,
        name=authority.name,
        member_state=authority.member_state,
        appeal_days=authority.appeal_days,
        address="Synthetic Street 1",
        redress_body=f"Fictional Administrative Court of {authority.member_state}",
    )
    world.authorities[authority.code] = made
    for task, roles in PEOPLE.items():
        name, email = f"{authority.code}.{task}", f"{task}@{authority.code}.example"
        columns = {"first_name": task.title(), "last_name": authority.code, "post": "Officer", "email": email}
        user, _ = founding.person(name, roles, party=made, password=NO_PASSWORD, **columns)
        home = Actor.SCRUTINISING_AUTHORITY if task == "scrutineer" else Actor.ISSUING_AUTHORITY
        world.officers[authority.code, task] = capacity.officer(user, made, channel=CHANNEL, acting_as=home)


def _provider(world: World, provider: Provider, code: str, at: datetime) -> None:
    represented = {"legal_representative": f"Representative of {code}", "legal_representative_state": provider.home}
    name = provider.name if provider.count == 1 else f"{provider.name} {code.rpartition('-')[2]}"
    columns = founding.provider_columns(
        code,
        name=name,
        languages=list(provider.languages),
        time_zone=provider.time_zone,
        webform=f"https://{code}.example/orders" if provider.channel == "webform" else "",
        **(represented if provider.represented else {"main_establishment": provider.home}),
    )
    world.specified[code] = provider
    world.providers[code] = party = HostingServiceProvider.objects.create(**{"code": code, **columns})
    channel = provider.channel if provider.channel in Channel.values else Channel.WEBHOOK
    reached = founding.endpoint(code) if provider.channel not in ("nowhere", "webform") else ""
    reach, _ = founding.connection(party, at=at, endpoint=reached, channel=channel, pages=founding.pages(code))
    founding.player(reach, temperament=temperament(provider), peculiarities=dict(provider.traits))


def temperament(provider: Provider) -> str:
    """A provider that has a desk removes when its people have got to it."""
    return "desk" if provider.desk else provider.temperament


def player(code: str) -> SimulatedPlatform:
    """Who plays a provider, as it is now."""
    return SimulatedPlatform.objects.get(code=code)


def _interest(world: World, order: Planned, chance: float, at: datetime) -> None:
    """Somebody else's, where there is somebody else."""
    others = sorted(set(world.authorities) - {order.authority}) or [order.authority]
    authority = others[int(chance * len(others))]
    state = world.authorities[authority].member_state
    body, _ = founding.body(f"{authority}-investigators"[:40], f"Investigators of {authority}", state)
    reason = ReasonClass.LIVE_INVESTIGATION if chance < 0.5 else ReasonClass.LEAVE_ONLINE
    founding.interest(order.urls[0], of=body, by=world.authorities[authority], reason=reason, at=at)


def content(world: World, provider: str, urls: Sequence[str], **columns: Any) -> Draft:
    """What a simulated officer writes."""
    return Draft(
        provider=world.providers[provider],
        items=tuple(DraftItem(url, "entry (synthetic)", "video") for url in urls),
        categories=("2(7)(a)",),
        reasons="Synthetic reasons: this order is part of an exercise and speaks of no real content.",
        assessment="Synthetic assessment: none of the purposes of Art. 1(3).",
        **columns,
    )


def _earlier(world: World, authority: str, provider: str, at: datetime) -> None:
    """An order long ago, in an emergency, received and withdrawn the same day: no clock of it runs on."""
    urls = [f"https://{provider}.example/v/long-ago-{authority}"]
    emergency = {"emergency": True, "emergency_reason": "Synthetic emergency.", "file_number": "long ago"}
    draft = content(world, provider, urls, **emergency)
    drafter, approver = world.drafter(authority), world.approver(authority)
    order = drafting.draft(authority=world.authorities[authority], content=draft, by=drafter, at=at)
    issuing.submit(order=order, by=drafter, at=at)
    issuing.approve(order=order, by=approver, at=at + 5 * SECOND)
    order = issuing.issue(order=order, by=approver, at=at + 6 * SECOND)
    _receive(order.dossier_id, at + 7 * SECOND)
    issuing.withdraw(order=order, reason="Issued by mistake (synthetic).", by=approver, at=at + HOUR / 4)
    _receive(order.dossier_id, at + HOUR / 4 + SECOND)
    world.known.add((authority, provider))


def _receive(dossier: int, at: datetime) -> None:
    waiting = OutboxMessage.objects.filter(dossier=dossier, recipient_role=Actor.PROVIDER, delivered_at=None)
    for message in waiting.order_by("sequence"):
        transmitting.record_receipt(message=message, channel=CHANNEL, rule="played", received_at=at, at=at)
