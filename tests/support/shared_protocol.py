"""
What tests of several modules share.
"""

from twisted_chat.limits import Limits
from twisted_chat.testing import Chat


def pass_time(chat, seconds):
    """
    Pass time second by second.
    """
    for _ in range(seconds):
        chat.advance(1)


def two_people(**options):
    chat = Chat(**options)
    bob, alice = chat.arrive("bob"), chat.arrive("alice")
    bob.reads()
    return chat, alice, bob


def pasting(lines=40):
    """
    Return a chat in which Alice has pasted ``lines`` three seconds ago, and Bob has read some.
    """
    chat, alice, bob = two_people(limits=Limits(max_per_host=0))
    alice.types(*[f"line {number}" for number in range(lines)])
    pass_time(chat, 3)
    assert len(bob.reads()) == 15
    return chat, alice, bob
