"""What was made once in this process by its acts is put back row by row for the tests after it."""

import copy
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model

P = ParamSpec("P")
T = TypeVar("T")
Rows = dict[type[Model], list[Model]]

OF_MIGRATE = (ContentType, Permission)  # what migrate itself writes; tests add nothing to it


def kept(make: Callable[P, T]) -> Callable[P, T]:
    """`make` in an empty database: its acts are done once for its arguments under the rules in force.

    Each test has a copy of what it returned. Anything else that a test changes, it changes afterwards.
    """
    known: dict[tuple[object, ...], tuple[T, Rows]] = {}

    @wraps(make)
    def begin(*args: P.args, **kwargs: P.kwargs) -> T:
        assert _rows() == {}, f"{make.__name__} begins in an empty database."
        which = (*args, *kwargs.items(), *settings.RULES.items())
        if which not in known:
            known[which] = make(*args, **kwargs), _rows()
        else:
            _put_back(known[which][1])
        return copy.deepcopy(known[which][0])

    return begin


def _rows() -> Rows:
    """Every row there is, of whatever app."""
    models = [model for model in apps.get_models(include_auto_created=True) if model not in OF_MIGRATE]
    rows = {model: list(model._base_manager.all()) for model in models}
    return {model: found for model, found in rows.items() if found}


def _put_back(rows: Rows) -> None:
    with transaction.atomic():  # a row may come before one that it names
        for model, found in rows.items():
            model._base_manager.bulk_create(found)
