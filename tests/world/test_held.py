"""
What is kept for a session whose connection is lost.
"""

from twisted_chat.events import Joined, Said, Told
from twisted_chat.replies.reply import Done, Labelled, Notice
from twisted_chat.world.client import Prompt
from twisted_chat.world.held import MOST_KEPT, Held
from twisted_chat.world.settings import Preferences

TOLD = Told(0.0, "ada", "bob", "psst")


def test_what_is_for_one_session_alone_is_kept_and_what_rooms_hear_is_not() -> None:
    held = Held()
    done = Labelled(0.0, Done(0.0), "s1")
    for event in (TOLD, Said(0.0, "den", "ada", "tea"), done, Joined(0.0, "den", "ada")):
        assert held.dialect.render(event) == b""
    assert held.told == [TOLD, done]


def test_not_more_is_kept_than_fits() -> None:
    held = Held()
    for number in range(MOST_KEPT + 2):
        held.render(Notice(0.0, str(number)))
    assert [held.told[0], len(held.told)] == [Notice(0.0, "2"), MOST_KEPT]


def test_nobody_is_there_to_write_to_or_to_ask() -> None:
    held = Held()
    held.write(b"x")
    held.hold_back(1)
    held.resume()
    held.close("kicked")
    assert held.prompt(Prompt()) == b""
    assert held.adapt(Preferences(), several_rooms=True) is held
    assert not held.can_be_asked
