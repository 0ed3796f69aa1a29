"""
What tests of several modules share.
"""

from twisted_chat.limits import Limits
from twisted_chat.testing import NO_LIMITS, Chat, Person


def people(*nicks: str, limits: Limits = NO_LIMITS) -> tuple[Chat, list[Person]]:
    chat = Chat(limits=limits)
    found = [chat.arrive(nick) for nick in nicks]
    for person in found:
        person.reads()
    return chat, found


def pair() -> tuple[Person, Person]:
    _, (alice, bob) = people("alice", "bob")
    return alice, bob


def answers(*lines: str) -> list[str]:
    """
    Return what alice reads who types these, with bob in the room.
    """
    alice, _ = pair()
    alice.types(*lines)
    return alice.reads()


def answer(*lines: str) -> str:
    """
    Return the one line that alice reads who types the last of these.
    """
    alice, _ = pair()
    alice.types(*lines[:-1])
    alice.reads()
    alice.types(lines[-1])
    (line,) = alice.reads()
    return line
