"""
Talk: what people say in rooms and to each other, and what rooms are told.
"""

from logins import come, told

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat


def test_a_topic_that_is_all_that_was_decided_outlasts_a_restart() -> None:
    store = MemoryStore()
    alice = come(Chat(store=store), "alice")
    alice.types("/join den", "/topic tea at four")
    again = Chat(store=store)
    bob = again.arrive("bob")
    assert told(bob, "/join den", "/topic") == [
        "You are in #den as bob. Nobody else is here yet.",
        "Topic: tea at four",
        "Topic: tea at four",
    ]
