"""Whatever the parties, courts and time do to an order, in whatever order it arrives, the law's invariants hold.

`make test` plays a few hundred short lives with the sweep's, `make fuzz` many thousands of longer ones, whose seed it
prints. FUZZ_EXAMPLES, FUZZ_STEPS and FUZZ_SEED are what a run can be given; FUZZ_SHRINK=0 shows a failure as found.
"""

import os
from datetime import timedelta
from functools import partial

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from orders import ids
from orders.acts import answering, issuing, lapsing, transmitting
from orders.acts.refusals import Refusal, StaleGeneration
from orders.evidence import verify
from orders.models import Deadline, OutboxMessage, RemovalOrder
from orders.outbox import PROVEN_BY_ACT
from tests import factories
from tests.factories import T0
from tests.properties import beginnings, invariants, moves
from tests.properties.cast import Cast, cast
from tests.properties.moves import Move

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "120"))
STEPS = int(os.environ.get("FUZZ_STEPS", "7"))
SEED = os.environ.get("FUZZ_SEED")
PHASES = [Phase.generate] if os.environ.get("FUZZ_SHRINK") == "0" else [Phase.generate, Phase.shrink]
MICROSECOND, SECOND, MINUTE, HOUR, DAY = (
    timedelta(microseconds=1), timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1),
)  # fmt: skip
CENTURY = 36_525 * DAY
TABLES = [
    model._meta.db_table for label in ("orders", "platforms") for model in apps.get_app_config(label).get_models()
]

# How long after the step before, or to the end of the next clock and a little less or more.
later = st.one_of(
    st.sampled_from([0 * SECOND, SECOND, 5 * MINUTE, 20 * MINUTE, 59 * MINUTE, HOUR, 3 * HOUR]),
    st.sampled_from([12 * HOUR, DAY, 3 * DAY, 8 * DAY, 31 * DAY, 43 * DAY, 190 * DAY]),
    st.sampled_from([-1, 0, 1]),
)
back = st.sampled_from([0 * SECOND, MINUTE, 10 * MINUTE, 50 * MINUTE, 2 * HOUR, 2 * DAY, -MINUTE])
overtaken = st.sampled_from([0 * SECOND, 0 * SECOND, SECOND, 3 * MINUTE, 40 * MINUTE])
pick = st.integers(0, 11)


def everything() -> list[list[tuple]]:
    """Every row of ours, as the database has it."""
    with connection.cursor() as cursor:
        return [cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall() for table in TABLES]  # noqa: S608


