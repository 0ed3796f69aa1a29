"""
Who a request comes from, behind a proxy and without one.
"""

import pytest
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress

from twisted_chat.doors.web.forwarded import Proxies, Visitor

LOOPBACK = IPv4Address("TCP", "127.0.0.1", 1)
ABROAD = IPv4Address("TCP", "192.0.2.1", 1)
UNIX = UNIXAddress("/run/chat.sock")
HEADERS = {
    "host": "internal:7342",
    "x-forwarded-for": "198.51.100.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "chat.example",
}


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        (LOOPBACK, Visitor("127.0.0.1", is_private=True, authority="internal:7342")),
        (ABROAD, Visitor("192.0.2.1", is_private=False, authority="internal:7342")),
        (UNIX, Visitor(None, is_private=True, authority="internal:7342")),
        (None, Visitor(None, is_private=False, authority="internal:7342")),
    ],
)
def test_without_a_trusted_proxy_such_headers_mean_nothing(peer, expected):
    for proxies in (Proxies(), Proxies.read(["203.0.113.9", "2001:db8::/32"])):
        assert proxies.visitor(peer, HEADERS, is_encrypted=False) == expected


@pytest.mark.parametrize(
    ("trusted", "peer"),
    [
        ("127.0.0.1", LOOPBACK),
        ("127.0.0.0/8", LOOPBACK),
        ("127.0.0.1", IPv6Address("TCP", "::ffff:127.0.0.1", 1)),
        ("::1", IPv6Address("TCP", "::1", 1)),
        ("2001:db8::/32", IPv6Address("TCP", "2001:db8:1::2", 1)),
        ("unix", UNIX),
    ],
)
def test_from_a_trusted_proxy_they_say_who_comes(trusted, peer):
    assert Proxies.read([trusted]).visitor(peer, HEADERS, is_encrypted=False) == Visitor(
        "198.51.100.7", is_private=True, authority="chat.example", is_forwarded=True
    )


@pytest.mark.parametrize(
    ("forwarded", "host"),
    [
        ("198.51.100.7", "198.51.100.7"),
        # What a client has sent itself stands before what the proxy adds.
        ("10.0.0.5, 198.51.100.7", "198.51.100.7"),
        ("127.0.0.1, 198.51.100.7", "198.51.100.7"),
        # Another trusted proxy is passed over.
        ("198.51.100.7, 10.0.0.5", "198.51.100.7"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        # Nothing that can be read is the proxy itself.
        ("", "10.0.0.1"),
        ("unknown", "10.0.0.1"),
        ("198.51.100.7, nonsense", "10.0.0.1"),
        ("10.0.0.5", "10.0.0.1"),
    ],
)
def test_the_client_is_the_last_address_that_no_trusted_proxy_has(forwarded, host):
    proxies = Proxies.read(["10.0.0.0/8"])
    peer = IPv4Address("TCP", "10.0.0.1", 1)
    visitor = proxies.visitor(peer, {"x-forwarded-for": forwarded}, is_encrypted=True)
    # Of the way from the client to the proxy, nobody has said that it is encrypted.
    assert visitor == Visitor(host, is_private=False, authority="", is_forwarded=True)


@pytest.mark.parametrize(
    ("scheme", "is_private"),
    [("https", True), ("HTTPS", True), ("http", False), ("", False), ("https, http", False)],
)
def test_behind_a_proxy_it_is_private_if_the_proxy_says_so(scheme, is_private):
    fields = {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": scheme}
    visitor = Proxies.read(["127.0.0.1"]).visitor(LOOPBACK, fields, is_encrypted=False)
    assert visitor.is_private is is_private


def test_without_a_proxy_it_is_private_within_tls():
    assert Proxies().visitor(ABROAD, {}, is_encrypted=True).is_private


@pytest.mark.parametrize("text", ["", "localhost", "10.0.0.0/33", "10.0.0.1/8", "unix:", "*"])
def test_what_is_no_address_is_refused_with_what_would_be_one(text):
    with pytest.raises(ValueError, match="trusted-proxy must be") as refused:
        Proxies.read([text])
    assert str(refused.value) == (
        "trusted-proxy must be an address such as 127.0.0.1, a network such as 10.0.0.0/8, "
        f"or unix, not {text!r}."
    )
