"""
Addresses as users write them.
"""

import pytest

from twisted_chat.client.errors import UsageError
from twisted_chat.client.net.address import Address, parse


@pytest.mark.parametrize(
    ("text", "port", "address"),
    [
        ("chat.example", "", Address("chat", "chat.example", 7342)),
        ("chat.example", "23", Address("chat", "chat.example", 23)),
        ("chat.example:23", "", Address("chat", "chat.example", 23)),
        ("::1", "", Address("chat", "::1", 7342)),
        ("[::1]:23", "", Address("chat", "::1", 23)),
        ("ada@chat.example", "", Address("chat", "chat.example", 7342, "ada")),
        ("chats://%D0%96@chat.example", "", Address("chats", "chat.example", 7342, "Ж")),
        ("wss://chat.example", "", Address("wss", "chat.example", 443)),
        ("ws://chat.example:8080/w?x=1", "", Address("ws", "chat.example", 8080, "", "/w?x=1")),
    ],
)
def test_an_address_is_read(text: str, port: str, address: Address) -> None:
    assert parse(text, port) == address


@pytest.mark.parametrize(
    ("text", "port", "sentence"),
    [
        ("http://chat.example", "", "http:// is not known"),
        ("chat://", "", "it has no host"),
        ("chat.example:x", "", "its port must be 1 to 65535"),
        ("chat.example", "70000", "70000 is not a port"),
        ("chat.example", "0", "0 is not a port"),
        ("chat.example:0", "", "0 is not a port"),
        ("chat.example:1", "2", "has a port already; leave out 2"),
        ("a..b", "", "no host can be called so"),
        (f"chat://{'x' * 300}", "", "^chat://x{73}\\.\\.\\. is not an address"),
        ("chat://chat.example/room", "", "chat:// has no path; leave out /room"),
        ("chats://ada:secret@chat.example", "", "^chats://chat.example: an address may not hold"),
    ],
)
def test_what_is_no_address_is_refused(text: str, port: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        parse(text, port)


def test_an_address_is_shown_as_it_can_be_typed() -> None:
    assert str(parse("::1")) == "chat://[::1]:7342"
    assert str(parse("wss://x.example")) == "wss://x.example:443/ws"
    assert parse("wss://x.example").is_encrypted
    assert not parse("ws://x.example").is_encrypted
    assert parse("ws://x.example").is_websocket
