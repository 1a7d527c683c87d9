import pytest, time, cProfile, pstats
from tests.conformance.conftest import *
@pytest.mark.parametrize("t", __import__("os").environ.get("T","compliant").split(","))
def test_x(rehearsal, t):
    import os
    rehearsal.play("prompt-video", t, **({"outage_minutes": 30} if t=="force_majeure" else {}))
    b=time.perf_counter()
    pr=cProfile.Profile() if os.environ.get("PROF") else None
    if pr: pr.enable()
    r=rehearsal.rehearse()
    if pr: pr.disable(); pstats.Stats(pr).sort_stats("cumtime").print_stats(45)
    print("\n", t, round(time.perf_counter()-b,2), r["counts"], r["ended_at"])
    for c in r["checks"]:
        if c["verdict"]!="PASSED" or os.environ.get("ALL"): print("  ", c["verdict"], c["id"], "|", c["why"])
