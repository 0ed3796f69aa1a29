"""
The help and other lists of the server, as a client of IRC reads them.
"""

import re

import pytest
from shared_irc import Client, Clients


def told(alice: Client, *sent: str) -> list[str]:
    """
    Return the texts of the notices that answer ``sent``.
    """
    return [line.partition(" NOTICE alice :")[2] for line in alice.asks(*sent)]


def test_the_help_begins_with_what_a_newcomer_types_in_a_client_of_irc() -> None:
    rows = told(Clients().arrive("alice"), "PRIVMSG ChatServ :help")
    assert rows[:7] == [
        "/join #room     Enter a room or switch to it; a new room is made.",
        "/msg nick text  Send a private message; @nick:text does the same.",
        "/quit [reason]  Leave the chat.",
        "/list           List the rooms, the largest first.",
        "/who [room]     List who is in a room, by default the current one.",
        "What you write in a channel is said there.",
        "All commands, such as /quote SEARCH tea, or /msg ChatServ search tea:",
    ]
    assert "Lines       DELETE EDIT PIN PINS RE REACT UNPIN UNREACT" in rows
    assert rows[-1] == (
        "/msg ChatServ help all explains all of them, and /quote HELP search explains SEARCH."
    )


@pytest.mark.parametrize(
    ("subject", "rows"),
    [
        ("re", ["/quote RE number text",
                "  Answer a line of the room by its number: /quote RE 12 yes."]),
        ("login", ["/msg NickServ IDENTIFY nick password", "  Log in to your account."]),
        ("ghost", ["/msg NickServ GHOST nick password",
                   "  Close your other connections, such as one that hangs."]),
        ("lock", ["/mode #channel +k password",
                  "  Protect the room with a password."]),
        ("quit", ["/quit [reason]", "  Leave the chat.",
                  "  Also: /quote Q, /quote EXIT, /quote BYE"]),
    ],
)  # fmt: skip
def test_the_help_on_a_command_says_how_it_is_typed(subject: str, rows: list[str]) -> None:
    assert told(Clients().arrive("alice"), f"PRIVMSG ChatServ :help {subject}") == rows


def test_all_of_the_help_names_nothing_that_a_client_of_irc_does_not_have() -> None:
    rows = told(Clients().arrive("alice"), "PRIVMSG ChatServ :help all")
    named = set(re.findall(r"(?<!\S)/\w+", " ".join(rows)))
    assert named == {
        *("/away", "/invite", "/join", "/kick", "/list", "/me", "/mode", "/msg", "/nick"),
        *("/part", "/quit", "/quote", "/topic", "/who"),
    }
    assert "/quote NUMBERS on|off   Show the number before each line, for /quote RE and" in rows


def test_the_settings_name_commands_as_they_are_typed_and_words_as_they_were_given() -> None:
    alice = Clients().arrive("alice")
    alice.asks("HIGHLIGHT /rooms", "NOTIFY all")
    assert told(alice, "SET")[-4:] == [
        "You talk in #lobby; /join #room changes that.",
        "You highlight /rooms; /quote UNHIGHLIGHT word ends that.",
        "You are told of every line in #lobby; /quote NOTIFY mentions ends that.",
        (
            "/quote SET color on changes a setting, and /quote SET color default sets it back. "
            "They last for this visit; /msg NickServ REGISTER password keeps them."
        ),
    ]


def test_what_is_unread_says_how_it_is_read() -> None:
    here = Clients()
    # Her client says itself what she has read.
    alice, bob = here.arrive("alice", "draft/read-marker"), here.arrive("bob")
    alice.asks("PRIVMSG NickServ :REGISTER correct-horse")
    bob.sends("PRIVMSG alice :tea?")
    alice.reads()
    assert told(alice, "UNREAD") == [
        "1 message of bob: /quote MESSAGES bob",
        "/quote READ room marks a room as read, and /quote READ all all of this.",
    ]
