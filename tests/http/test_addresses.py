"""
Which addresses plugins may ask by HTTP.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.http.addresses import Allowed, is_public

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "93.184.215.14", "198.17.255.255", "172.32.0.1", "100.128.0.1",
    "2606:4700:4700::1111", "2a00:1450:4001::200e", "64:ff9b::808:808", "2002:808:808::1",
    "::ffff:8.8.8.8",
]  # fmt: skip
INSIDE = [
    # Of IPv4: this network, private, shared, loopback, link-local with the services of clouds,
    # protocols, documentation, benchmarks, multicast, reserved, broadcast.
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "168.63.129.16",
    # Of IPv6: none, loopback, link-local, site-local, unique local, multicast, documentation,
    # Teredo, NAT64 for local use, discard.
    "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "2001:db8::1", "3fff::1", "2001::1", "64:ff9b:1::a00:1", "100::1", "4000::1",
    # And those of IPv4 in them.
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:10.0.0.1", "::127.0.0.1", "::a9fe:a9fe",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet_may_be_asked(address: str) -> None:
    assert is_public(address)
    assert Allowed().admits(address)


@pytest.mark.parametrize("address", INSIDE)
def test_all_others_may_not_whatever_they_embed(address: str) -> None:
    assert not is_public(address)
    assert not Allowed().admits(address)


@given(st.ip_addresses(v=4).map(str), st.sampled_from(["::ffff:", "64:ff9b::", "::ffff:0:", "::"]))
def test_an_embedded_address_is_as_public_as_it_is_itself(address: str, prefix: str) -> None:
    assert is_public(f"{prefix}{address}") == is_public(address)


def test_the_operator_allows_others() -> None:
    allowed = Allowed.read(["10.0.0.0/8", "::1", "127.0.0.1"])
    for address in ("10.9.9.9", "::1", "127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1"):
        assert allowed.admits(address)
        assert allowed.names(address)
    for address in ("127.0.0.2", "192.168.0.1", "::2"):
        assert not allowed.admits(address)
    assert allowed.admits("8.8.8.8")
    assert not allowed.names("8.8.8.8")


@pytest.mark.parametrize("text", ["localhost", "10.0.0.1/8", "10.0.0.0/33", ""])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plugin-http-allow must be an address such as"):
        Allowed.read([text])


def test_what_is_no_address_is_an_error() -> None:
    with pytest.raises(ValueError, match="localhost"):
        is_public("localhost")
