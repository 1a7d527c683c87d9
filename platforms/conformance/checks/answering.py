"""Answering: keys, repeats and tokens, so that everything is said once and nothing is lost."""

from collections import defaultdict
from collections.abc import Callable

from platforms import faults
from platforms.conformance.judging import (
    Check,
    Judgment,
    counted,
    failed,
    first,
    passed,
    skipped,
    warned,
)
from platforms.conformance.transcript import ASKED_OR_HINDERED, IMPOSSIBLE, REMOVED, Said, Story, Transcript

KEY_RULE = "Idempotency-Key: one for each thing you have to say, the same at every repeat"
NOTHING_SAID = skipped("Nothing was answered to any order: mend hour-plain first.")
PASSING = (401, 408, 409, 425, 429)  # refusals that say: once more
Judge = Callable[[Transcript], Judgment]


def _all(seen: Transcript) -> list[Said]:
    return [one for _, one in seen.said()]


def keyed(seen: Transcript) -> Judgment:
    said = _all(seen)
    without = [one for one in said if not one.key]
    if without:
        return warned(f"{counted(len(without), 'answer')} came without: its digest is its key then.", *first(without))
    return passed(f"All of {counted(len(said), 'answer')} carried one.", said[0]) if said else NOTHING_SAID


def once(seen: Transcript) -> Judgment:
    """Of one order the same measure of the same item is stated under one key."""
    if not _all(seen):
        return NOTHING_SAID
    for story in seen.stories:
        keys = defaultdict(set)
        for one in story.stated(REMOVED):
            for measure in one.measures:
                keys[measure.get("item")].add(one.key)
        if any(len(found) > 1 for found in keys.values()):
            return failed(f"{story.reference}: one item was reported under several keys.", *story.stated(REMOVED))
    return passed("Every measure was stated under one key.")


def own_key(seen: Transcript) -> Judgment:
    said = _all(seen)
    reused = [one for one in said if one.code == "idempotency-key-reused"]
    if reused:
        return failed(f"{counted(len(reused), 'key')} used again for something else.", *first(reused))
    return passed("No key was used for two things.") if said else NOTHING_SAID


def accepted(seen: Transcript) -> Judgment:
    said = _all(seen)
    wrong = [one for one in said if 400 <= one.status < 500 and one.status not in PASSING]
    if wrong:
        codes = ", ".join(sorted({one.code for one in wrong}))
        return failed(f"{counted(len(wrong), 'answer')} refused: {codes}.", *first(wrong))
    return passed(f"None of {counted(len(said), 'answer')} was refused.") if said else NOTHING_SAID


def repeated(fault: str) -> Judge:
    """The answer that met `fault` must come again with its key, and be on record in the end."""

    def judge(seen: Transcript) -> Judgment:
        met = [(story, one) for story, one in seen.said() if fault in one.faults]
        if not met:
            return skipped("No answer met this fault: it needs at least three answers in a run.")
        story, lost = met[0]
        later = [one for one in story.said if one.at > lost.at and one.kind == lost.kind]
        same = [one for one in later if one.key == lost.key]
        if any(one.status < 400 for one in same):
            return passed("It came again with the same key, and is on record once.", lost, *same[:1])
        if later:
            return failed("It came again, but with another key: it may be recorded twice.", lost, *later[:1])
        return failed("It never came again.", lost)

    return judge


def tokens(seen: Transcript) -> Judgment:
    """A token that has ended is shown by whoever does not look at expires_in: allowed, and a round trip of the hour."""
    if not _all(seen):
        return NOTHING_SAID
    own = [one for one in seen.refusals if faults.TOKEN_EXPIRED not in one.faults]
    if own:
        return warned(f"{counted(len(own), 'request')} with a token that had ended.", *first(own))
    return passed("No request came with a token that had ended.")


def consistent(seen: Transcript) -> Judgment:
    """Nobody asks what is meant, or cannot, after having removed it."""
    if not _all(seen):
        return NOTHING_SAID
    wrong = [one for story in seen.stories for one in _after_removal(story)]
    if wrong:
        return failed(f"{counted(len(wrong), 'question')} about what had been removed.", *first(wrong))
    return passed("Nothing that was said contradicts what was said before.")


def _after_removal(story: Story) -> list[Said]:
    """What of Annex III speaks of items that an Annex II had settled."""
    found, settled = [], set()
    for one in story.stated(REMOVED, ASKED_OR_HINDERED):
        settled |= {measure.get("item") for measure in one.measures}
        items = one.document.get("items") or [item.number for item in story.items]
        if one.kind == ASKED_OR_HINDERED and settled >= set(items):
            found.append(one)
    return found


def hindered(story: Story) -> list[Said]:
    """What was said of an impossibility."""
    return [one for one in story.stated(ASKED_OR_HINDERED) if one.document.get("reason") == IMPOSSIBLE]


CHECKS = (
    Check(
        "answer-keyed",
        "Every answer has an Idempotency-Key.",
        KEY_RULE,
        "Make a key for each statement, and keep both until the 201 has come.",
        keyed,
    ),
    Check(
        "answer-once",
        "Every measure is stated under one key.",
        KEY_RULE,
        "Derive the key from what you have to say, not from the try.",
        once,
    ),
    Check(
        "answer-own-key",
        "No key is used for two different statements.",
        KEY_RULE,
        "Let the key name order and statement.",
        own_key,
    ),
    Check(
        "answer-accepted",
        "No answer is refused as wrong.",
        "RFC 9457: the problem says what is wrong and where",
        "Read `errors` of the problem, and send what the OpenAPI document describes.",
        accepted,
    ),
    Check(
        "answer-after-503",
        "An answer that met 503 comes again with the same key.",
        "Repeat on network errors, 429 and 5xx, as Retry-After says",
        "Keep an answer until its 201, and repeat it with growing pauses.",
        repeated(faults.UNAVAILABLE),
    ),
    Check(
        "answer-after-loss",
        "An answer of which the confirmation was lost comes again with the same key.",
        "The same key gets the first answer, for ever",
        "When a connection breaks, send the same with the same key: it is recorded once.",
        repeated(faults.LOST_ANSWER),
    ),
    Check(
        "answer-after-401",
        "An answer whose token had ended comes again with a new one.",
        "RFC 6749, 4.4: client credentials; a token lives ten minutes",
        "After a 401 invalid-token fetch a new token, and repeat the answer with the same key.",
        repeated(faults.TOKEN_EXPIRED),
    ),
    Check(
        "answer-token",
        "No request comes with a token that has ended.",
        "RFC 6749, 5.1: expires_in",
        "Fetch the next token a little before expires_in is over.",
        tokens,
    ),
    Check(
        "answer-consistent",
        "Nothing is asked, and nothing is impossible, after it was removed.",
        "Art. 3(7), 3(8): before the hour is answered, not after",
        "Send Annex III before you act, or not at all.",
        consistent,
    ),
)