class Life(RuleBasedStateMachine):
    """The life of one order. Every example begins with the same parties and is rolled back."""

    actors: Cast

    def __init__(self) -> None:
        super().__init__()
        ids.seed(0)  # so that an example is the same whenever it is played
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now, self.memory, self.seen = T0, invariants.Memory(), None

    def teardown(self) -> None:
        try:
            if self.seen:
                self.everything_ends()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def everything_ends(self) -> None:
        """A last sweep long after: every clock that has an end has got its verdict, and the record is true."""
        while lapsing.lapse(at=T0 + CENTURY):
            pass
        self.invariants_hold()
        assert not Deadline.objects.exclude(due_at=None).filter(verdict="").exists()
        assert not Deadline.objects.exclude(set_aside_at=None).exists()
        assert [str(finding) for finding in verify.findings()] == []

    @initialize(
        stage=st.sampled_from(beginnings.BEGINNINGS),
        rules=st.sampled_from(beginnings.RULES),
        withheld=st.booleans(),
        emergency=st.booleans(),
    )
    def begin(self, **circumstances) -> None:
        self.seen = invariants.picture(beginnings.beginning(self.actors, **circumstances).pk)
        self.now = self.seen.entries[-1].recorded_at

    @property
    def order(self) -> RemovalOrder:
        """The order as it was after the last step."""
        return self.seen.order

    @property
    def left(self) -> bool:
        return bool(self.order.sent_at)

    def wait(self, span) -> None:
        if isinstance(span, timedelta):
            self.now += span
            return
        next_end = Deadline.objects.filter(closed_at=None, noticed_at=None, due_at__gt=self.now).order_by("due_at")
        due = next_end.values_list("due_at", flat=True).first()
        self.now = max(self.now, (due or self.now) + span * MICROSECOND)

    def attempt(self, act, by, at, back, pick) -> bool:
        """Perform or be refused; whoever is refused has left no row."""
        before, order = everything(), RemovalOrder.objects.get(pk=self.order.pk)
        known = order.dossier.generation
        try:
            act(Move(order, by, at, back, pick))
        except Refusal:
            assert everything() == before
            return False
        self.nothing_passed_unwritten(at, known)
        return True

    def nothing_passed_unwritten(self, at, known) -> None:
        """An act at `at` has first written down every end before it; only what it started itself may be over."""
        over = Deadline.objects.filter(closed_at=None, noticed_at=None, due_at__lt=at)
        assert not over.exclude(start_entry__gt=known).exists()

    # --- the parties ---
    @precondition(lambda self: not self.left)
    @rule(act=st.sampled_from(moves.PREPARING), second=st.booleans(), span=later, pick=pick)
    def the_issuer_prepares(self, act, second, span, pick) -> None:
        self.wait(span)
        self.attempt(act, self.actors.bert if second else self.actors.anna, self.now, back=0 * SECOND, pick=pick)

    @precondition(lambda self: not self.left)
    @rule(act=st.sampled_from(moves.COORDINATION), own=st.booleans(), span=later, pick=pick)
    def somebody_coordinates(self, act, own, span, pick) -> None:
        self.wait(span)
        by = self.actors.bert if own else self.actors.objector
        self.attempt(act, by, self.now, back=0 * SECOND, pick=pick)

    @precondition(lambda self: self.left)
    @rule(act=st.sampled_from(moves.ANSWERS), span=later, overtaken=overtaken, back=back, pick=pick)
    def the_provider_answers(self, act, span, overtaken, back, pick) -> None:
        """Perhaps an answer that arrived before what was written since."""
        self.wait(span)
        self.attempt(act, self.actors.provider, max(self.now - overtaken, self.order.sent_at), back, pick)

    @precondition(lambda self: self.left)
    @rule(act=st.sampled_from(moves.ISSUERS), span=later, back=back, pick=pick)
    def the_issuer_acts(self, act, span, back, pick) -> None:
        self.wait(span)
        self.attempt(act, self.actors.bert, self.now, back, pick)

    @precondition(lambda self: self.left)
    @rule(act=st.sampled_from(moves.SCRUTINY), span=later, back=back, pick=pick)
    def the_home_authority_acts(self, act, span, back, pick) -> None:
        self.wait(span)
        self.attempt(act, self.actors.scrutineer, self.now, back, pick)

    @precondition(lambda self: self.left)
    @rule(act=st.sampled_from(moves.ISSUERS + moves.ANSWERS), twice=st.integers(2, 3), back=back, pick=pick)
    def somebody_says_the_same_again(self, act, twice, back, pick) -> None:
        by = self.actors.provider if act in moves.ANSWERS else self.actors.bert
        for _ in range(twice):
            self.attempt(act, by, self.now, back, pick)

    @rule(
        act=st.sampled_from(moves.PREPARING + moves.ANSWERS + moves.ISSUERS + moves.SCRUTINY),
        who=st.sampled_from(["stranger", "other_provider", "objector"]),
        pick=pick,
    )
    def a_stranger_tries(self, act, who, pick) -> None:
        """L10: nothing is open to whoever is not the party of the law."""
        assert not self.attempt(act, getattr(self.actors, who), self.now, back=0 * SECOND, pick=pick)

    @precondition(lambda self: Deadline.objects.filter(code="C2").exists())
    @rule(pick=pick, off=st.sampled_from([-1, 0, 1]), later=st.sampled_from([0 * SECOND, 20 * MINUTE]))
    def a_measure_comes_at_the_end_of_an_hour(self, pick, off, later) -> None:
        """To the microsecond, of an hour that runs, ran out or was displaced; reported then, or later."""
        hours = Deadline.objects.filter(code="C2").order_by("pk")
        clock = hours.select_related("item")[pick % len(hours)]
        taken_at = clock.due_at + off * MICROSECOND
        self.now = max(self.now, taken_at + later)
        annex = factories.annex_ii(taken_at=taken_at, items=(clock.item.number,))
        report = partial(answering.report_removal, annex=annex)
        self.attempt(lambda move: report(**move.common), self.actors.provider, self.now, back=0 * SECOND, pick=pick)

    @rule()
    def who_read_the_order_before_it_changed_is_refused(self) -> None:
        before, known = everything(), self.order.dossier.generation
        with pytest.raises(StaleGeneration):
            issuing.withdraw(order=self.order, reason="Wrong.", by=self.actors.bert, at=self.now, generation=known - 1)
        assert everything() == before

    # --- the channel ---
    @precondition(lambda self: self.left)
    @rule(pick=pick, span=later, back=st.sampled_from([0 * SECOND, SECOND, MINUTE]))
    def a_message_is_received(self, pick, span, back) -> None:
        """Any message to the provider, in any order, perhaps once more."""
        self.wait(span)
        sent = OutboxMessage.objects.filter(recipient=self.order.provider.code, type__in=PROVEN_BY_ACT).order_by("pk")
        message = sent[pick % len(sent)]
        before, known = everything(), hasattr(message, "receipt")
        received_at = max(self.now - back, message.created_at)
        first = transmitting.record_receipt(
            message=message, channel="webhook", rule="webhook_2xx", received_at=received_at, at=self.now
        )
        assert first != known
        if known:
            assert everything() == before

    @precondition(lambda self: self.left and self.order.received_at is None)
    @rule(span=later)
    def the_channel_gives_up(self, span) -> None:
        self.wait(span)
        self.attempt(moves.report_undeliverable, self.actors.provider, self.now, back=0 * SECOND, pick=0)

    @precondition(lambda self: self.order.received_at is not None)
    @rule(span=later)
    def an_acknowledgement_changes_no_clock(self, span) -> None:
        """L11: once what passed is written and what was sent is received."""
        self.wait(span)
        lapsing.lapse(at=self.now)
        transmitting.prove_receipt(order=self.order, rule="order_read", at=self.now)
        lapsing.lapse(at=self.now)
        before = list(Deadline.objects.order_by("pk").values())
        self.attempt(moves.acknowledge, self.actors.provider, self.now, back=0 * SECOND, pick=0)
        assert list(Deadline.objects.order_by("pk").values()) == before

    # --- time ---
    @rule(span=later, warning=st.booleans())
    def a_sweep_runs(self, span, warning) -> None:
        self.wait(span)
        while lapsing.lapse(at=self.now):
            pass
        if warning:
            while lapsing.warn(at=self.now):
                pass
        swept = everything()
        assert (lapsing.lapse(at=self.now), everything()) == (0, swept)

    @invariant()
    def invariants_hold(self) -> None:
        if self.seen:
            self.seen = invariants.picture(self.order.pk)
            invariants.check(self.seen, self.memory)


@pytest.mark.django_db
def test_the_law_holds_whatever_happens(monkeypatch):
    monkeypatch.setattr(ids, "_source", ids._source)  # what is seeded here stays here
    Life.actors = cast()
    profile = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck),
        database=None, print_blob=True, phases=PHASES,
    )  # fmt: skip
    machine = seed(int(SEED))(Life) if SEED else Life
    run_state_machine_as_test(machine, settings=profile)
