"""Those who uploaded: they are told by their provider (Art. 11), ask for scrutiny (4(4)) and go to court (9)."""

from datetime import timedelta

from orders import clock
from orders.acts import appealing
from orders.acts.appealing import ANNULLED, CONFIRMED
from orders.regulation.regions import Actor, Disclosure, Information
from perci.exercise import scrutiny
from perci.exercise.listening import Heard
from perci.exercise.playing import Play, order_of
from perci.exercise.scenario.model import DAY, HOUR
from perci.exercise.world import player
from platforms.simulator import deciding
from platforms.simulator.behaviours.intents import What

ON_REQUEST = (Information.REASONS_GIVEN, Information.COPY_GIVEN)


def removed(play: Play, heard: Heard) -> None:
    """After a measure the provider tells most of them, once for an order."""
    told = play.luck(heard.reference, "informed").random() < play.conduct.informed
    if told and heard.reference not in play.told:
        play.told.add(heard.reference)
        play.after(play.conduct.informs, heard.reference, inform)


def inform(play: Play, reference: str) -> None:
    """The provider tells its user, when it may: while disclosure is withheld, only after that has ended."""
    order = order_of(reference)
    if order.disclosure != Disclosure.ALLOWED:
        assert order.withheld_until is not None  # it is withheld
        wait = max(order.withheld_until - clock.now(), timedelta()) + play.conduct.informs
        play.after(max(wait, HOUR), reference, inform)
        return
    given = Information.COPY_GIVEN if _asks(play, reference) else Information.AVAILABLE
    who, payload = player(order.provider.code), {"items": [], "information": str(given)}
    deciding.intend(who, reference, What.INFORM, at=clock.now(), payload=payload)


def _asks(play: Play, reference: str) -> bool:
    return play.luck(reference, "asks").random() < play.conduct.content_provider_asks


def informed(play: Play, heard: Heard) -> None:
    """Who asked for a copy asks for scrutiny, too, within the 48 hours."""
    crosses = order_of(heard.reference).home_authority is not None
    if crosses and heard.facts["information"] in ON_REQUEST:
        hours = play.luck(heard.reference, "asks when").uniform(1, 47)
        play.after(HOUR * hours, heard.reference, scrutiny.request)


# --- courts, as far as the issuing authority learns of them ---
def received(play: Play, heard: Heard) -> None:
    """Some orders are appealed against, within the national period from receipt, by either side."""
    chance = play.luck(heard.reference, "appeals")
    if heard.facts["type"] == "order.issued" and chance.random() < play.conduct.appeals:
        days = order_of(heard.reference).appeal_days or 1
        appellant = Actor.PROVIDER if chance.random() < 0.5 else Actor.CONTENT_PROVIDER
        play.after(DAY * days * chance.uniform(0.1, 0.9), heard.reference, appeal, appellant)


def appeal(play: Play, reference: str, appellant: Actor) -> None:
    """Entered by the authority that learns of it; a judgment follows."""
    order, at = order_of(reference), clock.now()
    by = play.world.approver(order.issuing_authority.code)
    appealing.record_appeal(order=order, appellant=appellant, received_at=at, by=by, at=at)
    annulled = play.luck(reference, "judgment").random() < play.conduct.annulled_by_court
    play.after(play.conduct.judged, reference, judge, ANNULLED if annulled else CONFIRMED)


def judge(play: Play, reference: str, outcome: str) -> None:
    """The judgment arrives."""
    order, at = order_of(reference), clock.now()
    by = play.world.approver(order.issuing_authority.code)
    reasons = "Synthetic reasons of a fictional court."
    appealing.record_judgment(order=order, outcome=outcome, received_at=at, reasons=reasons, by=by, at=at)
