"""
How a session begins: names, and programs that are no users.
"""

import pytest
from attrs import evolve

from twisted_chat.limits import Limits
from twisted_chat.testing import NO_LIMITS, Chat

# The limits of a server whose operator has said nothing, but for those of a test's own.
USUAL = Limits(max_per_host=0)

PROMPT = b"Enter your name: "
HELD_BACK = (
    "That line was not sent, because it may answer the last question. "
    "If it does not, please type it again in a moment."
)


def test_a_name_is_all_it_takes():
    chat = Chat()
    bob = chat.arrive("bob")
    alice = chat.connect()
    alice.receives()
    alice.types("alice")
    assert alice.receives() == (
        b"You are in #lobby as alice with bob.\r\nType /help for help.\r\n"
    )
    assert bob.reads() == ["*** alice has joined #lobby ***"]


# To a telnet whose first line says what it is: eight bits, and the size of its window.
ASKED = b"\xff\xfd\x00\xff\xfd\x1f\r\0"
WILL_TELL = b"\xff\xfb\x00\xff\xfb\x1f"
FORTY = b"\xff\xfa\x1f\0\x28\0\x18\xff\xf0"


@pytest.mark.parametrize("name", [b"alice\r\n", b"alice\r\0"])
def test_the_first_page_of_a_guest_fits_the_window_of_telnet(name):
    chat = Chat(limits=USUAL)
    bob, alice = chat.arrive("bob"), chat.connect()
    bob.types("x" * 30 + " *** eve has left the chat ***")
    alice.receives()
    alice.sends(name)
    assert alice.receives() == ASKED
    assert bob.reads() == []
    alice.sends(WILL_TELL + FORTY)
    # It is asked for its terminal, too.
    rows = alice.receives().removeprefix(b"\xff\xfd\x18").decode().split("\r\n")
    assert rows[1:4] == [
        "[22:13] bob:",
        "    " + "x" * 30 + " ***",
        "    eve has left the chat ***",
    ]
    assert bob.reads() == ["*** alice has joined #lobby ***"]
    # It is asked no more.
    alice.sends(b"hello\r\n" * 2)
    assert alice.receives() == b""


def test_a_client_that_does_not_answer_comes_in_a_moment_later():
    chat = Chat()
    alice = chat.connect()
    alice.receives()
    alice.sends(b"alice\r\n")
    assert alice.receives() == ASKED
    chat.advance(0.25)
    # It writes over what nc shows of that.
    assert alice.receives().startswith(b"You are in #lobby as alice.")


@pytest.mark.parametrize("opening", [b"alice\n", b"alice\r\nhello\r\n", b"alice\n\xff\r\n"])
def test_a_client_that_seems_to_be_no_telnet_is_asked_nothing(opening):
    chat = Chat()
    alice = chat.connect()
    alice.receives()
    alice.sends(opening)
    assert alice.receives().startswith(b"You are in #lobby as alice.")


@pytest.mark.parametrize(
    "typed",
    ["#alice", "  alice  ", "\uff41lice", "alicf\x7fe", "\uff03alice", "al\x1b[Dice\x1bOA"],
)
def test_a_name_is_understood_as_it_was_meant(typed):
    chat = Chat()
    bob = chat.arrive("bob")
    chat.connect().types(typed)
    assert bob.reads() == ["*** alice has joined #lobby ***"]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("BOB", "The name BOB is taken, please choose another."),
        ("\uff42ob", "The name bob is taken, please choose another."),
        ("server", "The name server is reserved, please choose another."),
        ("a b", "A name may hold only letters, digits and the characters _ - ' and ."),
        ("\x07x", "A name may hold only letters, digits and the characters _ - ' and ."),
        ("x" * 100, "A name may be at most 24 characters long."),
        ("/nick alice", "Please give your name first; commands come after that."),
        ("/help", "Please give your name first; commands come after that."),
        ("//alice", "Please give your name first; commands come after that."),
        ("\uff0fhelp", "Please give your name first; commands come after that."),
        ("\x1b[A/msg bob hi", "Please give your name first; commands come after that."),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_asked_for_again(typed, reason):
    chat = Chat()
    bob = chat.arrive("bob")
    alice = chat.connect()
    alice.receives()
    alice.types(typed)
    assert alice.receives() == f"{reason}\r\nEnter your name: ".encode()
    alice.types("alice")
    assert bob.reads() == ["*** alice has joined #lobby ***"]


def test_a_user_who_types_login_at_the_prompt_is_asked_for_the_password_of_that_name():
    chat = Chat()
    alice = chat.connect()
    alice.types("/login alice")
    assert alice.reads()[0] == "You are in #lobby as alice. Nobody else is here yet."


@pytest.mark.parametrize("name", ["bob", "al ice", "server", "/help", "/login bob"])
def test_what_came_together_with_a_name_that_is_refused_is_no_name(name):
    chat = Chat()
    bob, alice = chat.arrive("bob"), chat.connect()
    alice.types(name, "hunter2xyz", "hunter2xyz")
    assert alice.reads()[-1].startswith("Those 2 lines were not sent")
    assert bob.reads() == []
    assert list(chat.hub.users) == ["bob"]
    alice.types("alice")
    assert bob.reads() == ["*** alice has joined #lobby ***"]


