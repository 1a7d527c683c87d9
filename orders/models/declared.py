"""How a transition declares what it is in law: every list of acts, actors and articles is derived from it."""

from typing import Any

from orders.regulation.regions import Actor, OfficerRole

DRAFTER, APPROVER = (OfficerRole.DRAFTER,), (OfficerRole.APPROVER,)
OFFICER = DRAFTER + APPROVER


def declared(
    act: str,
    by: Actor,
    label: str,
    *,
    article: str = "",
    roles: tuple[OfficerRole, ...] = (),
    machine: bool = False,
) -> dict[str, Any]:
    """What a transition says of itself: its act, who may, its label, its article, the officer's role needed.

    `machine` lets an authority's own system do without a named officer; without it, `roles` are those of a person.
    """
    return {"act": act, "by": by, "label": label, "article": article, "roles": roles, "machine": machine}
