"""
What tests of several modules share.
"""

from logins import come

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, Person


def den(store: MemoryStore | None = None) -> tuple[Chat, Person, Person]:
    """
    Return a chat where alice, who owns #den, and bob, without account, are in it and nowhere else.
    """
    chat = Chat(store=store)
    alice, bob = come(chat, "alice", host="192.0.2.1"), chat.arrive("gast", "192.0.2.2")
    for person in (alice, bob):
        person.types("/join den", "/leave lobby")
    alice.reads()
    bob.reads()
    return chat, alice, bob


def server(store: MemoryStore | None = None) -> tuple[Chat, Person, Person]:
    """
    Return a chat with oscar, who operates the server, and a guest, both in the lobby.
    """
    chat = Chat(store=store)
    oscar = come(chat, "oscar", "operator", host="192.0.2.1")
    gast = chat.arrive("gast", "192.0.2.2")
    oscar.reads()
    return chat, oscar, gast
