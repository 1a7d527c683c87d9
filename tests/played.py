"""A story that is played through the APIs, from whose answers the OpenAPI document takes its examples."""

import random
import re
from datetime import timedelta
from typing import Any

from orders import canonical, ids
from orders.models import (
    Application,
    CompetentAuthority,
    InvestigatingBody,
    InvestigationInterest,
    Membership,
    ReferenceCounter,
    User,
)
from orders.regulation.regions import OfficerRole, ReasonClass
from platforms.models import Connection
from tests import api, factories
from tests.api import A, P, S
from tests.platforms.reached import connect

MINUTE = timedelta(minutes=1)
URL, OTHER = "https://hosting.example/v/8841", "https://hosting.example/v/8842"
FEW = 2  # of a list are shown
DRAFT = {
    "provider": "example-hosting",
    "language": "en",
    "items": [{"url": URL, "identification": "video, 00:40 to 02:10", "kind": "video"}],
    "categories": ["2(7)(a)"],
    "reasons": "Synthetic text.",
    "assessment": "None of the purposes of Art. 1(3).",
    "emergency": True,
    "emergency_reason": "Synthetic text.",
}
REMOVED = {"measures": [{"item": 1, "measure": "removed", "taken_at": "2026-11-21T01:50:00Z"}]}


class Story:
    """Who plays, and the body and the answer of each call that was told under the name of its operation."""

    def __init__(self, time_machine: Any, monkeypatch: Any) -> None:
        self.time_machine, self.told = time_machine, {}
        monkeypatch.setattr(ids, "_source", random.Random(784))
        time_machine.move_to(factories.T0, tick=False)
        ReferenceCounter.objects.create(series="DE-2026", last=122)
        self.issuer = _authority("de-fpo", "DE", "Example Authority")
        self.home = _authority("nl-atc", "NL", "Example Home Authority", scrutinises=True)
        self.other = _authority("fr-fpo", "FR", "Example Other Authority")
        self.provider = factories.provider("example-hosting", "NL")
        self.provider.name = "Example Hosting B.V."
        self.provider.contact_point = "tco@hosting.example"
        self.provider.save()
        connect(self.provider, "https://hosting.example/tco", sandbox=False)

    def after(self, minutes: int) -> None:
        self.time_machine.shift(minutes * MINUTE)

    def officer(self, name: str, of: CompetentAuthority, *roles: OfficerRole) -> api.Caller:
        user, _ = User.objects.get_or_create(username=name, first_name=name.title(), last_name="Muster")
        for role in roles or (OfficerRole.DRAFTER, OfficerRole.APPROVER):
            Membership.objects.get_or_create(user=user, authority=of, role=role)
        return api.officer(user, of)

    def machine(self) -> api.Caller:
        Application.objects.filter(provider=self.provider).delete()
        application, secret = api.machine(provider=self.provider, client_id="Jq0xZb1kC7")
        return api.Caller(api.ask_for_token(application, secret).json()["access_token"])

    def tell(self, operation: str, caller: api.Caller, path: str, body: Any = None, **how: Any) -> Any:
        """Call, and keep body and answer as the example of `operation`."""
        method, headers = how.pop("method", "GET" if body is None else "POST"), how
        answer = caller.get(path) if method == "GET" else caller.send(method, path, body, **headers)
        assert answer.status_code in (200, 201), (operation, answer.content)
        said = answer.json()
        shown = {"status": str(answer.status_code), "answer": shortened(said)}
        self.told[operation] = shown if body is None else {"body": body, **shown}
        return said


def _authority(code: str, member_state: str, name: str, **fields: Any) -> CompetentAuthority:
    made = factories.authority(code, member_state, **fields)
    made.name = name
    made.save()
    return made


def played(story: Story) -> dict[str, Any]:
    """Operation -> its status, its answer, and its body where it takes one."""
    _a_hit(story)
    reference = _drafted(story)
    _issued(story, reference)
    _answered(story, reference)
    _scrutinised(story, reference)
    _reported(story)
    return {name: story.told[name] for name in sorted(story.told)}


def _a_hit(story: Story) -> None:
    """Another authority has an interest in the content."""
    body = InvestigatingBody.objects.create(code="police", name="Example Police", email="p@police.example")
    digest = canonical.sha256(canonical.url(OTHER).encode())
    InvestigationInterest.objects.create(
        body=body, authority=story.other, url_sha256=digest, reason=ReasonClass.LIVE_INVESTIGATION,
        registered_at=factories.T0,
    )  # fmt: skip


