"""
Commands of ours in sentences of the server, as people type them in a client of IRC.
"""

import pytest
from shared_irc import Clients

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
        ("/login needs a nick.", "/msg NickServ IDENTIFY nick password needs a nick."),
        ("/join does not take so many words.", "/join does not take so many words."),
        ("/numbers on|off", "/quote NUMBERS on|off"),
        ("Explain one; /help all explains all.",
         "Explain one; /msg ChatServ help all explains all."),
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


def test_what_users_wrote_stays_as_they_wrote_it() -> None:
    said = "You are banned from #den by op: see /faq and /rooms. /rooms lists the rooms."
    assert as_typed(said, ["op", 3, "see /faq and /rooms"]) == (
        "You are banned from #den by op: see /faq and /rooms. /list lists the rooms."
    )


def test_a_reason_and_a_name_that_look_like_commands_are_told_as_they_are() -> None:
    here = Clients()
    owner, bob = here.arrive("owner"), here.arrive("bob")
    owner.asks("JOIN #den", "BAN bob 1h see /faq and /rooms")
    (refused,) = [line for line in bob.asks("JOIN #den") if " 474 " in line]
    assert "see /faq and /rooms" in refused
    assert bob.asks("INVITE /rooms #lobby")[-1] == (
        ":chat.example 401 bob /rooms :Nobody here is called /rooms."
    )
