"""Parties at their own programs, over both APIs, with the clock moved by hand: what a scenario's story is told with."""

from datetime import timedelta

from orders import canonical, clock
from orders.models import CompetentAuthority, HostingServiceProvider, OutboxMessage, User
from tests import api
from tests.api import A, P
from tests.journeys.stage import Stage

MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
DRAFT = {
    "items": [{"url": "https://video.example/v/1"}],
    "categories": ["2(7)(a)"],
    "reasons": "Synthetic reasons.",
    "assessment": "None of the purposes of Art. 1(3).",
}


class Scene:
    """The seeded world with officers and engineers who act by hand, each call with a token of its own."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    # --- time ---
    def after(self, span: timedelta) -> None:
        """Let `span` pass; at its end the sweep and the deliveries run."""
        self.stage.time_machine.shift(span)
        self.stage.run()

    def ago(self, span: timedelta = timedelta(0)) -> str:
        """An instant before now, as the APIs write it."""
        return canonical.instant(clock.now() - span)

    # --- authorities ---
    def officer(self, username: str) -> api.Caller:
        """The program of an officer, with a fresh token."""
        user = User.objects.get(username=username)
        of = CompetentAuthority.objects.get(memberships__in=user.memberships.all()[:1])
        return api.officer(user, of)

    def ask(self, username: str, path: str, **body) -> dict:
        """What an officer's POST is answered; it must succeed."""
        answer = self.officer(username).post(f"{A}{path}", body)
        assert answer.status_code < 300, answer.content
        return answer.json()

    def refusal(self, username: str, path: str, **body) -> str:
        """The type of problem that an officer's POST meets."""
        return api.problem_of(self.officer(username).post(f"{A}{path}", body))

    def act(self, username: str, reference: str, act: str, **body) -> dict:
        return self.ask(username, f"/orders/{reference}/acts/{act}", **body)

    def issue(self, provider: str, *, by=("anna.drafter", "bert.approver"), **draft) -> str:
        """Four eyes: drafted and submitted by the first of `by`, approved and issued by the second."""
        drafter, approver = by
        reference = self.ask(drafter, "/orders", **{**DRAFT, "provider": provider, **draft})["reference"]
        self.act(drafter, reference, "submit")
        self.act(approver, reference, "approve")
        self.act(approver, reference, "issue")
        return reference

    def order(self, reference: str, *, by: str = "anna.drafter") -> dict:
        """An order as its issuing authority sees it now."""
        return self.officer(by).get(f"{A}/orders/{reference}").json()

    def clocks(self, reference: str, code: str = "", *, by: str = "anna.drafter") -> list[dict]:
        """The clocks of an order, oldest first."""
        found = self.officer(by).get(f"{A}/orders/{reference}/clocks").json()["items"]
        return [one for one in found if code in ("", one["code"])]

    # --- providers ---
    def platform(self, code: str) -> api.Caller:
        """The machine of a provider, with a fresh token."""
        return api.platform(HostingServiceProvider.objects.get(code=code))

    def read(self, code: str, reference: str) -> dict:
        """The provider reads its order, which proves receipt of whatever was sent."""
        answer = self.platform(code).get(f"{P}/orders/{reference}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def answer(self, code: str, reference: str, kind: str, **body) -> dict:
        """What a provider's statement is answered; it must succeed."""
        answer = self.platform(code).post(f"{P}/orders/{reference}/{kind}", body)
        assert answer.status_code == 201, answer.content
        return answer.json()

    def remove(self, code: str, reference: str, *, ago: timedelta = timedelta(0), item: int = 1) -> dict:
        """Annex II: the content was removed `ago`."""
        measure = {"item": item, "measure": "removed", "taken_at": self.ago(ago)}
        return self.answer(code, reference, "annex-ii", measures=[measure])


def told(reference: str, kind: str) -> list[str]:
    """Who was sent a message of `kind` about an order."""
    messages = OutboxMessage.objects.filter(dossier__reference=reference, type=kind)
    return sorted(messages.values_list("recipient", flat=True))
