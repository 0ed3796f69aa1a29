"""
Webhooks: made by the owner of a room, and given something to say.
"""

from __future__ import annotations

import re

from shared_accounts import registered
from twisted.internet.defer import Deferred

from twisted_chat.testing import Chat, Person


def owner_of(chat: Chat, nick: str = "alice", room: str = "ops") -> Person:
    """
    Return the owner of a room, who is in it.
    """
    person = registered(chat, nick)
    person.types(f"/join {room}")
    person.reads()
    return person


def token_of(person: Person, what: str = "deploy") -> str:
    person.reads()
    person.types(f"/webhook add {what}".strip())
    read = person.reads()
    found = re.search(r"^http://localhost:7342/hook/([\w-]{32})$", "\n".join(read), re.MULTILINE)
    assert found is not None, read
    return found[1]


def say(chat: Chat, token: str, text: str, name: str = "", host: str = "192.0.2.7") -> bool:
    """
    Say ``text`` as HTTP does, and return whether it is kept.
    """
    webhooks = chat.hub.webhooks
    said = Deferred.fromCoroutine(webhooks.say(webhooks.find(token, host), text, name))
    chat.advance()
    outcome: list[object] = []
    said.addBoth(outcome.append)
    assert outcome, "it has not answered"
    if not isinstance(outcome[0], bool):
        outcome[0].raiseException()  # type: ignore[attr-defined]  # a Failure
    return bool(outcome[0])
