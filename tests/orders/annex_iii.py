"""Annex III in short: questions and answers, impossibilities and their ends, and the hours that follow."""

from datetime import timedelta

from orders.acts import answering, clarifying
from tests.factories import T0, by_provider, hours, impossible, officer, unclear

MINUTE = timedelta(minutes=1)


def clocks(order):
    """(ground, start, end, verdict) of each hour, oldest first; times are counted from T0."""
    return [(clock.ground, clock.starts_at - T0, clock.due_at - T0, clock.verdict) for clock in hours(order)]


def ask(order, *, at, items=()):
    return answering.seek_clarification(order=order, annex=unclear(items=items), by=by_provider(order), at=at)


def clarify(order, *, at):
    questions = clarifying.open_questions(order)
    answers = {question.number: "The second video, 00:40 to 02:10." for question in questions}
    return clarifying.clarify(order=order, answers=answers, by=officer("anna", order.issuing_authority), at=at)


def fail(order, *, since, at):
    annex = impossible(since=since)
    return answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=at)


def cease(order, *, ceased_at, at, items=(), **more):
    by = by_provider(order)
    return answering.report_grounds_ceased(order=order, items=items, ceased_at=ceased_at, by=by, at=at, **more)
