"""What was made once and is put back for other tests is the same rows, and nobody's but the test's own."""

import pytest
from django.db import transaction
from django.test import override_settings

from orders.models import LedgerEntry
from tests.factories import received
from tests.kept import kept
from tests.orders.findings import found
from tests.snapshot import everything


@pytest.fixture
def story():
    """An act that counts how often it was done."""
    done = []

    @kept
    def story(**fields):
        done.append(fields)
        return [received(**fields)]

    story.done = done
    return story


def undone(story, **fields):
    """What `story` returns and what it leaves, which is taken away again."""
    with transaction.atomic():
        made, rows = story(**fields), everything()
        transaction.set_rollback(True)
    return made, rows


TRANSACTIONS = [pytest.param(one, marks=pytest.mark.django_db(transaction=one)) for one in (False, True)]


@pytest.mark.parametrize("committed", TRANSACTIONS)
def test_what_is_put_back_is_what_the_acts_left_and_they_are_not_done_again(story, committed):
    (first,), rows = undone(story, items=2)
    (again,) = story(items=2)
    assert transaction.get_connection().in_atomic_block is not committed
    assert (everything(), len(story.done), found()) == (rows, 1, [])
    assert (again, again is first) == (first, False)
    assert received().reference != first.reference  # and the world goes on


@pytest.mark.django_db
def test_other_arguments_or_rules_are_other_rows(story):
    undone(story)
    undone(story, items=2)
    with override_settings(RULES={"late_notice": "counts"}):
        undone(story)
    assert len(story.done) == 3


@pytest.mark.django_db
def test_what_one_test_does_to_what_it_got_is_not_seen_by_the_next(story):
    made, rows = undone(story)
    made.clear()
    again, same = undone(story)
    assert (len(again), same) == (1, rows)


@pytest.mark.django_db
def test_where_there_are_rows_already_nothing_is_put_back(story):
    undone(story)
    received()
    before = LedgerEntry.objects.count()
    with pytest.raises(AssertionError, match="begins in an empty database"):
        story()
    assert LedgerEntry.objects.count() == before
