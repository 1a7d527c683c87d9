"""When an order becomes final, and who is told (Art. 3(9))."""

from datetime import datetime

from django_fsm import can_proceed

from orders.acts._case import Case
from orders.models import CompetentAuthority, OutboxMessage, RemovalOrder
from orders.outbox import Letter, Recipient
from orders.regulation.limits import ClockGround
from orders.regulation.regions import Actor


def reached(case: Case) -> bool:
    """Whether the appeal periods that count are over, and nobody has appealed.

    Under finality=all_parties a content provider who was not given reasons or a copy (Art. 11(2)) can still appeal, so
    time alone makes nothing final. The hour has nothing to do with it.
    """
    running = case.running("C26")
    if case.order.rules.finality == "hsp_only":
        running = [clock for clock in running if clock.debtor_role == Actor.PROVIDER]
    elif not case.order.dossier.deadlines.filter(code="C26", debtor_role=Actor.CONTENT_PROVIDER).exists():
        return False
    return not running and can_proceed(case.order.become_final)


def has_appealed(order: RemovalOrder, appellant: Actor) -> bool:
    """Whether an appeal of `appellant` is on record: its period begins no more, as nothing of it could lapse."""
    return order.dossier.entries.filter(act="record_appeal", facts__appellant=appellant).exists()


def make_final(case: Case, *, at: datetime, method: str = "become_final") -> list[list[str]]:
    """Make the order final and tell the provider and the home oversight authority; the effects for the ledger."""
    effects = case.move(case.order, method, at=at)
    told = [Recipient(Actor.PROVIDER, case.order.provider.code)]
    oversight = oversight_authority(case)
    if oversight is not None:
        told.append(Recipient(Actor.OVERSIGHT_AUTHORITY, oversight.code))
    case.letters.extend(Letter("order.final", to, {"final_at": at}) for to in told)
    case.elapsed("C6", starts_at=at, ground=ClockGround.FINAL, done_at=at)
    return effects


def told(case: Case) -> list[Recipient]:
    """The oversight authorities that were told that the order is final: they hear of what undoes it, too (L6)."""
    final = OutboxMessage.objects.filter(
        dossier=case.dossier, type="order.final", recipient_role=Actor.OVERSIGHT_AUTHORITY
    )
    return [
        Recipient(Actor.OVERSIGHT_AUTHORITY, party) for party in sorted(set(final.values_list("recipient", flat=True)))
    ]


def oversight_authority(case: Case) -> CompetentAuthority | None:
    """The Art. 12(1)(c) authority of the provider's home, or of the issuing Member State when it has none."""
    state = case.order.provider.home_state or case.order.issuing_authority.member_state
    return CompetentAuthority.objects.filter(member_state=state, oversees=True).order_by("code").first()
