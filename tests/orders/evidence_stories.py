"""A database in which everything has happened that the record knows, each at an instant of its own."""

from datetime import datetime, timedelta

from django.test import override_settings

from orders.acts import capacity, consulting, drafting, lapsing, transmitting
from orders.acts.capacity import OPERATOR
from orders.acts.exporting import take_export
from orders.evidence.documents import making
from orders.evidence.scope import Scope
from orders.evidence.sealing import rounds
from orders.models import HostingServiceProvider, LedgerEntry, LedgerKey, OutboxMessage, RemovalOrder, keep, tried
from platforms import wire
from tests import factories
from tests.factories import HOUR, T0
from tests.kept import kept
from tests.properties import moves
from tests.properties.cast import Cast, cast
from tests.properties.moves import Move

MINUTE, DAY, NOW = timedelta(minutes=1), timedelta(days=1), timedelta(0)
OTHER_RULES = {"annulled_from": "communication", "late_notice": "counts"}


class Story:
    """One order, and the time at which it has arrived."""

    def __init__(self, actors: Cast, *, to: HostingServiceProvider | None = None, **content: object) -> None:
        self.actors, self.at = actors, T0
        draft = factories.content(to=to or factories.provider(), items=2, **content)
        self.order = drafting.draft(authority=factories.authority(), content=draft, by=actors.anna, at=T0)

    def then(self, by: str, act, *, pick: int = 0, after: timedelta = MINUTE, back: timedelta = NOW) -> "Story":
        self.at += after
        act(Move(factories.again(self.order), getattr(self.actors, by), self.at, back, pick))
        return self

    def issued(self) -> "Story":
        return self.then("anna", moves.submit).then("bert", moves.approve).then("bert", moves.issue)

    def received(self, kind: str = "order.issued") -> "Story":
        self.at += MINUTE
        factories.deliver(self.order, kind, at=self.at)
        return self

    def swept(self, *, after: timedelta) -> "Story":
        self.at += after
        lapsing.warn(at=self.at)
        lapsing.remind(at=self.at)
        while lapsing.lapse(at=self.at):
            pass
        return self


@kept
def everything_happened() -> None:
    """Orders annulled, final, withdrawn and waiting; messages sent by webhook; exports, sealed."""
    actors = cast()
    first = factories.issued(at=T0 - DAY, to=factories.provider("other-be", "BE"))
    questions(actors)
    with override_settings(RULES=OTHER_RULES):
        scrutiny(actors)
    secrecy(actors)
    sending(actors)
    before_dispatch(actors)
    documented()
    consulting.consult(order=first, by=OPERATOR, at=T0)
    for _ in range(2):
        take_export(scope=Scope().facts(), by=OPERATOR, at=T0)
        LedgerKey.objects.update(retired_at=T0)  # each round has a key of its own
        rounds.seal(at=T0)


def questions(actors: Cast) -> RemovalOrder:
    """Both kinds of grounds; one hour runs out, one is answered in time, warnings and reminders go."""
    story = Story(actors).issued().received().then("provider", moves.acknowledge)
    story.then("provider", moves.seek_clarification, pick=0).then("bert", moves.clarify).received("order.clarified")
    story.then("provider", moves.report_impossibility, pick=1).then("bert", moves.dispute_ground)
    story.swept(after=20 * MINUTE).swept(after=7 * HOUR)
    story.then("provider", moves.report_impossibility, pick=0)  # late
    story.then("provider", moves.seek_clarification, pick=1).then("bert", moves.clarify)
    story.then("provider", moves.report_grounds_ceased, pick=1)
    return story.then("provider", moves.seek_clarification, pick=0).order


def scrutiny(actors: Cast) -> RemovalOrder:
    """Removed, informed, requested twice, annulled, reinstated; the second item never was down."""
    story = Story(actors).issued().received()
    body = keep(b'{"measures": []}', media_type="application/json", at=story.at)
    story.then("provider", with_exhibit(body.sha256), pick=0)
    story.then("provider", moves.inform_content_provider, pick=1).then("provider", moves.report_preservation, pick=1)
    story.then("provider", moves.request_scrutiny).then("scrutineer", moves.request_scrutiny)
    story.then("scrutineer", moves.announce_intent).then("scrutineer", moves.decide_scrutiny, pick=0)
    story.received("order.annulled")
    return story.then("provider", moves.report_reinstatement, pick=0).order


