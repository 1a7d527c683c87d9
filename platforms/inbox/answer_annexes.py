"""Annex II and Annex III as forms: what a person at the provider fills in (Art. 3(6)-(8))."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django import forms

from orders.models import ContentItem
from orders.portal.arguments import ItemNumbers, text
from orders.regulation.regions import OPEN, GroundKind, Measure
from platforms.inbox.answer_form import SIGNATORY, SignedForm
from platforms.inbox.local_times import LocalInstant

MEASURES = (
    ("", "Nothing to report yet"),
    (Measure.REMOVED.value, "Content removed"),
    (Measure.DISABLED_IN_ALL_MEMBER_STATES.value, "Access disabled in all Member States"),
    (Measure.ALREADY_UNAVAILABLE.value, "Already unavailable before receipt (simulated: no box in the form)"),
)
NEEDED = (  # what a reason of Annex III needs besides
    (GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY, "grounds_since", "Say since when: this reason needs it."),
    (GroundKind.INSUFFICIENT_INFORMATION, "needed", "Ask at least one question: this reason needs it."),
)
EVERY = "every"
TIME_HELP = "When it was gone, by your clock. This time decides, not that of the report."


def _measure() -> forms.ChoiceField:
    return forms.ChoiceField(label="Measure", choices=MEASURES, required=False)


def _taken_at() -> LocalInstant:
    return LocalInstant(label="Taken at", required=False, help_text=TIME_HELP)


class AnnexIIForm(SignedForm):
    """Feedback after removal or disabling: per item the measure, and the time it was taken."""

    kind = "annex-ii"
    title = "Report a removal (Annex II)"
    article = "3(6)"
    simulated = False
    lead = "Say for each item what you did and when. What you leave out stays open; you can send this form again."

    date = forms.DateField(label="Date", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def add_fields(self) -> None:
        self.items = list(self.order.items.order_by("number"))
        rows = [EVERY] if len(self.items) > 1 else []
        for row in [*rows, *(one.number for one in self.items)]:
            self.fields[f"measure_{row}"] = _measure()
            self.fields[f"taken_at_{row}"] = _taken_at()

    def prefilled(self) -> dict[str, Any]:
        first = self.items[0]
        alone = len(self.items) == 1 and first.execution in OPEN
        measure = {f"measure_{first.number}": Measure.REMOVED.value} if alone else {}
        return {**super().prefilled(), "date": self.at.astimezone(self.zone).date(), **measure}

    def sections(self) -> Iterator[tuple[str, str, Iterable[str]]]:
        if len(self.items) > 1:
            yield "All items alike", "Holds for each item below that you leave empty.", _row(EVERY)
        for one in self.items:
            yield f"Item {one.number}", _about(one), _row(one.number)
        yield "About the order", "", ("received_at", "provider_reference")
        yield "Who signs", "", (*SIGNATORY, "date")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        self.measures = [self._measure_of(one.number, said) for one in self.items]
        self.measures = [one for one in self.measures if one]
        if not self.measures and not self.errors:
            where = _row(EVERY if len(self.items) > 1 else self.items[0].number)
            self.add_error(where[0], "Choose what you did with at least one item, and say when.")
        return said

    def _measure_of(self, number: int, said: dict[str, Any]) -> dict[str, Any]:
        """What is said of one item: in its own row, else in that of all; empty for nothing."""
        row: Any = number if said.get(f"measure_{number}") or said.get(f"taken_at_{number}") else EVERY
        (measure, taken_at), (measure_name, taken_name) = (said.get(name) for name in _row(row)), _row(row)
        if not measure and not taken_at:
            return {}
        if not measure and measure_name not in self.errors:
            self.add_error(measure_name, "Choose the measure that you took at this time.")
        if not taken_at and taken_name not in self.errors:
            self.add_error(taken_name, "Say when you took the measure.")
        return {"item": number, "measure": measure, "taken_at": taken_at}

    def body(self) -> dict[str, Any]:
        return {**self.said(), "measures": self.measures}

    def signatory(self) -> dict[str, str]:
        date = self.cleaned_data["date"]
        return {**super().signatory(), "date": date.isoformat() if date else ""}

    def place(self, pointer: str) -> str | None:
        """Of /measures/0/taken_at the row of the item that is meant, or that of all where it was left empty."""
        steps = pointer.strip("/").split("/")
        if steps[0] != "measures" or len(steps) < 3 or steps[2] not in ("measure", "taken_at"):
            return super().place(pointer)
        own = f"{steps[2]}_{self.measures[int(steps[1])]['item']}"
        return own if self.cleaned_data.get(own) or len(self.items) == 1 else f"{steps[2]}_{EVERY}"


def _row(row: object) -> tuple[str, str]:
    return f"measure_{row}", f"taken_at_{row}"


def _about(item: ContentItem) -> str:
    return f"{item.url}, {item.identification}" if item.identification else item.url


class AnnexIIIForm(SignedForm):
    """Why the order cannot be executed, and what is needed."""

    kind = "annex-iii"
    title = "Say why you cannot comply (Annex III)"
    article = "3(7), 3(8)"
    simulated = False
    lead = (
        "While the grounds last, or until your questions are answered, the hour does not run; then a fresh one starts."
    )

    items = ItemNumbers(label="Items", help_text="None ticked: every item.")
    reason = forms.ChoiceField(
        label="Reason",
        widget=forms.RadioSelect,
        choices=[(one.value, one.gloss[0].upper() + one.gloss[1:]) for one in GroundKind],
        error_messages={"required": "Choose one of the three reasons of the form."},
    )
    grounds_since = LocalInstant(
        label="Since when", required=False, help_text="For force majeure or impossibility: when the grounds arose."
    )
    explanation = text(
        "Explanation", rows=4, max_length=10_000, error_messages={"required": "Explain the grounds in a sentence."}
    )
    needed = text(
        "What you need to know",
        required=False,
        help_text="For insufficient information: one question a line. The authority answers each.",
    )
    signed_at = LocalInstant(label="Date and time", required=False)

    def prefilled(self) -> dict[str, Any]:
        return {**super().prefilled(), "signed_at": self.at}

    def sections(self) -> Iterator[tuple[str, str, Iterable[str]]]:
        yield "Grounds", "", ("items", "reason", "grounds_since", "explanation", "needed")
        yield "About the order", "", ("received_at", "provider_reference")
        yield "Who signs", "", (*SIGNATORY, "signed_at")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for reason, name, sentence in NEEDED:
            if said.get("reason") == reason and not said.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return said

    def body(self) -> dict[str, Any]:
        said = self.said("reason", "grounds_since", "explanation")
        lines = [line.strip() for line in self.cleaned_data["needed"].splitlines() if line.strip()]
        needed = [{"question": number, "text": line} for number, line in enumerate(lines, 1)]
        return {**said, "items": list(self.cleaned_data["items"]), "needed": needed}

    def signatory(self) -> dict[str, str]:
        signed_at: datetime | None = self.cleaned_data["signed_at"]
        stated = signed_at.astimezone(self.zone).isoformat(timespec="seconds") if signed_at else ""
        return {**super().signatory(), "signed_at": stated}
