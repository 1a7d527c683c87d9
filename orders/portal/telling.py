"""What the messages to an authority say, in a sentence each."""

from orders.portal.tags import span, utc
from orders.portal.wording import ENDS, Facts, items, scrutiny_decided, undelivered
from orders.regulation.limits import ONE_HOUR
from orders.regulation.regions import Force

NOTICES = {
    "order.ground_notified": "The provider notified a ground (Annex III): the hour is displaced.",
    "order.ground_disputed": "The grounds are disputed.",
    "order.grounds_ceased": "The grounds ceased: a fresh hour runs.",
    "order.copied": "Copy of an order to a provider established here, Art. 4(1).",
    "order.withdrawn": "The order was withdrawn.",
    "order.coordination_asked": "You are asked to coordinate on an order before it leaves, Art. 14(1).",
    "order.put_on_hold": "The order was put on hold for coordination.",
    "order.hold_released": "The hold was released.",
    "order.scrutiny_intent_announced": "The home authority intends to find an infringement, Art. 4(5).",
    "order.annulled": "The order ceased to have legal effect.",
    "order.appeal_recorded": "An appeal was recorded.",
    "order.final": "The order is final, Art. 3(9).",
    "order.discrepancy_opened": "The content was seen after the stated time of its removal: a discrepancy.",
    "order.reinstatement_reported": "The provider reported on the reinstatement.",
}


NEVER_INFORMED = (
    " No information under Art. 11(2) is on record: the content provider may still ask for it, and then for scrutiny. "
    "Look twice before the preserved content is released."
)


def notice(kind: str, data: Facts) -> str:
    """What a message to an authority says."""
    item = f" Item {data['item']}." if data.get("item") else ""
    left = f" {span(data['seconds_left'])} left, due {utc(data.get('due_at'))}." if "seconds_left" in data else ""
    return _said(kind, data) + item + left + (NEVER_INFORMED if data.get("content_provider_never_informed") else "")


def _approaching(data: Facts) -> str:
    named = f" of {items(data['items'])}" if data.get("items") else ""
    return f"The preservation{named} ends soon, Art. 6." if data["code"] == "C15" else f"The limit{named} approaches."


def _said(kind: str, data: Facts) -> str:
    if kind == "order.limit_passed":
        hour = data.get("code", ONE_HOUR.code) == ONE_HOUR.code
        return "The limit passed; nothing was reported." if hour else ENDS.get(data["code"], "A limit passed.")
    if kind == "order.limit_approaching":
        return _approaching(data)
    if kind == "order.ground_reminded":
        since = utc(data["notified_at"])
        return (
            f"The impossibility of {items(data['items'])}, notified {since}, was not reported as ended. "
            "No hour runs meanwhile. Ask the provider, or record that it ceased with what shows it."
        )
    if kind == "order.clarification_repeated":
        return (
            f"The provider asks again about {items(data['items'])}, which was clarified before: loop {data['loop']}. "
            "The hour is displaced once more; answer so that the order can be executed."
        )
    if kind == "order.scrutiny_opened":
        on = "at a request" if data.get("on") == "request" else "on the home authority's own initiative"
        return f"Scrutiny was opened {on}, Art. 4."
    if kind == "order.scrutiny_closed":
        why = f" {data['reasons']}" if data.get("reasons") else ""
        return f"Nothing is left to scrutinise: the order is {Force(data['because']).gloss}.{why}"
    if kind == "order.scrutiny_decided":
        return scrutiny_decided(data)
    if kind == "order.undeliverable":
        return f"{undelivered(data)} Look for another way."
    return NOTICES.get(kind, kind.removeprefix("order.").replace("_", " ").capitalize() + ".")
