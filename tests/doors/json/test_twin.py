"""
The door of values is the twin of this one: what it gives a program is what JSON holds.
"""

import json
from typing import Any

import pytest
from attrs import define
from shared_json import Bot, Programs

from twisted_chat.doors.json.dialect import encode
from twisted_chat.testing import Chat, Program

SCRIPTS = (
    ("hello", "two  words", "/me waves", "/say /topic"),
    ("/join den", "tea", "/leave", "/join lobby"),
    ("/msg bob psst", "bob> /reply what?", "/msg nobody hi"),
    ("/topic tea", "/topic", "/topic -"),
    ("hi", "/edit 3 ho", "/react 3 +1", "/pin 3", "/pins", "/delete 3", "/history 5 joins"),
    ("/away lunch", "bob> /whois alice", "bob> /who", "/back", "/whois alice"),
    ("/nick eve", "/rooms", "/who", "/modes", "/slow 10s", "hi", "again", "/slow off"),
    ("/ignore bob", "bob> boo", "/set", "/set bell on", "/unignore bob", "/settings"),
    ("/kick bob spam", "bob> hello?", "/ban bob 1d tea", "/bans", "bob> /join lobby"),
    ("/search tea", "/more", "/stats", "/sessions", "/devices", "/help", "/help join", "/jion"),
    ("bob> /quit so long", "/announce tea"),
)
# What differs by the moment, or by the connection.
_VARYING = ("id", "up", "idle", "online", "since", "hosts", "connections")


@define(eq=False)
class Pair:
    """
    Alice and bob, both by one door.
    """

    chat: Chat
    alice: Any
    bob: Any

    def types(self, line: str) -> list[Any]:
        who, text = (self.bob, line[4:].strip()) if line.startswith("bob>") else (self.alice, line)
        if isinstance(who, Bot):
            who.asks_nothing(text)
        else:
            who.types(text)
        return [each for reader in (self.alice, self.bob) for each in self.reads(reader)]

    @staticmethod
    def reads(reader: Any) -> list[Any]:
        if isinstance(reader, Program):
            return [json.loads(encode(value)) for value in reader.reads()]
        return [each for each in reader.reads() if each.get("event") != "hello"]


def steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: steady(each) for key, each in value.items() if key not in _VARYING}
    return [steady(each) for each in value] if isinstance(value, list) else value


def pair(*, by_values: bool) -> Pair:
    here = Programs()
    come = here.chat.program if by_values else here.arrive
    alice, bob = come("alice"), come("bob")
    here.chat.hub.find_user("alice").roles.add("operator")
    made = Pair(here.chat, alice, bob)
    for each in (alice, bob):
        made.reads(each)
    return made


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script[0])
def test_both_tell_the_same(script: tuple[str, ...]) -> None:
    real, twin = pair(by_values=False), pair(by_values=True)
    for line in script:
        told = steady(real.types(line))
        assert told == steady(twin.types(line))
        assert told or line.startswith("bob>")
