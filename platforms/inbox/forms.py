"""What a provider's engineer types."""

from django import forms

from orders.models import LIMIT_SCALES
from platforms.models import Channel


class EndpointForm(forms.Form):
    """Where signed webhooks are posted."""

    endpoint = forms.CharField(
        label="Endpoint",
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "autocomplete": "off"}),
        help_text="Each order is POSTed here, signed. A redirect is not followed.",
    )


class ChannelForm(forms.Form):
    """Which channel is tried first."""

    channel = forms.ChoiceField(
        label="Orders come first by",
        choices=Channel.choices,
        help_text="Without a receipt after five minutes, mail to your contact point and your box join.",
    )


class PagesForm(forms.Form):
    """Which hosts of content the probe may look at, and where."""

    pages = forms.CharField(
        label="Hosts and their pages",
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "spellcheck": "false", "placeholder": "hosting.example http://127.0.0.1:9000/pages"}
        ),
        help_text="One a line: a host as orders name it, and the address on loopback where its pages are.",
    )

    def clean_pages(self) -> dict[str, str]:
        """Host -> base URL, as they were typed."""
        lines = [line.split() for line in self.cleaned_data["pages"].splitlines() if line.strip()]
        if wrong := next((line for line in lines if len(line) != 2), None):
            raise forms.ValidationError(f"{' '.join(wrong)[:80]!r} is not a host and an address with a space between.")
        return dict(lines)


class TestOrderForm(forms.Form):
    """A synthetic order to oneself."""

    limit_scale = forms.ChoiceField(
        label="The hour lasts",
        choices=list(zip(dict(LIMIT_SCALES), ("an hour", "a minute", "a second"), strict=True)),
        initial="1/60",
    )
    items = forms.IntegerField(label="URLs", min_value=1, max_value=5, initial=1)
