"""The issuing authorities: they draft, submit, approve, inform, hold, issue, clarify and withdraw (Art. 3, 14(1))."""

import json
from datetime import datetime
from math import log

from orders import clock
from orders.acts import clarifying, disclosing, drafting, issuing, preparing, transmitting
from orders.acts.uploads import Upload
from orders.models import Deadline, RemovalOrder
from orders.regulation.regions import Preparation, ReasonClass
from perci.exercise.listening import Heard
from perci.exercise.plan import Planned
from perci.exercise.playing import Play, order_of
from perci.exercise.scenario.model import DAY, MINUTE
from perci.exercise.world import content, player
from platforms.delivery.trying import compose
from platforms.simulator import planning

SPREAD = 0.5  # sigma of the time that an answer takes
EMERGENCY = "Synthetic emergency: the content spreads fast."
SECRECY = "Synthetic reason of public security."


def begin(play: Play, planned: list[Planned]) -> None:
    """Note every order that is to come."""
    for order in planned:
        play.note(order.at, order.name, submit, order)


def submit(play: Play, planned: Planned) -> None:
    """One officer drafts and submits; another one is to approve."""
    by, at = play.world.drafter(planned.authority), clock.now()
    order = drafting.draft(
        authority=play.world.authorities[planned.authority], content=_draft(play, planned), by=by, at=at
    )
    play.orders[order.reference] = planned
    issuing.submit(order=order, by=by, at=at)
    play.after(play.conduct.approves, order.reference, approve)


def _draft(play: Play, planned: Planned) -> drafting.Draft:
    unknown = (planned.authority, planned.provider) not in play.world.known
    urgent = unknown and (planned.stream.first == "emergency" or bool(play.world.providers[planned.provider].webform))
    return content(
        play.world,
        planned.provider,
        planned.urls,
        file_number=planned.name[:60],
        emergency=urgent,
        emergency_reason=EMERGENCY if urgent else "",
        must_not_inform=planned.secret,
        withholding_reason=SECRECY if planned.secret else "",
    )


# --- coordination (Art. 14(1)) ---
def coordinate(play: Play, heard: Heard) -> None:
    """Somebody else who has an interest, and not just an order, asks for a hold while the order is being looked at."""
    order = order_of(heard.reference)
    hits = [hit for hit in heard.facts["deconfliction"] if hit["authority"] != order.issuing_authority.code]
    play.counts["hits"] += bool(hits)
    interests = sorted((hit["authority"], hit["reason"]) for hit in hits if hit["reason"] != ReasonClass.ORDER_IN_FORCE)
    if interests:
        soon = play.conduct.approves * play.luck(heard.reference, "hold").uniform(0.2, 0.8)
        play.after(soon, heard.reference, hold, *interests[0])


def hold(play: Play, reference: str, objector: str, reason: str) -> None:
    """It is held until somebody has decided."""
    by = play.world.objector(objector)
    preparing.put_on_hold(order=order_of(reference), reason=ReasonClass(reason), by=by, at=clock.now())
    play.after(play.conduct.emergency_hold, reference, release, objector)


def release(play: Play, reference: str, objector: str) -> None:
    """Whoever asked for the hold lifts it."""
    by = play.world.objector(objector)
    preparing.release_hold(order=order_of(reference), reason="Coordinated (synthetic).", by=by, at=clock.now())
    play.after(play.conduct.approves, reference, approve)


# --- approval and issue ---
def approve(play: Play, reference: str) -> None:
    """Another person approves; who is addressed for the first time is informed, and has 12 hours (Art. 3(2))."""
    order = order_of(reference)
    if order.preparation != Preparation.IN_REVIEW:  # on hold: whoever lifts it has it approved again
        return
    by = play.world.approver(order.issuing_authority.code)
    order = issuing.approve(order=order, by=by, at=clock.now())
    informs = play.orders[reference].stream.first == "notice" and not order.emergency
    if informs and order.is_first() and order.prior_information_at is None:
        preparing.inform_beforehand(order=order, by=by, at=clock.now())
    play.note(_issuable(order), play.orders[reference].name, issue, reference)


def _issuable(order: RemovalOrder) -> datetime:
    waits = Deadline.objects.filter(dossier=order.dossier_id, code="C1", closed_at=None, noticed_at=None)
    due_at = waits.values_list("due_at", flat=True).first()
    return due_at or clock.now()


def issue(play: Play, reference: str) -> None:
    """Signed and sent, with the copy to the home authority."""
    order = order_of(reference)
    if order.preparation not in (Preparation.CLEARED, Preparation.WAITING_12H):
        return
    by = play.world.approver(order.issuing_authority.code)
    order = issuing.issue(order=order, by=by, at=clock.now())
    play.world.known.add((order.issuing_authority.code, order.provider.code))
    play.counts["orders issued"] += 1
    if play.luck(reference, "withdraws").random() < play.conduct.withdraws:
        play.after(play.conduct.withdraws_after, reference, withdraw)
    if order.withheld_until and play.luck(reference, "secrecy").random() < play.conduct.extends_secrecy:
        play.after(order.withheld_until - DAY - clock.now(), reference, withhold_longer)


# --- after the issue ---
def submit_by_hand(play: Play, heard: Heard) -> None:
    """Where nothing but a web form reaches the provider an officer goes there some minutes later."""
    provider = play.world.providers[play.orders[heard.reference].provider]
    if provider.webform:
        minutes = play.luck(heard.reference, "webform", heard.number).uniform(2, 6)
        play.after(MINUTE * minutes, heard.reference, fill_in)


def fill_in(play: Play, reference: str) -> None:
    """Everything that waits is typed into the form, whose confirmation page proves receipt; people there read it."""
    order = order_of(reference)
    by, at = play.world.approver(order.issuing_authority.code), clock.now()
    for message in order.submittable():
        page = Upload(b"Received, thank you (synthetic).\n", "text/plain")
        transmitting.record_submission(
            order=order,
            submitted_at=at,
            address=order.provider.webform,
            message=message.message_id,
            confirmation=page,
            by=by,
            at=at,
        )
        said = json.loads(compose(message))
        heard = planning.hear(player(order.provider.code), said, message_id=message.message_id, at=at)
        planning.take(heard, said, at=at)


def asked(play: Play, heard: Heard) -> None:
    """A provider asks: the answer takes a while, or never comes."""
    chance = play.luck(heard.reference, "clarifies", heard.number)
    if chance.random() >= play.conduct.leaves_unclear:
        factor = chance.lognormvariate(log(1), SPREAD)
        play.after(play.conduct.clarifies * factor, heard.reference, clarify)


def clarify(play: Play, reference: str) -> None:
    """Every open question is answered."""
    order = order_of(reference)
    answers = {one.number: "The first entry there (synthetic)." for one in clarifying.open_questions(order)}
    if answers:
        by = play.world.approver(order.issuing_authority.code)
        clarifying.clarify(order=order, answers=answers, by=by, at=clock.now())


def withhold_longer(play: Play, reference: str) -> None:
    """On the last day of secrecy the authority decides that it goes on for as long as it may (Art. 11(3))."""
    order = order_of(reference)
    by, reason = play.world.approver(order.issuing_authority.code), "Still necessary for public security (synthetic)."
    disclosing.extend_withholding(order=order, reason=reason, by=by, at=clock.now())


def withdraw(play: Play, reference: str) -> None:
    """The authority takes its order back."""
    order = order_of(reference)
    by = play.world.approver(order.issuing_authority.code)
    issuing.withdraw(order=order, reason="No longer needed (synthetic).", by=by, at=clock.now())
