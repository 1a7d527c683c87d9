"""Callback URLs are hostile input: every class of address that must not be called, however it is spelt."""

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from platforms import addresses
from platforms.addresses import AddressRefused

NEVER = {  # not even from the sandbox
    "the metadata service of a cloud": ["169.254.169.254", "[fd00:ec2::254]", "100.100.100.200"],
    "an IPv4 address in IPv6 form": [
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:8.8.8.8]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        "[2001::1]",
    ],
    "a link-local address": ["169.254.0.1", "[fe80::1]"],
    "a multicast address": ["224.0.0.1", "239.255.255.250", "[ff02::1]"],
    "a reserved address": ["192.0.0.8", "192.88.99.1", "[3fff::1]"],
    "no public address": [
        "0.0.0.0", "100.64.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1", "255.255.255.255", "[::]", "[fec0::1]",
        "[2001:db8::1]", "[::7f00:1]", "[5f00::1]",
    ],
}  # fmt: skip
SANDBOX = {
    "a loopback address": ["127.0.0.1", "127.255.255.254", "[::1]"],
    "a private address": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "[fd12::1]"],
}
SPELLINGS = [
    "2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "①②⑦.0.0.1", "127.0.0.1.", "%31%32%37.0.0.1",
    "127。0。0。1", "[0:0:0:0:0:0:0:1]",
]  # fmt: skip


def cases(table):
    return [(host, kind) for kind, hosts in table.items() for host in hosts]


def refusal(url, *, sandbox=False):
    with pytest.raises(AddressRefused) as refused:
        addresses.check(url, sandbox=sandbox)
    return str(refused.value)


@pytest.mark.parametrize("sandbox", [False, True])
@pytest.mark.parametrize(("host", "kind"), cases(NEVER))
def test_what_no_connection_may_use_is_refused_with_its_kind(host, kind, sandbox):
    assert f" is {kind} (" in refusal(f"https://{host}/hook", sandbox=sandbox)


@pytest.mark.parametrize(("host", "kind"), cases(SANDBOX))
def test_loopback_and_private_addresses_are_for_the_sandbox_alone(host, kind):
    assert f" is {kind} (" in refusal(f"https://{host}/hook")
    assert addresses.check(f"https://{host}/hook", sandbox=True) == f"https://{host}/hook"


def test_in_production_the_sandbox_flag_opens_nothing(settings):
    settings.ALLOW_SANDBOX_ADDRESSES = False
    assert refusal("http://127.0.0.1/", sandbox=True) == (
        "127.0.0.1 is a loopback address (127.0.0.1): an endpoint must have a public address."
    )


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_loopback_address_is_known_in_every_spelling(host):
    assert "is a loopback address" in refusal(f"http://{host}:8080/")


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]"])
def test_a_public_address_passes(host):
    assert addresses.check(f"https://{host}:8443/hook?key=1#part", sandbox=False) == f"https://{host}:8443/hook?key=1"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://user@8.8.8.8/", "user name or password"),
        ("https://:secret@8.8.8.8/", "user name or password"),
        ("https://8.8.8.8:80@127.0.0.1/", "user name or password"),
        ("https://8.8.8.8\\@127.0.0.1/", ""),
        ("ftp://8.8.8.8/", "beginning with ftp:"),
        ("file:///etc/passwd", "beginning with file:"),
        ("gopher://8.8.8.8/", "beginning with gopher:"),
        ("8.8.8.8/hook", "not a URL"),
        ("https://[::1%25lo]/", "not a URL"),
        ("https://8.8.8.8:99999/", "not a URL"),
        ("https://8.8.8.8:0/", "Nothing is ever reached at port 0"),
        ("https://", "not a URL"),
        ("", "not a URL"),
    ],
)
def test_what_is_no_plain_web_address_is_refused_with_a_sentence(url, sentence):
    if sentence:
        assert sentence in refusal(url)
    else:  # to a browser a backslash ends the host
        assert URL(addresses.check(url, sandbox=False)).host == "8.8.8.8"


def test_a_name_is_judged_by_every_address_behind_it():
    assert "localhost is a loopback address" in refusal("http://localhost:8001/hook")
    assert addresses.check("http://localhost:8001/hook", sandbox=True) == "http://localhost:8001/hook"


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 70 + ".example"])
def test_a_name_that_does_not_resolve_is_refused(host):
    assert "does not resolve" in refusal(f"https://{host}/")


def resolve(answers, *, sandbox=False):
    """What the resolver connects to when the DNS answers `answers`, one list per question."""
    questions = iter(answers)

    async def lookup(host, port):
        return next(questions)

    async def once():
        resolver = addresses.Resolver(sandbox=sandbox, lookup=lookup)
        return [result["host"] for result in await resolver.resolve("hosting.example", 443)]

    return asyncio.run(once())


def test_a_dns_answer_that_changed_after_registration_is_judged_again():
    with pytest.raises(AddressRefused, match=r"hosting.example is a loopback address \(127.0.0.1\)"):
        resolve([["127.0.0.1"]])


def test_one_bad_address_among_good_ones_refuses_the_name():
    with pytest.raises(AddressRefused, match="metadata"):
        resolve([["8.8.8.8", "169.254.169.254"]])


def test_what_was_checked_is_what_is_connected_to_and_nobody_asks_again():
    assert resolve([["8.8.8.8", "2606:4700::1111"], ["127.0.0.1"]]) == ["8.8.8.8", "2606:4700::1111"]


def test_the_system_resolver_gives_bare_addresses():
    assert set(asyncio.run(addresses.lookup("localhost", 80))) <= {"127.0.0.1", "::1"}
    with pytest.raises(OSError):
        asyncio.run(addresses.lookup("a" * 70 + ".example", 80))


@given(st.integers(0, 2**32 - 1))
def test_every_ipv4_address_is_judged_alike_in_decimal_and_in_dotted_form(number):
    dotted = socket.inet_ntoa(number.to_bytes(4, "big"))

    def judged(host):
        try:
            return addresses.check(f"http://{host}/", sandbox=False)
        except AddressRefused as refused:
            return str(refused)

    assert judged(number) == judged(dotted)


@given(st.text(max_size=30))
def test_any_text_is_a_url_or_is_refused_and_what_is_called_is_what_was_judged(text):
    try:
        url = addresses.admit(f"http://{text}", sandbox=False)
    except AddressRefused:
        return
    assert URL(url.href, encoded=True).raw_host == url.hostname.strip("[]")
