"""How the simulated platforms reach us: over HTTP, as any provider would, each with its own credentials."""

from functools import lru_cache

import httpx

from platforms.client import Client
from platforms.simulator.models import SimulatedPlatform

http = httpx.Client(timeout=10)  # one pool of connections for all of them


def client_of(platform: SimulatedPlatform) -> Client:
    """The client of `platform`, which keeps its token and the authorities' keys from one call to the next."""
    return _client(http, platform.api, platform.client_id, platform.client_secret)


@lru_cache(maxsize=1000)
def _client(http: httpx.Client, api: str, client_id: str, client_secret: str) -> Client:
    return Client(api, client_id, client_secret, http=http)
