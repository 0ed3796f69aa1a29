"""
Commands of ours in sentences of the server, as people type them in a client of IRC.
"""

import pytest

from twisted_chat.doors.irc.lines.typed import as_typed


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("There is no room #den. /rooms lists the rooms.",
         "There is no room #den. /list lists the rooms."),
        ("You are not in #den. Enter it with /join den.",
         "You are not in #den. Enter it with /join #den."),
        ("#den is locked; /join den asks for its password.",
         "#den is locked; /join #den password enters it."),
        ("You are in 9 rooms already; /leave one first.",
         "You are in 9 rooms already; /part one first."),
        ("There is no line 9 in #den. /numbers on shows the numbers.",
         "There is no line 9 in #den. /quote SEARCH shows the numbers."),
        ("The name tina is registered. If it is yours, /login tina takes it.",
         ("The name tina is registered. If it is yours, /msg NickServ IDENTIFY tina password "
          "takes it.")),
        ("Only users with an account can catch up. /register makes one.",
         "Only users with an account can catch up. /msg NickServ REGISTER password makes one."),
        ("No invitation code 3 is good now. /invite-code list lists them.",
         "No invitation code 3 is good now. /quote INVITE-CODE list lists them."),
        ("Usage: /search words", "Usage: /quote SEARCH words"),
        ("No lines are pinned in #den. /pin pins one.",
         "No lines are pinned in #den. /quote PIN pins one."),
        # Clients have these themselves.
        ("You have not said who. /msg nick text sends a message; /who lists them.",
         "You have not said who. /msg nick text sends a message; /who lists them."),
    ],
)  # fmt: skip
def test_a_command_is_named_as_it_is_typed(said: str, shown: str) -> None:
    assert as_typed(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "It must be like https://example.org/path.",
        "The file /var/log/chat.log cannot be written.",
        "Read and/or write.",
        "A slash: / is not a command, nor is // or /a/b or s/old/new.",
        "",
    ],
)
def test_what_is_no_command_stays_as_it_is(said: str) -> None:
    assert as_typed(said) == said
