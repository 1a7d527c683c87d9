"""What each act asks of an officer: one form per set of arguments, whose fields are those of the act."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from orders.acts import clarifying, uploads
from orders.acts.refusals import Invalid
from orders.acts.uploads import Upload
from orders.models import RemovalOrder
from orders.portal.tags import for_people, utc
from orders.portal.words import SUBMITTED
from orders.regulation.regions import ReasonClass, Stage

Files = MultiValueDict[str, UploadedFile]
LONG = 4000
NOT_ARGUMENTS = ("generation", "confirmed")


class Instant(forms.DateTimeField):
    """A time of the record, typed and shown in UTC."""

    def __init__(self, *, label: str, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")
        super().__init__(label=f"{label} (UTC)", widget=widget, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        said: datetime | None = super().clean(value)
        if said is None:
            return None
        if not 2000 <= said.year < 2100:
            raise ValidationError("Give a date of this century.")
        return said.astimezone(UTC)


class Evidence(forms.FileField):
    """A file that is kept as an exhibit; empty: None."""

    def __init__(self, *, label: str, help_text: str) -> None:
        limit = f"At most {uploads.LARGEST // 1000} kB."
        super().__init__(label=label, help_text=f"{help_text} {limit}", required=False)

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        found: UploadedFile | None = super().clean(data, initial)
        if not found:
            return None
        if (found.size or 0) > uploads.LARGEST:
            raise ValidationError(f"This file has more than {uploads.LARGEST // 1000} kB: save it as text or HTML.")
        return Upload(found.read(), found.content_type or uploads.ANY)


class Numbers(forms.TypedMultipleChoiceField):
    """Some of what is numbered, to be ticked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, widget=forms.CheckboxSelectMultiple, **kwargs)

    def clean(self, value: Any) -> tuple[int, ...]:
        return tuple(super().clean(value))


class ItemNumbers(Numbers):
    """Some items of the order, by number; the form gives it the order's items to choose from."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


def text(label: str, *, rows: int = 2, max_length: int = LONG, **kwargs: Any) -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(label=label, max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def chosen(*choices: tuple[str, str], coerce: Callable[[str], Any] = str, **kwargs: Any) -> forms.TypedChoiceField:
    """One of a few, none of them by default."""
    return forms.TypedChoiceField(choices=[("", "Choose"), *choices], coerce=coerce, **kwargs)


def understood() -> forms.BooleanField:
    """The tick without which what cannot be undone is not done."""
    return forms.BooleanField(
        label="I understand that this cannot be undone.",
        error_messages={"required": "Confirm that this is meant: it cannot be undone."},
    )


class ActForm(forms.Form):
    """An act that needs nothing but the state it was decided on."""

    use_required_attribute = False

    generation = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, files: Files | None = None, *, order: RemovalOrder, prefix: str) -> None:
        super().__init__(data, files, prefix=prefix, initial={"generation": order.dossier.generation})
        for field in self.fields.values():
            if isinstance(field, ItemNumbers):
                rows = order.items.order_by("number").values_list("number", "url")
                field.choices = [(number, f"Item {number}: {url}") for number, url in rows]

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of the act, besides by, at and generation."""
        return {name: value for name, value in self.cleaned_data.items() if name not in NOT_ARGUMENTS}

    def refuse(self, refusal: Invalid) -> None:
        """Put the sentence of a refusal beside the field that its pointer names."""
        place = refusal.pointer.strip("/").replace("answers/", "answer_").split("/")[0]
        self.add_error(place if place in self.fields else None, for_people(refusal.detail))


class ConfirmedForm(ActForm):
    """An act that cannot be undone."""

    confirmed = understood()


class ReasonForm(ActForm):
    """An act that is explained."""

    reason = text("Reason")


class ConfirmedReasonForm(ReasonForm):
    """An act that is explained and cannot be undone."""

    confirmed = understood()


class HoldForm(ActForm):
    """A class of reason and nothing else: no detail of any case (Art. 14(1))."""

    reason = chosen(
        *ReasonClass.choices(),
        coerce=ReasonClass,
        label="Class of reason",
        help_text="No detail of any case is asked for or kept.",
    )


class ClarifyForm(ActForm):
    """One answer for each open question of the provider (Art. 3(8))."""

    def __init__(self, data: QueryDict | None, files: Files | None = None, *, order: RemovalOrder, prefix: str) -> None:
        super().__init__(data, files, order=order, prefix=prefix)
        for question in clarifying.open_questions(order):
            label = f"Item {question.item}: {question.text}"
            missing = {"required": "Answer every question of the provider."}
            self.fields[f"answer_{question.number}"] = text(label, error_messages=missing)

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"answers": {int(name[7:]): said[name] for name in said if name.startswith("answer_")}}


