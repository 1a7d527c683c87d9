"""The hour: whether every item was removed and reported within it, and whether what was stated can be true."""

from collections.abc import Callable
from datetime import datetime, timedelta

from orders.regulation.limits import Verdict as Hourly
from orders.regulation.regions import Execution
from platforms.conformance.judging import (
    NOT_SENT,
    NOT_TAKEN,
    Check,
    Judgment,
    counted,
    failed,
    first,
    passed,
    skipped,
    warned,
)
from platforms.conformance.scenarios import BURST
from platforms.conformance.transcript import ASKED_OR_HINDERED, REMOVED, SEEN, Item, Said, Story, Transcript

AHEAD = timedelta(seconds=5)  # what two synchronised clocks differ at most, generously
IN_TIME = (Hourly.WITHIN_HOUR, Hourly.WITHIN_HOUR_REPORTED_LATE)
HOUR_RULE = "Art. 3(3): within one hour of receipt; Art. 3(6): report it, Annex II"
TIMES_RULE = "Art. 3(6): the time of the measure; Annex II"
TELL = "Say for each item when you removed it, by a clock that is synchronised, and not when you report it."


def in_the_hour(*names: str) -> Callable[[Transcript], Judgment]:
    """Every item of these stories must be down within its hour: the fresh one where the first was displaced."""

    def judge(seen: Transcript) -> Judgment:
        stories = seen.named(*names)
        if not stories:
            return NOT_SENT
        taken = [story for story in stories if story.received_at]
        if not taken:
            return skipped("None of these orders was received: see the checks of their messages.")
        return _judged(taken)

    return judge


def _judged(stories: list[Story]) -> Judgment:
    items = [(story, item) for story in stories for item in story.items]
    wrong = [(story, item) for story, item in items if not _met(item)]
    if wrong:
        said = [one for story, _ in wrong for one in story.stated(REMOVED, ASKED_OR_HINDERED)]
        return failed(_why(*wrong[0], len(wrong), len(items)), *first(said or wrong[0][0].posts[-1:]))
    said = [one for story in stories for one in story.stated(REMOVED)]
    late = [item for _, item in items if item.verdict is Hourly.WITHIN_HOUR_REPORTED_LATE]
    if late:
        return warned(f"Removed in time, but {counted(len(late), 'item')} reported after the hour.", *first(said))
    return passed(f"{counted(len(items), 'item')} removed and reported within the hour.", *first(said, 3))


def _met(item: Item) -> bool:
    return item.down and (item.verdict in IN_TIME or item.execution is Execution.ALREADY_GONE or _gone_before(item))


def _gone_before(item: Item) -> bool:
    """Taken down before an hour began, such as for an earlier order or before a fresh hour."""
    return bool(item.hours and item.taken_at and item.taken_at <= item.hours[-1].due_at)


def _why(story: Story, item: Item, wrong: int, of: int) -> str:
    who = f"Of {counted(of, 'item')} {wrong} not within the hour; the first is item {item.number} of {story.reference}"
    if item.execution is Execution.DISPLACED:
        return f"{who}: it was displaced, and nothing followed."
    if item.taken_at is None or not item.hours:
        return f"{who}: nothing was reported."
    late = (item.taken_at - item.hours[-1].due_at).total_seconds()
    return f"{who}: removed {late:.1f} s after its end."


def times_known(seen: Transcript) -> Judgment:
    """No measure before the order had come, unless the content was gone already; none without a time."""
    stated = [(story, one, measure) for story, one in seen.said() if one.stands for measure in one.measures]
    if not stated:
        return skipped("No measure was reported: mend hour-plain first.")
    wrong = [one for story, one, measure in stated if _too_early(story, measure)]
    if wrong:
        return failed(f"{counted(len(wrong), 'measure')} before its order was sent.", *first(wrong))
    return passed(f"All of {counted(len(stated), 'measure')} lie between the order and its report.", stated[0][1])


