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


class TestOrderForm(forms.Form):
    """A synthetic order to oneself."""

    limit_scale = forms.ChoiceField(
        label="The hour lasts",
        choices=list(zip(dict(LIMIT_SCALES), ("an hour", "a minute", "a second"), strict=True)),
        initial="1/60",
    )
    items = forms.IntegerField(label="URLs", min_value=1, max_value=5, initial=1)
