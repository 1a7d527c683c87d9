"""What proves receipt on each channel (docs/adr/0016-receipt-is-a-fact-of-the-channel.md)."""

from django.conf import settings

from platforms.models import Channel


def rule(channel: str) -> str:
    """The rule by which a message taken by `channel` counts as received; empty when taking it proves nothing.

    By pull nothing is taken: the provider's own request proves receipt (`transmitting.prove_receipt`).
    """
    rules = {
        Channel.WEBHOOK.value: "webhook_2xx",
        Channel.MAIL.value: "mail_250" if settings.MAIL_PROVES_RECEIPT else "",
        Channel.INBOX.value: "inbox_placed" if settings.INBOX_RECEIPT == "placed" else "",
    }
    return rules.get(channel, "")
