"""Annex II and III: what a provider stated, in the layout of the official forms, and how it was received.

They are shown by the recorder, which signs that this is what it received; the provider signed nothing here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.evidence.documents.form import MARK, Block, Form, Section, items, stated, ticks, when
from orders.regulation.annexes import LEGAL_BASIS
from orders.regulation.regions import GroundKind, Measure

Json = dict[str, Any]
MEASURES = {
    Measure.REMOVED.value: "The terrorist content was removed",
    Measure.DISABLED_IN_ALL_MEMBER_STATES.value: "Access to it was disabled in all Member States",
}
GONE = "The content was already unavailable before the order came (no box of the official form: simulated)"
GROUNDS = {
    GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY.value: "Force majeure, or a de facto impossibility that is not "
    "attributable to the provider, including for objectively justifiable technical or operational reasons "
    "(Article 3(7))",
    GroundKind.MANIFEST_ERRORS.value: "The order contains manifest errors (Article 3(8))",
    GroundKind.INSUFFICIENT_INFORMATION.value: "The order does not contain enough information to be executed "
    "(Article 3(8))",
}


@dataclass(frozen=True)
class Received:
    """How a statement came: its entry in the ledger, and the receipt of the order as the channel proves it."""

    number: int
    digest: str
    channel: str
    at: datetime
    sha256: str
    order_received_at: datetime | None


def annex_ii(order: Json, said: Json, how: Received, *, source: bytes, seals: str) -> Form:
    """Annex II. The form has room for one time, so section B comes again for each time and measure stated."""
    taken = sorted({(one["taken_at"], one["measure"]) for one in said["measures"]})
    return _form(
        order, said, how, source, seals,
        annex="Annex II",
        title="Feedback following removal or disabling of access",
        article="3(6)",
        sections=[Section("B", "Measure taken", tuple(_measure(order, said, *one))) for one in taken],
    )  # fmt: skip


def annex_iii(order: Json, said: Json, how: Received, *, source: bytes, seals: str) -> Form:
    """Annex III."""
    return _form(
        order, said, how, source, seals,
        annex="Annex III",
        title="Impossibility to execute the removal order",
        article="3(7) and (8)",
        sections=[Section("B", "Reasons", tuple(_reasons(order, said)))],
        signed=(("Signature", "none in this file (see above)"),),
    )  # fmt: skip


def _form(
    order: Json, said: Json, how: Received, source: bytes, seals: str,
    *, annex: str, title: str, article: str, sections: list[Section], signed: tuple[tuple[str, str], ...] = (),
) -> Form:  # fmt: skip
    return Form(
        annex=annex,
        title=title,
        basis=f"Article {article} of {LEGAL_BASIS}",
        reference=order["reference"],
        author=order["addressee"]["name"],
        notice=(
            f"{MARK}. A synthetic statement in a simulator. {seals}",
            "As received: the recorder shows and signs what the hosting service provider stated, and vouches for "
            "nothing else. The provider did not sign this file.",
        ),
        sections=(
            Section("A", "The removal order", (_about(order, said),)),
            *sections,
            Section("C", "Hosting service provider", (_signatory(said["signatory"], *signed),)),
            Section("", "How it was received", (_received(how),)),
        ),
        source=source,
        made=how.at,
    )


def _about(order: Json, said: Json) -> Block:
    return "fields", [
        ["Addressee of the order", order["addressee"]["name"]],
        ["Issuing authority", order["issuing_authority"]["name"]],
        ["Reference of the order", order["reference"]],
        ["File number of the issuing authority", order["issuing_authority"]["file_number"]],
        ["Reference of the addressee", said["provider_reference"]],
        ["Time and date of receipt of the order, as stated", when(said["received_at"])],
    ]


def _measure(order: Json, said: Json, taken_at: str, measure: str) -> Iterable[Block]:
    boxes = MEASURES if measure in MEASURES else {**MEASURES, measure: GONE}
    yield ticks(boxes, measure)
    yield "fields", [["Time and date of the measure", when(taken_at)]]
    same = (one["item"] for one in said["measures"] if (one["taken_at"], one["measure"]) == (taken_at, measure))
    yield items(order, *same)


def _reasons(order: Json, said: Json) -> Iterable[Block]:
    yield "lead", "B(1) The order cannot be executed, or not within the hour, since"
    yield ticks(GROUNDS, said["reason"])
    if said["grounds_since"]:
        yield "fields", [["Since, as stated", when(said["grounds_since"])]]
    yield items(order, *said["items"])
    yield "lead", "B(2) Explanation"
    yield "text", said["explanation"]
    if said["reason"] != GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY:
        yield "lead", "B(3) What is wrong, or what is needed"
        yield "fields", [[f"Question {one['question']}", one["text"]] for one in said["needed"]]


def _signatory(signatory: dict[str, str], *signed: tuple[str, str]) -> Block:
    return "fields", [
        ["Provider or legal representative", signatory.get("provider")],
        ["Member State", signatory.get("member_state")],
        ["Authorised person", signatory.get("authorised_person")],
        ["E-mail of the contact point", signatory.get("contact_email")],
        *(list(row) for row in signed),
        ["Date, as stated", stated(signatory.get("signed_at") or signatory.get("date") or "")],
    ]


def _received(how: Received) -> Block:
    return "fields", [
        ["Arrived", f"{when(how.at)}, by {how.channel}"],
        ["Receipt of the order, as the channel proves it", when(how.order_received_at)],
        ["Ledger entry", f"{how.number}, digest {how.digest}"],
        ["Bytes received", f"sha256 {how.sha256}" if how.sha256 else ""],
    ]
