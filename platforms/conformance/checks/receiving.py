"""Receiving: duplicates, disorder, half of a body, many at once, and what is not known yet."""

from collections import Counter
from datetime import timedelta

from platforms.channels.requests import REDIRECTED, REFUSED, TIME_LIMIT, TIMEOUT
from platforms.conformance import scenarios
from platforms.conformance.checks.refusing import answered_like_any_other
from platforms.conformance.judging import (
    NOT_SENT,
    NOT_TAKEN,
    Check,
    Judgment,
    counted,
    failed,
    first,
    of_taken,
    passed,
    skipped,
    warned,
)
from platforms.conformance.scenarios import BURST
from platforms.conformance.transcript import ISSUED, REMOVED, Said, Story, Transcript

SOON = timedelta(seconds=5)
AT_LEAST_ONCE = "Delivery is at least once; deduplicate on webhook-id"


def duplicate_taken(story: Story) -> Judgment:
    posts = story.of(ISSUED)
    if len(posts) < 2:
        return skipped("It was not sent a second time: mend signature-genuine, then run again.", *posts)
    again = posts[-1]
    if again.accepted:
        return passed(f"The second one, under the same webhook-id, was taken with {again.status}.", *posts[-2:])
    return failed(f"The second one came to {again.came}: it is tried again and again.", *posts[-2:])


def duplicate_once(story: Story) -> Judgment:
    told = Counter(measure.get("item") for one in story.stated(REMOVED) for measure in one.measures)
    if not told:
        return skipped("Nothing was reported of this order, so nothing twice: mend hour-plain first.", *story.posts[:2])
    if any(times > 1 for times in told.values()):
        return failed("The order that came twice was reported twice.", *story.stated(REMOVED))
    return passed("One message that came twice had one effect.", *story.posts[:2], *story.stated(REMOVED))


def out_of_order(story: Story) -> Judgment:
    posts = sorted(story.posts, key=lambda post: post.at)
    if posts[0].name == ISSUED:
        return skipped("Nothing overtook the order in time: run again with a shorter --scale.", *posts[:2])
    if not posts[0].accepted:
        came = f"{posts[0].name}, which came before its order, came to {posts[0].came}."
        return failed(came, *posts[:2]) if posts[0].outcome == REFUSED else warned(came, *posts[:2])
    if not story.executed:
        return warned("Both were taken, but the order that came late was not carried out.", *posts[:2])
    return passed("A message that came before its order was taken, and the order carried out.", *posts[:2])


def half_body(seen: Transcript) -> Judgment:
    story = seen.one("half_body")
    if story is None:
        return NOT_SENT
    posts = story.of(ISSUED)
    if not seen.greeted:
        return NOT_TAKEN
    if posts and posts[0].accepted:
        return failed("Half of a body was taken for a message.", posts[0])
    if not story.taken:
        return failed("After half of a body, the whole message was not taken.", *posts[:3])
    return passed("Half of a body was not taken, the whole one that followed was.", *posts[:2])


def time_limit(seen: Transcript) -> Judgment:
    posts = [post for story in seen.stories for post in story.posts] + list(seen.probes.values())
    late = [post for post in posts if post.outcome == TIMEOUT]
    if late:
        return failed(f"{counted(len(late), 'message')} had no answer within {TIME_LIMIT:.0f} s.", *first(late))
    slow = [post for post in posts if post.took > SOON and not post.faults]
    if slow:
        longest = max(post.took for post in slow).total_seconds()
        return warned(f"{counted(len(slow), 'answer')} took longer than 5 s, up to {longest:.1f} s.", *first(slow))
    return passed(f"All of {counted(len(posts), 'answer')} came within 5 s.") if posts else NOT_SENT


def no_redirect(seen: Transcript) -> Judgment:
    posts = [post for story in seen.stories for post in story.posts]
    moved = [post for post in posts if post.outcome == REDIRECTED]
    if moved:
        return failed(f"It redirects ({moved[0].status}); a redirect is never followed.", *first(moved))
    return passed("The endpoint answers where it is.") if posts else NOT_SENT


def burst(seen: Transcript) -> Judgment:
    stories = seen.named(BURST)
    if not stories:
        return NOT_SENT
    if not seen.greeted:
        return NOT_TAKEN
    lost = [story for story in stories if not story.taken]
    if lost:
        posts = [story.posts[0] for story in lost if story.posts]
        return failed(f"Of {len(stories)} orders at once {len(lost)} were not taken.", *first(posts))
    again = [story for story in stories if not story.of(ISSUED)[0].accepted]
    if again:
        posts = [story.posts[0] for story in again]
        return warned(f"All {len(stories)} were taken, {len(again)} of them not at the first try.", *first(posts))
    return passed(f"All of {counted(len(stories), 'order')} at once were taken at the first try.", stories[0].posts[0])


