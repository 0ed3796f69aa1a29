"""
What the user types is sent, or they are told why not.
"""

from shared_client import Talker, come, rows
from shared_json import Programs

from twisted_chat.client.talk.arrival import Identity
from twisted_chat.client.talk.conversation import Conversation


def two() -> tuple[Talker, Talker]:
    here = Programs()
    ada, bob = come(here, "ada"), come(here, "bob")
    ada.reads()
    return ada, bob


def test_several_lines_are_one_message_and_a_path_is_no_command() -> None:
    ada, bob = two()
    assert ada.types("def f():\n    return 1\n\nf()") == [
        "ada: def f():", "  |     return 1", "  | ", "  | f()",
    ]  # fmt: skip
    assert ada.types("/usr/bin/env python\n# x") == ["ada: /usr/bin/env python", "  | # x"]
    assert ada.types("/msg bob one\ntwo") == ["[you -> bob] one", "  | two"]
    assert ada.types("//join us") == ["ada: /join us"]
    assert ada.types("  \n ") == []
    bob.reads()
    assert bob.types("@ada :psst") == ["[you -> ada] psst"]


def test_what_is_too_long_is_not_sent() -> None:
    ada, bob = two()
    (row,) = ada.types("x" * 16000)
    assert row == "! That was not sent: a message may have at most 15872 bytes."
    assert bob.reads() == []


def test_the_last_line_can_be_edited() -> None:
    ada, bob = two()
    ada.types("teh end")
    number, text = ada.talk.composer.last_own or (0, "")
    assert text == "teh end"
    assert ada.talk.composer.edit("lobby", number, "the end") == []
    ada.goes_on()
    assert ada.reads() == [f"* ada edited {number} (ada: teh end): the end"]
    bob.reads()


def test_an_edit_changes_nothing_in_another_room() -> None:
    ada, _ = two()
    ada.types("mine")
    number, _ = ada.talk.composer.last_own or (0, "")
    # The server has not answered yet, and will have moved the user when the edit arrives.
    ada.talk.switch("den")
    told = ada.talk.composer.edit("lobby", number, "theirs")
    assert [line.text for line in told] == [
        f"Line {number} was not changed: you are not in #lobby any more."
    ]
    ada.goes_on()
    assert ada.talk.rooms.current == "den"
    assert ada.talk.composer.edit("lobby", number, "theirs")
    assert not any("edited" in row for row in ada.reads())


def test_what_is_typed_before_the_server_knows_the_user_is_not_sent() -> None:
    talk = Conversation(Identity("ada"))
    assert rows(talk.composer.typed("hello")) == [
        "! That was not sent: the server does not know you yet."
    ]
    assert talk.outgoing.outbox == []


def test_what_is_typed_while_the_connection_is_lost_waits_for_it() -> None:
    ada, bob = two()
    bob.reads()
    ada.is_cut_off()
    assert rows(ada.talk.composer.typed("later")) == [
        "- That will be sent when the connection is back."
    ]
    ada.comes()
    assert bob.reads()[-1] == "ada: later"
