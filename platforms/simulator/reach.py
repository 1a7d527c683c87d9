"""How the simulated platforms reach us: over HTTP, as any provider would, each with its own credentials."""

from functools import lru_cache

import httpx

from platforms.client import Client
from platforms.simulator.models import SimulatedPlatform

http = httpx.Client(timeout=10)  # one pool of connections for all of them


def client_of(platform: SimulatedPlatform) -> Client:
    """The client of `platform`, which keeps its token and the authorities' keys from one call to the next."""
    kind = Careless if platform.traits.careless else Client
    return _client(kind, http, platform.api, platform.client_id, platform.client_secret)


@lru_cache(maxsize=1000)
def _client(kind: type[Client], http: httpx.Client, api: str, client_id: str, client_secret: str) -> Client:
    return kind(api, client_id, client_secret, http=http, patience=0)  # what they plan is tried again by itself


class Careless(Client):
    """Shows a garbled token at first, and every token until it is refused, whenever it ended."""

    _garbled = "not.a.token"

    def _bearer(self) -> str:
        if self._garbled:
            token, self._garbled = self._garbled, ""
            return token
        return self._token or super()._bearer()
