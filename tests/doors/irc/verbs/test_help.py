"""
HELP.
"""

import pytest
from shared_irc import Clients


def test_without_a_subject_everything_is_listed():
    first, *texts, last = Clients().arrive("alice").asks("HELP")
    assert first == ":chat.example 704 alice * :Messages that are understood:"
    assert last == ":chat.example 706 alice * :End of /HELP"
    told = " ".join(line.partition(" * :")[2] for line in texts)
    assert all(line.startswith(":chat.example 705 alice * :") for line in texts)
    assert {"PRIVMSG", "CHATHISTORY", "HELP", "SEARCH", "REGISTER"} <= set(told.split())
    assert max(map(len, texts)) < 510


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("topic", "TOPIC: Show or set the topic of a channel; an empty one removes it."),
        ("join", "JOIN: Enter channels, each with its key if it has one; JOIN 0 leaves all."),
        ("search", "/quote SEARCH words"),
        ("/search", "/quote SEARCH words"),
    ],
)
def test_of_a_subject_it_is_told_what_it_does(subject, told):
    first, *_, last = Clients().arrive("alice").asks(f"HELPOP {subject}")
    assert first == f":chat.example 704 alice {subject} :{told}"
    assert last == f":chat.example 706 alice {subject} :End of /HELP"


def test_what_there_is_not_has_no_help():
    assert Clients().arrive("alice").asks("HELP nothing") == [
        ":chat.example 524 alice nothing :There is no help on this"
    ]


def test_nobody_reads_that_they_are_asked_for_a_password():
    assert Clients().arrive("alice").asks("HELP lock") == [
        ":chat.example 704 alice lock :/mode #channel +k password",
        ":chat.example 705 alice lock :Protect the room with a password.",
        ":chat.example 706 alice lock :End of /HELP",
    ]
