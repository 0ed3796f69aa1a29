"""
Events as messages.
"""

import pytest

from twisted_chat.doors.irc.dialect import IrcDialect
from twisted_chat.doors.irc.site import Site
from twisted_chat.events import (
    Acted,
    Announced,
    Broadcast,
    Deleted,
    Edited,
    Invited,
    Joined,
    Left,
    ModeChanged,
    Pinned,
    Quit,
    RankChanged,
    Reacted,
    Renamed,
    TopicChanged,
)
from twisted_chat.testing import Chat

SITE = Site(Chat().hub, "srv.example", era="e.")
PLAIN = IrcDialect(SITE)
RICH = IrcDialect(SITE, frozenset({"message-tags", "draft/message-redaction"}))
LOBBY = SITE.room_called("lobby").timeline.id


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        (Acted(0.0, "den", "ada", "waves"), [":ada!~u@chat PRIVMSG #den :\x01ACTION waves\x01"]),
        (Announced(0.0, "den", "tea!"), [":srv.example NOTICE #den :tea!"]),
        (Broadcast(0.0, "root", "down soon"),
         [":srv.example NOTICE * :root announces: down soon"]),
        (Joined(0.0, "den", "ada"), [":ada!~u@chat JOIN :#den"]),
        (Left(0.0, "den", "ada"), [":ada!~u@chat PART #den"]),
        (Left(0.0, "den", "ada", "bye"), [":ada!~u@chat PART #den :bye"]),
        (Left(0.0, "den", "ada", "spam", "kicked", "op"), [":op!~u@chat KICK #den ada :spam"]),
        (Left(0.0, "den", "ada", "", "kicked", "op"), [":op!~u@chat KICK #den ada :op"]),
        (Left(0.0, "den", "ada", "", "banned"), [":srv.example KICK #den ada :banned"]),
        (Quit(0.0, "ada", "bye"), [":ada!~u@chat QUIT :bye"]),
        (Quit(0.0, "ada", "", "logged-in", "tina"), [":ada!~u@chat QUIT :is tina"]),
        (Quit(0.0, "ada", "", "hung-up"), [":ada!~u@chat QUIT :hung up"]),
        (Renamed(0.0, "ada", "eve"), [":ada!~u@chat NICK :eve"]),
        (Invited(0.0, "ada", "tina", "den"), [":ada!~u@chat INVITE tina :#den"]),
        (Invited(0.0, "tina", "ada", "den"), [":srv.example 341 tina ada #den"]),
        (TopicChanged(0.0, "den", "ada", "tea"), [":ada!~u@chat TOPIC #den :tea"]),
        (ModeChanged(0.0, "den", "ada", "slow", 10), [":ada!~u@chat MODE #den +S 10"]),
        (ModeChanged(0.0, "den", "ada", "keephistory", 0), [":ada!~u@chat MODE #den +N"]),
        (RankChanged(0.0, "den", "ada", "bob", "voiced", True),
         [":ada!~u@chat MODE #den +v bob"]),
        (Deleted(0.0, "den", "ada", 3), [":srv.example NOTICE #den :ada deleted 3"]),
        (Edited(0.0, "den", "ada", "tea", 3, "ada: tae"),
         [":srv.example NOTICE #den :ada edited 3 (ada: tae): tea"]),
        (Pinned(0.0, "den", "ada", 3), [":srv.example NOTICE #den :ada pinned 3"]),
        (Reacted(0.0, "den", "ada", "+1", 3),
         [":srv.example NOTICE #den :ada reacts to 3 with +1"]),
    ],
)  # fmt: skip
def test_an_event_is_told_as_messages(event, lines):
    assert PLAIN.render(event, "tina").decode().splitlines() == lines


def test_a_client_that_shows_such_things_by_itself_is_told_by_tags():
    id_ = f"e.{LOBBY}-3"
    assert RICH.render(Deleted(0.0, "lobby", "ada", 3)).decode() == (
        f":ada!~u@chat REDACT #lobby {id_}\r\n"
    )
    assert RICH.render(Reacted(0.0, "lobby", "ada", "a;b", 3)).decode() == (
        f"@+draft/react=a\\:b;+reply={id_};+draft/reply={id_} :ada!~u@chat TAGMSG #lobby\r\n"
    )
