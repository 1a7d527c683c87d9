"""What the record holds."""

from orders.models.append_only import AppendOnly, AppendOnlyError
from orders.models.content_item import ContentItem, Ground
from orders.models.coordination import InvestigatingBody, InvestigationInterest
from orders.models.documents import Document, DocumentKind, TrustService
from orders.models.dossier import Deadline, Dossier, LedgerEntry, OutboxMessage, ReferenceCounter
from orders.models.exports import ExportJob
from orders.models.parties import AuthorityKey, CompetentAuthority, HostingServiceProvider
from orders.models.people import Application, Membership, User
from orders.models.pulse import Heartbeat, beat
from orders.models.removal_order import LIMIT_SCALES, RemovalOrder
from orders.models.scrutiny import Scrutiny, ScrutinyRequest
from orders.models.seal import Checkpoint, LedgerKey, TreeLeaf, TreeNode
from orders.models.transmission import Attempt, Exhibit, Observation, Receipt, keep, tried

__all__ = [
    "LIMIT_SCALES",
    "AppendOnly",
    "AppendOnlyError",
    "Application",
    "Attempt",
    "AuthorityKey",
    "Checkpoint",
    "CompetentAuthority",
    "ContentItem",
    "Deadline",
    "Document",
    "DocumentKind",
    "Dossier",
    "Exhibit",
    "ExportJob",
    "Ground",
    "Heartbeat",
    "HostingServiceProvider",
    "InvestigatingBody",
    "InvestigationInterest",
    "LedgerEntry",
    "LedgerKey",
    "Membership",
    "Observation",
    "OutboxMessage",
    "Receipt",
    "ReferenceCounter",
    "RemovalOrder",
    "Scrutiny",
    "ScrutinyRequest",
    "TreeLeaf",
    "TreeNode",
    "TrustService",
    "User",
    "beat",
    "keep",
    "tried",
]
