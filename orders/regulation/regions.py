"""The regions of state of a removal order, one enumeration each, and the actors of the Regulation."""

from enum import StrEnum
from typing import Self


class Glossed(StrEnum):
    """A string enumeration whose members carry a gloss for people."""

    gloss: str

    def __new__(cls, value: str, gloss: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.gloss = gloss
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, gloss) pairs, as Django's fields take them."""
        return [(member.value, member.gloss) for member in cls]


class Actor(Glossed):
    """Who may act: Art. 12(1)(a)-(d), the parties of the Regulation, and those who only read the record."""

    ISSUING_AUTHORITY = "issuing_authority", "competent authority that issues, Art. 12(1)(a)"
    SCRUTINISING_AUTHORITY = "scrutinising_authority", "competent authority that scrutinises, Art. 12(1)(b)"
    OVERSIGHT_AUTHORITY = "oversight_authority", "competent authority that oversees, Art. 12(1)(c)"
    PENALTY_AUTHORITY = "penalty_authority", "competent authority that penalises, Art. 12(1)(d)"
    OBJECTING_AUTHORITY = "objecting_authority", "authority with an interest in the same content, Art. 14(1)"
    PROVIDER = "provider", "hosting service provider"
    CONTENT_PROVIDER = "content_provider", "content provider, the user who uploaded"
    COURT = "court", "court"
    EUROPOL = "europol", "Europol"
    CHANNEL = "channel", "the channel of transmission, which proves receipt"
    TIME = "time", "time itself"
    AUDITOR = "auditor", "auditor, who reads and exports and decides nothing"
    OPERATOR = "operator", "operator of this system, at its command line"


class OfficerRole(Glossed):
    """What a person may do for a party."""

    DRAFTER = "drafter", "drafts and submits orders"
    APPROVER = "approver", "approves orders that another person drafted"
    SCRUTINEER = "scrutineer", "scrutinises orders from other Member States"
    OVERSEER = "overseer", "oversees providers"
    COORDINATOR = "coordinator", "coordinates for Europol, Art. 14(1)"
    AUDITOR = "auditor", "reads and exports, changes nothing"
    PLATFORM_ENGINEER = "platform_engineer", "manages a provider's connection"
    PLATFORM_AGENT = "platform_agent", "answers orders for a provider"


class Preparation(Glossed):
    """Before the order leaves the authority."""

    DRAFT = "draft", "being written"
    IN_REVIEW = "in_review", "submitted, waits for a second person"
    ON_HOLD = "on_hold", "held for coordination, Art. 14(1)"
    WAITING_12H = "waiting_12h", "the provider was informed beforehand, Art. 3(2)"
    CLEARED = "cleared", "approved by a second person"
    CANCELLED = "cancelled", "cancelled before dispatch"


class Transmission(Glossed):
    """Where the order is on its way, Art. 3(5)."""

    NOT_SENT = "not_sent", "not sent"
    SENT = "sent", "sent, receipt not yet proven"
    RECEIVED = "received", "received by the provider"
    UNDELIVERABLE = "undeliverable", "could not be delivered"


class Force(Glossed):
    """The legal force of the order."""

    NOT_IN_FORCE = "not_in_force", "not issued"
    IN_FORCE = "in_force", "in force"
    UNDER_APPEAL = "under_appeal", "in force, under appeal"
    FINAL = "final", "final, Art. 3(9)"
    WITHDRAWN = "withdrawn", "withdrawn by the issuing authority"
    ANNULLED_BY_SCRUTINY = "annulled_by_scrutiny", "ceased to have legal effect, Art. 4(7)"
    ANNULLED_BY_COURT = "annulled_by_court", "annulled by a court"


class Disclosure(Glossed):
    """Whether the content provider may be told, Art. 11(3)."""

    ALLOWED = "allowed", "the content provider is informed"
    WITHHELD = "withheld", "disclosure withheld, first six weeks"
    WITHHELD_EXTENDED = "withheld_extended", "disclosure withheld, extended once"


