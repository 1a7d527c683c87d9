"""What several tests of the record share."""

import pytest

from orders.evidence import bundle


@pytest.fixture(autouse=True)
def _spool_of_its_own(settings, tmp_path_factory) -> None:
    """Exports of one test are not found by the next one, which gives the same names."""
    settings.EXPORT_DIR = tmp_path_factory.mktemp("exporting")


@pytest.fixture
def tables_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PDF is made for an export whose tables alone are looked at; the tests of bundles make them all."""
    monkeypatch.setattr(bundle, "_document", lambda cut, *, at: None)
