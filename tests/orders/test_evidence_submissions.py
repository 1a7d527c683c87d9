"""verify looks at the answers that are kept for a replay: each has its entry, its bytes and what was answered."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from orders.canonical import instant
from orders.evidence import verify
from orders.models import append_only
from platforms.models import Submission
from tests import api, factories
from tests.api import P
from tests.factories import T0

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(minutes=10)
MEASURES = {"measures": [{"item": 1, "measure": "removed", "taken_at": instant(T0)}]}


@pytest.fixture
def kept():
    """Two answers of a provider, kept; the triggers lifted."""
    with time_machine.travel(NOW, tick=False):
        order = factories.received()
        caller = api.platform(order.provider)
        for kind, body in (("acknowledgements", {}), ("annex-ii", MEASURES)):
            assert caller.post(f"{P}/orders/{order.reference}/{kind}", body).status_code == 201
    append_only.drop_triggers(connection)
    return Submission.objects.order_by("-pk").first()


def found():
    return [finding.differs for finding in verify.findings()]


def changed(kept, **columns):
    Submission.objects.bulk_create(
        [type(kept)(**{field.attname: getattr(kept, field.attname) for field in kept._meta.concrete_fields} | columns)],
        update_conflicts=True, unique_fields=["id"], update_fields=list(columns),
    )  # fmt: skip
    return found()


def test_nothing_is_found_about_answers_as_they_were_kept(kept):
    assert found() == []


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"reference": "DE-2026-000009"}, "reference"),
        ({"body_id": "other"}, "body"),
        ({"status": 200}, "status"),
        ({"arrived_at": T0}, "arrived_at"),
        ({"provider_id": "other"}, "provider"),
        ({"answer": {"effect": "none"}}, "effect"),
        ({"answer": {"generation": 1}}, "generation"),
        ({"answer": {"recorded_at": "then"}}, "recorded_at"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_kept_answer_that_was_changed_is_found(kept, columns, name):
    if "answer" in columns:
        columns = {"answer": {**kept.answer, **columns["answer"]}}
    if "body_id" in columns:
        columns = {"body_id": Submission.objects.exclude(pk=kept.pk).get().body_id}
    if "provider_id" in columns:
        columns = {"provider_id": factories.provider("other-be", "BE").pk}
    words = " ".join(changed(kept, **columns))
    assert f"{name} of the answer kept under" in words or "is of no entry" in words


def test_a_kept_answer_that_was_taken_away_is_missed(kept):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM platforms_submission WHERE id = %s", [kept.pk])
    assert found() == ["the answer that was kept for it is missing"]
