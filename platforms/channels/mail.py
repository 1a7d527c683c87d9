"""Mail to the contact point: the signed order attached, and a text that a person understands at night."""

import smtplib
from datetime import datetime
from email.message import Message
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from orders import canonical, clock
from orders.models import HostingServiceProvider, OutboxMessage, RemovalOrder
from platforms.channels import letter, requests
from platforms.channels.requests import Outcome, Request
from platforms.models import Channel

MEDIA_TYPE = "message/rfc822"
SIGNED_DOCUMENTS = {"annex_i": "annex-i", "clarification": "clarification"}


def request_of(
    message: OutboxMessage,
    body: bytes,
    *,
    order: RemovalOrder,
    provider: HostingServiceProvider,
    not_after: datetime | None,
    at: datetime,
) -> Request:
    """The mail that carries `message`; `body` are the bytes that a webhook would carry, attached as they are."""
    mail = EmailMessage(
        subject=letter.subject(message, order),
        body=letter.text(message, order=order, at=at),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[provider.contact_point],
        reply_to=[order.issuing_authority.email],
        headers={
            "Message-ID": f"<{message.message_id}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Date": format_datetime(at),
            "Auto-Submitted": "auto-generated",
            "Importance": "high",
        },
    )
    for name, content, kind in attachments(message, body):
        mail.attach(name, content, kind)
    mime: Any = mail.message()
    mime.set_boundary(f"=_{message.message_id}")  # else random: the same try has the same bytes
    content = mime.as_bytes(linesep="\r\n")
    return Request(
        message.message_id,
        message.recipient,
        provider.contact_point,
        {},
        content,
        sandbox=False,
        channel=Channel.MAIL.value,
        media_type=MEDIA_TYPE,
        not_after=not_after,
    )


def attachments(message: OutboxMessage, body: bytes) -> list[tuple[str, bytes, str]]:
    """Name, bytes and media type of each: the message, and the document it carries with its signature."""
    found = [("message.json", body, "application/json")]
    for key, name in SIGNED_DOCUMENTS.items():
        if f"{key}_jws" in message.data:
            found.append((f"{name}.json", canonical.json_bytes(message.data[key]), "application/json"))
            found.append((f"{name}.jws", message.data[f"{key}_jws"].encode(), "application/jose"))
    return found


# --- the network hop ---
class _Bytes(Message):
    """A mail that is nothing but its bytes."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content

    def as_bytes(self, *arguments: Any, **options: Any) -> bytes:
        return self.content


class _AsKept(EmailMessage):
    """What Django's backends send: the very bytes that are kept as an exhibit."""

    def __init__(self, request: Request) -> None:
        super().__init__(from_email=settings.DEFAULT_FROM_EMAIL, to=[request.url])
        self.kept = _Bytes(request.body)

    def message(self, *, policy: Any = None) -> Any:
        return self.kept


def post(request: Request) -> Outcome:
    """Hand `request` to the mail server of the settings; blocks, each step for at most EMAIL_TIMEOUT.

    Accepted is the 250 of that server alone: it says nothing about any server after it.
    """
    started_at = clock.now()
    word, answer, problem = _posted(request)
    return Outcome(request, word, started_at, clock.now(), answer=answer, problem=problem)


def _posted(request: Request) -> tuple[str, bytes, str]:
    try:
        get_connection().send_messages([_AsKept(request)])
    except smtplib.SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
        return _refused(code), b"%d %s" % (code, text), ""
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused, smtplib.SMTPNotSupportedError) as ours:
        return requests.NOT_SENT, b"", f"The mail server does not take mail from us: {ours}"
    except smtplib.SMTPResponseException as answered:
        return _refused(answered.smtp_code), b"%d %s" % (answered.smtp_code, _encoded(answered.smtp_error)), ""
    except smtplib.SMTPException as error:
        return requests.BROKEN_OFF, b"", f"{type(error).__name__}: {error}"
    except TimeoutError:
        return requests.TIMEOUT, b"", f"The mail server did not answer within {settings.EMAIL_TIMEOUT} s."
    except OSError as error:
        return requests.UNREACHABLE, b"", f"{type(error).__name__}: {error}"
    return requests.ACCEPTED, b"", _taken()


def _refused(code: int) -> str:
    return requests.REFUSED if code >= 500 else requests.FAILED


def _encoded(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _taken() -> str:
    if settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        return f"250, said by {settings.EMAIL_HOST}:{settings.EMAIL_PORT}, the server we hand mail to."
    return f"Written by {settings.EMAIL_BACKEND.split('.')[-2]}: no mail server was asked."
