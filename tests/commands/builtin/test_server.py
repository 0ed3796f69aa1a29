"""
Help, statistics and quitting.
"""

import re
from pathlib import Path

import pytest
from shared_builtin import answer, answers, pair, people

from twisted_chat.testing import Chat

pytestmark = pytest.mark.usefixtures("utc")


HELP = """\
/join room      Enter a room or switch to it; a new room is made.
/msg nick text  Send a private message; @nick:text does the same.
/quit [reason]  Leave the chat.
/rooms          List the rooms, the largest first.
/who [room]     List who is in a room, by default the current one.
Anything else you type is said in the room you talk in. All commands:
Accounts    /devices /export /ghost /key /keys /link /login /logout /mail
            /passwd /register /sessions /unlink /unregister
History     /catchup /history /messages /more /read /search /show /unread
Lines       /delete /edit /pin /pins /re /react /unpin /unreact
Moderation  /audit /ban /bans /kick /mute /report /unban /unmute
Owners      /deop /disown /keephistory /limit /lock /members /moderated /modes
            /op /private /slow /topiclock /unlock /unvoice /voice /webhook
People      /away /back /ignore /nick /unignore /whois
Reading     /bell /color /editor /highlight /notify /numbers /set /time
            /unhighlight
Rooms       /invite /join /leave /rooms /topic /who
Server      /help /plugins /quit /stats
Talk        /me /msg /reply /say
/help all explains all of them, and /help join explains /join."""


def test_help_begins_with_what_a_newcomer_needs_and_lists_every_command_by_its_topic() -> None:
    assert answers("/help") == HELP.split("\n")
    assert answers("/") == HELP.split("\n")


@pytest.mark.parametrize("line", ["help", "?", "？"])
def test_help_alone_on_a_line_is_answered_to_its_writer_and_not_said(line: str) -> None:
    alice, bob = pair()
    alice.types(line)
    assert alice.reads() == HELP.split("\n")
    assert bob.reads() == []


@pytest.mark.parametrize("line", ["Help", " help", "help me", "??", "? ", "help?"])
def test_any_other_line_with_help_in_it_is_said(line: str) -> None:
    alice, bob = pair()
    alice.types(line)
    assert alice.reads() == []
    assert bob.reads() == [f"alice: {line}"]


def test_the_word_help_can_be_said() -> None:
    alice, bob = pair()
    alice.types("/say help", "/say ?")
    assert bob.reads() == ["alice: help", "alice: ?"]


def test_help_all_explains_every_command() -> None:
    chat, (alice,) = people("alice")
    alice.types("/help all")
    lines = alice.reads()
    assert "/who [room]             List who is in a room, by default the current one." in lines
    at = lines.index("/ban who duration [reason]")
    assert lines[at + 1 : at + 3] == [
        "                        Keep a nick, account or address out of the room for a",
        "                        time, such as 1d.",
    ]
    named = {line.split()[0] for line in lines if line.startswith("/")}
    assert named == {f"/{each.name}" for each in chat.dispatcher.commands if not each.needs}


def test_help_fits_a_terminal_and_breaks_no_word(tmp_path: Path) -> None:
    word = "well-" * 20
    sentence = f"{'Say something that goes on and on, ' * 5}{word}"
    names = ", ".join(f"parameter_{number}: str" for number in range(9))
    (tmp_path / "a_plugin_whose_name_is_as_long_as_can_be.py").write_text(
        "from twisted_chat import Context, command\n"
        f"@command(aliases={[f'other-name-{number}' for number in range(9)]})\n"
        f"def long(ctx: Context, {names}) -> None:\n"
        f"    {sentence!r}\n"
    )
    chat = Chat(str(tmp_path))
    olive = chat.arrive("olive")
    chat.hub.find_user("olive").roles.add("operator")
    for line in ("/help", "/help all", "/help long", "/help serverban"):
        olive.types(line)
        lines = olive.reads()
        assert lines
        assert all(len(line) <= 80 for line in lines if word not in line)
        words = " ".join(lines).split()
        if line in ("/help all", "/help long"):
            at = words.index("Say", words.index("/long"))
            assert words[at : at + len(sentence.split())] == sentence.split()


@pytest.mark.parametrize("name", ["join", "/join", "j", "/J", "／ｊｏｉｎ"])
def test_help_explains_one_command(name: str) -> None:
    assert answers(f"/help {name}") == [
        "/join room",
        "  Enter a room or switch to it; a new room is made.",
        "  Also: /j",
    ]


def test_help_about_a_command_without_aliases_names_none() -> None:
    assert answers("/help stats") == [
        "/stats",
        "  Show the version and how long the server is up, and count users, rooms and",
        "  lines.",
    ]


def test_help_about_an_unknown_command_says_so() -> None:
    assert answer("/help jion") == "No such command: /jion. Did you mean /join?"


def test_stats_counts_people_rooms_and_lines() -> None:
    chat, (alice, bob) = people("alice", "bob")
    alice.types("hello", "/me waves", "/msg bob psst", "/who")
    bob.types("/join attic")
    alice.reads()
    chat.advance(86400 + 61)
    alice.types("/stats")
    about, counts = alice.reads()
    assert re.fullmatch(r"Twisted Chat \d+\.\d+\.\d+, up 1d1m1s\.", about)
    assert counts == "People: 2. Rooms: 2. Lines in public rooms since the start: 2."


def test_stats_tells_operators_what_is_not_saved_if_there_is_any() -> None:
    chat, (alice, olive) = people("alice", "olive")
    chat.hub.users["olive"].roles.add("operator")
    olive.types("/stats")
    assert len(olive.reads()) == 2
    chat.hub.journal._lost = 7
    alice.types("/stats")
    olive.types("/stats")
    assert len(alice.reads()) == 2
    assert olive.reads()[2:] == ["0 lines are not saved yet, and 7 were lost."]


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("/quit", "*** alice has left #lobby ***"),
        ("/quit  dinner is  ready ", "*** alice has left #lobby (dinner is  ready) ***"),
        ("quit", "*** alice has left #lobby ***"),
        ("q", "*** alice has left #lobby ***"),
        ("Exit", "*** alice has left #lobby ***"),
        ("close", "*** alice has left #lobby ***"),
        ("disconnect", "*** alice has left #lobby ***"),
        ("/quit " + "x" * 300, f"*** alice has left #lobby ({'x' * 200}) ***"),
    ],
)
def test_quit_leaves_the_chat(line: str, heard: str) -> None:
    alice, bob = pair()
    # A word without a slash leaves only alone.
    alice.types(line, *["unheard"] * line.startswith("/"))
    assert alice.reads() == ["Goodbye, alice."]
    assert not alice.is_connected
    assert bob.reads() == [heard]
