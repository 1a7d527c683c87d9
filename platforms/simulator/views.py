"""What a simulated platform shows to the outside: where webhooks arrive, and its content."""

import httpx
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from platforms.client import NotAuthentic, Refused
from platforms.simulator import acting, clock, planning, reach
from platforms.simulator.models import SimulatedContent, SimulatedPlatform
from platforms.wire import WireError


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, code: str) -> HttpResponse:
    """Take a message: 200 when its signatures hold, 401 when they do not, 400 for nonsense, 503 when we cannot tell."""
    platform = get_object_or_404(SimulatedPlatform, code=code)
    try:
        message = reach.client_of(platform).receive(request.body, request.headers, platform.webhook_secrets)
        message_id = request.headers["webhook-id"]
        at_once = planning.take(platform, message, message_id=message_id, at=clock.now())
    except (WireError, NotAuthentic) as error:
        return _refusal(401, error)
    except (httpx.HTTPError, Refused) as error:  # the authorities' keys could not be had: the sender tries again
        return _refusal(503, error)
    except (KeyError, TypeError, ValueError) as error:
        return _refusal(400, error)
    for act in at_once:
        acting.perform(act, at=clock.now())
    return JsonResponse({"received": message_id})


def _refusal(status: int, error: Exception) -> HttpResponse:
    return HttpResponse(f"{type(error).__name__}: {error}\n", status=status, content_type="text/plain")


@require_safe
def content(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A synthetic page; 410 once it was taken down."""
    platform = get_object_or_404(SimulatedPlatform, code=code)
    if SimulatedContent.objects.filter(platform=platform, path=request.path).exists():
        return HttpResponse("This content was taken down (synthetic).\n", status=410, content_type="text/plain")
    text = f"Synthetic content number {number} of {platform.name}. It says nothing and stands for nothing.\n"
    return HttpResponse(text, content_type="text/plain")
