"""
Telnet that lets the server edit the line: who is offered that, and who wants it.
"""

import pytest
from logins import SECRET, register
from shared_protocol import two_people
from shared_telnet import DO, DONT, ECHO, NAWS, SGA, TTYPE, WILL, WONT
from telnet_user import TelnetUser, arrived

from twisted_chat.doors.line.telnet.character_mode import QUICK
from twisted_chat.testing import Chat


@pytest.mark.parametrize(
    "how",
    [
        {"refuses": [ECHO]},
        {"refuses": [SGA]},
        {"refuses": [TTYPE]},
        {"refuses": [NAWS]},
        # What a program says, or who has piped something into telnet.
        {"kind": "UNKNOWN"},
        {"kind": "dumb"},
        {"kind": "MUDLET"},
        {"columns": 0},
        # Each key would be shown only after so long.
        {"lag": QUICK},
    ],
    ids=str,
)
def test_who_cannot_be_edited_well_edits_as_before(how: dict[str, object]) -> None:
    chat = Chat()
    bob, alice = chat.arrive("bob"), arrived(chat, **how)
    assert not alice.sends_keys
    assert ECHO not in alice.on
    alice.types("hello")
    bob.types("hi")
    assert alice.rows[-2:] == ["hello", "bob: hi"]
    assert bob.reads()[-1] == "alice: hello"


def test_nobody_without_telnet_is_asked_anything() -> None:
    _, alice, bob = two_people()
    alice.types("/editor on", "hello", "/editor off")
    assert b"\xff" not in alice.transport.value()
    assert bob.reads() == ["alice: hello"]


@pytest.mark.parametrize("how", [{"kind": "dumb"}, {"kind": "MUDLET"}, {"lag": 3.0}], ids=str)
def test_who_wants_it_has_it_in_any_telnet_that_lets_the_server(how: dict[str, object]) -> None:
    chat = Chat()
    alice = arrived(chat, **how)
    alice.types("/editor on")
    assert alice.sends_keys
    alice.presses("hel")
    chat.arrive("bob").types("hi")
    assert alice.rows[-1].endswith("hel")
    assert "bob: hi" in alice.rows


def test_from_the_password_on_typing_is_not_shown_in_between() -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
    alice = TelnetUser(chat)
    alice.types("alice")
    chat.advance(1)
    alice.types(SECRET)
    assert alice.sends_keys
    # BusyBox refuses an ECHO that was taken back before.
    assert [said for said in alice.heard if said[1] == ECHO] == [(WILL, ECHO)]


def test_who_refuses_it_at_the_password_shows_what_is_typed_then() -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
    alice = TelnetUser(chat, refuses=[SGA])
    alice.types("alice")
    chat.advance(1)
    alice.types(SECRET)
    assert not alice.on & {ECHO, SGA}
    alice.types("hello")
    assert alice.rows[-1] == "hello"


def test_who_does_not_want_it_turns_it_off_and_on_again() -> None:
    chat = Chat()
    bob, alice = chat.arrive("bob"), arrived(chat)
    alice.types("/editor off")
    assert not alice.on & {ECHO, SGA}
    assert alice.rows[-1] == "Editing by the server, in telnet, is off."
    # A paste is no longer put in brackets.
    assert alice.person.transport.value().rfind(b"\x1b[?2004l") > 0
    alice.types("typed at my own terminal")
    assert bob.reads()[-1] == "alice: typed at my own terminal"
    bob.types("hi")
    assert alice.rows[-2:] == ["typed at my own terminal", "bob: hi"]
    alice.types("/editor on")
    assert alice.sends_keys
    assert alice.rows[-1] == "#lobby>"


def test_what_an_owner_wants_is_kept_with_the_account() -> None:
    chat = Chat()
    alice = arrived(chat)
    for line in ("/register", SECRET, SECRET, "/editor off", "/quit"):
        alice.types(line)
    again = TelnetUser(chat)
    again.types("alice")
    again.types(SECRET)
    chat.advance(1)
    again.settle()
    assert "You are in #lobby as alice. Nobody else is here yet." in again.rows
    assert not again.on & {ECHO, SGA}
    # It was never offered either.
    assert (WILL, SGA) not in again.heard


def test_a_client_whose_user_takes_it_back_edits_by_itself_until_they_want_it_again() -> None:
    chat = Chat()
    bob, alice = chat.arrive("bob"), arrived(chat)
    # As `mode line` in telnet.
    alice.wants(DONT, SGA)
    alice.wants(DONT, ECHO)
    alice.types("hello")
    assert bob.reads()[-1] == "alice: hello"
    assert not alice.on & {ECHO, SGA}
    assert alice.rows[-1] == "hello"
    alice.types("/editor on")
    assert alice.sends_keys


def test_flipping_it_again_and_again_is_answered_as_often_and_ends_as_it_was_wanted() -> None:
    chat = Chat()
    alice = arrived(chat)
    for _ in range(40):
        alice.types("/editor off")
        assert not alice.on & {ECHO, SGA}
        alice.types("/editor on")
        assert alice.sends_keys
    assert (WONT, ECHO) in alice.heard
    assert (DO, NAWS) in alice.heard
