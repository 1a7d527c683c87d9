"""Earlier orders of the demo, reached by the same acts as any order, at times in the past."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta

from django.db.models import Min

from orders.acts import (
    answering,
    capacity,
    clarifying,
    drafting,
    following_up,
    issuing,
    lapsing,
    preparing,
    scrutinising,
    transmitting,
)
from orders.acts.capacity import Capacity
from orders.acts.drafting import Draft, DraftItem
from orders.models import (
    CompetentAuthority,
    Deadline,
    HostingServiceProvider,
    Membership,
    OutboxMessage,
    RemovalOrder,
)
from orders.regulation.annexes import AnnexII, AnnexIII, MeasureTaken, Question
from orders.regulation.regions import Actor, GroundKind, Information, Measure, OfficerRole, Stage
from perci.demo_data import Episode

KINDS = ("video", "image", "text post")
CATEGORIES = ("2(7)(a)", "2(7)(b)", "2(7)(c)", "2(7)(d)", "2(7)(e)")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR = 60 * MINUTE
ON_THE_WIRE = timedelta(seconds=1, milliseconds=240)


def tell(episodes: Iterable[Episode], *, today: datetime) -> None:
    """Issue and deliver the order of each of `episodes`, and let happen what happened until `today`."""
    orders = []
    for episode in sorted(episodes, key=lambda episode: -episode.days_ago):
        day = (today - timedelta(days=episode.days_ago)).date()
        order = _issue(episode, datetime.combine(day, time(*episode.clock), tzinfo=today.tzinfo))
        orders.append(order)
        OUTCOMES[episode.outcome](order, _receive_all(order), episode.minutes * MINUTE)
    _pass_time(until=today)
    for order in orders:
        _receive_all(order)


def _issue(episode: Episode, at: datetime) -> RemovalOrder:
    authority = CompetentAuthority.objects.get(code=episode.authority)
    drafter = _officer(authority, OfficerRole.DRAFTER)
    approver = _officer(authority, OfficerRole.APPROVER)
    content = _content(episode, HostingServiceProvider.objects.get(code=episode.provider))
    known = RemovalOrder.objects.filter(issuing_authority=authority, provider=content.provider).exists()
    approved_at = at - 4 * MINUTE if known or episode.emergency else at - 12 * HOUR - 10 * MINUTE
    _pass_time(until=approved_at - 27 * MINUTE)
    order = drafting.draft(authority=authority, content=content, by=drafter, at=approved_at - 27 * MINUTE)
    issuing.submit(order=order, by=drafter, at=approved_at - 18 * MINUTE)
    issuing.approve(order=order, by=approver, at=approved_at)
    if order.is_first() and not episode.emergency:
        preparing.inform_beforehand(order=order, by=approver, at=approved_at + 2 * MINUTE)
        _receive_all(order)
    _pass_time(until=at)
    return issuing.issue(order=order, by=approver, at=at)


def _content(episode: Episode, provider: HostingServiceProvider) -> Draft:
    first = 1000 + 37 * episode.days_ago
    items = (
        DraftItem(f"https://{provider.code}.example/v/{number}", f"entry {number} (synthetic)", KINDS[number % 3])
        for number in range(first, first + episode.items)
    )
    return Draft(
        provider=provider,
        items=tuple(items),
        categories=(CATEGORIES[episode.days_ago % 5],),
        reasons="Synthetic reasons: this order is part of the demo's history and speaks of no real content.",
        assessment="Synthetic assessment: none of the purposes of Art. 1(3).",
        file_number=f"F-{episode.days_ago:02d}/{episode.clock[0]:02d}",
        emergency=episode.emergency,
        emergency_reason="Synthetic emergency: the content spreads fast." if episode.emergency else "",
    )


def _officer(authority: CompetentAuthority, role: OfficerRole) -> Capacity:
    membership = Membership.objects.filter(authority=authority, role=role).order_by("pk").first()
    assert membership is not None  # the seed makes the people first
    return capacity.officer(membership.user, authority, channel="portal")


def _receive_all(order: RemovalOrder) -> datetime:
    """Whatever is on its way to the provider was received a moment after it was sent; returns when the last one was."""
    waiting = OutboxMessage.objects.filter(
        dossier=order.dossier_id, recipient_role=Actor.PROVIDER, delivered_at=None
    ).order_by("sequence")
    received_at = order.created_at
    for message in waiting:
        received_at = message.created_at + ON_THE_WIRE
        transmitting.record_receipt(
            message=message, channel="webhook", rule="played", received_at=received_at, at=received_at
        )
    return received_at


def _removed(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    """Removed and reported `after` the hour began, be that within it or not."""
    _report(order, taken_at=since + after - ON_THE_WIRE, at=since + after)


def _reported_late(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    """Removed within the hour and reported twelve minutes after it."""
    _report(order, taken_at=since + after, at=since + HOUR + 12 * MINUTE)


def _clarified(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    """A question after seven minutes, its answer half an hour later, then removed `after` the fresh hour began."""
    question = AnnexIII(
        GroundKind.INSUFFICIENT_INFORMATION,
        "The address opens a list of many entries (synthetic).",
        needed=(Question(1, "Which entry is meant?"),),
        received_at=since,
        signatory=_signatory(order),
    )
    answering.seek_clarification(order=order, annex=question, by=_provider(order), at=since + 7 * MINUTE)
    asked = clarifying.open_questions(order)
    answers = {question.number: "The first entry of the list (synthetic)." for question in asked}
    approver = _officer(order.issuing_authority, OfficerRole.APPROVER)
    clarifying.clarify(order=order, answers=answers, by=approver, at=since + 38 * MINUTE)
    _removed(order, _receive_all(order), after)


def _withdrawn(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    approver = _officer(order.issuing_authority, OfficerRole.APPROVER)
    reason = "Issued for the wrong address (synthetic)."
    issuing.withdraw(order=order, reason=reason, by=approver, at=since + after)
    _receive_all(order)


def _unanswered(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    """Nothing but time."""


def _disabled(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    """Access disabled in all Member States."""
    _report(order, taken_at=since + after, at=since + after + MINUTE, measure=Measure.DISABLED_IN_ALL_MEMBER_STATES)


def _already_gone(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    """Gone half an hour before the order arrived, as the provider reports."""
    _report(order, taken_at=since - HOUR / 2, at=since + after, measure=Measure.ALREADY_UNAVAILABLE)


def _outage(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    """A data centre was dark for three hours; removed `after` the fresh hour began."""
    notice = AnnexIII(
        GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY,
        "The data centre has no power (synthetic).",
        grounds_since=since + 4 * MINUTE,
        received_at=since,
        signatory=_signatory(order),
    )
    ceased_at = since + 3 * HOUR
    provider = _provider(order)
    answering.report_impossibility(order=order, annex=notice, by=provider, at=since + 12 * MINUTE)
    _pass_time(until=ceased_at + 2 * MINUTE)
    answering.report_grounds_ceased(
        order=order, items=(1,), ceased_at=ceased_at, by=provider, at=ceased_at + 2 * MINUTE
    )
    _removed(order, ceased_at, after)


def _upheld(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    """Removed; the provider asked for scrutiny, and the home authority found no infringement."""
    _removed(order, since, after)
    _asked_for_scrutiny(order, since + 20 * HOUR)
    _decide(order, Stage.NO_INFRINGEMENT, "No infringement (synthetic).", since + 61 * HOUR)


def _contested(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    """Removed; after scrutiny the order ceased to have effect, and the content was reinstated (Art. 4(7))."""
    _removed(order, since, after)
    _asked_for_scrutiny(order, since + 26 * HOUR)
    reasons = "Reporting of the press, Art. 1(3) (synthetic)."
    scrutinising.announce_intent(order=order, reasons=reasons, by=_scrutineer(order), at=since + 50 * HOUR)
    _decide(order, Stage.INFRINGEMENT, reasons, since + 70 * HOUR)
    known_at = _receive_all(order)
    following_up.report_reinstatement(
        order=order, items=(1,), reinstated_at=known_at + 9 * MINUTE, by=_provider(order), at=known_at + 10 * MINUTE
    )


def _asked_for_scrutiny(order: RemovalOrder, at: datetime) -> None:
    _pass_time(until=at)
    reasons = "The entry reports on an attack and praises nothing (synthetic)."
    scrutinising.ask_for_scrutiny(order=order, reasons=reasons, by=_provider(order), at=at)


def _decide(order: RemovalOrder, outcome: Stage, reasons: str, at: datetime) -> None:
    _pass_time(until=at)
    scrutinising.decide_scrutiny(order=order, outcome=outcome, reasons=reasons, by=_scrutineer(order), at=at)


def _scrutineer(order: RemovalOrder) -> Capacity:
    home = order.home_authority
    membership = Membership.objects.filter(authority=home, role=OfficerRole.SCRUTINEER).order_by("pk").first()
    assert home is not None
    assert membership is not None  # as for `_officer`
    return capacity.officer(membership.user, home, channel="portal", acting_as=Actor.SCRUTINISING_AUTHORITY)


OUTCOMES: dict[str, Callable[[RemovalOrder, datetime, timedelta], None]] = {
    "removed": _removed,
    "reported_late": _reported_late,
    "clarified": _clarified,
    "withdrawn": _withdrawn,
    "unanswered": _unanswered,
    "disabled": _disabled,
    "already_gone": _already_gone,
    "outage": _outage,
    "upheld": _upheld,
    "contested": _contested,
}


def _pass_time(*, until: datetime) -> None:
    """The sweeps of those days: each end of a clock was noticed the second after, each warning given in time."""
    while (moment := _next_moment()) is not None and moment <= until:
        lapsing.lapse(at=moment)
        lapsing.warn(at=moment)


def _next_moment() -> datetime | None:
    live = Deadline.objects.filter(closed_at=None, noticed_at=None, set_aside_at=None)
    next_of = live.aggregate(end=Min("due_at"), warning=Min("next_warning_at"))
    ends_at, warned_at = next_of["end"], next_of["warning"]
    return min((at for at in (ends_at and ends_at + SECOND, warned_at) if at), default=None)


def _report(order: RemovalOrder, *, taken_at: datetime, at: datetime, measure: Measure = Measure.REMOVED) -> None:
    _pass_time(until=at)
    _receive_all(order)
    measures = tuple(MeasureTaken(item.number, measure, taken_at) for item in order.items.all())
    annex = AnnexII(measures, f"TS-{order.reference}", order.received_at, _signatory(order))
    answering.report_removal(order=order, annex=annex, by=_provider(order), at=at)
    following_up.inform_content_provider(
        order=order, information=Information.AVAILABLE, informed_at=at, by=_provider(order), at=at + MINUTE
    )


def _provider(order: RemovalOrder) -> Capacity:
    return capacity.provider(order.provider, channel="api")


def _signatory(order: RemovalOrder) -> dict[str, str]:
    provider = order.provider
    return {"provider": provider.name, "authorised_person": "R. Obot", "contact_email": provider.contact_point}
