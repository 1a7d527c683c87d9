"""Judgments on what must be refused, and on what must be taken although it is unusual."""

from collections.abc import Callable

from platforms.conformance.judging import NOT_SENT, NOT_TAKEN, Judgment, failed, passed, skipped, warned
from platforms.conformance.transcript import ISSUED, Post, Transcript

Judge = Callable[[Transcript], Judgment]


def refused(*names: str) -> Judge:
    """Each of these probes must be refused with a 4xx. A 5xx is none: it asks to come again."""

    def judge(seen: Transcript) -> Judgment:
        if not seen.greeted:
            return NOT_TAKEN
        posts = [seen.probes[name] for name in names if name in seen.probes]
        if not posts:
            return NOT_SENT
        return _judged(posts)

    return judge


def _judged(posts: list[Post]) -> Judgment:
    taken = [post for post in posts if post.accepted]
    if taken:
        which = ", ".join(f"{post.name} with {post.status}" for post in taken)
        return failed(f"It was taken as if it were genuine: {which}.", *taken)
    odd = [post for post in posts if post.status is None or not 400 <= post.status < 500]
    if odd:
        which = ", ".join(f"{post.name} with {post.came}" for post in odd)
        return warned(f"It was not taken, but a refusal is a 4xx; anything else is tried again: {which}.", *odd)
    return passed(f"Refused with {', '.join(sorted({str(post.status) for post in posts}))}.", *posts)


def taken(name: str) -> Judge:
    """The order called `name` must be taken with 2xx at the first try that the fault met."""

    def judge(seen: Transcript) -> Judgment:
        story = seen.one(name)
        if story is None or not story.of(ISSUED):
            return NOT_SENT
        if not seen.greeted:
            return NOT_TAKEN
        posts = story.of(ISSUED)
        if posts[0].accepted:
            return passed(f"Taken at once with {posts[0].status}.", posts[0])
        if story.taken:
            return warned(f"Taken at try {len(posts)} only; the first came to {posts[0].came}.", *posts[:3])
        return failed(f"It was not taken: {posts[0].came}.", *posts[:3])

    return judge


def answered_like_any_other(name: str) -> Judge:
    """The order called `name` must be taken and carried out, unless not even a plain one is."""
    take = taken(name)

    def judge(seen: Transcript) -> Judgment:
        story, plain, came = seen.one(name), seen.one("plain"), take(seen)
        if story is None or not story.taken:
            return came
        if story.executed:
            return passed(
                "Taken, and all its items were reported as removed.", *came.shown, *story.stated("annex-ii")[:1]
            )
        if plain is None or not plain.executed:
            return skipped("Taken; but no plain order was carried out either: mend hour-plain first.", *came.shown)
        return failed("Taken, but not carried out, as a plain order was: it cannot have been read.", *came.shown)

    return judge
