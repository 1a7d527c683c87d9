"""A person at the provider answers an order: the form out, and what it says through the same act as by the API."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.exceptions import ValidationError

from orders import canonical
from orders.acts import transmitting
from orders.acts.refusals import Refusal
from orders.api.problems import Problem
from orders.models import RemovalOrder, User
from platforms.api import statements, submissions
from platforms.api.arrival import arrived_at
from platforms.inbox.access import by_staff, may_answer, order_page, sent_to
from platforms.inbox.answer_annexes import AnnexIIForm, AnnexIIIForm
from platforms.inbox.answer_form import AnswerForm
from platforms.inbox.answer_statements import (
    AcknowledgementForm,
    GroundsCeasedForm,
    InformationForm,
    PreservationForm,
    ReinstatementForm,
    ScrutinyForm,
)

OF_ANSWERS: tuple[type[AnswerForm], ...] = (
    AnnexIIForm,
    AnnexIIIForm,
    GroundsCeasedForm,
    AcknowledgementForm,
    ReinstatementForm,
    InformationForm,
    PreservationForm,
    ScrutinyForm,
)
FORMS = {form.kind: form for form in OF_ANSWERS}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@order_page
def answer(request: HttpRequest, order: RemovalOrder, kind: str) -> HttpResponse:
    """The form of one kind of answer; posted, it is recorded once, as of the arrival of the request."""
    if not may_answer(request, order.provider):
        raise PermissionDenied("Answering an order needs the role platform agent or platform engineer.")
    if kind not in FORMS:
        raise Http404(f"There is no answer {kind}.")
    if request.method == "POST":
        return _posted(request, order, kind)
    if request.method == "GET":  # asking for the headers alone reads nothing
        transmitting.prove_receipt(order=order, rule="order_read", channel="inbox", at=arrived_at(request))
        order = sent_to(order.provider).get(pk=order.pk)  # read afresh: the receipt may have started the hour
    return _page(request, order, _form(request, order, kind))


def _form(request: HttpRequest, order: RemovalOrder, kind: str, data: Any = None) -> AnswerForm:
    assert isinstance(request.user, User)
    return FORMS[kind](data, order=order, person=request.user, at=arrived_at(request))


def _posted(request: HttpRequest, order: RemovalOrder, kind: str) -> HttpResponse:
    form = _form(request, order, kind, request.POST)
    if form.is_valid():
        try:
            _record(request, order, form)
        except (Refusal, Problem, ValidationError) as refused:
            form.refuse(refused)
        else:
            recorded = urlencode({"answer": form.cleaned_data["key"]})
            return redirect(f"{reverse('inbox:order', args=[order.reference])}?{recorded}")
    return _page(request, order, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _record(request: HttpRequest, order: RemovalOrder, form: AnswerForm) -> None:
    """The bytes that are kept are the JSON that a machine would send. Nothing is signed: the person signed in.

    The key of the form makes a second click the same answer.
    """
    body = canonical.json_bytes(form.body())
    ask = submissions.asking(request.path, body, form.cleaned_data["key"], arrived_at(request))
    statements.record(form.kind, json.loads(body), ask=ask, order=order, by=by_staff(request, order.provider))


def _page(request: HttpRequest, order: RemovalOrder, form: AnswerForm, status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, "inbox/answer.html", {"order": order, "form": form}, status=status)
