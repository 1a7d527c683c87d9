"""How a transition declares what it is in law: every list of acts, actors and articles is derived from it."""

from typing import Any

from orders.regulation.regions import Actor, OfficerRole

DRAFTER, APPROVER = (OfficerRole.DRAFTER,), (OfficerRole.APPROVER,)
OFFICER = DRAFTER + APPROVER
SCRUTINEER = (OfficerRole.SCRUTINEER,)
COORDINATORS = (*OFFICER, *SCRUTINEER, OfficerRole.COORDINATOR)

ISSUER, PROVIDER, CHANNEL, TIME = Actor.ISSUING_AUTHORITY, Actor.PROVIDER, Actor.CHANNEL, Actor.TIME
HOME = Actor.SCRUTINISING_AUTHORITY
COORDINATING = (ISSUER, Actor.OBJECTING_AUTHORITY, Actor.EUROPOL)


def declared(
    act: str,
    by: Actor | tuple[Actor, ...],
    label: str,
    *,
    article: str = "",
    roles: tuple[OfficerRole, ...] = (),
    machine: bool = False,
) -> dict[str, Any]:
    """What a transition says of itself: its act, who may, its label, its article, the officer's role needed.

    `roles` are asked of officers, not of providers or time. `machine` lets an authority's own system do without a
    named officer.
    """
    actors = by if isinstance(by, tuple) else (by,)
    return {"act": act, "by": actors, "label": label, "article": article, "roles": roles, "machine": machine}
