"""
What tests of several modules share.
"""

from __future__ import annotations

from logins import SECRET

from twisted_chat.store.records import RolesSet
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, Person


def registered(chat: Chat, nick: str, host: str = "127.0.0.1") -> Person:
    person = chat.arrive(nick, host)
    person.types("/register", SECRET, SECRET)
    assert person.reads()[-1].startswith(f"{nick} is registered to you")
    return person


def come_in(chat: Chat, nick: str, password: str = SECRET, host: str = "127.0.0.1") -> Person:
    person = chat.connect(host)
    person.types(nick)
    assert person.prompt == "Password: "
    person.types(password)
    return person


def operator(chat: Chat, store: MemoryStore, nick: str) -> Person:
    registered(chat, nick).hangs_up()
    account = chat.hub.world.find_account(nick)
    assert account is not None
    # As the shell does.
    store.write([RolesSet(account.id, frozenset({"operator"}))])
    person = come_in(chat, nick)
    person.reads()
    return person
