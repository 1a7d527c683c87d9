"""Every temperament against every check: the compliant platform fails none, a faulty one just those it should."""

import pytest

from platforms.conformance.checks import CHECKS
from platforms.simulator.behaviours import TEMPERAMENTS
from tests.conformance.expected import EXPECTED, PECULIAR
from tests.conformance.rehearsal import PROVIDER


def test_no_temperament_and_no_check_is_forgotten():
    assert list(EXPECTED) == list(TEMPERAMENTS)
    known = {check.id for check in CHECKS}
    assert [check for row in EXPECTED.values() for check in row if check not in known] == []
    assert len(known) == len(CHECKS)


@pytest.mark.exhaustive
@pytest.mark.parametrize("temperament", EXPECTED)
def test_a_temperament_meets_exactly_the_verdicts_that_it_should(temperament, rehearsal):
    rehearsal.play(PROVIDER, temperament, **PECULIAR.get(temperament, {}))
    report = rehearsal.rehearse()
    found = {check["id"]: check["verdict"] for check in report["checks"] if check["verdict"] != "PASSED"}
    assert found == EXPECTED[temperament]
    assert report["conformant"] == ("FAILED" not in found.values())
