"""The probe finds by query what to look at, and records what it saw: evidence, never a state."""

from datetime import timedelta

import pytest

from orders.acts import answering, issuing
from orders.models import Observation, OutboxMessage
from platforms import probe
from platforms.looking import Sight
from platforms.models import Connection, Watch
from tests.factories import HOUR, T0, annex_ii, by_provider, deliver, issued, officer, received

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PAGES = {"hosting-nl.example": "http://127.0.0.1:9/simulator/hosting-nl/pages"}


class Eyes:
    """In place of the network: sees what it is told, and notes where it looked."""

    def __init__(self, time_machine):
        self.time_machine = time_machine
        self.status, self.looked = 200, []

    def __call__(self, looks):
        self.looked += [look.url for look in looks]
        return [Sight(look, self.status, self.at, self.at) for look in looks]

    def round(self, at):
        self.at = at
        self.time_machine.move_to(at, tick=False)
        return probe.look_due(at=at, look=self)


@pytest.fixture
def eyes(time_machine):
    return Eyes(time_machine)


def listed(order, pages=PAGES):
    Connection.objects.create(provider=order.provider, pages=pages, sandbox=True, created_at=T0, changed_at=T0)
    return order


def claim(order, *, at):
    answering.report_removal(order=order, annex=annex_ii(taken_at=at), by=by_provider(order), at=at)


def rows():
    return list(Observation.objects.order_by("pk").values_list("observed_at", "status", "gone", "source"))


def test_it_looks_where_the_list_says_and_never_at_the_address_of_the_order(eyes):
    listed(received())
    assert eyes.round(T0) == 1
    assert eyes.looked == [f"{PAGES['hosting-nl.example']}/v/1"]
    assert rows() == [(T0, 200, False, "probe")]


@pytest.mark.parametrize("pages", [{}, {"elsewhere.example": "http://127.0.0.1:9"}, {"example": "http://127.0.0.1:9"}])
def test_a_host_that_is_not_on_the_list_is_not_looked_at_and_no_row_says_so(eyes, pages):
    order = listed(received(), pages)
    eyes.round(T0)
    claim(order, at=T0 + MINUTE)
    eyes.round(T0 + MINUTE)
    assert (eyes.looked, rows()) == ([], [])


def test_looks_follow_the_plan_from_the_issue_and_afresh_from_the_claim(eyes):
    order = listed(received())
    looked = []
    for minute in range(60):
        if minute == 40:
            claim(order, at=T0 + 40 * MINUTE)
        if eyes.round(T0 + minute * MINUTE):
            looked.append(minute)
    assert looked == [0, 1, 5, 30, 40, 41, 45]


def test_after_a_pause_one_look_makes_up_for_those_that_were_missed(eyes):
    listed(received())
    eyes.round(T0)
    assert [eyes.round(T0 + 3 * DAY + HOUR), eyes.round(T0 + 3 * DAY + HOUR)] == [1, 0]
    assert Watch.objects.get().next_look_at == T0 + 4 * DAY
    assert [eyes.round(T0 + 9 * DAY), eyes.round(T0 + 30 * DAY)] == [1, 0]


def test_in_a_short_hour_the_plan_is_as_much_shorter(eyes):
    order = listed(received(limit_scale="1/60"))
    eyes.round(T0)
    assert Watch.objects.get().next_look_at == T0 + timedelta(seconds=1)
    claim(order, at=T0 + timedelta(seconds=10))
    eyes.round(T0 + timedelta(seconds=10))
    assert Watch.objects.get().next_look_at == T0 + timedelta(seconds=11)


def test_an_order_that_ended_is_not_looked_at_any_more(eyes):
    order = listed(received())
    eyes.round(T0)
    bert = officer("bert", order.issuing_authority)
    issuing.withdraw(order=order, reason="Wrong address.", by=bert, at=T0 + MINUTE)
    assert [eyes.round(T0 + minute * MINUTE) for minute in (1, 5, 30)] == [1, 0, 0]  # taken up, not looked at
    assert len(rows()) == 1
    assert Watch.objects.get().next_look_at is None


def test_of_two_rounds_at_once_one_looks(eyes):
    listed(received())
    eyes.at = T0
    seen_by_both = []

    def slow(looks):
        seen_by_both.append(probe.look_due(at=T0, look=eyes))
        return eyes(looks)

    assert (probe.look_due(at=T0, look=slow), seen_by_both, len(rows())) == (1, [0], 1)


def test_what_nobody_could_look_at_leaves_no_row(eyes):
    listed(received())
    probe.look_due(at=T0, look=lambda looks: [])
    assert rows() == []


def test_a_discrepancy_is_told_once_and_changes_neither_state_nor_generation(eyes):
    order = listed(received())
    claim(order, at=T0 + 10 * MINUTE)
    before = {item.pk: item.execution for item in order.items.all()}, type(order.dossier).objects.get().generation
    for minutes in (11, 15, 40):
        assert eyes.round(T0 + minutes * MINUTE) == 1
    after = {item.pk: item.execution for item in order.items.all()}, type(order.dossier).objects.get().generation
    assert after == before
    (notice,) = OutboxMessage.objects.filter(type="order.discrepancy_opened")
    assert (notice.recipient, notice.data) == (
        "de-fpo",
        {"item": 1, "opened_at": "2026-11-21T01:41:00.000000Z", "taken_at": "2026-11-21T01:40:00.000000Z"},
    )


def test_what_cannot_be_told_opens_nothing(eyes):
    order = listed(received())
    claim(order, at=T0 + 10 * MINUTE)
    eyes.status = 503
    eyes.round(T0 + 11 * MINUTE)
    assert rows() == [(T0 + 11 * MINUTE, 503, None, "probe")]
    assert not OutboxMessage.objects.filter(type="order.discrepancy_opened").exists()


def test_an_order_that_is_not_received_is_looked_at_too(eyes):
    order = listed(issued())
    eyes.status = 410
    eyes.round(T0 + MINUTE)
    deliver(order, "order.issued", at=T0 + MINUTE)
    assert rows() == [(T0 + MINUTE, 410, True, "probe")]