class Execution(Glossed):
    """What became of one content item."""

    AWAITING_RECEIPT = "awaiting_receipt", "the order is not yet received"
    DUE = "due", "the hour is running, Art. 3(3)"
    DISPLACED = "displaced", "the hour is displaced by an open ground, Art. 3(7)-(8)"
    UNANSWERED = "unanswered", "the limit passed and nothing was reported"
    REMOVED = "removed", "removed"
    DISABLED = "disabled", "access disabled in all Member States"
    ALREADY_GONE = "already_gone", "already unavailable on receipt"
    REINSTATEMENT_DUE = "reinstatement_due", "to be reinstated, Art. 4(7)"
    REINSTATED = "reinstated", "reinstated"
    KEPT_DOWN = "kept_down", "kept down under the provider's own terms and conditions"
    NO_LONGER_REQUIRED = "no_longer_required", "no longer required"


class Preservation(Glossed):
    """Whether the removed content is kept, Art. 6."""

    NONE = "none", "nothing to preserve"
    PRESERVED = "preserved", "preserved for six months"
    PRESERVATION_EXTENDED = "preservation_extended", "preserved longer, on request"
    PRESERVATION_ENDED = "preservation_ended", "preservation ended"


class Stage(Glossed):
    """How far the scrutiny of a cross-border order has got, Art. 4."""

    WINDOW_OPEN = "window_open", "may be scrutinised on own initiative, Art. 4(3)"
    OWN_INITIATIVE = "own_initiative", "scrutinised on own initiative, Art. 4(3)"
    REQUESTED = "requested", "requested, a decision is due, Art. 4(4)"
    INTENT_ANNOUNCED = "intent_announced", "the issuing authority was told of the intention, Art. 4(5)"
    INFRINGEMENT = "infringement", "infringement: the order ceased to have legal effect, Art. 4(7)"
    NO_INFRINGEMENT = "no_infringement", "no infringement"
    WINDOW_CLOSED = "window_closed", "not scrutinised; a request may still come, Art. 4(4)"


class ReasonClass(Glossed):
    """Why somebody asks to coordinate first (Art. 14(1)): a class, never a detail of a case."""

    LIVE_INVESTIGATION = "live_investigation", "an investigation is under way"
    LEAVE_ONLINE = "leave_online", "the content is observed and should stay for now"
    ORDER_IN_FORCE = "order_in_force", "another order for the same content is in force"
    OTHER = "other", "other coordination"


class Purpose(Glossed):
    """What preserved content may be used for, Art. 6(1)."""

    PROCEEDINGS = "proceedings", "administrative or judicial review, or complaint-handling, Art. 6(1)(a)"
    CRIME = "crime", "prevention, detection, investigation or prosecution of terrorist offences, Art. 6(1)(b)"


class Information(Glossed):
    """What a content provider was given, Art. 11(1)-(2)."""

    AVAILABLE = "available", "information on the removal made available, Art. 11(1)"
    REASONS_GIVEN = "reasons_given", "reasons and rights of redress given on request, Art. 11(2)"
    COPY_GIVEN = "copy_given", "a copy of the order given on request, Art. 11(2)"


class GroundKind(Glossed):
    """Why an order cannot be executed yet: the three boxes of Annex III."""

    FORCE_MAJEURE_OR_IMPOSSIBILITY = (
        "force_majeure_or_impossibility",
        "force majeure or de facto impossibility, Art. 3(7)",
    )
    MANIFEST_ERRORS = "manifest_errors", "manifest errors, Art. 3(8)"
    INSUFFICIENT_INFORMATION = "insufficient_information", "insufficient information, Art. 3(8)"


class Measure(Glossed):
    """What a provider did: the boxes of Annex II, and one of ours."""

    REMOVED = "removed", "content removed"
    DISABLED_IN_ALL_MEMBER_STATES = "disabled_in_all_member_states", "access disabled in all Member States"
    ALREADY_UNAVAILABLE = "already_unavailable", "already unavailable before receipt (simulated, no box in the form)"


class ReceiptBasis(Glossed):
    """What shows that the order had reached its provider when the measure was taken."""

    PROVEN = "proven", "receipt was proven by then"
    STATED = "stated", "proof came later: the provider itself states an earlier receipt"
    TRIED = "tried", "proof came later: a try to deliver it had been answered by then"


DONE = frozenset({Execution.REMOVED, Execution.DISABLED, Execution.ALREADY_GONE})
ENDED = frozenset({Force.WITHDRAWN, Force.ANNULLED_BY_SCRUTINY, Force.ANNULLED_BY_COURT})
OPEN = frozenset({Execution.AWAITING_RECEIPT, Execution.DUE, Execution.DISPLACED, Execution.UNANSWERED})
