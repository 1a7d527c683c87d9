"""What is there to be sealed in tests, and what was."""

from orders.acts.capacity import OPERATOR
from orders.acts.exporting import take_export
from orders.evidence.scope import Scope
from orders.models import TreeLeaf
from tests.factories import T0


def act(*, at=T0):
    """One act, and the entry that it wrote."""
    return take_export(scope=Scope().facts(), by=OPERATOR, at=at)


def sealed():
    """The entries in the tree, by their leaves."""
    return [leaf.entry for leaf in TreeLeaf.objects.select_related("entry").order_by("index")]
