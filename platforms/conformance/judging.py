"""What a check is: a sentence, the rule it tests, and a pure judgment of the transcript."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from platforms.conformance.transcript import Post, Said, Story, Transcript

Shown = Post | Said


class Verdict(StrEnum):
    """What came of a check. A warning is something to look at, a failure is something to mend."""

    PASSED = "PASSED"
    WARNING = "WARNING"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True)
class Judgment:
    """A verdict, why, and the exchanges it rests on."""

    verdict: Verdict
    why: str
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Check:
    """One check: `says` what a receiver does that passes, `rule` is the article or the rule of the wire behind it, `do`
    what to do when it does not."""

    id: str
    says: str
    rule: str
    do: str
    judge: Callable[[Transcript], Judgment]


def passed(why: str, *shown: Shown) -> Judgment:
    return Judgment(Verdict.PASSED, why, shown)


def warned(why: str, *shown: Shown) -> Judgment:
    return Judgment(Verdict.WARNING, why, shown)


def failed(why: str, *shown: Shown) -> Judgment:
    return Judgment(Verdict.FAILED, why, shown)


def skipped(why: str, *shown: Shown) -> Judgment:
    return Judgment(Verdict.SKIPPED, why, shown)


NOT_TAKEN = skipped("No genuine order was taken, so this shows nothing: mend signature-genuine first, then run again.")
NOT_SENT = skipped("The run was over before this was sent: mend what is FAILED, then run again.")


def of_taken(name: str, judge: Callable[[Story], Judgment]) -> Callable[[Transcript], Judgment]:
    """`judge` the one story called `name`, once the receiver has taken its order."""

    def judged(seen: Transcript) -> Judgment:
        story = seen.one(name)
        if story is None:
            return NOT_SENT
        if not story.taken:
            return skipped(f"{story.reference} was never taken: see the check of its message.", *story.posts[-2:])
        return judge(story)

    return judged


def counted(many: int, what: str) -> str:
    """A number and its noun, such as `1 order` or `3 orders`."""
    return f"{many} {what}" if many == 1 else f"{many} {what[:-1]}ies" if what.endswith("ty") else f"{many} {what}s"


def first(shown: Iterable[Shown], most: int = 5) -> tuple[Shown, ...]:
    """Some of many, so that a report stays readable."""
    return tuple(shown)[:most]
