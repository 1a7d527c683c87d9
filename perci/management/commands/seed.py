"""`manage.py seed`: the synthetic world of the demo. What is there already stays; a second run changes nothing."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand
from django.db import transaction

from orders import clock
from orders.models import (
    Application,
    CompetentAuthority,
    ContentItem,
    HostingServiceProvider,
    InvestigatingBody,
    RemovalOrder,
    User,
)
from perci import demo_authorities, demo_data, demo_history, founding
from perci.demo_authorities import Authority
from perci.demo_data import Episode, Interest, Person, Provider
from perci.environment import refuse
from platforms.models import Connection, WebhookSecret


class Command(BaseCommand):
    help = "Make the synthetic authorities, providers, people, credentials and earlier orders of the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            refuse("seed makes people whose password everybody knows: it does not run with PERCI_PRODUCTION.")
        made = seed(at=clock.now())
        counts = ", ".join(f"{count} {what}" for what, count in made.items())
        self.stdout.write(
            f"Made or brought up to date: {counts}." if made else "Nothing to do: the demo data is there already."
        )
        self.stdout.write(logins())


def seed(*, at: datetime, history: Iterable[Episode] = demo_data.HISTORY) -> Counter[str]:
    """Make what is missing as of `at`; returns how many of each kind were made or changed.

    `history` is most of the work; a story that needs less of it may give less.
    """
    made: Counter[str] = Counter()
    for authority in demo_authorities.AUTHORITIES:
        made["authorities"] += _authority(authority, at)
    for provider in demo_data.PROVIDERS:
        made["providers"] += _provider(provider, at)
    german = CompetentAuthority.objects.get(code="de-fpo")
    made["machines of authorities"] += _case_system(german) + _desk(demo_data.DESK, authority=german)
    made["programs of Europol"] += _desk(demo_data.EUROPOL_DESK, europol=True)
    made["people"] += _people()
    made["investigating bodies"] += sum(founding.body(*body)[1] for body in demo_data.BODIES)
    made["registered interests"] += sum(_interest(interest, at) for interest in demo_data.INTERESTS)
    made["earlier orders"] += _history(history, at)
    return +made


@transaction.atomic
def _authority(authority: Authority, at: datetime) -> bool:
    if CompetentAuthority.objects.filter(code=authority.code).exists():
        return False
    columns = {name: value for name, value in vars(authority).items() if name not in ("code", "roles")}
    founding.authority(authority.code, roles=authority.roles, at=at, **columns)
    return True


@transaction.atomic
def _provider(provider: Provider, at: datetime) -> bool:
    columns = founding.provider_columns(
        provider.code,
        name=provider.name,
        main_establishment=provider.main_establishment,
        legal_representative=provider.legal_representative,
        legal_representative_state=provider.legal_representative_state,
        languages=list(provider.languages),
        time_zone=provider.time_zone,
        hours=provider.hours,
    )
    party, created = HostingServiceProvider.objects.get_or_create(code=provider.code, defaults=columns)
    connection, _ = founding.connection(party, at=at, sandbox=True)
    if provider.temperament:
        return _player(provider, connection, at) or created
    return founding.application(provider.code, demo_data.YOUR_PLATFORM_SECRET, provider=party) or created


def _player(provider: Provider, connection: Connection, at: datetime) -> bool:
    """The simulated platform that plays `provider`; when the demo runs at other ports than before, it is told so."""
    platforms = apps.get_model("simulator", "SimulatedPlatform").objects  # not there in production mode
    endpoint, pages = founding.endpoint(provider.code), founding.pages(provider.code)
    moved = Connection.objects.filter(pk=connection.pk).exclude(endpoint=endpoint, pages=pages)
    changed = moved.update(endpoint=endpoint, pages=pages, changed_at=at)
    changed += platforms.filter(code=provider.code).exclude(api=settings.PUBLIC_URL).update(api=settings.PUBLIC_URL)
    if platforms.filter(code=provider.code).exists():
        return bool(changed)
    founding.player(connection, temperament=provider.temperament)
    return True


def _case_system(authority: CompetentAuthority) -> bool:
    return founding.application(demo_data.CASE_SYSTEM, demo_data.CASE_SYSTEM_SECRET, authority=authority)


def _desk(client_id: str, **party: Any) -> bool:
    """A named officer's own program."""
    desk = {
        "name": "an officer's own program",
        "client_type": Application.CLIENT_PUBLIC,
        "authorization_grant_type": Application.GRANT_AUTHORIZATION_CODE,
        "redirect_uris": "http://127.0.0.1/callback",
    }
    return Application.objects.get_or_create(client_id=client_id, defaults=desk | party)[1]


