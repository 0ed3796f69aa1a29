"""
What tests of several modules share.
"""

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
