"""Callback URLs are hostile input: which address may be connected to, decided on the address itself and once."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import ada_url
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int], Awaitable[list[str]]]

LOOPBACK, PRIVATE = SANDBOX = ("a loopback address", "a private address")
# The first network that holds an address names it; what none holds must be global unicast.
_KINDS = [
    (ip_network(network), kind)
    for kind, networks in {
        "the metadata service of a cloud": "169.254.169.254 fd00:ec2::254 100.100.100.200 192.0.0.192",
        "an IPv4 address in IPv6 form": "::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 2002::/16 2001::/32",
        LOOPBACK: "127.0.0.0/8 ::1",
        PRIVATE: "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7",
        "a link-local address": "169.254.0.0/16 fe80::/10",
        "a multicast address": "224.0.0.0/4 ff00::/8",
        "a reserved address": "192.0.0.0/24 192.88.99.0/24 3fff::/20",
    }.items()
    for network in networks.split()
]
_GLOBAL_UNICAST = IPv6Network("2000::/3")


class AddressRefused(Exception):
    """An address that is not connected to; the text is a sentence for the provider's engineer."""


def check(text: str, *, sandbox: bool) -> str:
    """The callback URL in its plain form, when every address behind it may be connected to now.

    For the moment an endpoint is registered; when it is called, `admit` and `Resolver` decide again. `sandbox` allows
    loopback and private addresses, where the settings allow that at all. Raises AddressRefused.
    """
    url = admit(text, sandbox=sandbox)
    for address in literal(url.hostname) or _looked_up(url.hostname):
        permit(address, url.hostname, sandbox=sandbox)
    return str(url.href)


def check_simulated(text: str) -> str:
    """The address of a simulated page in its plain form, when all that is behind it is loopback or private.

    Raises AddressRefused.
    """
    url = admit(text, sandbox=True)
    for address in literal(url.hostname) or _looked_up(url.hostname):
        permit(address, url.hostname, sandbox=True)
        refuse_public(address, url.hostname)
    return str(url.href)


def admit(text: str, *, sandbox: bool) -> ada_url.URL:
    """The callback URL as a browser reads it, so that odd spellings of an address become the address; asks no DNS.

    Raises AddressRefused when it is not a URL, for another scheme than http(s), for userinfo, or when its host is an
    address that must not be connected to (aiohttp asks no resolver then).
    """
    try:
        url = ada_url.URL(text.strip())
    except ValueError:
        raise AddressRefused("This is not a URL: give the whole address, beginning with https://.") from None
    if url.protocol not in ("http:", "https:"):
        raise AddressRefused(f"An endpoint beginning with {url.protocol} cannot be called: use https.")
    if url.username or url.password:
        raise AddressRefused(
            "The endpoint carries a user name or password: leave it out, the signature says who calls."
        )
    if url.port == "0":
        raise AddressRefused("Nothing is ever reached at port 0: give the port that your endpoint listens on.")
    for address in literal(url.hostname):
        permit(address, url.hostname, sandbox=sandbox)
    url.hash = ""
    return url


def permit(address: str, host: str, *, sandbox: bool) -> None:
    """Raise AddressRefused when `address`, which `host` stands for, must not be connected to."""
    kind = kind_of(address)
    if not kind or (kind in SANDBOX and sandbox and settings.ALLOW_SANDBOX_ADDRESSES):
        return
    hint = " Only a sandbox connection may use it." if kind in SANDBOX and settings.ALLOW_SANDBOX_ADDRESSES else ""
    raise AddressRefused(f"{host} is {kind} ({address}): an endpoint must have a public address.{hint}")


def refuse_public(address: str, host: str) -> None:
    """Raise AddressRefused when `address`, which `host` stands for, may be somebody's real page."""
    if kind_of(address) not in SANDBOX:
        raise AddressRefused(f"{host} is {address}: the probe looks at simulated pages alone, on loopback.")


def kind_of(address: str) -> str:
    """What kind of special address this is, or "" for a public one."""
    ip = ip_address(address)
    for network, kind in _KINDS:
        if ip in network:
            return kind
    public = ip.is_global and (ip.version == 4 or ip in _GLOBAL_UNICAST)
    return "" if public else "no public address"


def literal(host: str) -> list[str]:
    """The address when `host` is one, else nothing."""
    try:
        return [str(ip_address(host.strip("[]")))]
    except ValueError:
        return []


def _looked_up(host: str) -> list[str]:
    try:
        return _addresses(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError):  # a label of more than 63 letters is no OSError
        raise AddressRefused(f"{host} does not resolve to an address: check the name.") from None


def _addresses(found: Iterable[tuple[object, ...]]) -> list[str]:
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))  # type: ignore[index]


async def lookup(host: str, port: int) -> list[str]:
    """The addresses of `host` by the system's resolver. Raises OSError."""
    try:
        return _addresses(await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except UnicodeError as error:
        raise OSError(str(error)) from None


class Resolver(AbstractResolver):
    """Resolves once, checks every address, and hands on those very addresses to connect to.

    A name is asked for once per connection: what the DNS answers a moment later is of no interest to anybody.
    """

    def __init__(self, *, sandbox: bool, lookup: Lookup = lookup) -> None:
        self.sandbox, self.lookup = sandbox, lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self.lookup(host, port)
        for address in found:
            permit(address, host, sandbox=self.sandbox)
        return [_result(host, port, address) for address in found]

    async def close(self) -> None:
        """Nothing is held open."""


def _result(host: str, port: int, address: str) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    flags = socket.AI_NUMERICHOST  # it is an address already: nobody asks the DNS again
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=flags)
