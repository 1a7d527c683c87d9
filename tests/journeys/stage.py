"""The stage of the journeys: the seeded world, a clock that is moved by hand, and HTTP both ways within the process."""

import base64
import hashlib
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
from django.conf import settings
from django.db import connection
from django.test import Client as Browser

from orders import clock, standings, tasks
from orders.models import Deadline, LedgerEntry, RemovalOrder, User
from orders.standings import ItemStanding
from perci import demo_data
from perci.exercise import agenda
from perci.exercise.transport import Wire
from platforms import probe
from platforms.delivery import rounds
from platforms.simulator import pages, reach
from platforms.simulator import tasks as simulator
from platforms.simulator.models import SimulatedPlatform
from tests.journeys import world

START = datetime.fromisoformat("2026-11-21T01:30:00+00:00")
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PORTAL, PLATFORMS = "http://localhost:8000", "http://localhost:8001"
VERIFIER = "a-code-verifier-of-at-least-forty-three-characters"


class Desk:
    """Officers of one authority at their own program, over HTTP."""

    def __init__(self, http: httpx.Client, *, portal: str, platforms: str):
        self.http, self.portal, self.platforms = http, portal, platforms

    def issue(self, provider: str, *, items: int = 1, scale: str = "1") -> str:
        """An order to `provider`, drafted and submitted by one officer, approved and issued by another."""
        draft = {
            "provider": provider,
            "items": [{"url": self.content(provider, number)} for number in range(1, items + 1)],
            "categories": ["2(7)(a)"],
            "reasons": "Synthetic reasons.",
            "assessment": "None of the purposes of Art. 1(3).",
            "limit_scale": scale,
        }
        anna, bert = self.token("anna.drafter"), self.token("bert.approver")
        reference = self.call("POST", "/orders", anna, draft)["reference"]
        self.act(reference, "submit", anna)
        self.act(reference, "approve", bert)
        self.act(reference, "issue", bert)
        return reference

    def content(self, provider: str, number: int | str = 1) -> str:
        """The address of some content, as an order names it."""
        return f"https://{provider}.example/v/{number}"

    def page(self, provider: str, number: int | str = 1) -> int:
        """What the page that stands for this content answers."""
        return self._page(provider, number).status_code

    def text(self, provider: str, number: int | str) -> str:
        """What stands on that page."""
        return self._page(provider, number).text

    def _page(self, provider: str, number: int | str) -> httpx.Response:
        return self.http.get(f"{self.platforms}/simulator/{provider}/pages/v/{number}")

    def act(self, reference: str, act: str, token: str, **arguments):
        return self.call("POST", f"/orders/{reference}/acts/{act}", token, arguments)

    def order(self, reference: str) -> dict:
        """The order as the authority sees it now."""
        return self.call("GET", f"/orders/{reference}", self.token("anna.drafter"))

    def call(self, method: str, path: str, token: str, body=None) -> dict:
        headers = {"Authorization": f"Bearer {token}"}
        answer = self.http.request(method, f"{self.portal}/api/authorities/v1{path}", headers=headers, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def token(self, username: str) -> str:
        """A fresh token of a named officer: authorization code and PKCE, as the officer's program gets it."""
        browser = Browser(HTTP_HOST="localhost:8000")
        browser.force_login(User.objects.get(username=username))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
        common = {"client_id": demo_data.DESK, "redirect_uri": "http://127.0.0.1/callback"}
        consent = {
            "allow": "true",
            "response_type": "code",
            "scope": "authority.read authority.draft authority.act",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        sent_back = browser.post("/oauth/authorize", common | consent)
        (code,) = parse_qs(urlsplit(sent_back.headers["Location"]).query)["code"]
        grant = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
        return self.http.post(f"{self.portal}/oauth/token", data=common | grant).json()["access_token"]


class Stage(Desk):
    """Two officers, five simulated platforms, and time, which goes from one due row to the next."""

    def __init__(self, time_machine, monkeypatch, at: datetime = START):
        self.time_machine = time_machine
        time_machine.move_to(at, tick=False)
        # The end of a request in this process must not close the connection that holds the test's transaction.
        monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
        monkeypatch.setattr(settings, "SIMULATOR_URL", PLATFORMS)
        self.wire = Wire()
        super().__init__(self.wire.http, portal=PORTAL, platforms=PLATFORMS)
        monkeypatch.setattr(reach, "http", self.http)
        world.begin(at)

    # --- time, and what happens by itself ---
    def wait(self, duration: timedelta) -> None:
        """Let `duration` pass: each second in which something is due, everything that happens by itself happens."""
        end = clock.now() + duration
        while (due := agenda.state().due.values()) and (moment := max(min(due), clock.now() + SECOND)) <= end:
            self.time_machine.move_to(moment, tick=False)
            self.run()
        self.time_machine.move_to(end, tick=False)

    def run(self) -> None:
        """One tick of deliveries, simulated platforms, the sweep and the probe."""
        rounds.deliver_due(send=self.send, at=clock.now())
        simulator.act()
        tasks.run_sweep(at=clock.now())
        probe.look_due(at=clock.now(), look=self.look)

    def send(self, requests):
        """The network hop, within the process."""
        return self.wire.send(requests)

    def look(self, looks):
        """The look at a page, within the process."""
        return self.wire.look(looks)

    def play(self, provider: str, temperament: str, **peculiarities) -> None:
        """From now on `provider` is played by a platform of another temperament."""
        player = SimulatedPlatform.objects.get(code=provider)
        player.temperament, player.peculiarities = temperament, peculiarities
        player.save()

    def hide(self, provider: str) -> None:
        """Somebody at `provider` takes its first page down, whatever was said about it."""
        pages.take_down(SimulatedPlatform.objects.get(code=provider), self.content(provider), at=clock.now())

    def show(self, provider: str) -> None:
        """And puts it back."""
        pages.put_back(SimulatedPlatform.objects.get(code=provider), self.content(provider))

    def standings(self, reference: str) -> list[ItemStanding]:
        """How the items of an order stand now, with what was seen of them."""
        return standings.of_items(RemovalOrder.objects.get(dossier__reference=reference), at=clock.now())


def story(reference: str) -> list[str]:
    """The acts in the ledger of an order, in the order they were written."""
    entries = LedgerEntry.objects.filter(dossier__reference=reference)
    return list(entries.order_by("number").values_list("act", flat=True))


def hour(reference: str) -> Deadline:
    """The last hour of an order."""
    return Deadline.objects.filter(dossier__reference=reference, code="C2").latest("pk")


def received_at(reference: str) -> datetime:
    received = RemovalOrder.objects.get(dossier__reference=reference).received_at
    assert received is not None
    return received
