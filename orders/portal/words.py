"""What single values of the record are called in the pages: measures, bases, proofs of receipt, channels."""

from orders.regulation.limits import Basis
from orders.regulation.regions import Measure

MEASURES = {
    Measure.REMOVED: "removed",
    Measure.DISABLED_IN_ALL_MEMBER_STATES: "disabled in all Member States",
    Measure.ALREADY_UNAVAILABLE: "already gone",
}
BASES = {
    Basis.CLAIMED: "claimed by the provider, not verified",
    Basis.OBSERVED: "observed",
    Basis.BOTH: "claimed by the provider, and observed",
    Basis.CONFLICTING: "claimed by the provider, but what was observed conflicts with it",
}
RULES = {
    "webhook_2xx": "its endpoint answered with success",
    "played": "made up with the story of this earlier order",
    "order_read": "it read the order",
    "answer": "it answered the order",
    "mail_250": "the mail server took it with 250",
    "inbox_placed": "the order was placed in its box",
    "inbox_opened": "somebody of the provider opened it in the box",
    "webform_confirmation": "its web form confirmed the submission",
    "event_read": "its machine fetched the message",
}
SUBMITTED = {  # what an officer brings to a web form by hand
    "order.issued": "the order",
    "order.clarified": "the clarification",
    "order.withdrawn": "the withdrawal",
    "order.annulled": "the decision that ended the order",
}
CHANNELS = {
    "portal": "portal",
    "api": "API",
    "api_machine": "API, machine",
    "webhook": "webhook",
    "mail": "mail",
    "inbox": "inbox",
    "webform": "web form",
    "pull": "pull",
    "clock": "clock",
    "system": "system",
    "command_line": "command line",
}
