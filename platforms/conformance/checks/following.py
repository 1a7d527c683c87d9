"""What follows an order: questions, impossibility, withdrawal, annulment, secrecy, prior information."""

from datetime import datetime

from orders.regulation.limits import ClockGround
from orders.regulation.limits import Verdict as Hourly
from orders.regulation.regions import Execution
from platforms.conformance.checks.answering import hindered
from platforms.conformance.judging import (
    NOT_SENT,
    NOT_TAKEN,
    Check,
    Judgment,
    Shown,
    counted,
    failed,
    first,
    of_taken,
    passed,
    skipped,
    warned,
)
from platforms.conformance.transcript import (
    ASKED_OR_HINDERED,
    BACK,
    CEASED,
    INFORMED,
    REMOVED,
    Item,
    Said,
    Story,
    Transcript,
)

CLARIFIED, WITHDRAWN, ANNULLED = "order.clarified", "order.withdrawn", "order.annulled"
PRIOR, ALLOWED = "order.prior_information_given", "order.disclosure_allowed"
OWED = (Execution.REINSTATEMENT_DUE, Execution.REINSTATED, Execution.KEPT_DOWN)
REHEARSE = "Rehearse it in the sandbox"
NEVER_ASKED = skipped(
    f"It never asked what was meant. {REHEARSE}: have it send Annex III, insufficient_information, for a URL that "
    "names a whole channel (the kind wrong_url)."
)
NEVER_HINDERED = skipped(
    f"It never said that it could not. {REHEARSE}: have it send Annex III, force_majeure_or_impossibility, and "
    "grounds-ceased afterwards."
)


def clarified(seen: Transcript) -> Judgment:
    asked = [story for story in seen.stories if _questions(story)]
    if not asked:
        return NEVER_ASKED
    lost = [story for story in asked if story.of(CLARIFIED) and story.accepted_at(CLARIFIED) is None]
    if lost:
        return failed(f"{counted(len(lost), 'clarification')} not taken.", *first(lost[0].of(CLARIFIED)))
    answered = [story for story in asked if story.accepted_at(CLARIFIED)]
    shown: list[Shown] = [*_questions(asked[0]), *asked[0].of(CLARIFIED)]
    if not answered:
        return skipped("The answer to its question did not come before the end of the run.", *shown)
    return passed(f"{counted(len(answered), 'question')} answered, and every answer taken.", *first(shown))


def _fresh(seen: Transcript, *grounds: str) -> list[tuple[Story, Item]]:
    """The items whose last hour is a fresh one on one of these grounds."""
    items = [(story, item) for story in seen.stories for item in story.items]
    return [(story, item) for story, item in items if item.hours and item.hours[-1].ground in grounds]


def clarified_hour(seen: Transcript) -> Judgment:
    return _in_fresh(_fresh(seen, ClockGround.CLARIFICATION), NEVER_ASKED)


def _in_fresh(items: list[tuple[Story, Item]], none: Judgment) -> Judgment:
    if not items:
        return none
    wrong = [(story, item) for story, item in items if not item.down or item.verdict is Hourly.AFTER_HOUR]
    if wrong:
        story, item = wrong[0]
        return failed(
            f"Of {counted(len(items), 'item')} {len(wrong)} not removed within the fresh hour, "
            f"such as item {item.number} of {story.reference}.",
            *first(story.stated(ASKED_OR_HINDERED, CEASED, REMOVED)),
        )
    story = items[0][0]
    said = first(story.stated(ASKED_OR_HINDERED, CEASED, REMOVED))
    return passed(f"{counted(len(items), 'item')} removed within the fresh hour.", *said)


def ceased(seen: Transcript) -> Judgment:
    said = [story for story in seen.stories if hindered(story)]
    if not said:
        return NEVER_HINDERED
    wrong = [story for story in said if not story.stated(CEASED) and not story.executed]
    if wrong:
        return failed("It said that it could not, and never that it could again.", *first(hindered(wrong[0])))
    return passed(
        f"{counted(len(said), 'impossibility')} told, with its beginning and its end.".replace("ys", "ies"),
        *first([*hindered(said[0]), *said[0].stated(CEASED)]),
    )


def ceased_hour(seen: Transcript) -> Judgment:
    grounds = (ClockGround.GROUNDS_CEASED,)
    return _in_fresh(_fresh(seen, *grounds), NEVER_HINDERED)


def withdrawn(story: Story) -> Judgment:
    posts = story.of(WITHDRAWN)
    if not posts:
        return skipped("The run was over before it was withdrawn.")
    if not any(post.accepted for post in posts):
        return failed(f"The withdrawal was not taken: {posts[-1].came}.", *posts[:3])
    return passed("The withdrawal was taken.", posts[-1])


def stops(story: Story) -> Judgment:
    heard_at = story.accepted_at(WITHDRAWN)
    if heard_at is None:
        return skipped("The withdrawal was never taken: see withdrawn.")
    after = [one for one in story.stated(REMOVED) if _taken_after(one, heard_at)]
    if after:
        return failed("It removed content after it knew that the order was withdrawn.", *story.of(WITHDRAWN), *after)
    return passed("Nothing was removed after the withdrawal had been taken.", *story.of(WITHDRAWN)[-1:])


