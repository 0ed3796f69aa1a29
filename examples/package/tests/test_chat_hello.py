"""
The plugin, through a whole server in memory.
"""

from pathlib import Path

from twisted_chat.testing import Chat

PLUGIN = str(Path(__file__).parents[1] / "chat_hello.py")


def test_the_room_reads_hello() -> None:
    chat = Chat(PLUGIN)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/hello")
    assert bob.reads() == ["*** alice says hello. ***"]