class GroundsCeasedForm(ActForm):
    """When grounds of Art. 3(7) ceased, and what shows it."""

    ceased_at = Instant(label="Ceased at", help_text="A fresh hour runs from this time.")
    evidence = text("What shows it", required=False)
    evidence_file = Evidence(label="Or a file that shows it", help_text="A status page, a letter; kept as an exhibit.")
    items = ItemNumbers(label="Items", help_text="None ticked: every item with such a ground.")
    grounds = Numbers(
        label="Which of several grounds", required=False, help_text="None ticked: every one that had arisen by then."
    )

    def __init__(self, data: QueryDict | None, files: Files | None = None, *, order: RemovalOrder, prefix: str) -> None:
        super().__init__(data, files, order=order, prefix=prefix)
        lasting = {ground.opened_by: ground for ground in clarifying.open_impossibilities(order)}
        if len(lasting) < 2:
            del self.fields["grounds"]
            return
        field = self.fields["grounds"]
        assert isinstance(field, Numbers)
        field.choices = [(entry, f"Since {utc(one.since)}: {one.explanation}") for entry, one in lasting.items()]


class SubmissionForm(ActForm):
    """What was submitted by hand at a web form, and the page that confirmed it (Art. 3(5))."""

    message = forms.ChoiceField(label="What you submitted", required=False)
    submitted_at = Instant(label="Submitted at", help_text="When you sent the form.")
    address = forms.URLField(label="Address of the form", max_length=500, assume_scheme="https")
    confirmation = Evidence(
        label="Confirmation page", help_text="Saved as HTML, PDF or picture: it proves receipt, and the hour starts."
    )
    confirmation_text = text("Or the text of the confirmation page", required=False)
    confirmed_at = Instant(
        label="Confirmed at", required=False, help_text="When the page was shown. Empty: when you sent the form."
    )

    def __init__(self, data: QueryDict | None, files: Files | None = None, *, order: RemovalOrder, prefix: str) -> None:
        super().__init__(data, files, order=order, prefix=prefix)
        self.initial["address"] = order.provider.webform
        message = self.fields["message"]
        assert isinstance(message, forms.ChoiceField)
        message.choices = [
            (one.message_id, f"{SUBMITTED[one.type]}, {utc(one.created_at)}") for one in order.submittable()
        ]

    def clean_confirmation_text(self) -> str:
        said: str = self.cleaned_data["confirmation_text"]
        if said and self.cleaned_data.get("confirmation"):
            raise ValidationError("Give the page or its text, not both.")
        return said

    def arguments(self) -> dict[str, Any]:
        said = super().arguments()
        if text := said.pop("confirmation_text"):
            said["confirmation"] = uploads.text(text)
        return said


class WithholdForm(ReasonForm):
    """A decision under Art. 11(3); its six weeks run from the decision itself."""

    decided_at = Instant(label="Decided at", help_text="The six weeks run from here.")
    until = Instant(label="Until", required=False, help_text="Empty: for the whole six weeks.")


class ExtendWithholdingForm(ReasonForm):
    """The one extension of Art. 11(3)."""

    until = Instant(label="Until", required=False, help_text="Empty: for six weeks more.")


class ExtendPreservationForm(ReasonForm):
    """For a specified time, for ongoing proceedings (Art. 6(2))."""

    until = Instant(label="Preserve until")
    items = ItemNumbers(label="Items", help_text="None ticked: every item that is preserved.")
    field_order = ("until", "reason", "items")


class ReasonsForm(ActForm):
    """An act that is reasoned in writing."""

    reasons = text("Reasons", rows=4)


class RequestForm(ReasonsForm):
    """A content provider's request, entered by the authority that got it (Art. 4(4))."""

    received_at = Instant(
        label="Received at", required=False, help_text="Your 72 hours run from here. Empty: it came just now."
    )


class DecideForm(ReasonsForm):
    """The reasoned decision of Art. 4(3)-(4)."""

    outcome = chosen(
        (Stage.INFRINGEMENT.value, "infringement: the order loses its effect, Art. 4(7)"),
        (Stage.NO_INFRINGEMENT.value, "no infringement"),
        (Stage.WINDOW_CLOSED.value, "the request is inadmissible"),
        coerce=Stage,
    )
    confirmed = understood()
    field_order = ("outcome", "reasons", "confirmed")
