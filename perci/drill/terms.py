"""What a drill is asked to do, checked before anything starts: whose receiver, which page, how long an hour lasts."""

import socket
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple
from urllib.parse import urlsplit

from orders.models import LIMIT_SCALES
from platforms import addresses, connecting, looking
from platforms.addresses import AddressRefused
from platforms.looking import Look

SCALES = tuple(scale for scale, _ in LIMIT_SCALES)
LASTS = {"1": "an hour", "1/60": "a minute", "1/3600": "a second"}
PORTS = {"http": 80, "https": 443}
EXAMPLE = "make drill ENDPOINT=http://localhost:9000"


class WrongUse(Exception):
    """The drill cannot be done like this; the text says what to do."""


@dataclass(frozen=True)
class Terms:
    """One drill. `page` is where the content stands, on loopback; empty: nobody looks."""

    endpoint: str
    page: str = ""
    scale: str = "1/60"
    unbroken: bool = False

    @property
    def lasts(self) -> str:
        """How long the hour takes, in words."""
        return LASTS[self.scale]

    @property
    def speed(self) -> Fraction:
        """Seconds of the hour in a second on the wall."""
        return 1 / Fraction(self.scale)


def agreed(endpoint: str | None, *, page: str | None, scale: str | None, unbroken: bool) -> Terms:
    """The terms as an engineer gave them. Raises WrongUse."""
    if not endpoint:
        raise WrongUse(f"no ENDPOINT: say where your receiver takes webhooks, as in `{EXAMPLE}`.")
    if scale and scale not in SCALES:
        lasting = ", ".join(f"{one} ({LASTS[one]})" for one in SCALES)
        raise WrongUse(f"SCALE is {scale!r}: an hour lasts {lasting}.")
    return Terms(_endpoint(endpoint), _page(page) if page else "", scale or Terms.scale, unbroken)


def _endpoint(text: str) -> str:
    try:
        return connecting.checked(text, sandbox=True)
    except (AddressRefused, ValueError) as refused:
        raise WrongUse(f"ENDPOINT is {text!r}: {refused} As in `{EXAMPLE}`.") from None


def _page(text: str) -> str:
    try:
        return addresses.check_simulated(text)
    except (AddressRefused, ValueError) as refused:
        raise WrongUse(f"PAGE is {text!r}: {refused} Give a page of your own, as http://localhost:9000/v/1.") from None


class Missing(NamedTuple):
    """What must be there and is not yet; `waiting` is what to say meanwhile, `gave_up` when it did not come."""

    waiting: str
    gave_up: str


def missing(terms: Terms) -> Missing | None:
    """What the drill still waits for; None once the receiver listens and the page is there."""
    if not listens(terms.endpoint):
        return Missing(
            f"somebody to listen at {terms.endpoint}",
            f"nobody listens at {terms.endpoint}: start your receiver there, then call the drill again. "
            "None yet? `.venv/bin/python -m platforms.sample_receiver` is one.",
        )
    status = answered(terms.page) if terms.page else 200
    if status is not None and 200 <= status < 300:
        return None
    said = "nothing" if status is None else str(status)
    return Missing(
        f"the page {terms.page} to be there (it answers {said})",
        f"the page {terms.page} answers {said}: what is to be removed must be there first, with 200. "
        "A receiver that removed it in an earlier drill: start it again.",
    )


def listens(endpoint: str) -> bool:
    """Whether somebody takes connections there. Nothing is sent."""
    url = urlsplit(endpoint)
    try:
        socket.create_connection((url.hostname or "", url.port or PORTS[url.scheme]), timeout=2).close()
    except OSError:
        return False
    return True


def answered(page: str) -> int | None:
    """The status of the page, as the probe sees it; None when nothing answers."""
    sights = looking.look([Look(0, page)])
    return sights[0].status if sights else None
