"""The acts of the issuing authority by name, each with the body that gives its arguments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from orders.acts import clarifying, issuing
from orders.acts.refusals import Invalid
from orders.models import RemovalOrder


class NoArguments(serializers.Serializer[Any]):
    """An act that takes nothing but the order."""


class ReasonBody(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=2000)


class AnswersBody(serializers.Serializer[Any]):
    """An answer to every open question, by its number."""

    answers = serializers.DictField(
        child=serializers.CharField(max_length=10_000),
        allow_empty=False,
        help_text='such as {"1": "The second video."}',
    )

    def validate_answers(self, answers: dict[str, str]) -> dict[int, str]:
        numbered = {}
        for key, answer in answers.items():
            if not (key.isascii() and key.isdigit() and len(key) < 6):
                raise Invalid("Name each answer by the number of its question.", pointer="/answers", got=key)
            numbered[int(key)] = answer
        return numbered


@dataclass(frozen=True)
class Act:
    """One act: the function, and the body that gives its arguments."""

    perform: Callable[..., RemovalOrder]
    body: type[serializers.Serializer[Any]]


ACTS = {
    "submit": Act(issuing.submit, NoArguments),
    "return_to_draft": Act(issuing.return_to_draft, ReasonBody),
    "approve": Act(issuing.approve, NoArguments),
    "issue": Act(issuing.issue, NoArguments),
    "cancel_before_dispatch": Act(issuing.cancel_before_dispatch, ReasonBody),
    "clarify": Act(clarifying.clarify, AnswersBody),
    "withdraw": Act(issuing.withdraw, ReasonBody),
}
