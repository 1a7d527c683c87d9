"""The smaller answers as forms: acknowledgement, grounds ceased, scrutiny, and what is reported after the removal."""

from typing import Any

from django import forms

from orders.portal.arguments import ItemNumbers, text
from orders.regulation.regions import Execution, Information, Preservation, Purpose
from platforms.inbox.answer_form import AnswerForm
from platforms.inbox.local_times import LocalInstant

WHAT = [("kept", "It is kept"), ("accessed", "It was accessed"), ("ended", "It was deleted")]


def _one_of(label: str, choices: list[tuple[str, str]], **kwargs: Any) -> forms.ChoiceField:
    missing = {"required": "Choose one of these."}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=missing, **kwargs)


class ItemsForm(AnswerForm):
    """An answer about some items, which it names."""

    items = ItemNumbers(label="Items")

    def clean_items(self) -> list[int]:
        chosen = list(self.cleaned_data["items"])
        if not chosen:
            raise forms.ValidationError("Tick the items that this is about.")
        return chosen


class AcknowledgementForm(AnswerForm):
    """Seen."""

    kind = "acknowledgements"
    title = "Acknowledge the order"
    lead = "Tells the authority that somebody has seen it. It has no legal effect: no clock changes."

    provider_reference = forms.CharField(label="Your own reference", max_length=100, required=False)


class GroundsCeasedForm(AnswerForm):
    """Grounds of Art. 3(7) that are over."""

    kind = "grounds-ceased"
    title = "Report that the grounds ceased"
    article = "3(7)"
    lead = "A fresh full hour runs from the time at which the grounds ceased."

    items = ItemNumbers(label="Items", help_text="None ticked: every item with such grounds.")
    ceased_at = LocalInstant(label="Ceased at")

    def body(self) -> dict[str, Any]:
        return {"items": list(self.cleaned_data["items"]), "ceased_at": self.cleaned_data["ceased_at"]}


class ScrutinyForm(AnswerForm):
    """A reasoned request."""

    kind = "scrutiny-requests"
    title = "Ask for scrutiny"
    article = "4(4)"
    lead = "Your home authority then decides within 72 hours. The hour goes on: a request displaces nothing."

    reasons = text("Reasons", rows=6, max_length=20_000)


class ReinstatementForm(ItemsForm):
    """What became of content after an annulment."""

    kind = "reinstatements"
    title = "Report the reinstatement"
    article = "4(7)"
    lead = "The order has lost its effect: the content comes back at once, unless your own terms keep it down."

    reinstated_at = LocalInstant(label="Reinstated at", help_text="Or when you decided to keep it down.")
    kept_down_under = forms.CharField(
        label="Kept down under",
        max_length=2000,
        required=False,
        help_text="Only where it stays down: the clause of your own terms and conditions.",
    )

    def prefilled(self) -> dict[str, Any]:
        due = self.order.items.filter(execution=Execution.REINSTATEMENT_DUE)
        return {"items": list(due.values_list("number", flat=True))}


class InformationForm(AnswerForm):
    """What the content provider was told."""

    kind = "content-provider-information"
    title = "Report what the content provider was told"
    article = "11"
    lead = "While disclosure is withheld (Art. 11(3)) nothing may be told; what was told is recorded all the same."

    information = _one_of("Given", [(one.value, one.gloss[0].upper() + one.gloss[1:]) for one in Information])
    informed_at = LocalInstant(label="Given at")


class PreservationForm(ItemsForm):
    """What happened to preserved content."""

    kind = "preservation-reports"
    title = "Report on preserved content"
    article = "6"
    lead = "Removed content is preserved for six months, and used for the purposes of Art. 6(1) only."

    what = _one_of(
        "What happened", [("kept", "It is kept"), ("accessed", "It was accessed"), ("ended", "It was deleted")]
    )
    happened_at = LocalInstant(label="Happened at")
    purpose = forms.ChoiceField(
        choices=[("", "None: it was not accessed"), *Purpose.choices()],
        required=False,
        help_text="For an access: for what it was accessed.",
    )

    def prefilled(self) -> dict[str, Any]:
        kept = self.order.items.exclude(preservation=Preservation.NONE)
        return {"items": list(kept.values_list("number", flat=True))}

    def body(self) -> dict[str, Any]:
        return {**super().body(), "purpose": self.cleaned_data["purpose"] or None}