def unknown_type(seen: Transcript) -> Judgment:
    probe = seen.probes.get(scenarios.UNKNOWN_TYPE)
    if probe is None:
        return NOT_SENT
    if not seen.greeted:
        return NOT_TAKEN
    if probe.accepted:
        return passed(f"Taken with {probe.status}.", probe)
    came = f"A genuine message of a type it does not know came to {probe.came}."
    return failed(came, probe) if probe.outcome == REFUSED else warned(came, probe)


def get(seen: Transcript) -> Judgment:
    probe = seen.probes.get(scenarios.GET)
    if probe is None:
        return skipped("The endpoint is on no loopback or private address, so it was not looked at.")
    if probe.status is None or probe.status >= 500:
        return failed(f"A GET of the endpoint came to {probe.came}.", probe)
    return passed(f"A GET was answered with {probe.status}.", probe)


def receipt_first(seen: Transcript) -> Judgment:
    """As a rule: one report may overtake the end of an answer that is on its way already."""
    if not seen.greeted:
        return NOT_TAKEN
    reported = [story for story in seen.stories if story.stated(REMOVED)]
    inside = [story for story in reported if _while_posted(story.stated(REMOVED)[0], story)]
    if 2 * len(inside) > len(reported):
        said = [story.stated(REMOVED)[0] for story in inside]
        return warned(f"{counted(len(inside), 'report')} came before the webhook was answered.", *first(said))
    return passed("The webhook is answered first, and worked on afterwards.")


def _while_posted(said: Said, story: Story) -> bool:
    post = next((post for post in story.of(ISSUED) if post.accepted), None)
    return post is not None and post.at <= said.at <= post.ended_at


CHECKS = (
    Check(
        "duplicate-taken",
        "A message that comes once more is taken with 2xx.",
        AT_LEAST_ONCE,
        "Answer 2xx to a webhook-id that you have had before.",
        of_taken("duplicate", duplicate_taken),
    ),
    Check(
        "duplicate-one-effect",
        "A message that comes twice has one effect.",
        AT_LEAST_ONCE,
        "Keep the webhook-id of every message that you took, and act on each once.",
        of_taken("duplicate", duplicate_once),
    ),
    Check(
        "out-of-order",
        "A message that comes before its order is taken, and the order carried out when it comes.",
        "Messages may overtake each other; `sequence` gives their order",
        "Take messages about orders that you do not know yet, and put them in order by `sequence`.",
        of_taken("out_of_order", out_of_order),
    ),
    Check(
        "half-body",
        "Half of a body is not taken, the whole message that follows is.",
        "RFC 9112, 8: a message shorter than its Content-Length is incomplete",
        "Read Content-Length bytes before you verify, and let a broken connection pass.",
        half_body,
    ),
    Check(
        "time-limit",
        "Every answer comes within 15 seconds, and better within 5.",
        "A try ends after 15 s; receipt is the end of a 2xx answer",
        "Keep the message, answer 2xx, and work on it afterwards.",
        time_limit,
    ),
    Check(
        "no-redirect",
        "The endpoint answers where it is.",
        "Redirects are never followed",
        "Register the address that answers itself.",
        no_redirect,
    ),
    Check(
        "burst",
        "Many orders at once are all taken at the first try.",
        "Art. 3(3): each has an hour of its own; up to eight requests at once",
        "Do as little as possible before the 2xx, and serve at least eight requests at once.",
        burst,
    ),
    Check(
        "unknown-type",
        "A genuine message of a type that it does not know is taken with 2xx.",
        "New types may come; a person looks at them",
        "Take every message whose signature is good; put what you do not know before a person.",
        unknown_type,
    ),
    Check(
        "extra-fields",
        "An order with members that it does not know is taken and carried out.",
        "New members may come; nothing that is there changes its meaning",
        "Read the members that you know, and leave the others alone.",
        answered_like_any_other("extra_fields"),
    ),
    Check(
        "other-scripts",
        "An order in Greek and Cyrillic is taken and carried out.",
        "Art. 3(5): languages; the body is UTF-8",
        "Verify bytes, and decode them as UTF-8 only afterwards.",
        answered_like_any_other("other_scripts"),
    ),
    Check(
        "large",
        "An order of about 70 KB is taken and carried out.",
        "Art. 3(4)(b): reasons have no longest length",
        "Raise the limit of your server on bodies to 1 MB at least.",
        answered_like_any_other("large"),
    ),
    Check(
        "get-harmless",
        "A GET of the endpoint is answered and does no harm.",
        "RFC 9110, 9.2.1: GET is safe",
        "Answer 405 or the like to whatever is not a POST.",
        get,
    ),
    Check(
        "receipt-first",
        "A webhook is answered before its order is worked on.",
        "Art. 3(3): the hour runs from receipt; the answer is its proof",
        "Keep the message, answer 2xx, and remove and report afterwards.",
        receipt_first,
    ),
)
