"""Annex I, II and III of the Regulation as values, with the field names of the forms."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from orders.regulation.regions import GroundKind, Measure

LEGAL_BASIS = "Regulation (EU) 2021/784"
CATEGORIES = {
    "2(7)(a)": "incites or glorifies: advocates the commission of terrorist offences",
    "2(7)(b)": "solicits a person to commit or to contribute to terrorist offences",
    "2(7)(c)": "solicits a person to participate in the activities of a terrorist group",
    "2(7)(d)": "instructs on explosives, weapons, noxious substances or other methods",
    "2(7)(e)": "threatens to commit terrorist offences",
}
AUTHORITY_TYPES = {
    "judicial": "judge, court or investigating judge",
    "law_enforcement": "law-enforcement authority",
    "other": "other competent authority",
}

# The act that is written down on which form, by the name of its entry in the ledger.
FORMS = {
    "issue": "annex-i",
    "report_removal": "annex-ii",
    "report_impossibility": "annex-iii",
    "seek_clarification": "annex-iii",
}


@dataclass(frozen=True)
class Addressee:
    """Section A of Annex I: whom the order is addressed to."""

    name: str
    legal_representative: str | None
    contact_point: str
    member_state: str | None


@dataclass(frozen=True)
class Item:
    """Section B of Annex I: one URL and what identifies the content there."""

    item: int
    url: str
    identification: str
    kind: str


@dataclass(frozen=True)
class IssuingAuthority:
    """Section E of Annex I."""

    type: str
    name: str
    representative: str
    post: str
    file_number: str
    address: str
    phone: str
    email: str
    date: date


@dataclass(frozen=True)
class AnnexI:
    """A removal order, Art. 3(4). What is signed is the canonical JSON of this."""

    issuing_member_state: str
    reference: str
    issued_at: datetime
    language: str
    addressee: Addressee
    items: tuple[Item, ...]
    categories: tuple[str, ...]
    reasons: str
    content_provider: dict[str, Any]
    home_authority: dict[str, bool]
    issuing_authority: IssuingAuthority
    follow_up: dict[str, str | None]
    redress: dict[str, Any]
    legal_basis: str = LEGAL_BASIS


@dataclass(frozen=True)
class MeasureTaken:
    """Section B of Annex II for one item: the measure and the time it was taken."""

    item: int
    measure: Measure
    taken_at: datetime


@dataclass(frozen=True)
class AnnexII:
    """Feedback after removal or disabling, Art. 3(6). `received_at` is what the provider asserts."""

    measures: tuple[MeasureTaken, ...]
    provider_reference: str = ""
    received_at: datetime | None = None
    signatory: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """Section B(3) of Annex III: one thing the provider needs to know."""

    question: int
    text: str


@dataclass(frozen=True)
class AnnexIII:
    """Why an order cannot be executed, Art. 3(7) and 3(8). `items` empty means every item of the order."""

    reason: GroundKind
    explanation: str
    items: tuple[int, ...] = ()
    grounds_since: datetime | None = None
    needed: tuple[Question, ...] = ()
    provider_reference: str = ""
    received_at: datetime | None = None
    signatory: dict[str, str] = field(default_factory=dict)
