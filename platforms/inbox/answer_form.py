"""What the forms of a person's answers have in common: prefilled from the order, sent once, refused at the field."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from orders import ids
from orders.acts.refusals import Invalid, Refusal
from orders.api.problems import Problem, pointed
from orders.models import RemovalOrder, User
from orders.portal.arguments import ItemNumbers
from platforms.inbox.local_times import LocalInstant, zone_of

SIGNATORY = ("provider", "member_state", "authorised_person", "contact_email")
TWICE = (
    "This form was sent before, with other words, and that was recorded. To record this as a further answer, send it "
    "once more; else go back to the order."
)


class Shown(NamedTuple):
    """A field on its page; of an instant its zone, what stands in it in UTC, and whether it is likely to be now."""

    field: BoundField
    zone: str = ""
    utc: str = ""
    now: bool = False


class Group(NamedTuple):
    """Some fields under one heading."""

    legend: str
    help: str
    fields: list[Shown]


class AnswerForm(forms.Form):
    """One kind of answer. `kind` is its name in platforms.api.statements, whose body `body` returns."""

    kind: ClassVar[str]
    title: ClassVar[str]
    article: ClassVar[str] = ""
    simulated: ClassVar[bool] = True  # no form of the Regulation
    lead: ClassVar[str]
    do_not_call_in_templates: ClassVar[bool] = True  # pages list the kinds of forms, not filled ones
    use_required_attribute = False

    key = forms.CharField(widget=forms.HiddenInput, max_length=255)

    def __init__(self, data: QueryDict | None = None, *, order: RemovalOrder, person: User, at: datetime) -> None:
        self.order, self.person, self.at = order, person, at
        self.zone = zone_of(order.provider)
        super().__init__(data)
        self.add_fields()
        self.initial = {"key": ids.new("hand"), **self.prefilled()}
        for field in self.fields.values():
            if isinstance(field, LocalInstant):
                field.zone = self.zone
            if isinstance(field, ItemNumbers):
                rows = order.items.order_by("number").values_list("number", "url")
                field.choices = [(number, f"Item {number}: {url}") for number, url in rows]

    def add_fields(self) -> None:
        """Fields that the order decides about."""

    def prefilled(self) -> dict[str, Any]:
        """What is known before anybody types."""
        return {}

    def body(self) -> dict[str, Any]:
        """The valid form as the API takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}

    def sections(self) -> Iterator[tuple[str, str, Iterable[str]]]:
        """Heading, help and names of fields."""
        yield "", "", [name for name in self.fields if name != "key"]

    @property
    def groups(self) -> list[Group]:
        return [Group(legend, said, [self._shown(name) for name in names]) for legend, said, names in self.sections()]

    def _shown(self, name: str) -> Shown:
        bound = self[name]
        if not isinstance(bound.field, LocalInstant):
            return Shown(bound)
        return Shown(bound, str(self.zone), bound.field.beside(bound.value()), name not in self.initial)

    def place(self, pointer: str) -> str | None:
        """The field that a JSON pointer into the body means; None: the form as a whole."""
        return next((name for name in reversed(pointer.split("/")) if name in self.fields), None)

    def refuse(self, error: Refusal | Problem | ValidationError) -> None:
        """Put what was refused beside its field, where it names one; nothing was recorded."""
        if isinstance(error, ValidationError):
            for pointer, detail in pointed(error.detail, ""):
                self.add_error(self.place(pointer), str(detail))
        elif isinstance(error, Invalid):
            self.add_error(self.place(error.pointer), error.detail)
        elif isinstance(error, Problem) and error.code == "idempotency-key-reused":
            typed = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, as it is given
            typed["key"] = ids.new("hand")
            self.data = typed
            self.add_error(None, TWICE)
        else:
            self.add_error(None, str(error.detail))


class SignedForm(AnswerForm):
    """A form of the Regulation, with who signs it."""

    provider_reference = forms.CharField(label="Your own reference", max_length=100, required=False)
    received_at = LocalInstant(
        label="Order received at",
        required=False,
        help_text="Prefilled with the receipt that is proven. Another time is noted; it changes no limit.",
    )
    provider = forms.CharField(label="Provider or legal representative", max_length=200, required=False)
    member_state = forms.CharField(
        label="Member State", max_length=2, required=False, help_text="Of the main establishment or representative"
    )
    authorised_person = forms.CharField(label="Authorised person", max_length=200, required=False)
    contact_email = forms.EmailField(label="E-mail of the contact point", max_length=200, required=False)

    def prefilled(self) -> dict[str, Any]:
        of = self.order.provider
        return {
            "received_at": self.order.received_at,
            "provider": of.name,
            "member_state": of.home_state,
            "authorised_person": self.person.display_name(),
            "contact_email": of.contact_point,
        }

    def said(self, *names: str) -> dict[str, Any]:
        """What was said under these names, and the part that every form of the Regulation has."""
        found = {name: self.cleaned_data[name] for name in ("provider_reference", "received_at", *names)}
        return {**found, "signatory": self.signatory()}

    def signatory(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in SIGNATORY}
