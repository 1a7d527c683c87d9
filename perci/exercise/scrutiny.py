"""The authorities of a provider's home: they open, are asked, announce and decide (Art. 4)."""

from datetime import timedelta

from orders import clock
from orders.acts import scrutinising
from orders.acts.capacity import Capacity
from orders.models import RemovalOrder
from orders.regulation.regions import Stage
from perci.exercise.listening import Heard
from perci.exercise.playing import Play, order_of
from perci.exercise.scenario.model import HOUR

WINDOW = 72 * HOUR
REASONS = "The entry reports on events and incites nobody, Art. 1(3) (synthetic)."
NONE_FOUND = "No infringement (synthetic)."


def copied(play: Play, heard: Heard) -> None:
    """Of the copies that it gets an authority opens some by itself, early enough to decide within the 72 hours."""
    chance = play.luck(heard.reference, "own initiative")
    if heard.facts["home_authority"] and chance.random() < play.conduct.own_initiative:
        latest = max(min(WINDOW - play.conduct.decides - HOUR, 24 * HOUR), HOUR)
        play.after(HOUR / 2 + chance.random() * (latest - HOUR / 2), heard.reference, take_up)


def take_up(play: Play, reference: str) -> None:
    """On own initiative (Art. 4(3))."""
    order = order_of(reference)
    scrutinising.open_scrutiny(order=order, by=by(play, order), at=clock.now())


def by(play: Play, order: RemovalOrder) -> Capacity:
    """Whoever scrutinises there; only orders that cross a border come so far."""
    if order.home_authority is None:
        raise scrutinising.NotCrossBorder(f"{order.reference} crosses no border: nobody scrutinises it.")
    return play.world.scrutineer(order.home_authority.code)


def under_way(play: Play, heard: Heard) -> None:
    """What was opened or asked for is decided after its time; an infringement is announced before (Art. 4(5))."""
    if heard.reference in play.settled:
        return
    infringed = play.luck(heard.reference, "decides", heard.number).random() < play.conduct.infringements
    decide_after(play, heard.reference, play.conduct.decides, infringed)


def decide_after(play: Play, reference: str, delay: timedelta, infringed: bool) -> None:
    """Decide `delay` from now."""
    if infringed:
        play.after(max(delay - min(HOUR, delay / 4), delay * 0), reference, announce)
    play.after(delay, reference, decide, Stage.INFRINGEMENT if infringed else Stage.NO_INFRINGEMENT)


def announce(play: Play, reference: str) -> None:
    """The issuing authority hears it first."""
    order = order_of(reference)
    scrutinising.announce_intent(order=order, reasons=REASONS, by=by(play, order), at=clock.now())


def decide(play: Play, reference: str, outcome: Stage) -> None:
    """With reasons, either way."""
    order = order_of(reference)
    reasons = REASONS if outcome is Stage.INFRINGEMENT else NONE_FOUND
    scrutinising.decide_scrutiny(order=order, outcome=outcome, reasons=reasons, by=by(play, order), at=clock.now())


def request(play: Play, reference: str) -> None:
    """A content provider's request, entered by the authority that got it (Art. 4(4)), late or not."""
    order = order_of(reference)
    reasons = "I report on events, and praise nothing (synthetic)."
    scrutinising.request_scrutiny(order=order, reasons=reasons, by=by(play, order), at=clock.now())
