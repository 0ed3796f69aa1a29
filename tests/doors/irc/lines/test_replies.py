"""
Replies as messages.
"""

import pytest
from shared_irc import Clients

from twisted_chat.doors.irc.dialect import IrcDialect
from twisted_chat.doors.irc.replies import Denied, NamesOf, Numerics, Sent, Written
from twisted_chat.doors.irc.site import Site
from twisted_chat.replies.moderation import Kicked, Lifted, Sanctioned, SanctionEntry
from twisted_chat.replies.people import Away, Welcome
from twisted_chat.replies.reply import Done, Notice, Refused
from twisted_chat.replies.rooms import CurrentRoom, Entered, Numbered, RoomsRestored, Topic
from twisted_chat.replies.server import Cause, Closed
from twisted_chat.testing import Chat

SITE = Site(Chat().hub, "srv.example")
DIALECT = IrcDialect(SITE)
STANDARD = IrcDialect(SITE, frozenset({"standard-replies"}))
BAN = SanctionEntry("ban", "den", "tina", "op", "", 0.0, 60.0)


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        (Numerics(0.0, (("352", "a b", "", "c d"),)), [":srv.example 352 tina * * :c d"]),
        (Numerics(0.0, (("354",),)), [":srv.example 354 tina"]),
        (Sent(0.0, (("PONG", "x", ""),)), [":srv.example PONG x :"]),
        (Sent(0.0, (("PONG",),)), [":srv.example PONG"]),
        (Sent(0.0, (("NICK", "eve"),), "tina!~u@chat"), [":tina!~u@chat NICK eve"]),
        (Written(0.0, ("422 tina :No\r\nQUIT",)), [":srv.example 422 tina :No QUIT"]),
        (NamesOf(0.0, "nowhere"), [":srv.example 366 tina #nowhere :End of /NAMES list"]),
        (Done(0.0), [":srv.example ACK"]),
        (Notice(0.0, "tea\nand more"), [":srv.example NOTICE tina :tea",
                                        ":srv.example NOTICE tina :and more"]),
        (Notice(0.0, ""), []),
        (CurrentRoom(0.0, "den"), []),
        (Numbered(0.0, "den", 3), []),
        (Entered(0.0, "den", "tina", "tea", (), 0),
         [":tina!~u@chat JOIN :#den", ":srv.example 332 tina #den :tea",
          ":srv.example 366 tina #den :End of /NAMES list"]),
        (RoomsRestored(0.0, ("den",)),
         [":tina!~u@chat JOIN :#den", ":srv.example 366 tina #den :End of /NAMES list"]),
        (Topic(0.0, "den", ""), [":srv.example 331 tina #den :No topic is set"]),
        (Topic(0.0, "den", "tea"), [":srv.example 332 tina #den :tea"]),
        (Away(0.0, "ada", ""), [":srv.example 301 tina ada :away"]),
        (Away(0.0, "tina", None, is_yours=True), [":srv.example 305 tina :Welcome back."]),
        (Kicked(0.0, "tina", "den", "op", "out", is_yours=True),
         [":op!~u@chat KICK #den tina :out"]),
        (Kicked(0.0, "bob", "den", "tina", "out"), []),
        # It is told by a signal, to all who may list it.
        (Sanctioned(0.0, BAN), []),
        (Lifted(0.0, "mute", "den", "bob", "tina"), []),
        (Closed(0.0, Cause.IDLE), ["ERROR :Disconnected: idle for too long."]),
    ],
)  # fmt: skip
def test_a_reply_is_told_as_messages(told, lines):
    assert DIALECT.render(told, "tina").decode().splitlines() == lines


def test_a_refusal_is_its_numeric_or_in_words_or_a_fail():
    taken = Refused(0.0, "nick-in-use", "It is taken.", {"nick": "ada"})
    assert DIALECT.render(taken) == b":srv.example 433 * ada :It is taken.\r\n"
    other = Denied(0.0, "PINS", "#den", Refused(0.0, "no-pins", "No lines\nare pinned."))
    assert DIALECT.render(other, "tina") == (
        b":srv.example NOTICE tina :No lines\r\n:srv.example NOTICE tina :are pinned.\r\n"
    )
    assert STANDARD.render(other, "tina") == (
        b":srv.example FAIL PINS NO_PINS #den :No lines are pinned.\r\n"
    )


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("SEARCH", "NOTICE"), ("SEARCH tea", "NOTICE"), ("RE 9 yes", "NOTICE"),
        ("serch tea", "421"),
        ("PRIVMSG ChatServ :stats u", "NOTICE"), ("PRIVMSG ChatServ :msg nobody hi", "401"),
    ],
)  # fmt: skip
def test_a_command_of_ours_refuses_by_a_numeric_or_a_notice(sent, answer):
    tina = Clients().arrive("tina", "standard-replies", "labeled-response", "batch")
    answers = [line for line in tina.asks(f"@label=7 {sent}") if " BATCH " not in line]
    assert answers
    assert all(f" {answer} tina " in line for line in answers)


def test_a_refusal_names_what_shows_numbers_here():
    tina = Clients().arrive("tina")
    assert tina.asks("RE 9 yes") == [
        ":chat.example NOTICE tina :There is no line 9 in #lobby. /quote SEARCH shows the numbers."
    ]


def test_who_is_registering_reads_their_rooms_with_the_welcome():
    registering = IrcDialect(SITE, is_registering=True)
    assert registering.render(Entered(0.0, "den", "tina", "", (), 0), "tina") == b""
    lines = registering.render(Welcome(0.0, "tina", "", ("den",), 1), "tina").decode()
    assert lines.startswith(":srv.example 001 tina :")
    assert lines.endswith(":srv.example 366 tina #den :End of /NAMES list\r\n")
    refused = Refused(0.0, "room-full", "#lobby is full.")
    lines = DIALECT.render(Welcome(0.0, "tina", "", (), 1, refused), "tina")
    assert lines == b":srv.example NOTICE tina :#lobby is full.\r\n"
