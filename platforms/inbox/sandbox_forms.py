"""What an engineer chooses in the sandbox."""

from typing import Any

from django import forms

from orders.models import LIMIT_SCALES, HostingServiceProvider
from platforms.faults import KINDS, LONGEST, MOST_TIMES
from platforms.inbox.forms import EndpointForm
from platforms.sandbox.catalogue import CATALOGUE

HOURS = list(zip(dict(LIMIT_SCALES), ("an hour", "a minute", "a second"), strict=True))


class OrderForm(forms.Form):
    """A test order of a kind of the catalogue."""

    kind = forms.ChoiceField(choices=[(kind.code, kind.code) for kind in CATALOGUE], initial="plain")
    limit_scale = forms.ChoiceField(label="The hour lasts", choices=HOURS, initial="1/60")
    items = forms.IntegerField(
        label="URLs", min_value=1, max_value=5, required=False, help_text="empty: as the kind has it"
    )


class FaultForm(forms.Form):
    """For how many messages or answers we misbehave; nought takes it back."""

    fault = forms.ChoiceField(choices=[(name, name) for name in KINDS])
    times = forms.IntegerField(min_value=0, max_value=MOST_TIMES)
    seconds = forms.IntegerField(min_value=1, max_value=LONGEST, required=False)


class TenantEndpointForm(EndpointForm):
    """Where the fresh tenant is reached; it may be given later."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["endpoint"].required = False
        self.fields["endpoint"].help_text = "Your endpoint; it may also be given later."


class SwitchForm(forms.Form):
    """Which of several providers the pages show."""

    provider = forms.ChoiceField(label="Show the pages of")

    def __init__(self, *args: Any, providers: list[HostingServiceProvider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = [(one.code, one.name) for one in providers]  # type: ignore[attr-defined]
