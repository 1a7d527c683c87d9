"""What officers type: each form translates into the arguments of one act, and a refusal back to its field."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from orders import clock
from orders.acts.drafting import Draft, DraftItem
from orders.acts.refusals import Invalid
from orders.models import LIMIT_SCALES, HostingServiceProvider, RemovalOrder
from orders.portal.arguments import Instant, text
from orders.portal.tags import for_people
from orders.regulation.annexes import CATEGORIES

LANGUAGES = [
    ("bg", "Bulgarian"), ("hr", "Croatian"), ("cs", "Czech"), ("da", "Danish"), ("nl", "Dutch"), ("en", "English"),
    ("et", "Estonian"), ("fi", "Finnish"), ("fr", "French"), ("de", "German"), ("el", "Greek"), ("hu", "Hungarian"),
    ("ga", "Irish"), ("it", "Italian"), ("lv", "Latvian"), ("lt", "Lithuanian"), ("mt", "Maltese"), ("pl", "Polish"),
    ("pt", "Portuguese"), ("ro", "Romanian"), ("sk", "Slovak"), ("sl", "Slovenian"), ("es", "Spanish"),
    ("sv", "Swedish"),
]  # fmt: skip
KINDS = ("video", "image", "text", "audio", "live stream", "channel or account", "file")
MANY_ITEMS = 50
EACH, TOGETHER = "each", "together"
SPEEDS = ("1 : 1 – the hour lasts an hour", "1 : 60 – a minute", "1 : 3600 – a second")


class ItemForm(forms.Form):
    """One URL (Annex I, section B)."""

    use_required_attribute = False

    url = forms.CharField(
        label="URL",
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "autocomplete": "off"}),
        help_text="The exact address, beginning with https://",
    )
    identification = forms.CharField(
        label="What identifies the content there",
        max_length=2000,
        required=False,
        help_text="Where it is not the whole page: for example “video, 00:40 to 02:10”",
    )
    kind = forms.CharField(
        label="Kind of content", max_length=40, required=False, widget=forms.TextInput(attrs={"list": "kinds"})
    )


ItemForms = forms.formset_factory(ItemForm, extra=0, min_num=1, max_num=MANY_ITEMS, absolute_max=MANY_ITEMS)


class SectionsForm(forms.Form):
    """What the drafter writes in sections A to C of Annex I, the URLs apart."""

    provider = forms.ModelChoiceField(
        HostingServiceProvider.objects.filter(sandbox=False).order_by("name"),
        label="Hosting service provider",
        empty_label="Choose a provider",
        help_text="The order goes to its contact point; the home Member State follows from its establishment.",
    )
    language = forms.ChoiceField(
        choices=LANGUAGES,
        initial="en",
        help_text="One the contact point works in, Art. 15(2)",
    )
    language_override = text(
        "Why in a language the contact point has not published",
        required=False,
        max_length=2000,
        help_text="Only for such a language: without a reason the order cannot be submitted. Not sent.",
    )
    file_number = forms.CharField(max_length=60, required=False, help_text="Your own file, section E")
    categories = forms.MultipleChoiceField(
        label="Category of terrorist content, Art. 2(7)",
        choices=[(name, f"{name[4:]} {gloss}") for name, gloss in CATEGORIES.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reasons = text(
        "Reasons",
        required=False,
        max_length=20_000,
        rows=5,
        help_text="In sufficient detail, why this is terrorist content, Art. 3(4)(b). The provider reads this.",
    )
    assessment = text(
        "Assessment under Art. 1(3)",
        required=False,
        max_length=20_000,
        rows=3,
        help_text="Required for approval: why its true purpose is not educational, journalistic, artistic, research, "
        "counter-terrorism or polemic in the public debate. Not sent.",
    )
    must_not_inform = forms.BooleanField(
        label="The provider must not inform the content provider, for reasons of public security (Art. 11(3))",
        required=False,
    )
    withholding_decided_at = Instant(
        label="Decided at",
        required=False,
        help_text="The six weeks run from the decision. Empty: decided with the issue.",
    )
    withholding_reason = text(
        "Reason of public security",
        required=False,
        help_text="Required when the provider must not inform. Not sent.",
    )
    emergency = forms.BooleanField(
        label="Duly justified emergency: a first order without the 12 hours of prior information (Art. 3(2))",
        required=False,
    )
    emergency_reason = text(
        "What justifies the emergency",
        required=False,
        help_text="Required with an emergency. Not sent.",
    )
    limit_scale = forms.ChoiceField(
        label="Exercise speed",
        choices=list(zip(dict(LIMIT_SCALES), SPEEDS, strict=True)),
        initial="1",
        required=False,
        widget=forms.RadioSelect,
        help_text="Printed in the order. Only the length of limits changes; every recorded time is true.",
    )

    use_required_attribute = False  # a draft may be incomplete; what is missing is said at the submission

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.PRODUCTION:
            del self.fields["limit_scale"]

    def clean_withholding_decided_at(self) -> datetime | None:
        decided_at: datetime | None = self.cleaned_data["withholding_decided_at"]
        if decided_at is not None and decided_at > clock.now():
            raise forms.ValidationError("This time is still to come: give the time of the decision.")
        return decided_at


class BundleForm(forms.Form):
    """What becomes of several addresses: one order each, unless the drafter bundles them."""

    use_required_attribute = False

    orders = forms.ChoiceField(
        label="Several addresses",
        choices=[
            (EACH, "One order per address"),
            (TOGETHER, "One order that names them all"),
        ],
        required=False,
        widget=forms.RadioSelect,
        help_text="The Regulation and its form speak of one URL per order; that one may name several is unconfirmed. "
        "A bundle is withdrawn, appealed, scrutinised and final as a whole, except where an act names items.",
    )


class DraftForm:
    """Annex I as a form: its sections, one row for each URL, and what becomes of several."""

    saved = False  # whether what it holds is in the draft already, and only the submission was refused

    def __init__(self, data: QueryDict | None = None, *, order: RemovalOrder | None = None, rows: int = 0) -> None:
        self.sections = SectionsForm(data, initial=_sections_of(order))
        # A row counts by what stands in it, not by whether it differs from the draft of a moment ago.
        self.items = ItemForms(
            _with_rows(data, rows), prefix="items", initial=_rows_of(order), form_kwargs={"empty_permitted": False}
        )
        # Until somebody chooses, a bundle stays one, and else each address gets its own order.
        usual = {"orders": TOGETHER if order is not None and order.items.count() > 1 else EACH}
        self.bundle = BundleForm({"orders": data.get("orders") or usual["orders"]} if data else None, initial=usual)
        self.generation = data.get("generation", "") if data else (order.dossier.generation if order else "")

    def is_valid(self) -> bool:
        return bool(self.sections.is_valid() & self.items.is_valid() & self.bundle.is_valid())

    @property
    def asks_how_many_orders(self) -> bool:
        """Whether there is more than one row, and so the choice to make one order of each address."""
        return len(self.items.forms) > 1

    @property
    def one_order_each(self) -> bool:
        """Whether several addresses are to become as many orders; so they do where nothing else was chosen."""
        return len(self._filled()) > 1 and self.bundle.cleaned_data["orders"] == EACH

    def draft(self) -> Draft:
        """The value that the act of drafting takes."""
        said = dict(self.sections.cleaned_data)
        said["limit_scale"] = said.get("limit_scale") or "1"
        items = tuple(DraftItem(**row.cleaned_data) for row in self._filled())
        return Draft(items=items, categories=tuple(said.pop("categories")), **said)

    def refuse(self, refusal: Invalid) -> None:
        """Put the sentence of a refusal beside the field that its pointer names."""
        place = refusal.pointer.strip("/").split("/")
        if place[0] == "items" and self.items.forms:
            row, field = self._row(place)
            row.add_error(field, for_people(refusal.detail))
        else:
            self.sections.add_error(place[0] if place[0] in self.sections.fields else None, for_people(refusal.detail))

    def _row(self, place: list[str]) -> tuple[forms.Form, str]:
        index = int(place[1]) if len(place) > 1 else 0
        filled = self._filled() or list(self.items.forms)
        return filled[index], place[2] if len(place) > 2 else "url"

    def _filled(self) -> list[forms.Form]:
        """The rows in which something was written; the others are no items."""
        return [
            row for row in self.items.forms if any(row.cleaned_data.get(name) for name in ("url", "identification"))
        ]

    @property
    def failed(self) -> bool:
        return bool(self.sections.errors) or any(self.items.errors) or bool(self.bundle.errors)


def _with_rows(data: QueryDict | None, more: int) -> QueryDict | None:
    if data is None or not more:
        return data
    copy = data.copy()
    rows = ItemForms(data, prefix="items").total_form_count()
    copy["items-TOTAL_FORMS"] = str(min(rows + more, MANY_ITEMS))
    return copy


def _sections_of(order: RemovalOrder | None) -> dict[str, Any]:
    if order is None:
        return {}
    return {name: getattr(order, name) for name in SectionsForm.base_fields}


def _rows_of(order: RemovalOrder | None) -> list[dict[str, Any]]:
    if order is None:
        return []
    return [dict(row) for row in order.items.order_by("number").values("url", "identification", "kind")]
