"""What a simulated platform shows to the outside: where webhooks arrive, and its pages."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from platforms.client import NotAuthentic, Refused, Unanswered
from platforms.simulator import acting, clock, faults, pages, planning, reach
from platforms.simulator.models import SimulatedPlatform
from platforms.wire import WireError


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, code: str) -> HttpResponseBase:
    """Take a message: 200 when its signatures hold, 401 when they do not, 400 for nonsense, 503 when we cannot tell.

    A platform whose endpoint is faulty has read and believed the message all the same.
    """
    platform = get_object_or_404(SimulatedPlatform, code=code)
    try:
        on_its_wall = clock.now() + platform.skew
        client = reach.client_of(platform)
        message = client.receive(request.body, request.headers, platform.webhook_secrets, at=on_its_wall)
        heard = planning.hear(platform, message, message_id=request.headers["webhook-id"], at=clock.now())
        if fault := faults.of_try(heard.tries, platform.traits):
            return faults.answer(fault, platform.traits)
        at_once = planning.take(heard, message, at=clock.now())
    except (WireError, NotAuthentic) as error:
        return _refusal(401, error)
    except (Unanswered, Refused) as error:  # the authorities' keys could not be had: the sender tries again
        return _refusal(503, error)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return _refusal(400, error)
    for act in at_once:
        acting.perform(act, at=clock.now())
    return JsonResponse({"received": heard.message_id})


def _refusal(status: int, error: Exception) -> HttpResponse:
    return HttpResponse(f"{type(error).__name__}: {error}\n", status=status, content_type="text/plain")


@require_safe
def page(request: HttpRequest, code: str, path: str) -> HttpResponse:
    """A synthetic page: https://CODE.example/v/1 of an order is /simulator/CODE/pages/v/1 here."""
    platform = get_object_or_404(SimulatedPlatform, code=code)
    seen = pages.look(platform, pages.asked_for(path, request.META.get("QUERY_STRING", "")))
    return HttpResponse(seen.text, status=seen.status, content_type="text/plain")
