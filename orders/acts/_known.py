"""Items named by their numbers: each is one of the order's, and named once."""

from orders.acts.refusals import Invalid
from orders.models import RemovalOrder


def check_known(order: RemovalOrder, items: list[int] | tuple[int, ...], pointer: str) -> None:
    """Refuse item numbers that `order` does not have, and the same one twice."""
    known = set(order.items.values_list("number", flat=True))
    for index, item in enumerate(items):
        if item not in known:
            names = ", ".join(str(number) for number in sorted(known))
            raise Invalid(
                f"{order.reference} has no item {item}: it has {names}.",
                pointer=pointer.format(index),
                got=item,
                code="unknown-item",
            )
        if item in items[:index]:
            raise Invalid(
                f"Item {item} is named twice: say one thing of it.",
                pointer=pointer.format(index),
                got=item,
                code="validation",
            )
