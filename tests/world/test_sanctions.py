"""
Sanctions: whom a ban or a mute hits.
"""

import pytest
from shared_actions import server

from twisted_chat.errors import NotAllowed
from twisted_chat.world.sanctions import read_mask

pytestmark = pytest.mark.usefixtures("utc")


@pytest.mark.parametrize(
    ("typed", "mask", "hit", "spared"),
    [
        ("198.51.100.7", "198.51.100.7/32", ["198.51.100.7"], ["198.51.100.8"]),
        ("::ffff:198.51.100.7", "198.51.100.7/32", ["198.51.100.7"], ["198.51.100.8"]),
        ("198.51.100.7/24", "198.51.100.0/24", ["198.51.100.9"], ["198.51.101.1"]),
        ("::ffff:198.51.100.0/120", "198.51.100.0/24", ["198.51.100.9"], ["198.51.101.1"]),
        ("2001:db8::7", "2001:db8::/64", ["2001:db8::/64"], ["2001:db8:0:1::/64"]),
        ("2001:db8::7/128", "2001:db8::/64", ["2001:db8::/64"], ["2001:db8:0:1::/64"]),
        ("2001:db8::/48", "2001:db8::/48", ["2001:db8:0:1::/64"], ["2001:db8:1::/64"]),
        ("10.0.0.0/8", "10.0.0.0/8", ["10.255.0.1"], ["11.0.0.1", "::ffff:0:0/64", "peer"]),
    ],
)
def test_an_address_means_its_network(
    typed: str, mask: str, hit: list[str], spared: list[str]
) -> None:
    chat, oscar, _ = server()
    assert read_mask(typed).text == mask
    oscar.types(f"/serverban {typed} 1d")
    for host in hit:
        with pytest.raises(NotAllowed):
            chat.hub.connections.check_host(host)
    for host in spared:
        chat.hub.connections.check_host(host)
    oscar.types(f"/serverunban {typed}")
    chat.hub.connections.check_host(hit[0])
