"""
What users say, as messages.
"""

import pytest

from twisted_chat.doors.irc.dialect import IrcDialect
from twisted_chat.doors.irc.lines.said import in_one
from twisted_chat.doors.irc.site import Site
from twisted_chat.events import Said, Told, ToldAsAction
from twisted_chat.testing import Chat

SITE = Site(Chat().hub, "srv.example", era="e.")
PLAIN = IrcDialect(SITE)
RICH = IrcDialect(SITE, frozenset({"message-tags", "draft/message-redaction", "echo-message"}))
LOBBY = SITE.room_called("lobby").timeline.id


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        (Said(0.0, "den", "ada", "one\n\ntwo"), [":ada!~u@chat PRIVMSG #den :one",
                                                 ":ada!~u@chat PRIVMSG #den :two"]),
        (Told(0.0, "ada", "tina", "psst"), [":ada!~u@chat PRIVMSG tina :psst"]),
        (ToldAsAction(0.0, "ada", "tina", "* ada waves"),
         [":ada!~u@chat PRIVMSG tina :\x01ACTION waves\x01"]),
        # A filter made other words of it.
        (ToldAsAction(0.0, "ada", "tina", "[removed]"), [":ada!~u@chat PRIVMSG tina :[removed]"]),
        (Told(0.0, "tina", "ada", "psst"), [":srv.example NOTICE tina :[you -> ada] psst"]),
    ],
)  # fmt: skip
def test_what_is_said_is_told_as_messages(event, lines):
    assert PLAIN.render(event, "tina").decode().splitlines() == lines


def test_a_long_text_is_told_in_messages_of_512_bytes_at_most():
    lines = PLAIN.render(Said(0.0, "den", "ada", "tea " * 200), "tina").splitlines(keepends=True)
    start = b":ada!~u@chat PRIVMSG #den :"
    assert all(line.startswith(start) and len(line) <= 512 for line in lines)
    texts = [line.removeprefix(start).removesuffix(b"\r\n") for line in lines]
    assert b" ".join(texts).split() == [b"tea"] * 200


def test_what_stands_in_one_message_is_cut_at_a_letter_with_its_marks_and_says_so():
    assert in_one(":srv TOPIC #x :", "tea\nand more") == ":srv TOPIC #x :tea and more"
    assert in_one(":srv TOPIC #x :", "t" * 495) == ":srv TOPIC #x :" + "t" * 495
    # 3 bytes each; of 510, the beginning and the end leave room for 164 of them.
    assert (
        in_one(":srv TOPIC #x :", "q\u0303" * 300) == ":srv TOPIC #x :" + "q\u0303" * 164 + "..."
    )


def test_several_lines_are_one_batch_where_that_is_negotiated():
    caps = frozenset({"batch", "draft/multiline"})
    told = IrcDialect(SITE, caps).render(Said(0.0, "den", "ada", "one\n\ntwo"), "tina")
    assert told.decode().splitlines() == [
        ":ada!~u@chat BATCH +text draft/multiline #den",
        "@batch=text :ada!~u@chat PRIVMSG #den :one",
        "@batch=text :ada!~u@chat PRIVMSG #den :",
        "@batch=text :ada!~u@chat PRIVMSG #den :two",
        ":ada!~u@chat BATCH -text",
    ]


def test_an_answer_names_the_line_that_it_answers_by_tags():
    id_ = f"e.{LOBBY}-3"
    answer = Said(0.0, "lobby", "ada", "yes", 4, 3, "tina: tea?", "tina")
    assert RICH.render(answer).decode() == (
        f"@msgid=e.{LOBBY}-4;+reply={id_};+draft/reply={id_} :ada!~u@chat PRIVMSG #lobby :yes\r\n"
    )


def test_what_a_user_writes_at_another_client_of_theirs_is_told_where_it_can_be_shown():
    assert RICH.render(Told(0.0, "tina", "ada", "psst"), "tina") == (
        b":tina!~u@chat PRIVMSG ada :psst\r\n"
    )
