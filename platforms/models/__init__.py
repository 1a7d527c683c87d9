"""How one provider is reached and recognised, and what it answered."""

from platforms.models.answers import AnswerKey, SignedRequest, Submission
from platforms.models.conformance import ConformanceProbe, ConformanceRun, ConformanceStory
from platforms.models.connection import Channel, Connection, WebhookSecret
from platforms.models.delivery import Opening, Resending, SecondChannel, StreamEntry
from platforms.models.sandbox import Exchange, Fault, FaultUse, ScriptStep, Tenant
from platforms.models.watch import Watch

__all__ = [
    "AnswerKey",
    "Channel",
    "ConformanceProbe",
    "ConformanceRun",
    "ConformanceStory",
    "Connection",
    "Exchange",
    "Fault",
    "FaultUse",
    "Opening",
    "Resending",
    "ScriptStep",
    "SecondChannel",
    "SignedRequest",
    "StreamEntry",
    "Submission",
    "Tenant",
    "Watch",
    "WebhookSecret",
]