def _taken_after(said: Said, instant: datetime) -> bool:
    times = [str(measure.get("taken_at")).replace("Z", "+00:00") for measure in said.measures]
    return any(datetime.fromisoformat(time) > instant for time in times)


def annulled(story: Story) -> Judgment:
    posts = story.of(ANNULLED)
    if not posts:
        return skipped("Nothing had been removed in time that could be put back: mend hour-plain first.")
    if not any(post.accepted for post in posts):
        return failed(f"The annulment was not taken: {posts[-1].came}.", *posts[:3])
    return passed("The annulment was taken.", posts[-1])


def put_back(story: Story) -> Judgment:
    if story.accepted_at(ANNULLED) is None:
        return skipped("The annulment never came, or was never taken: see annulled.")
    back = story.stated(BACK)
    kept = [item for item in story.items if item.execution is Execution.KEPT_DOWN]
    if not any(item.execution in OWED for item in story.items):
        return skipped("Nothing of it had been removed, so there is nothing to put back.", *story.of(ANNULLED)[-1:])
    if not back:
        return failed("Nothing was said of putting the content back.", *story.of(ANNULLED)[-1:])
    if any(item.execution is Execution.REINSTATEMENT_DUE for item in story.items):
        return failed("Not every item was put back.", *back)
    how = "kept down under its own terms" if kept else "put back"
    return passed(f"The content was {how}, and that was reported.", *story.of(ANNULLED)[-1:], *back)


def secret(story: Story) -> Judgment:
    """What can be seen of it is what is reported: nothing here can see a mail to somebody else."""
    allowed_at = story.accepted_at(ALLOWED)
    told = [one for one in story.stated(INFORMED) if allowed_at is None or one.at < allowed_at]
    if told:
        return failed("It reported that the content provider was informed, which the order forbids.", *told)
    return passed("Nothing that can be seen here says that the content provider was informed.", *story.posts[:1])


def prior(seen: Transcript) -> Judgment:
    story = seen.one("first_order")
    if story is None:
        return NOT_SENT
    if not seen.greeted:
        return NOT_TAKEN
    posts = story.of(PRIOR)
    if not any(post.accepted for post in posts):
        return failed("Prior information was not taken.", *posts[:2])
    if story.stated(REMOVED):
        return warned("Prior information is no order, yet a removal was reported.", *story.stated(REMOVED))
    return passed("Prior information was taken, for what it is.", posts[-1])


def _questions(story: Story) -> list[Said]:
    told = hindered(story)
    return [one for one in story.stated(ASKED_OR_HINDERED) if one not in told]


CHECKS = (
    Check(
        "clarification",
        "Whoever asks takes the answer.",
        "Art. 3(8), Annex III",
        "Take order.clarified with 2xx; its signatures are those of the authority that issued the order.",
        clarified,
    ),
    Check(
        "clarification-hour",
        "After the answer the content is removed within the fresh hour.",
        "Art. 3(8): the hour runs from the clarification",
        "Start a fresh hour when you take order.clarified, remove, and report.",
        clarified_hour,
    ),
    Check(
        "impossibility",
        "Whoever cannot says since when, and that it has ended.",
        "Art. 3(7), Annex III",
        "Send grounds-ceased at once when you can again.",
        ceased,
    ),
    Check(
        "impossibility-hour",
        "After the grounds have ceased the content is removed within the fresh hour.",
        "Art. 3(7): the hour runs from when the reasons have ceased",
        "Start a fresh hour when the grounds cease, remove, and report.",
        ceased_hour,
    ),
    Check(
        "withdrawn",
        "The withdrawal of an order is taken.",
        "Art. 3(1); order.withdrawn",
        "Take order.withdrawn with 2xx.",
        of_taken("withdrawn", withdrawn),
    ),
    Check(
        "withdrawn-stops",
        "Nothing is removed any more for an order that was withdrawn.",
        "Art. 3(1); order.withdrawn",
        "Stop the work on an order when order.withdrawn comes.",
        of_taken("withdrawn", stops),
    ),
    Check(
        "annulled",
        "The annulment of an order is taken.",
        "Art. 4(5), 4(7); order.annulled",
        "Take order.annulled with 2xx.",
        of_taken("annulled", annulled),
    ),
    Check(
        "annulled-put-back",
        "What was removed is put back when its order is annulled, and that is reported.",
        "Art. 4(7)",
        "Put the items back that order.annulled names, and send reinstatements; or say under which terms you do not.",
        of_taken("annulled", put_back),
    ),
    Check(
        "secret-kept",
        "While the authority withholds it, nothing says that the content provider was informed.",
        "Art. 11(3): no disclosure",
        "Inform the content provider only after order.disclosure_allowed, where must_not_inform is true.",
        of_taken("secret", secret),
    ),
    Check(
        "prior-information",
        "Prior information is taken for what it is: no order.",
        "Art. 3(2)",
        "Take order.prior_information_given with 2xx; the order comes twelve hours later.",
        prior,
    ),
)
