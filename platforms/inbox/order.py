"""One order in the box: what is to be done until when, where it is answered, and what was recorded of an answer."""

from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders import clock, deadlines
from orders.acts import consulting, preview, transmitting
from orders.evidence.documents import shelf
from orders.models import RemovalOrder
from orders.portal.states import EXECUTIONS, VERDICTS, Badge
from orders.portal.wording import FLAGS
from orders.regulation.annexes import AUTHORITY_TYPES, CATEGORIES
from orders.regulation.limits import Verdict
from orders.regulation.regions import Execution
from platforms.channels import inbox
from platforms.inbox import standing
from platforms.inbox.access import by_staff, may_answer, order_page
from platforms.inbox.answer_form import AnswerForm
from platforms.inbox.answering import FORMS
from platforms.inbox.local_times import both, zone_of
from platforms.inbox.standing import Standing
from platforms.inspecting import twins
from platforms.models import Submission


class Told(NamedTuple):
    """What became of one item by an answer, at that time."""

    number: int
    badge: Badge
    verdict: Badge | None
    due: str


class Recorded(NamedTuple):
    """An answer that was recorded, as it was answered then."""

    id: str
    at: str
    reason: str
    flags: list[str]
    items: list[Told]


@require_safe
@never_cache
@order_page
def show(request: HttpRequest, order: RemovalOrder) -> HttpResponse:
    """The page of one order. Whoever reads it has received it."""
    at, provider = clock.now(), order.provider
    if request.method == "GET":
        transmitting.prove_receipt(order=order, rule="order_read", channel="inbox", at=at)
        order = standing.orders_of(provider).get(pk=order.pk)  # read afresh: the receipt may have started the hour
        consulting.consult(order=order, by=by_staff(request, provider), at=at)
    stands, answers = standing.of(order, at=at), may_answer(request, provider)
    hour = deadlines.hours(order.dossier).first()
    context = {
        "order": order,
        "now": at,
        "standing": stands,
        "received": both(order.received_at, zone_of(provider)),
        "hour": hour,
        "due": both(hour.due_at, zone_of(provider)) if hour else "",
        "recorded": _recorded(order, request.GET.get("answer", "")),
        "answers": _open_forms(stands) if answers else [],
        "others": _closed_annexes(stands) if answers else [],
        "messages_of": inbox.placed(provider).filter(dossier=order.dossier_id),
        "documents": shelf.shelf(order),
        **_annex(order, at),
    }
    return render(request, "inbox/order.html", context)


def _open_forms(stands: Standing) -> list[type[AnswerForm]]:
    """The forms of the acts that are open to the provider now, each once, in the order of FORMS."""
    kinds = {twins.PATHS[one.act] for one in stands.open}
    return [form for kind, form in FORMS.items() if kind in kinds]


def _closed_annexes(stands: Standing) -> list[type[AnswerForm]]:
    """The forms of the Regulation while their acts are not open: a statement is recorded all the same."""
    opened = _open_forms(stands)
    return [form for form in FORMS.values() if not form.simulated and form not in opened]


def _recorded(order: RemovalOrder, key: str) -> Recorded | None:
    kept = Submission.objects.filter(provider=order.provider, reference=order.reference, idempotency_key=key).first()
    if kept is None:
        return None
    said, zone = kept.answer, zone_of(order.provider)

    def told(item: dict[str, Any]) -> Told:
        verdict = VERDICTS[Verdict(item["verdict"])] if item["verdict"] else None
        due = both(parse_datetime(item["due_at"]), zone) if item["due_at"] else ""
        return Told(item["item"], EXECUTIONS[Execution(item["execution"])], verdict, due)

    return Recorded(
        said["id"],
        both(parse_datetime(said["recorded_at"]), zone),
        said["reason"],
        [FLAGS.get(flag, flag.replace("_", " ")) for flag in said["flags"]],
        [told(item) for item in said["items"]],
    )


def _annex(order: RemovalOrder, at: datetime) -> dict[str, Any]:
    annex = preview.annex_i(order, at=at)
    return {
        "annex": annex,
        "categories": [(name, CATEGORIES.get(name, "")) for name in annex["categories"]],
        "authority_type": AUTHORITY_TYPES.get(annex["issuing_authority"]["type"], ""),
    }
