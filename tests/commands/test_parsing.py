"""
Parsing: what a line means, however it was typed.
"""

import pytest

from twisted_chat.commands.parsing import mention_of, parse_line

COMMANDS = {"msg", "join", "help", "quit", "\u0442\u0435\u043c\u0430"}


@pytest.mark.parametrize(
    ("line", "name", "rest"),
    [
        ("hello /join den", "", "hello /join den"),
        ("/join den", "join", "den"),
        ("/JOIN  #den now", "JOIN", "#den now"),
        ("/nosuch thing", "nosuch", "thing"),
        ("  /msg bob psst", "msg", "bob psst"),
        ("\ufffd/msg bob psst", "msg", "bob psst"),
        ("\u200b\u3164/msg bob psst", "msg", "bob psst"),
        ("\n/msg bob one\ntwo", "msg", "bob one\ntwo"),
        ("\uff0fmsg bob psst", "msg", "bob psst"),
        ("\u30fbhello", "", "\u30fbhello"),
        ("\u3001", "", "\u3001"),
        ("/", "help", ""),
        ("/ ", "help", ""),
        ("//join den", "", "/join den"),
        ("/\uff0fjoin den", "", "\uff0fjoin den"),
        ("@bob:psst", "msg", "bob psst"),
        ("@bob: psst", "msg", "bob  psst"),
        ("\uff20bob\uff1apsst", "msg", "bob psst"),
        ("@bob :psst", "msg", "bob psst"),
        ("@bob  : psst", "msg", "bob  psst"),
        ("\uff20bob \uff1apsst", "msg", "bob psst"),
        ("@\u674e\u56db :\u597d", "msg", "\u674e\u56db \u597d"),
        ("@bob :\U0001f600", "msg", "bob \U0001f600"),
        ("@bob :", "msg", "bob "),
        ("@bob :) tea", "msg", "bob :) tea"),
        ("@bob:-( tea", "msg", "bob :-( tea"),
        ("@bob psst: no", "", "@bob psst: no"),
        ("@bob psst :no", "", "@bob psst :no"),
        ("@: nobody", "", "@: nobody"),
        ("quit", "quit", ""),
        (" Exit ", "quit", ""),
        ("\uff51\uff55\uff49\uff54", "quit", ""),
        ("quit it", "", "quit it"),
        ("", "", ""),
    ],
)
def test_a_line_is_a_command_or_talk(line: str, name: str, rest: str) -> None:
    assert parse_line(line, COMMANDS) == (name, rest)


@pytest.mark.parametrize(
    ("line", "nick", "rest"),
    [
        ("@bob tea", "bob", "tea"),
        ("@bob, tea at four", "bob", "tea at four"),
        ("\uff20bob\uff01 tea", "bob", "tea"),
        ("@bob", "", ""),
        ("@bob ", "", ""),
        ("@ bob tea", "", ""),
        ("hi @bob tea", "", ""),
        ("bob: tea", "", ""),
    ],
)
def test_a_line_may_begin_with_a_nick(line: str, nick: str, rest: str) -> None:
    assert mention_of(line) == (nick, rest)