def with_exhibit(digest: str):
    def report_removal(move: Move) -> None:
        by_hand = capacity.provider(move.order.provider, channel="portal")
        moves.answering.report_removal(
            order=move.order,
            by=by_hand,
            at=move.at,
            annex=factories.annex_ii(taken_at=move.at - MINUTE),
            exhibit=digest,
        )

    return report_removal


def secrecy(actors: Cast) -> RemovalOrder:
    """Withheld and extended, disabled, already gone, preserved longer, appealed, confirmed."""
    story = Story(actors, must_not_inform=True, withholding_reason="Security.").issued().received()
    story.then("provider", moves.report_removal, pick=1, back=MINUTE).swept(after=2 * HOUR)
    story.then("bert", moves.extend_withholding, pick=3, after=DAY)
    story.then("provider", moves.report_removal, pick=2, back=MINUTE)
    looked(story.order, at=story.at + MINUTE, gone=False)  # which the issuing authority is told
    looked(story.order, at=story.at + 2 * MINUTE, gone=True)
    story.then("bert", moves.extend_preservation, pick=1).then("bert", moves.record_appeal)
    return story.then("bert", moves.record_judgment, pick=1).order


def sending(actors: Cast) -> RemovalOrder:
    """Withdrawn; both messages went by webhook, the first at its second attempt."""
    story = Story(actors).issued()
    attempted(story.order, "order.issued", at=story.at + MINUTE, status=503)
    attempted(story.order, "order.issued", at=story.at + 2 * MINUTE, status=200)
    story.at += 3 * MINUTE
    story.then("bert", moves.withdraw)
    attempted(story.order, "order.withdrawn", at=story.at + MINUTE, status=200)
    looked(story.order, at=story.at + 2 * MINUTE, gone=False)
    return story.order


def looked(order: RemovalOrder, *, at: datetime, gone: bool) -> None:
    """A look at the first item, as the probe writes it down."""
    item = factories.again(order).items.get(number=1)
    transmitting.record_observation(
        item=item, observed_at=at, status=410 if gone else 200, gone=gone, source="probe", at=at + MINUTE
    )


def documented() -> None:
    """One document of an authority and one of the recorder."""
    for act in ("issue", "report_removal"):
        entry = LedgerEntry.objects.filter(act=act).order_by("pk").first()
        making.document_of(entry, at=T0)


def attempted(order: RemovalOrder, kind: str, *, at: datetime, status: int) -> None:
    """One attempt as the delivery writes it, which took a second."""
    message = OutboxMessage.objects.select_related("dossier").get(
        dossier=order.dossier, type=kind, recipient="hosting-nl"
    )
    about = {"reference": order.reference, "generation": message.generation, "order_url": "https://perci.example/1"}
    sent = wire.compose(message.type, message.created_at, message.sequence, {**message.data, **about})
    accepted, ended = status == 200, at + timedelta(seconds=1)
    if accepted:
        transmitting.record_receipt(
            message=message, channel="webhook", rule="webhook_2xx", received_at=ended, at=ended + MINUTE
        )
    answer = keep(b"ok", media_type="application/octet-stream", at=ended)
    tried(
        message=message, number=message.attempts_made + 1, channel="webhook", address="https://hosting.example/hook",
        started_at=at, ended_at=ended, http_status=status, outcome="accepted" if accepted else "refused",
        latency_ms=1000, body=keep(sent, media_type=wire.CONTENT_TYPE, at=at), answer_sha256=answer.sha256,
        answer=answer, answer_excerpt="ok", is_receipt=accepted, headers={"webhook-signature": "v1,simulated"},
        recorded_at=ended + MINUTE,
    ).save()  # fmt: skip
    OutboxMessage.objects.filter(pk=message.pk).update(attempts_made=message.attempts_made + 1)


def before_dispatch(actors: Cast) -> RemovalOrder:
    """Sent back, held, released and cancelled before it was issued."""
    story = Story(actors, emergency=False, emergency_reason="")
    story.then("anna", moves.submit).then("bert", moves.return_to_draft).then("anna", moves.revise, pick=1)
    story.then("anna", moves.submit).then("objector", moves.put_on_hold).then("objector", moves.release_hold)
    story.then("bert", moves.approve)
    return story.then("bert", moves.cancel_before_dispatch).order
