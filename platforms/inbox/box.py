"""The box of a provider: what was placed there for its people, and when somebody opened it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders import clock
from orders.acts import consulting
from orders.evidence.documents import shelf
from orders.models import HostingServiceProvider, OutboxMessage, RemovalOrder, User
from platforms.channels import inbox, letter, mail
from platforms.delivery import trying
from platforms.inbox.access import by_staff, staff_page

LATEST = 50


@require_safe
@staff_page
def box(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """What was placed in the box, latest first."""
    placed = inbox.placed(provider).select_related("dossier", "receipt").prefetch_related("openings")[:LATEST]
    return render(request, "inbox/box.html", {"placed": placed})


@require_safe
@never_cache
@staff_page
def placed(request: HttpRequest, provider: HostingServiceProvider, message_id: str) -> HttpResponse:
    """One message, opened: the same words as in a mail, and the signed documents."""
    at, message = clock.now(), _placed(provider, message_id)
    assert isinstance(request.user, User)
    rule = "inbox_opened" if settings.INBOX_RECEIPT == "opened" else ""
    if request.method == "GET":  # asking for the headers alone opens nothing
        inbox.open_message(message, person=request.user, rule=rule, at=at)
        _looked(request, provider, message)
    order = RemovalOrder.objects.select_related("dossier", "issuing_authority", "provider").get(
        dossier=message.dossier_id
    )
    context = {
        "message": message,
        "heading": letter.heading(message, order),
        "text": letter.text(message, order=order, at=at),
        "names": [name for name, _, _ in mail.attachments(message, b"")],
        "order": order,
        "documents": shelf.shelf(order),
        "openings": message.openings.select_related("person"),
    }
    return render(request, "inbox/placed.html", context)


@require_safe
@staff_page
def attachment(
    request: HttpRequest,
    provider: HostingServiceProvider,
    message_id: str,
    name: str,
) -> HttpResponse:
    """One of the documents of a message, byte for byte as in a mail."""
    message = _placed(provider, message_id)
    for known, content, kind in mail.attachments(message, trying.compose(message)):
        if known == name:
            _looked(request, provider, message)
            named = {"Content-Disposition": f'attachment; filename="{message.dossier.reference}-{name}"'}
            return HttpResponse(content, content_type=kind, headers=named)
    raise Http404(f"This message has no {name}.")


def _looked(request: HttpRequest, provider: HostingServiceProvider, message: OutboxMessage) -> None:
    """A message says what its order names."""
    order = RemovalOrder.objects.select_related("dossier").get(dossier=message.dossier_id)
    consulting.consult(order=order, by=by_staff(request, provider), at=clock.now())


def _placed(provider: HostingServiceProvider, message_id: str) -> OutboxMessage:
    return get_object_or_404(inbox.placed(provider).select_related("dossier"), message_id=message_id)
