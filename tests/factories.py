"""Parties and orders for the tests; a state is reached only by the acts that lead there."""

from datetime import UTC, datetime, timedelta
from typing import Any

from orders import signing
from orders.acts import capacity, drafting, issuing, transmitting
from orders.acts.capacity import Capacity
from orders.acts.drafting import Draft, DraftItem
from orders.models import (
    CompetentAuthority,
    Deadline,
    HostingServiceProvider,
    Membership,
    OutboxMessage,
    RemovalOrder,
    User,
)
from orders.regulation.annexes import AnnexII, AnnexIII, MeasureTaken, Question
from orders.regulation.regions import GroundKind, Measure, OfficerRole

T0 = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def authority(code: str = "de-fpo", member_state: str = "DE", **fields: Any) -> CompetentAuthority:
    found = CompetentAuthority.objects.filter(code=code).first()
    if found:
        return found
    made = CompetentAuthority.objects.create(
        code=code, name=f"Authority {code}", member_state=member_state, email=f"ro@{code}.example", issues=True,
        redress_body="Administrative Court", redress_link="https://court.example/redress", **fields,
    )  # fmt: skip
    signing.new_key(made, at=T0)
    return made


def provider(code: str = "hosting-nl", home: str | None = None, **fields: Any) -> HostingServiceProvider:
    """A provider at home in NL where an authority there scrutinises orders, else in DE, as the factories' issuer."""
    found = HostingServiceProvider.objects.filter(code=code).first()
    if home is None:
        home = "NL" if _scrutinised("NL") else "DE"
    return found or HostingServiceProvider.objects.create(
        code=code, name=f"Provider {code}", main_establishment=home, contact_point=f"tco@{code}.example",
        languages=["en"], **fields,
    )  # fmt: skip


def _scrutinised(member_state: str) -> bool:
    return CompetentAuthority.objects.filter(member_state=member_state, scrutinises=True, sandbox=False).exists()


def officer(name: str, of: CompetentAuthority, *roles: OfficerRole) -> Capacity:
    user, _ = User.objects.get_or_create(username=name, defaults={"first_name": name.title(), "last_name": "Muster"})
    for role in roles or (OfficerRole.DRAFTER, OfficerRole.APPROVER):
        Membership.objects.get_or_create(user=user, authority=of, role=role)
    return capacity.officer(user, of, channel="portal")


def content(*, to: HostingServiceProvider, items: int = 1, **fields: Any) -> Draft:
    urls = tuple(DraftItem(f"https://{to.code}.example/v/{n}", f"video {n}", "video") for n in range(1, items + 1))
    defaults = {
        "categories": ("2(7)(a)",),
        "reasons": "Synthetic reasons.",
        "assessment": "No purpose of Art. 1(3).",
        "emergency": True,
        "emergency_reason": "Synthetic emergency.",
    }
    return Draft(provider=to, items=urls, **{**defaults, **fields})


def drafted(
    *, at: datetime = T0, items: int = 1, to: HostingServiceProvider | None = None, **fields: Any
) -> RemovalOrder:
    of, to = authority(), to or provider()
    return drafting.draft(authority=of, content=content(to=to, items=items, **fields), by=officer("anna", of), at=at)


def issued(*, at: datetime = T0, items: int = 1, **fields: Any) -> RemovalOrder:
    order = drafted(at=at, items=items, **fields)
    home = order.provider.home_state
    if home and home != order.issuing_authority.member_state and not _scrutinised(home):
        authority(f"{home.lower()}-home", home, scrutinises=True)  # the copy of Art. 4(1) needs somebody to go to
    anna, bert = officer("anna", order.issuing_authority), officer("bert", order.issuing_authority)
    issuing.submit(order=order, by=anna, at=at)
    issuing.approve(order=order, by=bert, at=at)
    return issuing.issue(order=order, by=bert, at=at)


def received(*, at: datetime = T0, items: int = 1, **fields: Any) -> RemovalOrder:
    """An order whose hour runs since `at`."""
    order = issued(at=at, items=items, **fields)
    deliver(order, "order.issued", at=at)
    return again(order)


def deliver(order: RemovalOrder, kind: str, *, at: datetime) -> OutboxMessage:
    """The channel's proof that the last message of `kind` to the provider was received at `at`."""
    message = OutboxMessage.objects.filter(dossier=order.dossier, type=kind, recipient=order.provider.code).latest(
        "sequence"
    )
    transmitting.record_receipt(message=message, channel="webhook", rule="webhook_2xx", received_at=at, at=at)
    return message


def again(order: RemovalOrder) -> RemovalOrder:
    """`order` as the database has it now."""
    return RemovalOrder.objects.get(pk=order.pk)


def by_provider(order: RemovalOrder) -> Capacity:
    return capacity.provider(order.provider, channel="api")


def annex_ii(*, taken_at: datetime, items: tuple[int, ...] = (1,), measure: Measure = Measure.REMOVED) -> AnnexII:
    return AnnexII(measures=tuple(MeasureTaken(item, measure, taken_at) for item in items))


def impossible(*, since: datetime, items: tuple[int, ...] = ()) -> AnnexIII:
    return AnnexIII(GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY, "The data centre is dark.", items, grounds_since=since)


def unclear(*, items: tuple[int, ...] = ()) -> AnnexIII:
    needed = (Question(1, "Which video?"),)
    return AnnexIII(GroundKind.INSUFFICIENT_INFORMATION, "The URL opens a channel.", items, needed=needed)


def clocks(order: RemovalOrder, code: str) -> list[Deadline]:
    """The clocks of `order` that have this code, oldest first."""
    return list(Deadline.objects.filter(dossier=order.dossier, code=code).order_by("pk"))


def hours(order: RemovalOrder) -> list[Deadline]:
    """The hours (C2) of `order`, oldest first."""
    return clocks(order, "C2")
