"""The acts of authorities by name, each with the body that gives its arguments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework import serializers

from orders.acts import appealing, clarifying, disclosing, issuing, preparing, preserving, scrutinising, transmitting
from orders.api import arguments
from orders.api.arguments import NoArguments, ReasonBody
from orders.models import RemovalOrder


@dataclass(frozen=True)
class Act:
    """One act: the function, and the body that gives its arguments."""

    perform: Callable[..., RemovalOrder]
    body: type[serializers.Serializer[Any]]


ACTS = {
    "submit": Act(issuing.submit, NoArguments),
    "return_to_draft": Act(issuing.return_to_draft, ReasonBody),
    "approve": Act(issuing.approve, NoArguments),
    "put_on_hold": Act(preparing.put_on_hold, arguments.HoldBody),
    "release_hold": Act(preparing.release_hold, ReasonBody),
    "inform_beforehand": Act(preparing.inform_beforehand, NoArguments),
    "issue": Act(issuing.issue, NoArguments),
    "cancel_before_dispatch": Act(issuing.cancel_before_dispatch, ReasonBody),
    "record_submission": Act(transmitting.record_submission, arguments.SubmissionBody),
    "clarify": Act(clarifying.clarify, arguments.AnswersBody),
    "dispute_ground": Act(clarifying.dispute_ground, ReasonBody),
    "record_grounds_ceased": Act(clarifying.record_grounds_ceased, arguments.RecordedCeasedBody),
    "withdraw": Act(issuing.withdraw, ReasonBody),
    "withhold_disclosure": Act(disclosing.withhold_disclosure, arguments.WithholdingBody),
    "extend_withholding": Act(disclosing.extend_withholding, arguments.WithholdingExtendedBody),
    "allow_disclosure": Act(disclosing.allow_disclosure, NoArguments),
    "extend_preservation": Act(preserving.extend_preservation, arguments.PreservationExtendedBody),
    "record_appeal": Act(appealing.record_appeal, arguments.AppealBody),
    "record_judgment": Act(appealing.record_judgment, arguments.JudgmentBody),
    "declare_final": Act(appealing.declare_final, NoArguments),
}
SCRUTINY_ACTS = {
    "open_scrutiny": Act(scrutinising.open_scrutiny, NoArguments),
    "announce_intent": Act(scrutinising.announce_intent, arguments.ReasonsBody),
    "decide_scrutiny": Act(scrutinising.decide_scrutiny, arguments.DecisionBody),
}
ARGUMENTS = ("ActArguments", "ScrutinyArguments", "CoordinationArguments")  # components, each the body of any act
COORDINATION_ACTS = {name: ACTS[name] for name in ("put_on_hold", "release_hold")}


def name_parameter(acts: Mapping[str, Act]) -> OpenApiParameter:
    """The last part of the address of an act, with the body that each takes."""
    takes = "; ".join(f"{name} takes {_name(act.body)}" for name, act in acts.items() if act.body is not NoArguments)
    return OpenApiParameter("act", str, OpenApiParameter.PATH, enum=list(acts), description=f"{takes}; others nothing.")


def any_arguments(name: str, acts: Mapping[str, Act]) -> PolymorphicProxySerializer:
    """The bodies of `acts` as one component `name`."""
    bodies = dict.fromkeys(act.body for act in acts.values() if act.body is not NoArguments)
    return PolymorphicProxySerializer(name, list(bodies), resource_type_field_name=None)


def several_may_hold(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:  # noqa: ARG001
    """A hook of drf-spectacular: one body can be that of several acts, so that oneOf would refuse what we take."""
    for name, schema in result["components"]["schemas"].items():
        if name.removesuffix("Request") in ARGUMENTS:
            schema["anyOf"] = schema.pop("oneOf")
    return result


def _name(body: type[serializers.Serializer[Any]]) -> str:
    return body.__name__.removesuffix("Body")