def _people() -> int:
    password = make_password(demo_data.PASSWORD)  # slow by design: once for all
    made = sum(_person(person, password) for person in demo_data.PEOPLE)
    if not User.objects.filter(username="admin").exists():
        User.objects.create(username="admin", password=password, is_staff=True, is_superuser=True)
        made += 1
    return made


@transaction.atomic
def _person(person: Person, password: str) -> bool:
    names = {"first_name": person.first_name, "last_name": person.last_name, "post": person.post}
    authority = CompetentAuthority.objects.filter(code=person.party).first()
    provider = HostingServiceProvider.objects.filter(code=person.party).first()
    email = f"{person.username}@{person.party or 'readers'}.example"
    party = authority or provider
    return founding.person(person.username, person.roles, party=party, password=password, email=email, **names)[1]


def _interest(interest: Interest, at: datetime) -> bool:
    body = InvestigatingBody.objects.get(code=interest.body)
    authority = CompetentAuthority.objects.get(code=interest.authority)
    return founding.interest(interest.url, of=body, by=authority, reason=interest.reason, at=at)


@transaction.atomic
def _history(episodes: Iterable[Episode], at: datetime) -> int:
    """The earlier orders of each pair of authority and provider that has none yet."""
    pairs = set(RemovalOrder.objects.values_list("issuing_authority__code", "provider__code"))
    missing = [episode for episode in episodes if (episode.authority, episode.provider) not in pairs]
    demo_history.tell(missing, today=at)
    _take_down_what_was_removed()
    return len(missing)


def _take_down_what_was_removed() -> None:
    """What history reports as removed is gone from the pages of the simulated platforms, too."""
    players = {player.code: player for player in apps.get_model("simulator", "SimulatedPlatform").objects.all()}
    page = apps.get_model("simulator", "SimulatedContent")
    removed = ContentItem.objects.filter(taken_at__isnull=False, order__provider__code__in=players)
    page.objects.bulk_create(
        [
            page(platform=players[code], path=urlsplit(url).path, removed_at=taken_at)
            for code, url, taken_at in removed.values_list("order__provider__code", "url", "taken_at")
        ],
        ignore_conflicts=True,
    )


def logins() -> str:
    """Who can sign in, and with what a program of your-platform introduces itself."""
    people = "\n".join(
        f"  {person.username:<18} {', '.join(person.roles)} at {person.party or 'no authority: sees all orders'}"
        for person in demo_data.PEOPLE
    )
    secret = WebhookSecret.objects.filter(connection__provider__code=demo_data.YOUR_PLATFORM).latest("created_at")
    return (
        f"People, all with the password {demo_data.PASSWORD}:\n{people}\n"
        "  admin              administration of parties and people, at /admin/\n"
        f"Machines (client id, client secret):\n"
        f"  {demo_data.YOUR_PLATFORM}  {demo_data.YOUR_PLATFORM_SECRET}  webhook secret {secret.secret}\n"
        f"  {demo_data.CASE_SYSTEM}  {demo_data.CASE_SYSTEM_SECRET}\n"
        "An order for one of these meets a registered interest of somebody else (Art. 14(1)):\n"
        + "\n".join(f"  {interest.url}" for interest in demo_data.INTERESTS)
    )
