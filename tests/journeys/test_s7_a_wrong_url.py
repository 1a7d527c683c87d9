"""S-7: the URL opens a whole channel; two rounds of questions, each with a fresh hour from receipt of its answer."""

from orders.models import Deadline
from tests.journeys.scene import HOUR, MINUTE, told

UNCLEAR = {"reason": "insufficient_information", "explanation": "The URL opens a channel."}


def ask(scene, reference, text):
    needed = [{"question": 1, "text": text}]
    return scene.answer("your-platform", reference, "annex-iii", needed=needed, **UNCLEAR)


def clarify(scene, reference, answer):
    (question,) = scene.order(reference)["open_questions"]
    scene.act("bert.approver", reference, "clarify", answers={str(question["number"]): answer})
    return question["text"]


def test_two_rounds_of_questions_and_then_the_right_content_is_removed(scene):
    reference = scene.issue("your-platform")
    scene.read("your-platform", reference)
    scene.after(10 * MINUTE)
    ask(scene, reference, "Which of its videos?")
    scene.after(5 * HOUR)  # nobody answers, and no limit passes
    assert clarify(scene, reference, "The one of yesterday.") == "Which of its videos?"
    scene.after(4 * MINUTE)  # on its way, and not in the box yet: the hour does not run
    assert scene.order(reference)["items"][0]["standing"] == "displaced"
    scene.read("your-platform", reference)
    scene.after(40 * MINUTE)
    ask(scene, reference, "There are two of yesterday: which?")
    scene.after(HOUR)
    clarify(scene, reference, "The second.")
    scene.read("your-platform", reference)
    scene.after(20 * MINUTE)
    scene.remove("your-platform", reference)
    clocks = scene.clocks(reference, "C2")
    assert [(clock["ground"], clock["verdict"]) for clock in clocks] == [
        ("receipt", "displaced"), ("clarification", "displaced"), ("clarification", "within_hour"),
    ]  # fmt: skip
    assert told(reference, "order.clarified") == ["your-platform", "your-platform"]
    assert not Deadline.objects.filter(dossier__reference=reference, verdict="unanswered").exists()


def test_a_wrong_addressee_asks_and_the_order_is_withdrawn_without_a_missed_hour(scene):
    """Case 19."""
    reference = scene.issue("your-platform")
    scene.read("your-platform", reference)
    scene.answer("your-platform", reference, "annex-iii", reason="manifest_errors", explanation="Hosted elsewhere.")
    scene.after(2 * HOUR)
    scene.act("bert.approver", reference, "withdraw", reason="It is addressed to the wrong provider.")
    assert [clock["verdict"] for clock in scene.clocks(reference, "C2")] == ["displaced"]
    assert scene.order(reference)["items"][0]["execution"] == "no_longer_required"
