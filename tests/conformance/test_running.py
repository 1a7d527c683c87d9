"""A run goes on step by step: one at a time, found by query, and what fails ends it with its reason."""

import pytest

from orders import clock
from orders.models import OutboxMessage
from orders.regulation.regions import Actor
from platforms import connecting, faults
from platforms.conformance import receivers, running
from platforms.conformance.running import Edge
from platforms.models import ConformanceRun, Fault, ScriptStep
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection():
    made = connecting.connection_of(factories.provider(), sandbox=True, at=clock.now())
    connecting.first_secret(made, at=clock.now())
    connecting.set_endpoint(made, "http://127.0.0.1:1/hook", at=clock.now())
    return made


def ask(connection):
    return running.ask(connection, limit_scale="1", burst=2, at=clock.now())


def test_there_is_one_run_against_a_connection_at_a_time(connection):
    ask(connection)
    with pytest.raises(running.NotAlone):
        ask(connection)


def test_a_step_that_somebody_makes_is_not_made_again_until_its_lease_has_run_out(connection):
    run, at = ask(connection), clock.now()
    ConformanceRun.objects.filter(pk=run.pk).update(leased_until=at + running.LEASE)
    assert running.step(run.pk, at=at) is False
    assert running.step(run.pk, at=at + running.LEASE) is True
    run.refresh_from_db()
    assert (run.stage, run.leased_until, run.stories.count()) == ("greeting", None, 2)


def test_advance_finds_every_open_run_and_no_other(connection):
    run = ask(connection)
    assert running.advance(at=clock.now()) == 1
    running.break_off(run, because="Enough.", at=clock.now())
    assert running.advance(at=clock.now()) == 0


def test_a_step_that_fails_breaks_the_run_off_and_says_why(connection):
    run = ask(connection)
    running.step(run.pk, at=clock.now())
    ConformanceRun.objects.filter(pk=run.pk).update(stage="probing")

    def no_network(requests):
        raise OSError("no network")

    running.step(run.pk, at=clock.now(), edge=Edge(send=no_network))
    run.refresh_from_db()
    assert (run.stage, run.because, run.ended_at is None) == ("broken", "OSError: no network", False)


def test_what_a_run_set_and_sent_is_taken_back_at_its_end(connection):
    run = ask(connection)
    running.step(run.pk, at=clock.now())
    faults.set_fault(connection, "duplicate", times=1, at=clock.now())
    running.break_off(run, because="Enough.", at=clock.now())
    to_the_provider = OutboxMessage.objects.filter(recipient_role=Actor.PROVIDER, next_attempt_at__isnull=False)
    assert (Fault.objects.count(), to_the_provider.count()) == (0, 0)
    assert ScriptStep.objects.filter(done_at=None, dropped_at=None).count() == 0
    assert {story.order.force for story in run.stories.all()} == {"withdrawn"}


def test_a_run_that_was_stopped_while_a_step_was_made_stays_so(connection):
    run = ask(connection)
    running.break_off(run, because="Enough.", at=clock.now())
    running.finish(run, at=clock.now())
    run.refresh_from_db()
    assert (run.stage, run.report) == ("broken", {})


def test_credentials_follow_from_the_seed_and_later_ids_do_not(connection):
    assert receivers.given(7) == receivers.given(7) != receivers.given(8)
    first = receivers.receiver(7, endpoint="http://127.0.0.1:1/a", at=clock.now())
    again = receivers.receiver(7, endpoint="http://127.0.0.1:1/b", pages="http://127.0.0.1:2/", at=clock.now())
    told = receivers.given(7)
    assert (first.pk, again.endpoint) == (again.pk, "http://127.0.0.1:1/b")
    assert again.pages == {"conformance-7.example": "http://127.0.0.1:2"}
    assert [secret.secret for secret in again.secrets.all()] == [told.webhook_secret]
    assert again.provider.applications.get().client_id == told.client_id
