"""
Who has not logged in yet is told nothing but why they have to go.
"""

from twisted_chat.doors.ssh.doorstep import Doorstep
from twisted_chat.world.client import Prompt


def test_the_last_sentence_is_the_farewell() -> None:
    told: list[bytes] = []
    doorstep = Doorstep(told.append)
    doorstep.write(b"Something else.\r\n")
    doorstep.write(b"You gave no name within 60 s.\r\n")
    doorstep.close("login timeout")
    assert told == [b"You gave no name within 60 s."]


def test_without_one_it_is_goodbye_and_nothing_is_asked() -> None:
    told: list[bytes] = []
    doorstep = Doorstep(told.append)
    doorstep.hold_back(1)
    doorstep.resume()
    assert doorstep.prompt(Prompt("Sure? ")) == b""
    assert not doorstep.can_be_asked
    doorstep.close("")
    assert told == [b"Goodbye."]