def _drafted(story: Story) -> str:
    anna = story.officer("anna", story.issuer)
    story.tell("list_providers", anna, f"{A}/providers")
    story.tell("list_authorities", anna, f"{A}/authorities")
    story.tell("check_deconfliction", anna, f"{A}/deconfliction-checks", {"urls": [URL, OTHER]})
    reference = story.tell("authority_draft", anna, f"{A}/orders", DRAFT)["reference"]
    revised = {"file_number": "F-77", "reasons": "Synthetic text, in more detail."}
    tag = {"If_Match": '"1"'}
    story.tell("authority_revise", anna, f"{A}/orders/{reference}", revised, method="PATCH", **tag)
    two = {**DRAFT, "items": [{"url": f"{URL}-first"}, {"url": f"{URL}-second"}]}
    story.tell("authority_draft_each", anna, f"{A}/orders/one-per-address", two)
    _coordinated(story, anna)
    return reference


def _coordinated(story: Story, anna: api.Caller) -> None:
    """An order about what somebody else is interested in is asked about, and held."""
    other = anna.post(f"{A}/orders", {**DRAFT, "items": [{"url": OTHER}]}).json()["reference"]
    assert anna.post(f"{A}/orders/{other}/acts/submit").status_code == 200
    dora = story.officer("dora", story.other)
    story.tell("list_coordinations", dora, f"{A}/coordinations")
    hold = {"reason": "live_investigation"}
    story.tell("act_on_coordination", dora, f"{A}/coordinations/{other}/acts/put_on_hold", hold)


def _issued(story: Story, reference: str) -> None:
    anna, bert = story.officer("anna", story.issuer), story.officer("bert", story.issuer)
    for caller, act in ((anna, "submit"), (bert, "approve"), (bert, "issue")):
        answer = caller.post(f"{A}/orders/{reference}/acts/{act}")
        assert answer.status_code == 200, answer.content


def _answered(story: Story, reference: str) -> None:
    story.after(5)
    machine, order = story.machine(), f"{P}/orders/{reference}"
    story.tell("me", machine, f"{P}/me")
    story.tell("read_endpoint", machine, f"{P}/endpoint")
    story.tell("list_orders", machine, f"{P}/orders")
    story.tell("read_order", machine, order)
    story.after(20)
    machine = story.machine()
    assert machine.post(f"{order}/annex-ii", REMOVED, Idempotency_Key="4471-removed").status_code == 201
    story.tell("read_submission", machine, f"{P}/submissions/4471-removed")
    story.tell("list_documents", machine, f"{order}/documents")
    story.tell("read_timeline", machine, f"{order}/timeline")
    Connection.objects.update(sandbox=True)
    story.tell("read_sandbox_provider", machine, f"{S}/providers")


def _scrutinised(story: Story, reference: str) -> None:
    carla = story.officer("carla", story.home, OfficerRole.SCRUTINEER, OfficerRole.APPROVER)
    story.tell("list_scrutinies", carla, f"{A}/scrutinies")
    request = {"reasons": "Synthetic request.", "received_at": "2026-11-21T01:54:00Z"}
    story.tell("enter_scrutiny_request", carla, f"{A}/orders/{reference}/scrutiny-requests", request)
    decision = {"outcome": "no_infringement", "reasons": "Synthetic reasons."}
    story.tell("act_on_scrutiny", carla, f"{A}/scrutinies/{reference}/acts/decide_scrutiny", decision)
    story.tell("read_scrutiny", carla, f"{A}/scrutinies/{reference}")


def _reported(story: Story) -> None:
    anna = story.officer("anna", story.issuer)
    of_order = f"{A}/orders/DE-2026-000123"
    story.tell("authority_list_orders", anna, f"{A}/orders")
    story.tell("authority_list_actions", anna, f"{of_order}/actions")
    story.tell("authority_list_clocks", anna, f"{of_order}/clocks")
    story.tell("authority_list_documents", anna, f"{of_order}/documents")
    story.tell("authority_read_timeline", anna, f"{of_order}/timeline")
    story.tell("authority_read_order", anna, of_order)
    withhold = {"reason": "Synthetic reason of public security.", "decided_at": "2026-11-21T01:54:30Z"}
    story.tell("authority_act", anna, f"{of_order}/acts/withhold_disclosure", withhold)
    story.tell("read_report", anna, f"{A}/reports/8?party=de-fpo&year=2026")
    story.tell("open_figure", anna, f"{A}/reports/8/figures/speed.items?party=de-fpo&year=2026")


def shortened(said: Any) -> Any:
    """`said` with few objects of each list, and without the length of a signature."""
    if isinstance(said, dict):
        return {name: shortened(value) for name, value in said.items()}
    if isinstance(said, list):
        return [shortened(one) for one in (said[:FEW] if said and isinstance(said[0], dict) else said)]
    return re.sub(r"^(eyJ\w{20})[\w.-]+$", r"\1...", said) if isinstance(said, str) else said
