"""
The dice, through a whole server in memory.
"""

from pathlib import Path

from twisted_chat.testing import Chat

DICE = str(Path(__file__).parents[1] / "dice.py")


def test_everybody_in_the_room_sees_the_roll() -> None:
    chat = Chat(DICE)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types("/roll 1")
    assert alice.reads() == bob.reads() == ["*** alice rolled 1 on a d1 ***"]


def test_a_die_has_six_sides_and_shows_each_of_them() -> None:
    alice = Chat(DICE).arrive("alice")
    alice.types(*["/dice"] * 500)
    assert set(alice.reads()) == {f"*** alice rolled {n} on a d6 ***" for n in range(1, 7)}


def test_a_die_without_sides_does_no_harm() -> None:
    alice = Chat(DICE).arrive("alice")
    alice.types("/roll 0", "/roll -6")
    assert alice.reads() == ["*** alice rolled 1 on a d0 ***", "*** alice rolled 1 on a d-6 ***"]


def test_sides_are_counted() -> None:
    alice = Chat(DICE).arrive("alice")
    alice.types("/roll many")
    assert alice.reads() == ['sides must be a whole number, not "many".', "Usage: /roll [sides]"]
