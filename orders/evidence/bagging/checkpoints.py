"""Which checkpoint a bundle goes up to, and which earlier one it is held against."""

from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet

from orders.acts.refusals import Invalid
from orders.evidence.sealing import proofs, rounds
from orders.evidence.sealing.kinds import EVIDENCE
from orders.evidence.sealing.rounds import BrokenSeal
from orders.models import Checkpoint, ExportJob, LedgerEntry, LedgerKey, TreeLeaf


class Asked(NamedTuple):
    """The checkpoints that were asked for; None where nothing was said."""

    as_of: Checkpoint | None
    since: Checkpoint | None


def asked(*, as_of: int | None, since: int | None) -> Asked:
    """Those over as many leaves. Raises Invalid where there is none, or the earlier one is the later."""
    found = Asked(_over(as_of, "/as_of"), _over(since, "/since"))
    if found.since and found.as_of and found.since.tree_size > found.as_of.tree_size:
        raise Invalid("The earlier checkpoint is the later one: give since before as-of.", pointer="/since")
    return found


def _over(size: int | None, pointer: str) -> Checkpoint | None:
    if size is None:
        return None
    checkpoint = Checkpoint.objects.select_related("key").filter(tree_size=size).first()
    if checkpoint is None:
        before = Checkpoint.objects.filter(tree_size__lt=size).aggregate(size=Max("tree_size"))["size"]
        after = Checkpoint.objects.filter(tree_size__gt=size).aggregate(size=Min("tree_size"))["size"]
        near = " or ".join(str(other) for other in (before, after) if other)
        advice = f"there is one over {near}" if near else "nothing was sealed so far"
        raise Invalid(f"No checkpoint is over {size} entries: {advice}.", pointer=pointer, code="unknown-checkpoint")
    return checkpoint


def size_in(note: str) -> int:
    """The size that a checkpoint of this ledger says, as somebody kept it. Raises Invalid."""
    for key in LedgerKey.objects.order_by("-pk"):
        try:
            said = proofs.opened(note, proofs.verifier_key(key.name, key.public))
        except ValueError:
            continue
        if Checkpoint.objects.filter(tree_size=said.size, root=said.root.hex()).exists():
            return said.size
    raise Invalid("This is no checkpoint of this ledger: give one that it issued, or the size of its tree.")


def sealed_with(taken: LedgerEntry, *, at: datetime) -> Checkpoint:
    """The latest checkpoint, once the entry `taken` and all before it are under one. Raises Invalid."""
    try:
        while not TreeLeaf.objects.filter(entry=taken).exists() or _is_before(taken):
            if not rounds.seal(at=at):
                _wait_for_the_other()
    except BrokenSeal as error:
        raise Invalid(f"No bundle can be made: {error}", code="broken-seal") from None
    latest = rounds.latest()
    assert latest is not None  # it was sealed above
    return latest


def _is_before(taken: LedgerEntry) -> bool:
    """Whether evidence from before it still waits, where it was too much for one round."""
    return any(rounds.waiting(kind).filter(**{f"{kind.recorded}__lt": taken.recorded_at}).exists() for kind in EVIDENCE)


def _wait_for_the_other() -> None:
    """Until whoever is sealing has ended: a round holds the row of its key."""
    with transaction.atomic():
        list(LedgerKey.objects.select_for_update().filter(retired_at=None))


def of_export_before(taken: LedgerEntry) -> Checkpoint | None:
    """The checkpoint of the bundle of the same scope that was taken last before."""
    same = {f"facts__scope__{name}": value for name, value in taken.facts["scope"].items()}
    before = LedgerEntry.objects.filter(act=taken.act, pk__lt=taken.pk, leaf__isnull=False, **same)
    last = _handed_out(before).select_related("leaf", "export_job__checkpoint__key").order_by("-pk").first()
    if last is None:
        return None
    job = getattr(last, "export_job", None)
    if job is not None:
        return cast(Checkpoint, job.checkpoint)
    over = last.facts.get("as_of") or last.leaf.index + 1
    return Checkpoint.objects.select_related("key").filter(tree_size__gte=over).order_by("tree_size").first()


def _handed_out(taken: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """Those that were made, as bundles: tables alone carry no checkpoint that anybody could hold us to."""
    made = (ExportJob.State.READY, ExportJob.State.GONE)
    return taken.exclude(facts__has_key="format").filter(Q(export_job=None) | Q(export_job__state__in=made))


def leaves(entries: QuerySet[LedgerEntry]) -> dict[str, Any]:
    """Between which leaves these entries are."""
    return entries.order_by().aggregate(first_leaf=Min("leaf__index"), last_leaf=Max("leaf__index"))
