"""What an officer enters of a court: an appeal that came, and a judgment with what it decides (Art. 3(9), 9)."""

from django.http import QueryDict

from orders.acts import appealing
from orders.models import RemovalOrder
from orders.portal.arguments import ActForm, Files, Instant, ItemNumbers, Numbers, chosen, text, understood
from orders.portal.tags import utc
from orders.regulation.regions import Actor


class AppealForm(ActForm):
    """Who appealed, and when the court or this authority got it."""

    appellant = chosen(*((one.value, one.gloss) for one in (Actor.PROVIDER, Actor.CONTENT_PROVIDER)), coerce=Actor)
    received_at = Instant(label="Received at")


class JudgmentForm(ActForm):
    """What the court decided, on which of several appeals, and which items are to be back where it annuls."""

    outcome = chosen(
        (appealing.CONFIRMED, "confirmed: the order is final, unless another appeal is pending"),
        (appealing.ANNULLED, "annulled: the order has no effect"),
    )
    appeals = Numbers(
        label="Appeals that it decides",
        help_text="Several are pending: the order stays under appeal until the last is decided, unless it is annulled.",
        error_messages={
            "required": "Tick the appeals that this judgment decides: all of them where it joins the cases."
        },
    )
    received_at = Instant(label="Received at")
    reasons = text("What the judgment says", required=False)
    reinstate = ItemNumbers(
        label="To be reinstated, when annulled", help_text="As the judgment says; only what was taken down counts."
    )
    confirmed = understood()

    def __init__(self, data: QueryDict | None, files: Files | None = None, *, order: RemovalOrder, prefix: str) -> None:
        super().__init__(data, files, order=order, prefix=prefix)
        self.initial["reinstate"] = list(order.items.values_list("number", flat=True))
        self._offer(appealing.pending_appeals(order))

    def _offer(self, pending: list[appealing.Appeal]) -> None:
        """The appeals to choose from; where there are not several there is nothing to choose."""
        if len(pending) < 2:
            del self.fields["appeals"]
            return
        field = self.fields["appeals"]
        assert isinstance(field, Numbers)
        field.choices = [
            (one.entry, f"Entry {one.entry}: {one.appellant.gloss}; received {utc(one.received_at)}") for one in pending
        ]