@pytest.mark.parametrize("key", ["\x01", "\x03", "\x04", "\x10", "\x16"])
def test_a_control_key_at_the_second_try_is_a_bad_name_and_no_program(key):
    alice = Chat().connect()
    alice.types("no name")
    alice.receives()
    alice.types(key)
    assert alice.is_connected
    alice.types("alice")
    assert "You are in #lobby as alice. Nobody else is here yet." in alice.reads()


def test_enter_at_the_prompt_brings_the_prompt_again():
    alice = Chat().connect()
    alice.types("")
    assert alice.receives() == PROMPT * 2
    alice.sends(b"\r\n")
    assert alice.receives() == PROMPT


@pytest.mark.parametrize("word", ["quit", "exit", "q", "close", "disconnect", "QUIT", "/quit"])
def test_one_can_leave_at_the_prompt(word):
    chat = Chat()
    bob, alice = chat.arrive("bob"), chat.connect()
    alice.types(word)
    assert alice.reads() == ["Goodbye."]
    assert not alice.is_connected
    assert bob.reads() == []


def test_an_over_long_line_at_the_prompt_is_told_and_the_prompt_comes_again():
    alice = Chat().connect()
    alice.receives()
    alice.types("x" * 5000)
    told = b"That line was longer than 4096 bytes and was not sent.\r\n"
    assert alice.receives() == told + PROMPT
    assert alice.is_connected


def test_the_whole_of_a_pasted_conversation_is_done():
    chat = Chat()
    bob, alice = chat.arrive("bob"), chat.connect()
    alice.sends(b"alice\nhello\n/me waves\n/quit tea\nnever\n")
    assert bob.reads() == [
        "*** alice has joined #lobby ***",
        "alice: hello",
        "* alice waves",
        "*** alice has left #lobby (tea) ***",
    ]
    assert not alice.is_connected


# -- programs that speak behind the prompt -------------------------------------------------------


@pytest.mark.parametrize("word", ["MSSP-REQUEST", "JDWP-Handshake", "EHLO", "CAPABILITY", "STATS"])
def test_a_word_of_a_crawler_becomes_nobody_however_it_comes(word):
    for pieces in ([f"{word}\r\n".encode()], [bytes([byte]) for byte in f"{word}\n".encode()]):
        chat = Chat()
        bob, crawler = chat.arrive("bob"), chat.connect()
        for piece in pieces:
            crawler.sends(piece)
        assert not crawler.is_connected
        assert bob.reads() == []


def test_a_client_of_irc_that_speaks_as_a_second_name_is_told_so():
    program = Chat().connect()
    program.types("no name")
    program.receives()
    program.types("CAP LS 302")
    assert program.receives() == (
        b"\r\nERROR :IRC is not read here: no door for it is open, or the connection began "
        b"otherwise. Connect with telnet or nc.\r\n"
    )
    assert not program.is_connected


def test_telnet_that_has_spoken_before_the_name_is_not_sent_what_stands_for_a_line_end():
    chat = Chat()
    alice = chat.connect()
    alice.receives()
    alice.sends(b"\xff\xfd\x00alice\r\n")
    told = alice.receives()
    assert told.startswith(ASKED[:-2] + b"\xff\xfb\x00You are in #lobby")


def test_link_alone_is_told_what_it_needs():
    alice = Chat().connect()
    alice.types("/link")
    assert alice.reads() == ["Type /link and the code of the other device."]


def test_who_goes_on_typing_at_the_prompt_is_heard():
    chat = Chat(limits=evolve(NO_LIMITS, guests="off", registration="closed"))
    alice = chat.connect()
    alice.types("/register tina")
    assert alice.reads() == ["No accounts are made here now; ask the server's operator."]
    heard = 0
    for _ in range(20):
        chat.advance(1)
        alice.types("bob")
        heard += alice.reads() != [HELD_BACK]
    # After ten seconds, at the latest.
    assert heard >= 9


@pytest.mark.parametrize("line", ["/link BCDF-GHJK", "/register tina", "/login tina"])
def test_a_command_that_brings_in_is_never_held_back(line):
    chat = Chat(limits=evolve(NO_LIMITS, guests="off", registration="closed"))
    alice = chat.connect()
    alice.types("/register tina")
    chat.advance(1)
    alice.types("bob")
    assert alice.reads()[-1] == HELD_BACK
    alice.types(line)
    # It is answered, or a password is asked for.
    told = alice.reads()
    assert HELD_BACK not in told
    assert told or alice.prompt.startswith("Password")


def test_what_came_in_one_piece_with_a_secret_is_held_back_whatever_it_is():
    chat = Chat(limits=evolve(NO_LIMITS, guests="off", registration="closed"))
    alice = chat.connect()
    alice.types("/register tina", "a secret", "/login tina")
    assert alice.reads()[-1].startswith("Those 2 lines were not sent")
