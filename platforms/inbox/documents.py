"""The signed documents of an order, for the staff of the provider that it was sent to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders import clock
from orders.acts import transmitting
from orders.models import HostingServiceProvider, RemovalOrder
from orders.portal.documents import handed_out
from platforms.inbox.access import by_staff, staff_page


@require_safe
@never_cache
@staff_page
def document(request: HttpRequest, provider: HostingServiceProvider, reference: str, number: int) -> HttpResponse:
    """One of them, as a file. Whoever reads the order has received it."""
    sent = RemovalOrder.objects.select_related("dossier", "provider").exclude(sent_at=None)
    order = sent.filter(provider=provider, dossier__reference=reference).first()
    if order is None:
        raise Http404(f"There is no order {reference} here.")
    if request.method == "GET":
        transmitting.prove_receipt(order=order, rule="order_read", channel="inbox", at=clock.now())
    return handed_out(request, order, number, by=by_staff(request, provider))
