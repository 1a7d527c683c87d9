"""What a scenario lets happen at a time, to or around a provider."""

from collections.abc import Callable
from datetime import datetime

from orders import canonical, clock
from orders.models import RemovalOrder
from orders.regulation.regions import Force
from perci import founding
from perci.exercise import authorities, scrutiny
from perci.exercise.desks import Desks
from perci.exercise.playing import Forged, Play
from perci.exercise.scenario.model import HOUR, MINUTE, Desk, Event, Happening
from perci.exercise.transport import Cut
from perci.exercise.world import player
from platforms import wire
from platforms.channels import faulty, requests
from platforms.channels.requests import Request
from platforms.models import WebhookSecret
from platforms.simulator import deciding

FORGERIES = ("wrong_secret", "unknown_key")  # by somebody outside, and by somebody who has stolen the webhook secret
Happens = Callable[[Play, Desks, Event, str], object]


def begin(play: Play, desks: Desks) -> None:
    """Note every event of the scenario."""
    for number, event in enumerate(play.scenario.events, start=1):
        play.note(play.scenario.starts + event.at, f"event {number}", happen, desks, event)


def happen(play: Play, desks: Desks, event: Event) -> None:
    """Let it happen to every provider that its code stands for."""
    play.counts[f"event {event.what}"] += 1
    for code in _codes(play, event.provider):
        HAPPENINGS[event.what](play, desks, event, code)


def _codes(play: Play, provider: str) -> tuple[str, ...]:
    alike = next((one for one in play.scenario.providers if one.code == provider), None)
    return alike.codes if alike else (provider,)


def _latest(play: Play, code: str, count: int, *, copied: bool = False) -> list[RemovalOrder]:
    """The orders of the streams that were issued to a provider last and are in force, the latest first.

    Those with a copy to a home authority alone, where it is about what that one does.
    """
    issued = RemovalOrder.objects.filter(provider__code=code, issued_at__isnull=False, force=Force.IN_FORCE)
    mine = issued.select_related("dossier").order_by("-issued_at", "-pk")
    mine = mine.filter(home_authority__isnull=False) if copied else mine
    return [order for order in mine if order.reference in play.orders][:count]


# --- what befalls a provider ---
def _outage(play: Play, desks: Desks, event: Event, code: str) -> None:
    begins: datetime = clock.now()
    ends = begins + event.lasts
    play.wire.cuts[code] = Cut(requests.UNREACHABLE, ends)
    desks.close(code, until=ends)
    able = min(event.lasts / 2, MINUTE * play.chance("outage", code).uniform(5, 25))
    told = deciding.is_cut_off(player(code), begins=begins, ends=ends, notices=begins + able)
    play.counts["orders met by an outage"] += len(set(told))


def _silence(play: Play, desks: Desks, event: Event, code: str) -> None:  # noqa: ARG001  all are called alike
    play.wire.cuts[code] = Cut(requests.TIMEOUT, clock.now() + event.lasts)


def _recovery(play: Play, desks: Desks, event: Event, code: str) -> None:
    platform, now = player(code), event.now
    desk = now.get("desk")
    assert desk is None or isinstance(desk, Desk)
    platform.temperament = "desk" if desk else now.get("temperament", platform.temperament)
    platform.peculiarities = dict(now.get("traits", platform.peculiarities))
    platform.save()
    if desk or "temperament" in now:
        desks.staff(code, desk, at=clock.now())
    play.wire.cuts.pop(code, None)


# --- what authorities and content providers do to its latest orders ---
def _withdrawal(play: Play, desks: Desks, event: Event, code: str) -> None:  # noqa: ARG001
    for order in _latest(play, code, event.count):
        play.after(0 * MINUTE, order.reference, authorities.withdraw)


def _annulment(play: Play, desks: Desks, event: Event, code: str) -> None:  # noqa: ARG001
    """On own initiative, else, where those 72 hours are over, as a content provider asked."""
    for order in _latest(play, code, event.count, copied=True):
        issued = order.issued_at
        late = issued is not None and clock.now() - issued > scrutiny.WINDOW - 2 * HOUR
        play.settled.add(order.reference)
        play.after(0 * MINUTE, order.reference, scrutiny.request if late else scrutiny.take_up)
        scrutiny.decide_after(play, order.reference, HOUR, True)


def _scrutiny(play: Play, desks: Desks, event: Event, code: str) -> None:  # noqa: ARG001
    for order in _latest(play, code, event.count, copied=True):
        play.after(0 * MINUTE, order.reference, scrutiny.request)


# --- and what strangers do ---
def _forgery(play: Play, desks: Desks, event: Event, code: str) -> None:  # noqa: ARG001
    for number in range(1, event.count + 1):
        fault = FORGERIES[(number - 1) % len(FORGERIES)]
        at = clock.now()
        forged = _forged(code, number, fault, at)
        answer = play.wire.post(forged.url, forged.body, forged.headers)
        counted = Forged(canonical.instant(at), code, fault, answer.status_code, answer.is_success)
        play.forgeries.append(counted)
        play.counts["forgeries"] += 1
        play.counts["forgeries believed"] += counted.believed


def _forged(code: str, number: int, fault: str, at: datetime) -> Request:
    """Bytes that look like an order: everything is there but a signature that holds."""
    reference = f"XX-{at.year}-{number:06d}"
    annex = {
        "reference": reference,
        "issuing_authority": {"name": "An authority that nobody knows"},
        "issuing_member_state": "XX",
        "items": [{"item": 1, "url": f"https://{code}.example/v/somebody-else-wants-this-gone"}],
    }
    limit = {"article": "3(3)", "seconds": 3600, "starts": "receipt", "scale": "1"}
    data = {"reference": reference, "annex_i": annex, "annex_i_jws": "", "limit": limit}
    body = wire.compose("order.issued", at, 1, data)
    stolen = list(WebhookSecret.objects.filter(connection__provider__code=code).values_list("secret", flat=True))
    message_id = f"msg_forged_{number}"
    headers = {"Content-Type": wire.CONTENT_TYPE, **wire.sign(body, message_id, at, stolen)}
    request = Request(message_id, code, founding.endpoint(code), headers, body, sandbox=True)
    return faulty.spoiled(request, fault, 0, secrets=stolen, at=at)


HAPPENINGS: dict[Happening, Happens] = {
    Happening.OUTAGE: _outage,
    Happening.SILENCE: _silence,
    Happening.RECOVERY: _recovery,
    Happening.WITHDRAWAL: _withdrawal,
    Happening.FORGERY: _forgery,
    Happening.ANNULMENT: _annulment,
    Happening.SCRUTINY: _scrutiny,
}
