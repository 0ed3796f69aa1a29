"""
The terminal: what clients with telnet send is a line, and no more.
"""

import pytest
from shared_protocol import two_people

from twisted_chat.doors.line.terminal import Terminal
from twisted_chat.testing import Chat
from twisted_chat.world.client import Prompt


def test_no_user_is_greeted_with_telnet():
    alice = Chat().arrive("alice")
    alice.types("hello")
    assert b"\xff" not in alice.transport.value()


def test_ctrl_c_in_telnet_does_not_hang_the_client():
    _, alice, bob = two_people()
    alice.sends(b"hel\xff\xf4\xff\xfd\x06")
    # With the request for eight bits that everybody who speaks telnet gets.
    assert alice.receives() == b"\xff\xfd\x00\xff\xfd\x1f\xff\xfb\x06"
    alice.sends(b"lo\r\n")
    assert bob.reads() == ["alice: hello"]


@pytest.mark.parametrize("command", [b"\xff\xf4\xff\xf2", b"\xff\xf3", b"\xff\xf5", b"\xff\xf1"])
def test_no_command_of_telnet_reaches_a_line(command):
    _, alice, bob = two_people()
    alice.sends(command + b"he" + command + b"llo" + command + b"\r\n" + command)
    assert bob.reads() == ["alice: hello"]
    assert alice.receives() == b"\xff\xfd\x00\xff\xfd\x1f"


def test_telnet_at_the_prompt_is_no_part_of_the_name():
    chat = Chat()
    bob, alice = chat.arrive("bob"), chat.connect()
    alice.sends(b"\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0al\xff\xf1ice\r\0")
    assert bob.reads() == ["*** alice has joined #lobby ***"]


def test_an_over_long_line_of_telnet_alone_is_none():
    _, alice, bob = two_people()
    alice.sends(b"he" + b"\xff\xf1" * 10_000 + b"llo\r\n")
    assert bob.reads() == ["alice: hello"]


@pytest.mark.parametrize(
    ("line", "is_asked"),
    [
        # Without the bytes that are one of the keys of telnet but for a bit.
        (b"\xd1\xd0\xbe\xd1\x80\xd0\xbe\xd1\x88\xd0\xbe", True),
        (b"\xc5\xbad\xc5\xbab\xc5\x82o \xc4", True),
        # Windows-1251, in which two letters look like one that is whole.
        ("\u0401\u0451 \u0437\u043e\u0432\u0443\u0442".encode("cp1251"), False),
        # Latin-1, Latin-2, KOI8-R, Windows-1252, Shift-JIS: shown as it came.
        ("caf\xe9 \xe0 la cr\xe8me".encode("latin-1"), False),
        ("za\u017c\xf3\u0142\u0107 g\u0119\u015bl\u0105".encode("iso8859-2"), False),
        ("\u0445\u043e\u0440\u043e\u0448\u043e".encode("koi8-r"), False),
        ("\u201cquotes\u201d".encode("cp1252"), False),
        ("\u30ab\u30e0".encode("shift-jis"), False),
        (b"\xc3", False),
        ("хорошо".encode(), False),
    ],
)
def test_a_user_whose_letters_arrive_in_part_is_told_how_to_send_them_whole(line, is_asked):
    _, alice, bob = two_people()
    for _ in range(2):
        alice.sends(line + b"\n")
    told = alice.receives()
    assert told.count(b"\xff\xfd\x00") == is_asked
    assert told.count(b"Your client left out some letters of that line. It has") == is_asked
    # It may go on all the same, as netkit's telnet does; that is told once.
    alice.sends(line + b"\n")
    told += alice.receives()
    assert told.count(b"Your client left out some letters of that line again.") == is_asked
    assert len(bob.reads()) == 3


@pytest.mark.parametrize("letter", ["у", "я", "њ", "ќ"])
def test_a_letter_that_telnet_took_for_its_key_is_said_as_it_was_typed(letter):
    keys = {"у": b"\xff\xf4", "я": b"\xff\xf5", "њ": b"\xff\xed", "ќ": b"\xff\xf3"}
    for stop in range(6):
        _, alice, bob = two_people()
        line = letter.encode()[:1] + keys[letter] + b"\xff\xfd\x06 ok\r\n"
        alice.sends(line[:stop])
        alice.sends(line[stop:])
        assert bob.reads() == [f"alice: {letter} ok"]


# -- prompts --------------------------------------------------------------------------------------


class Wire:
    """
    A connection to nowhere.
    """

    def __init__(self, *, is_encrypted: bool = False) -> None:
        self.is_encrypted = is_encrypted

    def nothing(self, *_: object) -> None:
        pass

    reply = send_telnet = warn_of_shown = nothing
    hear_of_window = look_at_editing = end_input = nothing
    seconds = float


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_a_secret_is_hidden_from_who_may_know_telnet_and_shown_again_after_it(is_encrypted):
    terminal = Terminal(0, Wire(is_encrypted=is_encrypted))
    hidden = b"" if is_encrypted else b"\xff\xfd\x00\xff\xfb\x01"
    assert terminal.show(Prompt("Password: ", secret=True)) == hidden + b"Password: "
    assert terminal.show(Prompt("Password: ", secret=True, is_answered=True)) == b""
    assert terminal.show(Prompt("Colour: ")) == (
        b"Colour: " if is_encrypted else b"\xff\xfc\x01Colour: "
    )
    assert terminal.show(None) == b"\r\n"


def test_a_client_that_hides_what_is_typed_is_shown_the_new_line_behind_it():
    terminal = Terminal(0, Wire())
    terminal.show(Prompt("Password: ", secret=True))
    terminal.decode(b"\xff\xfd\x01")
    assert terminal.hides_typing
    assert terminal.show(Prompt("Password: ", secret=True, is_answered=True)) == b"\r\n"


def test_talk_is_wrapped_at_the_width_of_a_telnet_clients_window() -> None:
    chat, question = Chat(), "shall we have tea at four, or rather at five?"
    alice, bob, carol = (chat.arrive(nick) for nick in ("alice", "bob", "carol"))
    for person in (alice, bob, carol):
        person.receives()
    # A client that does not speak telnet is sent none.
    bob.types("tea")
    assert alice.receives() == carol.receives() == b"bob: tea\r\n"
    alice.sends(b"\xff\xfb\x1f")
    assert alice.receives() == b"\xff\xfd\x00\xff\xfd\x1f"
    alice.sends(b"\xff\xfa\x1f\x00\x1e\x00\x18\xff\xf0")
    # Who has a window may have a terminal whose lines can be edited here.
    assert alice.receives() == b"\xff\xfd\x18"
    bob.types(question)
    assert alice.receives() == b"bob: shall we have tea at\r\n    four, or rather at five?\r\n"
    assert carol.receives() == f"bob: {question}\r\n".encode()
    # The window is made wider, and its user wants it narrower still.
    alice.sends(b"\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0")
    bob.types(question)
    assert alice.receives().count(b"\r\n") == 1
    alice.types("/set width 25")
    alice.receives()
    bob.types(question)
    assert alice.receives().count(b"\r\n") == 3


def test_the_help_fits_a_narrow_window() -> None:
    alice = Chat().connect()
    alice.sends(b"\xff\xfa\x1f\x00\x28\x00\x18\xff\xf0")
    alice.types("alice", "/help", "/help all", "/help history", "/set", "/rooms")
    rows = alice.reads()
    assert max(map(len, rows)) <= 40
    assert len(rows) > 100
