"""Earlier orders of the demo, reached by the same acts as any order, at times in the past."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from orders.acts import answering, capacity, clarifying, drafting, issuing, lapsing, transmitting
from orders.acts.capacity import Capacity
from orders.acts.drafting import Draft, DraftItem
from orders.models import CompetentAuthority, HostingServiceProvider, Membership, OutboxMessage, RemovalOrder
from orders.regulation.annexes import AnnexII, AnnexIII, MeasureTaken, Question
from orders.regulation.regions import Actor, GroundKind, Measure, OfficerRole
from perci.demo_data import Episode

KINDS = ("video", "image", "text post")
CATEGORIES = ("2(7)(a)", "2(7)(b)", "2(7)(c)", "2(7)(d)", "2(7)(e)")
MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
ON_THE_WIRE = timedelta(seconds=1, milliseconds=240)


def tell(episode: Episode, *, today: datetime) -> RemovalOrder:
    """Draft, submit, approve and issue the order of `episode`, deliver it, and let happen what happened."""
    day = (today - timedelta(days=episode.days_ago)).date()
    issued_at = datetime.combine(day, time(*episode.clock), tzinfo=today.tzinfo)
    order = _issue(episode, issued_at)
    received_at = issued_at + ON_THE_WIRE
    _receive_all(order, at=received_at)
    OUTCOMES[episode.outcome](order, received_at, episode.minutes * MINUTE)
    return RemovalOrder.objects.get(pk=order.pk)


def _issue(episode: Episode, at: datetime) -> RemovalOrder:
    authority = CompetentAuthority.objects.get(code=episode.authority)
    drafter = _officer(authority, OfficerRole.DRAFTER)
    approver = _officer(authority, OfficerRole.APPROVER)
    content = _content(episode, HostingServiceProvider.objects.get(code=episode.provider))
    order = drafting.draft(authority=authority, content=content, by=drafter, at=at - 31 * MINUTE)
    issuing.submit(order=order, by=drafter, at=at - 22 * MINUTE)
    issuing.approve(order=order, by=approver, at=at - 4 * MINUTE)
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
    )


def _officer(authority: CompetentAuthority, role: OfficerRole) -> Capacity:
    membership = Membership.objects.filter(authority=authority, role=role).order_by("pk").first()
    assert membership is not None  # the seed makes the people first
    return capacity.officer(membership.user, authority, channel="portal")


def _receive_all(order: RemovalOrder, *, at: datetime) -> None:
    """Whatever is on its way to the provider was received at `at`; nothing of history is sent again."""
    waiting = OutboxMessage.objects.filter(
        dossier=order.dossier_id, recipient_role=Actor.PROVIDER, delivered_at=None
    ).order_by("sequence")
    for message in waiting:
        transmitting.record_receipt(message=message, channel="webhook", rule="webhook_2xx", received_at=at, at=at)


def _removed(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    """Removed and reported `after` the hour began, be that within it or not."""
    _pass_time(order, since, until=since + after)
    _report(order, taken_at=since + after - ON_THE_WIRE, at=since + after)


def _reported_late(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    """Removed within the hour and reported twelve minutes after it."""
    _pass_time(order, since, until=since + HOUR + 12 * MINUTE)
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
    again = since + 38 * MINUTE + ON_THE_WIRE
    _receive_all(order, at=again)
    _removed(order, again, after)


def _withdrawn(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    approver = _officer(order.issuing_authority, OfficerRole.APPROVER)
    reason = "Issued for the wrong address (synthetic)."
    issuing.withdraw(order=order, reason=reason, by=approver, at=since + after)
    _receive_all(order, at=since + after + ON_THE_WIRE)


def _unanswered(order: RemovalOrder, since: datetime, after: timedelta) -> None:
    _pass_time(order, since, until=since + after + MINUTE)


OUTCOMES: dict[str, Callable[[RemovalOrder, datetime, timedelta], None]] = {
    "removed": _removed,
    "reported_late": _reported_late,
    "clarified": _clarified,
    "withdrawn": _withdrawn,
    "unanswered": _unanswered,
}


def _pass_time(order: RemovalOrder, since: datetime, *, until: datetime) -> None:
    """The sweep of that day: the limit was noticed the second after it had passed."""
    noticed_at = since + HOUR + timedelta(seconds=1)
    if until > noticed_at:
        lapsing.lapse(at=noticed_at)
        _receive_all(order, at=noticed_at + ON_THE_WIRE)


def _report(order: RemovalOrder, *, taken_at: datetime, at: datetime) -> None:
    measures = tuple(MeasureTaken(item.number, Measure.REMOVED, taken_at) for item in order.items.all())
    annex = AnnexII(measures, f"TS-{order.reference}", order.received_at, _signatory(order))
    answering.report_removal(order=order, annex=annex, by=_provider(order), at=at)


def _provider(order: RemovalOrder) -> Capacity:
    return capacity.provider(order.provider, channel="api")


def _signatory(order: RemovalOrder) -> dict[str, str]:
    provider = order.provider
    return {"provider": provider.name, "authorised_person": "R. Obot", "contact_email": provider.contact_point}
