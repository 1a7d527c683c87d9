"""What several tests of the record share."""

import pytest

from orders.evidence import bundle


@pytest.fixture
def tables_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PDF is made for an export whose tables alone are looked at; the tests of bundles make them all."""
    monkeypatch.setattr(bundle, "_document", lambda cut, *, at: None)
