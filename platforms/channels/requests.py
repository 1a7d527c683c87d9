"""One try to hand a message to one channel, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

TIME_LIMIT = 15.0  # seconds for one try, from looking up the name to the end of the answer

ACCEPTED, TIMEOUT, UNREACHABLE, BROKEN_OFF, BLOCKED = "accepted", "timeout", "unreachable", "broken_off", "blocked"
REDIRECTED, REFUSED, FAILED = "redirected", "refused", "failed"
NOT_SENT = "not_sent"  # a fault of ours: nothing left this system
NOT_KNOWN = "not_known"  # whoever made it ended before it could say what came of it
NOT_BEGUN = "not_begun"  # its lease was about to end: somebody else takes it up, and nothing is recorded
# The provider's first channel needs something that is not there, or somebody who comes: the message waits.
NO_ENDPOINT, NO_PEOPLE, TO_BE_FETCHED = WAITING = ("no_endpoint", "no_people", "to_be_fetched")


@dataclass(frozen=True)
class Request:
    """One try. `lane` is whom it is for: what waits for one lane does not wait for another.

    `url` is the address: of the endpoint, of the mailbox; `body` the exact bytes. It is over before `not_after`, when
    the lease of the message ends, so that nobody sends it beside us.
    """

    message_id: str
    lane: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    sandbox: bool
    channel: str = "webhook"
    media_type: str = "application/json"
    not_after: datetime | None = None
    fault: str = ""  # that a sandbox connection asked for
    fault_seconds: int = 0

    def time_limit(self, at: datetime) -> float:
        """Seconds that a try begun at `at` may take; none are left when this is not above zero."""
        left = TIME_LIMIT if self.not_after is None else (self.not_after - at).total_seconds()
        return min(TIME_LIMIT, left)


@dataclass(frozen=True)
class Outcome:
    """What came of one try: the first 64 KB of the answer, and both instants as taken at the socket.

    `word` is accepted (2xx, or the mail server's 250), redirected, refused (4xx, or a mail server's 5xx), failed (any
    other answer), timeout, unreachable, broken_off, blocked, not_sent or not_known; `problem` says more
    where no answer came.
    """

    request: Request
    word: str
    started_at: datetime
    ended_at: datetime
    status: int | None = None
    answer: bytes = b""
    problem: str = ""
    retry_after: timedelta | None = None
