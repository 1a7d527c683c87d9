"""The one kernel of every act: lock, let time pass, check, transition, write down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django_fsm import can_proceed

from orders.acts import _case, _loading, _passing, declarations, opening
from orders.acts._case import Case
from orders.acts.capacity import EUROPOL, Capacity
from orders.acts.refusals import ActNotOpen, StaleGeneration
from orders.models import Dossier, LedgerEntry, RemovalOrder
from orders.outbox import Letter, Recipient
from orders.regulation.regions import Actor


@dataclass
class Step:
    """One act on one locked case."""

    case: Case
    act: str
    by: Capacity
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    effects: list[list[str]] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    no_effect: str = ""
    entry: LedgerEntry | None = None
    rests_on: str = ""  # the article of the transition that leads; what the act says beforehand, or else runs first

    @property
    def order(self) -> RemovalOrder:
        return self.case.order

    def move(self, row: models.Model, method: str, **arguments: Any) -> None:
        """Run a declared transition of this act on `row`, or refuse; nothing else changes a region of state."""
        self.require(row, method)
        self.effects += self.case.move(row, method, **arguments)

    def require(self, row: models.Model, method: str) -> None:
        """Refuse the act unless the declared transition `method` of `row` is open; the act rests on the first one."""
        bound, article = getattr(row, method), declarations.article_of(row, method)
        if not can_proceed(bound):
            field = bound._django_fsm.field
            raise not_open(self, f"{getattr(row, field.name)} ({field.name})", article)
        self.rests_on = self.rests_on or article

    def tell(self, kind: str, to: Recipient, **data: Any) -> None:
        """Write a message to a party, in the transaction of this act; Europol hears nothing of rehearsals."""
        if to.role is Actor.EUROPOL and self.order.issuing_authority.sandbox:
            return
        self.case.letters.append(Letter(kind, to, data))

    @property
    def provider(self) -> Recipient:
        return Recipient(Actor.PROVIDER, self.order.provider.code)

    @property
    def issuer(self) -> Recipient:
        return Recipient(Actor.ISSUING_AUTHORITY, self.order.issuing_authority.code)

    @property
    def europol(self) -> Recipient:
        return Recipient(Actor.EUROPOL, EUROPOL)

    @property
    def home(self) -> list[Recipient]:
        """The home authority, when the order has one."""
        home = self.order.home_authority
        return [Recipient(Actor.SCRUTINISING_AUTHORITY, home.code)] if home else []


@contextmanager
def advance(
    order: RemovalOrder, act: str, *, by: Capacity, at: datetime, generation: int | None = None
) -> Iterator[Step]:
    """One act on `order`: everything it changes, its ledger entry and its messages, in one transaction.

    Limits that passed before `at` are written down first, so that no delay of a sweep changes what follows. Raises a
    `Refusal` (nothing is written) when the act is not declared for this actor, is not open, or when `generation` is
    given and somebody else changed the order in between.
    """
    with transaction.atomic():
        step = Step(lock(order), act, by, at)
        if generation is not None and step.case.dossier.generation != generation:
            raise StaleGeneration(f"{order.reference} was changed by somebody else in between: read it again.")
        _check_actor(step)
        _passing.pass_limits(step.case, at=at)
        if by.signature:
            step.facts["signature"] = by.signature
        yield step
        step.entry = step.case.enter(
            act=act,
            article=step.rests_on or declarations.usual_article(act),
            by=by,
            occurred_at=step.facts.pop("occurred_at", at),
            recorded_at=at,
            facts={**step.facts, "effects": step.effects},
        )
        _case.save([step.case], at=at)


def lock(order: RemovalOrder) -> Case:
    """Lock the dossier of `order` and read the case afresh; must run in a transaction."""
    dossier = Dossier.objects.select_for_update().get(pk=order.dossier_id)
    return _loading.load([dossier])[0]


def _check_actor(step: Step) -> None:
    refusal = opening.barred(step.order, step.by, declarations.of_act(step.act)[0])
    if refusal is not None:
        raise refusal


def not_open(step: Step, state: str, article: str, hint: str = "") -> ActNotOpen:
    """The refusal that names the act, the state, the article and what is open instead, as time has left it.

    The act itself is not named, though it may be open with another outcome: `hint` says so where it helps.
    """
    acts = {declared.act for declared in opening.open_acts(step.order, step.case.items, step.by)}
    return ActNotOpen(step.act, state, article, sorted(acts - {step.act}), hint)
