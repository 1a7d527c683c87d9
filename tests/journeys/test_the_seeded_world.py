"""The world that `manage.py seed` makes: whole, quiet, and the same however often it is made."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from itertools import product

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import TestCase

from orders import canonical, clock, deadlines, deconfliction, standings
from orders.models import (
    AuthorityKey,
    CompetentAuthority,
    HostingServiceProvider,
    LedgerEntry,
    Membership,
    OutboxMessage,
    RemovalOrder,
    User,
)
from orders.regulation.periods import MEMBER_STATES
from orders.regulation.regions import OfficerRole
from perci import demo_authorities, demo_data
from perci.management.commands.seed import seed
from platforms.models import Connection
from platforms.simulator.models import SimulatedPlatform
from tests.factories import T0

pytestmark = pytest.mark.django_db


def everything():
    """All rows of our own tables."""
    ours = [
        model for label in ("orders", "platforms", "simulator") for model in apps.get_app_config(label).get_models()
    ]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in ours}


def test_a_second_run_changes_nothing_and_says_so():
    first, second = StringIO(), StringIO()
    call_command("seed", stdout=first)
    before = everything()
    call_command("seed", stdout=second)
    assert everything() == before
    assert second.getvalue().startswith("Nothing to do")
    assert f"{len(demo_data.HISTORY)} earlier orders" in first.getvalue()
    for told in (demo_data.PASSWORD, demo_data.YOUR_PLATFORM_SECRET, "anna.drafter", "whsec_"):
        assert told in first.getvalue()
        assert told in second.getvalue()


class TestAFreshWorld(TestCase):
    """What one seed made; nothing here changes it."""

    @classmethod
    def setUpTestData(cls):
        seed(at=T0)

    def test_each_member_state_has_one_authority_for_each_role(self):
        for role in demo_authorities.ALL:
            held = CompetentAuthority.objects.filter(**{role: True})
            assert sorted(held.values_list("member_state", flat=True)) == sorted(MEMBER_STATES), role

    def test_only_those_who_issue_have_a_key_and_all_say_where_to_turn(self):
        keyed = set(AuthorityKey.objects.values_list("authority__code", flat=True))
        assert keyed == set(CompetentAuthority.objects.filter(issues=True).values_list("code", flat=True))
        assert not CompetentAuthority.objects.filter(redress_body="").exists()
        assert CompetentAuthority.objects.get(code="fr-oco").appeal_days == 2  # the 48 hours of FR

    def test_every_authority_of_the_demo_has_addressed_every_provider_before(self):
        drafting = Membership.objects.filter(role=OfficerRole.DRAFTER)
        issuing = set(drafting.values_list("authority__code", flat=True))
        providers = HostingServiceProvider.objects.values_list("code", flat=True)
        assert set(product(issuing, providers)) == set(
            RemovalOrder.objects.values_list("issuing_authority__code", "provider__code")
        )

    def test_the_earlier_orders_came_to_different_ends_and_none_still_runs(self):
        ends = Counter(
            standings.summary(order, standings.of_items(order, at=T0)) for order in RemovalOrder.objects.all()
        )
        assert ends == {
            "executed": 15, "executed_late": 1, "withdrawn": 2, "not_executed": 1, "annulled_by_scrutiny": 1,
        }  # fmt: skip
        assert LedgerEntry.objects.filter(act="clarify").count() == 2
        assert LedgerEntry.objects.order_by("recorded_at").last().recorded_at < T0
        assert not deadlines.passed(at=T0).exists()
        assert not deadlines.to_warn(at=T0).exists()

    def test_each_first_order_had_its_prior_information_or_an_emergency(self):
        """Art. 3(2): information at least 12 hours before, or a justified emergency."""
        firsts = RemovalOrder.objects.filter(first_order=True)
        assert firsts.count() == len({(told.authority, told.provider) for told in demo_data.HISTORY})
        for order in firsts:
            if order.prior_information_at is None:
                assert order.emergency_reason
            else:
                assert order.issued_at - order.prior_information_at >= timedelta(hours=12)
        assert not RemovalOrder.objects.filter(first_order=False).exclude(prior_information_at=None).exists()

    def test_an_order_for_a_registered_address_meets_the_interest(self):
        for interest in demo_data.INTERESTS:
            (hit,) = deconfliction.check([canonical.sha256(canonical.url(interest.url).encode())], at=T0)
            assert (hit.authority, hit.reason) == (interest.authority, interest.reason)

    def test_providers_are_at_home_by_establishment_by_representative_or_nowhere(self):
        homes = dict(HostingServiceProvider.objects.values_list("code", "main_establishment"))
        assert (homes["prompt-video"], homes["your-platform"], homes["mute-board"]) == ("NL", "", "")
        assert HostingServiceProvider.objects.get(code="your-platform").home_state == "NL"
        assert HostingServiceProvider.objects.get(code="mute-board").home_state == ""

    def test_nothing_of_history_is_ever_sent_again(self):
        assert not OutboxMessage.objects.exclude(next_attempt_at=None).exists()
        assert not OutboxMessage.objects.filter(delivered_at=None).exists()


def test_a_demo_at_other_ports_moves_the_simulated_platforms(settings):
    seed(at=T0, history=())
    settings.SIMULATOR_URL = "http://localhost:8201"
    settings.PUBLIC_URL = "http://localhost:8200"
    assert seed(at=T0, history=()) == {"providers": len(demo_data.PROVIDERS) - 1}
    assert set(SimulatedPlatform.objects.values_list("api", flat=True)) == {"http://localhost:8200"}
    endpoints = Connection.objects.exclude(endpoint="").values_list("provider__code", "endpoint")
    assert all(endpoint == f"http://localhost:8201/simulator/{code}/webhook" for code, endpoint in endpoints)
    assert seed(at=T0, history=()) == {}


def test_everybody_can_sign_in_with_the_password_that_is_printed(client):
    seed(at=clock.now(), history=())
    for person in (*demo_data.PEOPLE, None):
        username = person.username if person else "admin"
        assert client.login(username=username, password=demo_data.PASSWORD)
    assert User.objects.filter(is_superuser=True).count() == 1


def test_seed_does_not_run_in_production_mode(settings):
    settings.PRODUCTION = True
    with pytest.raises(SystemExit, match="PERCI_PRODUCTION"):
        call_command("seed")
    assert not User.objects.exists()
