"""The world that `manage.py seed` makes: whole, quiet, and the same however often it is made."""

from collections import Counter
from io import StringIO
from itertools import product

import pytest
from django.apps import apps
from django.core.management import call_command

from orders import clock, standings
from orders.models import CompetentAuthority, HostingServiceProvider, LedgerEntry, OutboxMessage, RemovalOrder, User
from perci import demo_data
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


def test_every_authority_has_addressed_every_provider_before():
    seed(at=T0)
    issuing = CompetentAuthority.objects.filter(issues=True).values_list("code", flat=True)
    providers = HostingServiceProvider.objects.values_list("code", flat=True)
    assert set(product(issuing, providers)) == set(
        RemovalOrder.objects.values_list("issuing_authority__code", "provider__code")
    )


def test_the_earlier_orders_came_to_different_ends_and_none_still_runs():
    seed(at=T0)
    ends = Counter(standings.summary(order, standings.of_items(order, at=T0)) for order in RemovalOrder.objects.all())
    assert ends == {"executed": 11, "executed_late": 1, "withdrawn": 2, "not_executed": 1}
    assert LedgerEntry.objects.filter(act="clarify").count() == 2
    assert LedgerEntry.objects.order_by("recorded_at").last().recorded_at < T0


def test_nothing_of_history_is_ever_sent_again():
    seed(at=T0)
    assert not OutboxMessage.objects.exclude(next_attempt_at=None).exists()
    assert not OutboxMessage.objects.filter(delivered_at=None).exists()


def test_a_demo_at_other_ports_moves_the_simulated_platforms(settings):
    seed(at=T0)
    settings.SIMULATOR_URL = "http://localhost:8201"
    settings.PUBLIC_URL = "http://localhost:8200"
    assert seed(at=T0) == {"providers": len(demo_data.PROVIDERS) - 1}
    assert set(SimulatedPlatform.objects.values_list("api", flat=True)) == {"http://localhost:8200"}
    endpoints = Connection.objects.exclude(endpoint="").values_list("provider__code", "endpoint")
    assert all(endpoint == f"http://localhost:8201/simulator/{code}/webhook" for code, endpoint in endpoints)
    assert seed(at=T0) == {}


def test_everybody_can_sign_in_with_the_password_that_is_printed(client):
    seed(at=clock.now())
    for person in (*demo_data.PEOPLE, None):
        username = person.username if person else "admin"
        assert client.login(username=username, password=demo_data.PASSWORD)
    assert User.objects.filter(is_superuser=True).count() == 1


def test_seed_does_not_run_in_production_mode(settings):
    settings.PRODUCTION = True
    with pytest.raises(SystemExit, match="PERCI_PRODUCTION"):
        call_command("seed")
    assert not User.objects.exists()
