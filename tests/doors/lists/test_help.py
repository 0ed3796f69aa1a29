"""
The rows of the help.
"""

from twisted_chat.doors.lists.help import help_rows
from twisted_chat.replies import server

AT = 1_700_000_000.0
JOIN = server.CommandHelp("join", "/join room", "Enter a room.", "Rooms", ("j", "enter"))
LONG = server.CommandHelp("a", "/a " + "x" * 40, "word " * 30, "Zoo", ())


def test_the_help_fits_a_terminal_and_names_every_command_under_its_topic() -> None:
    lines = list(help_rows(server.Help(AT, server.HelpPage.OVERVIEW, (LONG, JOIN)), 80))
    assert lines[0].split() == ["/join", "room", "Enter", "a", "room."]
    assert [line.split() for line in lines if line.startswith(("Rooms", "Zoo"))] == [
        ["Rooms", "/join"],
        ["Zoo", "/a"],
    ]
    every = list(help_rows(server.Help(AT, server.HelpPage.ALL, (LONG, JOIN)), 80))
    assert all(len(line) <= 80 for line in [*lines, *every])
    assert " ".join(" ".join(every).split()).startswith(f"/a {'x' * 40} word word")


def test_the_help_about_one_command_has_its_other_names() -> None:
    assert list(help_rows(server.Help(AT, server.HelpPage.COMMAND, (JOIN,)), 80)) == [
        "/join room",
        "  Enter a room.",
        "  Also: /j, /enter",
    ]
