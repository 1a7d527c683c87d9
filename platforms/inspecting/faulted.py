"""Which faults met which line of the list: a message at one try, a request while it was answered."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from orders.models import Attempt
from platforms.models import Connection, Exchange, FaultUse


def of_attempts(connection: Connection, attempts: Sequence[Attempt]) -> dict[int, list[str]]:
    """The faults by attempt: each met the first attempt that began after it was taken."""
    messages = {row.message_id: row.message.message_id for row in attempts}
    uses = _uses(connection, messages.values())
    tries = Attempt.objects.filter(message__in=messages, message__message_id__in=uses).order_by("started_at", "number")
    found: dict[int, list[str]] = defaultdict(list)
    for message, used in uses.items():
        began = [one for one in tries if messages[one.message_id] == message]
        for use in used:
            key = next((one.pk for one in began if one.started_at >= use.at), None)
            if key is not None:
                found[key].append(use.name)
    return found


def of_requests(connection: Connection, requests: Sequence[Exchange]) -> dict[int, list[str]]:
    """The faults by request: taken between its arrival and our answer."""
    named = {row.pk: f"{row.method} {row.path}"[:300] for row in requests}
    uses = _uses(connection, named.values())
    return {
        row.pk: [use.name for use in uses.get(named[row.pk], []) if row.arrived_at <= use.at <= row.answered_at]
        for row in requests
    }


def _uses(connection: Connection, met: Iterable[str]) -> dict[str, list[FaultUse]]:
    found: dict[str, list[FaultUse]] = defaultdict(list)
    for use in connection.fault_uses.filter(met__in=list(met)).order_by("at", "pk"):
        found[use.met].append(use)
    return found
