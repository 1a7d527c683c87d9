"""verify knows which clocks a warning is to speak of, and together with which: one changed is named."""

from datetime import timedelta

import pytest

from orders.acts import answering
from orders.evidence import verify
from orders.models import OutboxMessage
from orders.tasks import run_sweep
from tests.factories import T0, again, annex_ii, by_provider, received

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Warned:
    """Two warnings to each side: of the hours of three items, and, once the third was removed, of the first two."""

    def __init__(self):
        order = received(items=3)
        run_sweep(at=T0 + 15 * MINUTE)
        annex = annex_ii(taken_at=T0 + 16 * MINUTE, items=(3,))
        answering.report_removal(order=again(order), annex=annex, by=by_provider(order), at=T0 + 17 * MINUTE)
        run_sweep(at=T0 + 30 * MINUTE)
        self.clocks = list(order.dossier.deadlines.filter(code="C2").order_by("item__number"))
        self.sent = OutboxMessage.objects.filter(dossier=order.dossier, type="order.limit_approaching")

    def to(self, recipient):
        """The messages to one side, the first one first."""
        return list(self.sent.filter(recipient=recipient).order_by("sequence"))

    def said(self, *numbers):
        """What names these items and their clocks."""
        return {"items": list(numbers), "clocks": [self.clocks[number - 1].clock_id for number in numbers]}

    def count(self, number):
        return f"warnings_sent of the clock {self.clocks[number - 1].clock_id} is not what was sent"


@pytest.fixture
def warned():
    made = Warned()
    assert found() == []
    return made


def say(message, **data):
    """Change below the application what `message` says."""
    OutboxMessage.objects.filter(pk=message.pk).update(data={**message.data, **data})


def found():
    """What is found, without the values."""
    return [finding.differs.split(" is {")[0] for finding in verify.findings()]


def of(*messages):
    return [f"data of {message.message_id}" for message in messages]


def test_an_item_taken_off_the_list_is_missed(warned):
    first, _ = warned.to("hosting-nl")
    say(first, items=[1, 2])
    assert found() == of(first)


def test_an_item_taken_off_with_its_clock_is_missed_by_the_clock_and_by_what_the_other_side_was_told(warned):
    first, _ = warned.to("hosting-nl")
    say(first, **warned.said(1, 2))
    assert found() == [warned.count(3), *of(first)]


def test_an_item_added_with_its_clock_had_no_such_warning(warned):
    _, second = warned.to("de-fpo")
    say(second, **warned.said(1, 2, 3))
    assert found() == [warned.count(3), *of(second)]


def test_an_item_moved_from_one_warning_to_another_is_found_where_its_clock_no_longer_ran(warned):
    seconds = []
    for recipient in ("hosting-nl", "de-fpo"):
        first, second = warned.to(recipient)
        say(first, **warned.said(1, 2))
        say(second, **warned.said(1, 2, 3))
        seconds.append(second)
    assert sorted(found()) == sorted(of(*seconds))


@pytest.mark.parametrize("numbers", [(2, 1, 3), (1, 2, 3, 3)], ids=["turned", "twice"])
def test_the_list_names_each_once_in_rising_order(warned, numbers):
    first, _ = warned.to("de-fpo")
    say(first, **warned.said(*numbers))
    assert found() == of(first)


def test_what_is_spoken_of_together_is_not_to_be_told_apart(warned):
    first, second = warned.to("hosting-nl")
    say(first, **warned.said(1))
    say(second, **warned.said(1))
    for message, numbers in ((first, (2, 3)), (second, (2,))):
        message.pk, message.message_id, message.sequence = None, f"{message.message_id}x", message.sequence + 10
        message.data = {**message.data, **warned.said(*numbers)}
        message.save(force_insert=True)
    data = [finding for finding in found() if finding.startswith("data of ")]
    assert len(data) == 4


@pytest.mark.parametrize("clocks", [[], ["clk_nowhere"]], ids=["none", "unknown"])
def test_a_warning_of_no_clock_of_the_order_is_found(warned, clocks):
    first, _ = warned.to("de-fpo")
    say(first, clocks=clocks)
    missed = [warned.count(number) for number in (1, 2, 3)]
    assert found() == [*missed, f"{first.message_id} warns of no clock of this dossier that ran then"]