def _too_early(story: Story, measure: dict[str, object]) -> bool:
    taken_at = _instant(measure.get("taken_at"))
    return taken_at is not None and measure.get("measure") != "already_unavailable" and taken_at < story.began_at


def times_ahead(seen: Transcript) -> Judgment:
    stated = [(one, _instant(measure.get("taken_at"))) for _, one in seen.said() for measure in one.measures]
    if not stated:
        return skipped("No measure was reported: mend hour-plain first.")
    ahead = [(one, at - one.at) for one, at in stated if at is not None and at - one.at > AHEAD]
    if ahead:
        most = max(span for _, span in ahead).total_seconds()
        return failed(f"The clock is up to {most:.0f} s ahead of ours.", *first(one for one, _ in ahead))
    return passed("No measure lies ahead of its report.", stated[0][0])


def _instant(text: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return read if read.tzinfo else None


def gone(seen: Transcript) -> Judgment:
    if not seen.pages:
        return skipped("We do not know where your pages are: give --pages with their base URL, and they are looked at.")
    down = [(story, item) for story in seen.stories for item in story.items if item.reported_at]
    if not down:
        return skipped("No measure was reported: mend hour-plain first.")
    wrong = [(story, item) for story, item in down if item.contradicted]
    if wrong:
        said = [one for story, _ in wrong for one in story.stated(REMOVED)]
        return failed(f"{counted(len(wrong), 'page')} still there after it was said to be gone.", *first(said))
    looked = sum(item.seen_gone for _, item in down)
    return (
        passed(f"{counted(looked, 'page')} seen to be gone.") if looked else skipped("No page was looked at in time.")
    )


def acknowledged(seen: Transcript) -> Judgment:
    """It is optional, has no effect, and is no answer to an order."""
    stories = [story for story in seen.stories if story.taken]
    if not stories:
        return NOT_TAKEN
    several = [story for story in stories if len(story.stated(SEEN)) > 1]
    if several:
        said = [one for story in several for one in story.stated(SEEN)]
        return failed(
            f"{counted(len(several), 'order')} acknowledged more than once, under several keys.", *first(said)
        )
    shown: list[Said] = [one for story in stories for one in story.stated(SEEN)]
    return passed(f"{counted(len(shown), 'order')} of {len(stories)} acknowledged; none need be.", *first(shown, 1))


CHECKS = (
    Check(
        "hour-plain",
        "The content is removed within the hour, and that is reported.",
        HOUR_RULE,
        "Remove the content and send Annex II; measure your hour from your own 2xx.",
        in_the_hour("plain"),
    ),
    Check(
        "hour-every-item",
        "Of an order with several URLs each is removed and reported within the hour.",
        HOUR_RULE,
        "Report every item, in one Annex II or in several: each has a verdict of its own.",
        in_the_hour("several_urls"),
    ),
    Check(
        "hour-twin",
        "Two authorities order the same URL: each order is answered by its own reference.",
        f"{HOUR_RULE}; Art. 14(1)",
        "Answer every order, also when its content is down already: already_unavailable, and since when.",
        in_the_hour("duplicate_order"),
    ),
    Check(
        "hour-burst",
        "Of many orders at once each is answered within its hour.",
        HOUR_RULE,
        "Work on orders side by side, and let none wait for another one.",
        in_the_hour(BURST),
    ),
    Check(
        "times-known",
        "No measure is stated that was taken before its order was sent.",
        TIMES_RULE,
        f"{TELL} What was gone before is already_unavailable.",
        times_known,
    ),
    Check("times-ahead", "No measure is stated that lies in the future.", TIMES_RULE, TELL, times_ahead),
    Check(
        "seen-gone",
        "What was reported as removed is gone when one looks.",
        "Art. 3(3)",
        "Report a removal only once the content is gone for the public.",
        gone,
    ),
    Check(
        "acknowledgement",
        "An order may be acknowledged, once; that is no answer to it.",
        "No article: it has no legal effect",
        "Acknowledge under one idempotency key for each order, or not at all.",
        acknowledged,
    ),
)
