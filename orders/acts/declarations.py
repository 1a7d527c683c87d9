"""What the transitions declare, gathered once: every list of acts, articles and actors is derived from here."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django_fsm import FSMField

from orders.models import ContentItem, RemovalOrder, Scrutiny
from orders.regulation.regions import Actor, OfficerRole


@dataclass(frozen=True)
class Declaration:
    """One declared transition: an act as it touches one region of one object."""

    model: type[models.Model]
    method: str
    region: str
    sources: tuple[str, ...]
    target: str | None
    act: str
    by: tuple[Actor, ...]
    label: str
    article: str
    roles: tuple[OfficerRole, ...]
    machine: bool


def _of(model: type[models.Model]) -> Iterator[Declaration]:
    for field in model._meta.get_fields():
        if isinstance(field, FSMField):
            for name in sorted(field.transitions[model]):
                yield _declaration(model, field, name, getattr(model, name)._django_fsm.transitions)


def _declaration(model: type[models.Model], field: Any, name: str, by_source: dict[str, Any]) -> Declaration:
    first = next(iter(by_source.values()))
    target = str(first.target) if first.target else None
    return Declaration(model, name, field.name, tuple(str(s) for s in by_source), target, **first.custom)


@cache
def declarations() -> tuple[Declaration, ...]:
    """Every declared transition, by model, region and method."""
    return tuple(declared for model in (RemovalOrder, ContentItem, Scrutiny) for declared in _of(model))


@cache
def of_act(act: str) -> tuple[Declaration, ...]:
    """The transitions that belong to `act`. Raises KeyError for a name that no transition declares."""
    found = tuple(declared for declared in declarations() if declared.act == act)
    if not found:
        raise KeyError(act)
    return found


def article_of(row: models.Model, method: str) -> str:
    """The article of the declared transition `method` of `row`, or empty."""
    return next(one.article for one in declarations() if (one.model, one.method) == (type(row), method))


@cache
def usual_article(act: str) -> str:
    """What an act rests on when it moves nothing: the article of the transition declared first, or empty."""
    return next((declared.article for declared in of_act(act) if declared.article), "")
