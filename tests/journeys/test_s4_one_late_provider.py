"""S-4: all that was late came from one provider (in the published figures 10 of 349; here 2 of 8).

Case 4: a late measure fixes the content and not the missed hour.
"""

from collections import Counter

from tests.journeys.scene import HOUR
from tests.journeys.stage import story

PROVIDERS = ["prompt-video", "steady-files", "tardy-cloud", "prompt-video"] * 2


def test_every_late_measure_is_of_one_provider_and_keeps_its_missed_hour(scene, stage):
    issued = []
    for number, provider in enumerate(PROVIDERS, start=1):
        url = stage.content(provider, number)
        issued.append((provider, scene.issue(provider, items=[{"url": url}])))
        stage.wait(HOUR / 4)
    stage.wait(6 * HOUR)
    verdicts = Counter()
    for provider, reference in issued:
        order = scene.order(reference)
        verdicts[provider, order["items"][0]["verdict"], order["summary"]] += 1
        assert ("lapse" in story(reference)) == (provider == "tardy-cloud")
    assert verdicts == {
        ("prompt-video", "within_hour", "executed"): 4,
        ("steady-files", "within_hour", "executed"): 2,
        ("tardy-cloud", "after_hour", "executed_late"): 2,
    }
