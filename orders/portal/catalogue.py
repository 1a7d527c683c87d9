"""Every act of an officer as the portal offers it: what performs it, what it asks for, what the button says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orders.acts import (
    appealing,
    clarifying,
    disclosing,
    issuing,
    preparing,
    preserving,
    scrutinising,
    transmitting,
)
from orders.portal.arguments import (
    ActForm,
    ClarifyForm,
    ConfirmedForm,
    ConfirmedReasonForm,
    DecideForm,
    ExtendPreservationForm,
    ExtendWithholdingForm,
    GroundsCeasedForm,
    HoldForm,
    ReasonForm,
    ReasonsForm,
    RequestForm,
    SubmissionForm,
    WithholdForm,
)
from orders.portal.court_forms import AppealForm, JudgmentForm


@dataclass(frozen=True)
class Offer:
    """How an act is offered.

    `simulated`: it makes a form for which there is no official template; what happens inside the authority makes none,
    and Annex I is official.
    """

    perform: Callable[..., Any]
    form: type[ActForm]
    button: str
    promise: str
    done: str
    tone: str = "plain"
    simulated: bool = True


OFFERS = {
    "submit": Offer(
        issuing.submit, ActForm, "Submit for approval",
        "A second officer reads and approves it. You can no longer edit it, unless it is returned.",
        "Submitted for approval.", "main", simulated=False,
    ),
    "approve": Offer(
        issuing.approve, ActForm, "Approve",
        "You confirm as second person that the order may be issued. Nothing leaves the authority yet.",
        "Approved. The order can now be issued.", "main", simulated=False,
    ),
    "issue": Offer(
        issuing.issue, ActForm, "Issue and send",
        "Signs the order and sends it at once. The provider's hour starts when it has received it.",
        "Issued and on its way.", "main", simulated=False,
    ),
    "record_submission": Offer(
        transmitting.record_submission, SubmissionForm, "Record a submission by hand",
        "Where the provider has a web form only. The confirmation page proves receipt: the hour starts then. Without "
        "one this is recorded without proof, and no hour starts.",
        "Recorded.",
    ),
    "clarify": Offer(
        clarifying.clarify, ClarifyForm, "Send the clarification",
        "A fresh full hour starts when the provider has received your answers.",
        "The clarification is on its way.", "main",
    ),
    "decide_scrutiny": Offer(
        scrutinising.decide_scrutiny, DecideForm, "Decide the scrutiny",
        "The decision goes to the issuing authority, the provider, Europol, and to the content provider who asked.",
        "Decided and communicated.", "main",
    ),
    "inform_beforehand": Offer(
        preparing.inform_beforehand, ActForm, "Inform the provider beforehand",
        "Tells the provider about procedures and deadlines. It is no order; you may issue 12 hours later.",
        "The provider is informed. The 12 hours run.",
    ),
    "return_to_draft": Offer(
        issuing.return_to_draft, ReasonForm, "Return to the drafter",
        "The drafter can edit it again. An approval is void: a second officer looks again.",
        "Returned to the drafter.", simulated=False,
    ),
    "put_on_hold": Offer(
        preparing.put_on_hold, HoldForm, "Put on hold",
        "Holds the order for coordination. It is no veto: the issuing authority may release it.", "Put on hold.",
    ),
    "release_hold": Offer(
        preparing.release_hold, ReasonForm, "Release the hold",
        "Say what was decided. A second officer then looks at the order again.", "Released, for approval.",
    ),
    "cancel_before_dispatch": Offer(
        issuing.cancel_before_dispatch, ConfirmedReasonForm, "Cancel the order",
        "The order never leaves the authority. The record of it stays.", "Cancelled.", "grave", simulated=False,
    ),
    "dispute_ground": Offer(
        clarifying.dispute_ground, ReasonForm, "Dispute the grounds",
        "A mark on the record, and the provider is told. The law gives no power to reject: no clock changes.",
        "The grounds are marked as disputed.",
    ),
    "record_grounds_ceased": Offer(
        clarifying.record_grounds_ceased, GroundsCeasedForm, "Record that grounds ceased",
        "Where the provider does not say so itself. A fresh hour runs from the time you can show.", "Recorded.",
    ),
    "withhold_disclosure": Offer(
        disclosing.withhold_disclosure, WithholdForm, "Withhold disclosure",
        "The provider must not tell the content provider, for six weeks from the decision at most.",
        "Disclosure is withheld.",
    ),
    "extend_withholding": Offer(
        disclosing.extend_withholding, ExtendWithholdingForm, "Withhold once more",
        "Once, for at most six weeks more.", "Disclosure is withheld longer.",
    ),
    "allow_disclosure": Offer(
        disclosing.allow_disclosure, ConfirmedForm, "Allow disclosure",
        "Ends the secrecy now: the provider owes the content provider information again.", "Disclosure is allowed.",
    ),
    "extend_preservation": Offer(
        preserving.extend_preservation, ExtendPreservationForm, "Extend the preservation",
        "As far as ongoing review proceedings need it, for a stated time.", "The preservation is extended.",
    ),
    "open_scrutiny": Offer(
        scrutinising.open_scrutiny, ActForm, "Scrutinise on own initiative",
        "Optional, within 72 hours of receipt of the copy. The issuing authority and the provider are told.",
        "The scrutiny is open.",
    ),
    "request_scrutiny": Offer(
        scrutinising.request_scrutiny, RequestForm, "Enter a content provider's request",
        "A decision either way is then due within 72 hours. A late request is recorded and flagged; you decide.",
        "The request is recorded.",
    ),
    "announce_intent": Offer(
        scrutinising.announce_intent, ReasonsForm, "Announce an infringement decision",
        "The issuing authority is told with your reasons before you find an infringement.",
        "The issuing authority is told.",
    ),
    "record_appeal": Offer(
        appealing.record_appeal, AppealForm, "Record an appeal",
        "Nothing suspends the hour meanwhile. A late appeal is recorded and flagged, one after the end, too; the court "
        "decides.", "Recorded.",
    ),
    "record_judgment": Offer(
        appealing.record_judgment, JudgmentForm, "Record a judgment",
        "Confirmed makes the order final, once no other appeal is pending; annulled ends it, and what was taken down "
        "is to be reinstated. About an order that had ended it is recorded, and nothing moves by itself.",
        "Recorded.", "grave",
    ),
    "declare_final": Offer(
        appealing.declare_final, ConfirmedForm, "Declare the order final",
        "Where no appeal period runs any more. The home authority of oversight is told.", "The order is final.",
    ),
    "withdraw": Offer(
        issuing.withdraw, ConfirmedReasonForm, "Withdraw the order",
        "Running clocks end and the provider is told. A limit that passed before stays on record.",
        "Withdrawn.", "grave",
    ),
}  # fmt: skip
