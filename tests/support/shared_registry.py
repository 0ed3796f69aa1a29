"""
What tests of several modules share.
"""

from logins import come

from twisted_chat.limits import Limits
from twisted_chat.store.interface import Store
from twisted_chat.testing import NO_LIMITS, Chat, Person

#: What a user would say with a name, if they could.
WORDS = "alice-is-a-thief"


def den(limits: Limits = NO_LIMITS, store: Store | None = None) -> tuple[Chat, Person, Person]:
    """
    Return a chat where alice owns #den, and bob, who has an account too, is in the lobby.
    """
    chat = Chat(limits=limits, store=store)
    alice, bob = come(chat, "alice"), come(chat, "bob")
    alice.types("/join den")
    alice.reads()
    bob.reads()
    return chat, alice, bob


def reads_nothing_of(person: Person, words: str) -> bool:
    """
    Return whether nothing that came to ``person`` since the last look has ``words``.
    """
    return not [line for line in person.reads() if words in line.lower()]
