"""Annex I, the removal order: its sections and tick boxes from the canonical JSON that the authority signed."""

from datetime import datetime
from typing import Any

from orders.evidence.documents.form import MARK, Block, Form, Section, items, ticks, when
from orders.regulation.annexes import AUTHORITY_TYPES, CATEGORIES

Json = dict[str, Any]
NOTICE = (
    "Remove the content or disable access to it in all Member States as soon as possible, and in any event within one "
    "hour of receipt of this order (Article 3(3)).",
    "Preserve removed content and related data for six months (Article 6).",
    "Language of the order (Article 15(2)): {language}.",
)


def form(order: Json, *, source: bytes, key: str, made: datetime, seals: str) -> Form:
    """Annex I of `order`, which was signed with `key`; `seals` says whose certificate and time stamp the file has."""
    return Form(
        annex="Annex I",
        title="Removal order",
        basis=f"Article 3 of {order['legal_basis']}",
        reference=order["reference"],
        author=order["issuing_authority"]["name"],
        notice=(f"{MARK}. A synthetic order of a simulator. {seals}", *(one.format(**order) for one in NOTICE)),
        sections=(
            Section("A", "Addressee and order", (_addressee(order),)),
            Section("B", "Content to be removed or to be made inaccessible", _content(order)),
            Section("C", "Information to the content provider", _secrecy(order["content_provider"])),
            Section("D", "Information to the authority of the home Member State", (_home(order["home_authority"]),)),
            Section("E", "Issuing authority", _authority(order["issuing_authority"], key)),
            Section("F", "Contacts for follow-up", (_follow_up(order["follow_up"]),)),
            Section("G", "Redress", _redress(order["redress"])),
        ),
        source=source,
        made=made,
    )


def _addressee(order: Json) -> Block:
    to = order["addressee"]
    return "fields", [
        ["Member State of the issuing authority", order["issuing_member_state"]],
        ["Addressee", to["name"]],
        ["Legal representative", to["legal_representative"]],
        ["Contact point", to["contact_point"]],
        ["Member State of main establishment or of legal representative", to["member_state"]],
        ["Time and date of issue", when(order["issued_at"])],
        ["Reference of the order", order["reference"]],
    ]


def _content(order: Json) -> tuple[Block, ...]:
    labels = {name: f"{label} (Article {name})" for name, label in CATEGORIES.items()}
    return (
        items(order),
        ("lead", "The content is terrorist content, since it"),
        ticks(labels, *order["categories"]),
        ("lead", "Reasons"),
        ("text", order["reasons"]),
    )


def _secrecy(content_provider: Json) -> tuple[Block, ...]:
    withheld = content_provider["must_not_inform"]
    box = "must_not_inform"
    sentence = (
        "For reasons of public security the addressee must not inform the content provider of the removal or disabling "
        "of access (Article 11(3))"
    )
    boxes = ticks({box: sentence}, *([box] if withheld else []))
    if not withheld:
        return (boxes, ("note", "Not ticked: section G applies, and the content provider gets a copy on request."))
    since, until = when(content_provider["decided_at"]), when(content_provider["until"])
    return (boxes, ("fields", [["Decided", since], ["Until", until]]))


def _home(home: Json) -> Block:
    labels = {
        "other_member_state": "The main establishment or legal representative is in another Member State than the "
        "issuing authority",
        "copy_sent": "A copy of this order is sent to the authority of that Member State at the same time "
        "(Article 4(1))",
    }
    return ticks(labels, *(name for name in labels if home[name]))


def _authority(authority: Json, key: str) -> tuple[Block, ...]:
    return (
        ticks({name: label.capitalize() for name, label in AUTHORITY_TYPES.items()}, authority["type"]),
        (
            "fields",
            [
                ["Name", authority["name"]],
                ["Representative", authority["representative"]],
                ["Post or grade", authority["post"]],
                ["File number", authority["file_number"]],
                ["Address", authority["address"]],
                ["Telephone", authority["phone"]],
                ["Fax", None],  # of the form; no authority here has one, nor a stamp
                ["E-mail", authority["email"]],
                ["Date", authority["date"]],
                ["Stamp, if any", None],
                ["Signature", f"electronic, in this file, by the issuing authority (key {key} of the order)"],
            ],
        ),
    )


def _follow_up(follow_up: Json) -> Block:
    return "fields", [
        ["Issuing authority: time of the measure, clarification", follow_up["issuing"]],
        ["Authority of the home Member State", follow_up["home"]],
    ]


def _redress(redress: Json) -> tuple[Block, ...]:
    deadline = redress["deadline"]
    return (
        (
            "fields",
            [
                ["Competent body or court", redress["body"]],
                ["Deadline", f"{deadline['days']} days, counted from {deadline['from']}"],
                ["National rules", redress["link"]],
            ],
        ),
        ("note", "Both the hosting service provider and the content provider may challenge this order (Article 9)."),
    )
