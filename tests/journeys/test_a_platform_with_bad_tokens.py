"""A platform that shows a garbled token first, and an expired one later: refused, and right at the second try."""

from tests.journeys.stage import HOUR, MINUTE, hour, story


def test_a_refused_token_costs_a_round_trip_and_not_the_hour(stage):
    refused = []
    stage.http.event_hooks["response"].append(
        lambda answer: refused.append(answer.request.url.path.rpartition("/")[2]) if answer.status_code == 401 else None
    )
    stage.play("prompt-video", "bad_token")
    reference = stage.issue("prompt-video")
    stage.wait(5 * MINUTE)
    assert (refused, story(reference)[-1]) == (["acknowledgements"], "acknowledge")  # the garbled one
    second = stage.issue("prompt-video")
    stage.wait(HOUR)
    assert set(refused[1:]) == {"annex-ii"}  # ones that had ended meanwhile
    assert [hour(one).verdict for one in (reference, second)] == ["within_hour"] * 2
