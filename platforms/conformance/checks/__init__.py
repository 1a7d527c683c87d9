"""All checks, in the order of the report."""

from platforms.conformance.checks import answering, authorship, following, hours, receiving, signatures
from platforms.conformance.judging import Check

GROUPS: dict[str, tuple[Check, ...]] = {
    "The webhook's signature": signatures.CHECKS,
    "Whose order it is": authorship.CHECKS,
    "Receiving": receiving.CHECKS,
    "The hour": hours.CHECKS,
    "Answering": answering.CHECKS,
    "What follows": following.CHECKS,
}
CHECKS = tuple(check for group in GROUPS.values() for check in group)
