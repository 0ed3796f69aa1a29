"""
Parsing: what a line means, however it was typed.
"""

import pytest

from twisted_chat.commands.parsing import parse_line

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
        ("@bob psst: no", "", "@bob psst: no"),
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


# Of code and of configurations, not one of which is a command or a private message.
CODE = [
    '@app.route("/user/<int:id>")',
    "@pytest.mark.parametrize(('a', 'b'), [(1, {2: 3})])",
    "@media (max-width: 600px) {",
    "@article{knuth:84,",
    '@Value("${server.port:8080}")',
    '    @click="open = a ? b : c"',
    "@babel/core: ^7.0.0",
    "@12:30 tea",
    "@ home: no",
    "/* x",
    "/** Adds one. */",
    " * @param {string} name: the name",
    "*/",
    "/usr/bin/env x",
    "/etc/hosts",
    "#!/bin/sh",
    "    // x",
    "// TODO: y",
    "/^foo$/ { print $1 }",
    "/foo/d",
    "/login/callback",
    "/users/{id}: get",
    "/>",
    "/=2",
    "/24",
    "/-x",
    "--- a/file",
    "+++ b/file",
    "- key: /value",
    "./configure && make",
    "\\section{x}",
]


@pytest.mark.parametrize("in_block", [False, True])
@pytest.mark.parametrize("line", CODE)
def test_a_line_of_code_is_talk_and_stays_as_it_is(line: str, in_block: bool) -> None:
    commands = COMMANDS | {"login", "users", "x"}
    assert parse_line(line, commands, in_block=in_block) == ("", line)


@pytest.mark.parametrize(
    "line",
    [
        *("quit", "    exit", "Q", "help", "?", "・msg", "@at:"),
        *("//TODO", "//f()", "///", "    //x", "//return x;", "//i = 3", "//    msg bob", "//"),
        *("/", " / ", "/pets:", "  /orders: {}", "/var: Permission denied"),
    ],
)
def test_in_a_block_a_line_is_talk_that_would_not_be_typed_by_itself(line: str) -> None:
    assert parse_line(line, COMMANDS, in_block=True) == ("", line)


@pytest.mark.parametrize(
    ("line", "name", "rest"),
    [
        ("/me waves", "me", "waves"),
        ("  /msg bob psst", "msg", "bob psst"),
        ("@bob:psst", "msg", "bob psst"),
        ('@רמב"ם:psst', "msg", 'רמב"ם psst'),
        ("@everyone: psst", "msg", "everyone  psst"),
        ("/msg", "msg", ""),
        ("/mgs bob psst", "mgs", "bob psst"),
        # With a sign behind it, a command is meant all the same.
        ("/msg(bob) psst", "msg(bob)", "psst"),
        ("/msg=bob", "msg=bob", ""),
        ("/ msg bob psst", "msg", "bob psst"),
        ("/тема", "тема", ""),
        ("/\ufffdmsg bob psst", "\ufffdmsg", "bob psst"),
        ("/\u200bmsg bob psst", "\u200bmsg", "bob psst"),
        # What a program says with one slash more stays that, in whatever company it comes.
        ("//join den", "", "/join den"),
        ("//JOIN den", "", "/JOIN den"),
        ("/msg: bob psst", "msg:", "bob psst"),
        ("/quit:", "quit:", ""),
    ],
)
@pytest.mark.parametrize("in_block", [False, True])
def test_a_command_is_one_in_a_block_too(line: str, name: str, rest: str, in_block: bool) -> None:
    assert parse_line(line, COMMANDS, in_block=in_block) == (name, rest)
