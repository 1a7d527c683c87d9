"""Whoever has the database's password and changes one column of one row is found out, or the exemption says why not."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.db.models.lookups import IsNull

from orders.evidence import verify
from orders.evidence.documents import pades
from orders.models import Dossier, append_only
from orders.models.seal import OF
from tests import factories
from tests.orders.evidence_stories import everything_happened

pytestmark = pytest.mark.django_db

PARTY = "the parties as they are now: what mattered of them is frozen in Annex I, their codes are in the ledger"
PERSON = "an account: the ledger knows people by their pseudonym, and what they may do is looked at when they act"
NOT_OF_THE_RECORD = {
    "CompetentAuthority": PARTY,
    "HostingServiceProvider": PARTY,
    "InvestigatingBody": PARTY,
    "InvestigationInterest": "who asks to be asked: what it led to is in the entry of the submission",
    "AuthorityKey": "a key that signed an order is held against its signature; of the others nothing is on record",
    "LedgerKey": "a key that signed a checkpoint is held against its signature; how it is kept is nothing on record",
    "TrustService": "a built-in service that sealed a document is held against what it sealed",
    "User": PERSON,
    "Membership": PERSON,
    "Application": PERSON,
    "ExportJob": "how far the file of an export is; who took what, and when, is in the entry of the taking",
    "Heartbeat": "signs of life, overwritten every few seconds",
}
LATER = "when the machine looks again; what it did is checked"
KEY = "the key by which rows of this database know each other"
SEARCH = "how far the next round looks back for what is not sealed; what was put in below is sealed or missed then"
EXEMPT = {
    "Deadline.next_warning_at": LATER,
    "Ground.next_reminder_at": LATER,
    "OutboxMessage.next_attempt_at": LATER,
    "OutboxMessage.leased_until": LATER,
    "Checkpoint.issued_at": "a checkpoint proves what was on record, not when; the entries under it have their times",
    "Checkpoint.watermarks": SEARCH,
    "Checkpoint.reached": SEARCH,
    "Checkpoint.transaction": SEARCH,
    "Exhibit.media_type": "how the bytes are shown",
    "Exhibit.created_at": "of bytes that no entry names: when they were first kept",
}
# What tells the kinds of row apart that are tried, one row each.
KINDS = {
    "Deadline": ("code", "stop"), "OutboxMessage": ("type",), "Attempt": ("outcome",), "Exhibit": ("created_at",),
    "Receipt": ("rule", "message__type"), "Ground": ("kind", "item__number"), "ContentItem": ("execution",),
    "RemovalOrder": ("force", "disclosure"), "Dossier": ("kind",), "ScrutinyRequest": ("requester",),
    "Document": ("kind",), "TreeLeaf": tuple(IsNull(F(name), False) for name in OF),
}  # fmt: skip
RECORD = [model for model in apps.get_app_config("orders").get_models() if model.__name__ not in NOT_OF_THE_RECORD]


def rows_of(model: type[models.Model]) -> list[Any]:
    """One row of each kind."""
    kinds = KINDS.get(model.__name__, ())
    keys = model._default_manager.order_by("pk").values_list("pk", *kinds)
    first = {kind: key for key, *kind_ in reversed(list(keys)) for kind in [tuple(kind_)]}
    return list(model._default_manager.filter(pk__in=first.values()).order_by("pk"))


def others(row: models.Model, field: Any) -> list[Any]:
    """Values that `field` of `row` could be changed to below the application: another one, and none."""
    value = getattr(row, field.attname)
    if field.is_relation:
        keys = field.related_model._default_manager.order_by("-pk").exclude(pk=value).values_list("pk", flat=True)
        changed = [keys[0]]
    elif field.choices:
        changed = [next(choice for choice, _ in field.flatchoices if choice != value)]
    else:
        changed = [_changed(field, value)]
    return changed + ([None] if field.null and value is not None else [])


def _changed(field: Any, value: Any) -> Any:
    match field.get_internal_type():
        case "DateTimeField":
            return (value or factories.T0) + timedelta(seconds=1)
        case "BooleanField":
            return not value
        case "JSONField":
            return {**value, "more": 1} if isinstance(value, dict) else [*value, "more"]
        case "BinaryField":
            return bytes(value) + b" "
        case kind if "Integer" in kind:
            return (value or 0) + 1
        case _:
            return f"{value[:-1]}{'y' if value.endswith('x') else 'x'}"


def unseen(model: type[models.Model]) -> set[str]:
    """The columns of `model` that can be changed in some row without any finding."""
    return {
        f"{model.__name__}.{field.name}"
        for row in rows_of(model)
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField)
        for value in others(row, field)
        if not is_found(model, row, field, value)
    }


def is_found(model: type[models.Model], row: models.Model, field: Any, value: Any) -> bool:
    """Whether verify has something to say, or the database refuses it."""
    try:
        with transaction.atomic():
            models.QuerySet(model).filter(pk=row.pk).update(**{field.attname: value})
            near = dossier_of(row)
            found = says(of=near) or (field.is_relation and near != [] and says())
            transaction.set_rollback(True)
    except IntegrityError:
        return True
    return found


def says(of: Sequence[str] = ()) -> bool:
    """Whether there is any finding, of these dossiers or at all."""
    return next(verify.findings(of=of), None) is not None


def dossier_of(row: Any) -> list[str]:
    """The reference of the dossier that `row` is about: looking there is enough. None for what is about no one."""
    if isinstance(row, Dossier):
        return []
    while row is not None and not isinstance(row, Dossier):
        ways = (getattr(row, name, None) for name in ("dossier", "message", "order", "item", "scrutiny", "entry"))
        row = next((one for one in ways if isinstance(one, models.Model)), None)
    return [row.reference] if row else []


@pytest.fixture
def record(monkeypatch):
    """Everything that happens, with its triggers lifted; a document whose bytes are the same is examined once."""
    examine = pades.examined
    known = lru_cache(lambda pdf, roots: examine(pdf, roots=list(roots)))
    monkeypatch.setattr(pades, "examined", lambda pdf, *, roots: known(pdf, tuple(roots)))
    everything_happened()
    append_only.drop_triggers(connection)
    assert list(verify.findings()) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("model", RECORD, ids=lambda model: model.__name__)
def test_a_column_changed_below_the_application_is_found_or_exempt(record, model):
    assert rows_of(model) != []
    assert unseen(model) == {name for name in EXEMPT if name.startswith(f"{model.__name__}.")}


def test_what_is_exempt_is_of_the_record():
    assert {name.partition(".")[0] for name in EXEMPT} <= {model.__name__ for model in RECORD}


def test_a_row_taken_away_is_missed(record):
    kept = []
    for model, row in [(of, row) for of in RECORD for row in rows_of(of)]:
        with transaction.atomic():
            models.QuerySet(model).filter(pk=row.pk)._raw_delete(using="default")
            if not says():
                kept.append(str(row))
            transaction.set_rollback(True)
    assert kept == []
