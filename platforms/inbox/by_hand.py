"""A message is sent again by hand: for the officers who see its order, and for the staff of its provider."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from orders import clock
from orders.acts import capacity
from orders.acts.capacity import Capacity
from orders.acts.refusals import Refusal
from orders.models import OutboxMessage, User
from orders.portal.access import Desk, desk_of, sign_in
from orders.regulation.regions import OfficerRole
from platforms.delivery import resending

ACTING = (OfficerRole.DRAFTER, OfficerRole.APPROVER)


@require_POST
def resend(request: HttpRequest, message_id: str) -> HttpResponseBase:
    """Send one message again, with a reason that is kept."""
    if not isinstance(request.user, User):
        return sign_in(request)
    message = OutboxMessage.objects.select_related("dossier").filter(message_id=message_id).first()
    if message is None:
        raise Http404(f"There is no message {message_id} here.")
    by = _capacity(desk_of(request.user), message)
    try:
        resending.resend(message, reason=request.POST.get("reason", ""), by=by, at=clock.now())
    except Refusal as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, f"{message.type} is sent again now.")
    return redirect("inbox:order-deliveries", reference=message.dossier.reference)


def _capacity(desk: Desk, message: OutboxMessage) -> Capacity:
    """As whom this person sends it again; one who sees nothing of it learns nothing."""
    provider = next((one for one in desk.providers if one.code == message.recipient), None)
    if provider:
        return capacity.provider(provider, channel="inbox", person=desk.user)
    by = desk.capacity(desk.own_order(message.dossier.reference))
    if not by.roles.intersection(ACTING):
        raise PermissionDenied("Sending a message again needs the role drafter or approver.")
    return by
