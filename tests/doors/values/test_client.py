"""
What a door for programs is given: values, and in none of them an English sentence.
"""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import fields, frozen, has
from shared_events import without_id

from twisted_chat import ChatError, Context, command
from twisted_chat.commands.builtin import BUILTIN
from twisted_chat.events import Acted, Event, Joined, Left, Quit, Renamed, Said
from twisted_chat.replies.pages import UNTOLD, PageKind, Transcript
from twisted_chat.replies.people import Away, Welcome, Whois
from twisted_chat.replies.reply import Notice, Refused
from twisted_chat.replies.rooms import CurrentRoom, Entered, Member, Who
from twisted_chat.testing import BEGINNING, NO_LIMITS, Chat, Program
from twisted_chat.world.client import Prompt

PASSWORD = "correct-horse"
# The two fields that are for people: the sentence of a refusal, and a command's documentation.
FOR_PEOPLE = {"sentence", "summary"}
ERRORS = (Path(__file__).parents[3] / "docs" / "errors.md").read_text("utf-8")


@frozen
class Town:
    """
    Two rooms with two programs: alice operates the server and #den, and bob is there too.
    """

    chat: Chat
    alice: Program
    bob: Program

    def types(self, *lines: str) -> list[Event]:
        """
        Type lines as alice, or as bob those behind ``bob>``, and return what both read of it.
        """
        for line in lines:
            if line.startswith("later>"):
                self.chat.advance(float(line.removeprefix("later>")))
            elif line.startswith("bob>"):
                self.bob.types(line.removeprefix("bob>").strip())
            else:
                self.alice.types(line)
        return [*self.alice.reads(), *self.bob.reads()]


def town(*plugins: ModuleType, **options: Any) -> Town:
    chat = Chat(*plugins, **options)
    alice, bob = chat.program("alice"), chat.program("bob")
    chat.hub.find_user("alice").roles.add("operator")
    for program in (alice, bob):
        program.types("/join den", "hello")
        program.reads()
    alice.reads()
    return Town(chat, alice, bob)


def texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """
    Yield every text in ``value`` that programs are told, with the name of its field.
    """
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from texts(each, key)
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from texts(each, name)
    elif isinstance(value, Enum):
        yield name, value.value
    elif has(type(value)):
        for attribute in fields(type(value)):
            if UNTOLD not in attribute.metadata:
                yield from texts(getattr(value, attribute.name), attribute.name)


def is_sentence(text: str) -> bool:
    """
    Return whether ``text`` is a sentence; what is typed in these tests is none.
    """
    words = text.split()
    return len(words) > 4 or (len(words) > 1 and text[-1] in ".!?:*-")


def sentences(values: list[Event]) -> list[tuple[str, str]]:
    """
    Return the sentences in ``values`` that are not for people.
    """
    return [
        (name, text)
        for value in values
        for name, text in texts(value)
        if name not in FOR_PEOPLE and is_sentence(text)
    ]


def made_by_us(values: list[Event], *typed: str) -> list[tuple[str, str]]:
    """
    Return the texts of several words in ``values`` that nobody has typed, nor are for people.
    """
    return [
        (name, text)
        for value in values
        for name, text in texts(value)
        if name not in FOR_PEOPLE | {"usage", "quote"}
        and " " in text
        and not any(text in line for line in typed)
    ]


def test_a_sentence_is_told_from_what_people_type() -> None:
    said = ["The bell is on.", "alice made this room private", "--- now ---", "Welcome back."]
    assert all(map(is_sentence, said))
    typed = ["tea", "/msg nick text", "edit line 1 of", "kicked by alice: tea", "no-such-user"]
    assert not any(map(is_sentence, typed))


# -- every command --------------------------------------------------------------------------------

REGISTERS = ("/register", PASSWORD, PASSWORD)
BOB_REGISTERS = tuple(f"bob> {line}" for line in REGISTERS)
# What is typed for each command, so that it does what it is for, and all it may answer.
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPlCH8GFnpGVHGMVqXKEJKrB0ixkFDO+Lpc3YYyDz9dK laptop"
SCRIPTS: dict[str, tuple[str, ...]] = {
    "announce": ("/announce tea",),
    "audit": (
        *("/slow 10s", "/private on", "/delete 4", *BOB_REGISTERS, "/grant bob operator"),
        *("/audit", "/revoke bob operator", "/kick bob tea", "/audit", "/audit 1", "/more"),
    ),
    "away": ("/away tea", "bob> /msg alice hi", "bob> /whois alice"),
    "back": ("/away", "/back"),
    "ban": ("/ban bob 1d tea", "bob> /join den", "/unban bob", "/ban bob 1d"),
    "bans": ("/bans", "/ban carl 1d tea", "/mute bob 1h", "/bans"),
    "bell": ("/bell on", "/bell off"),
    "catchup": (*REGISTERS, "/quit", "bob> hi"),
    "color": ("/color on", "/color off"),
    "delete": ("/delete 2", "/history"),
    "deop": ("/op bob", "/deop bob"),
    "disown": (*REGISTERS, "/join own", "/disown"),
    "edit": ("/edit 2 tea", "/history"),
    "editor": ("/editor off", "/editor on"),
    "export": REGISTERS,
    "ghost": (*REGISTERS, "/ghost alice"),
    "grant": (*BOB_REGISTERS, "/grant bob operator"),
    "help": ("/help", "/help all", "/help join"),
    "highlight": ("/highlight tea", "/highlight", "/highlight !"),
    "history": ("/history", "/history 1", "/more"),
    "ignore": ("/ignore bob", "bob> hi"),
    "invite-code": (*REGISTERS, "/invite-code make", "/invite-code list", "/invite-code revoke 1"),
    "invite": ("/join tea", "/invite bob"),
    "join": ("/join tea", "/join den", "bob> /join tea", "/topic tea", "bob> /leave", "/join x"),
    "keephistory": ("/keephistory off", "/keephistory on", "/history"),
    "kick": ("/kick bob tea", "bob> hi"),
    "leave": ("/leave", "/leave lobby", "/history 5 den"),
    "link": (*REGISTERS, "/link", "/link BCDF-GHJK", "/link yes"),
    "limit": ("/limit 2", "/modes", "/limit 1", "/limit off", "/history"),
    "lock": ("/lock", PASSWORD, PASSWORD, "/modes", "bob> /leave", "bob> /join den"),
    "login": (*REGISTERS, "/logout", "alice", PASSWORD, "/login alice", "wrong-horse"),
    "logout": (*REGISTERS, "/logout"),
    "mail": ("/mail", *REGISTERS, "/mail", "/mail you@example.org", "/mail tea", "/mail off"),
    "me": ("/me waves",),
    "members": ("/members on", "/modes", "/members off", "/history"),
    "messages": ("/msg bob hi", *REGISTERS, "/msg bob tea", "/messages bob", "/messages bob 1"),
    "moderated": ("/moderated on", "/modes", "/moderated off", "/history"),
    "modes": ("/modes", "/op bob", "/modes"),
    "more": ("/history 1", "/more", "/more", "/more"),
    "msg": ("/msg bob hi", *BOB_REGISTERS, "bob> /quit", "/msg bob hi"),
    "mute": ("/mute bob 1h tea", "bob> hi", "/unmute bob"),
    "nick": ("/nick eve", "/nick eve", "/nick alice"),
    "notify": ("/notify none", "/notify", "/notify mentions lobby"),
    "numbers": ("/numbers on", "/numbers off"),
    "op": ("/op bob", "/history", "/op bob"),
    "passwd": (*REGISTERS, "/passwd", PASSWORD, PASSWORD + "2", PASSWORD + "2"),
    "pin": ("/pin 2", "/history", "/pin 2"),
    "pins": ("/pins", "/pin 2", "/pins"),
    "plugin": ("/plugin off tea", "/plugin on tea", "/plugin reload tea"),
    "plugins": ("/plugins",),
    "private": ("/private on", "/modes", "/private off", "/history"),
    "quit": ("/quit tea",),
    "re": ("/re 2 tea", "/history"),
    "react": ("/react 2 +1", "/history", "/react 2 +1"),
    "read": ("/read", "/read lobby", "/read all"),
    "register": (*REGISTERS, "/register"),
    "reply": ("/reply hi", "bob> /msg alice hi", "/reply tea"),
    "report": ("bob> /report carl tea", "/report bob tea", "bob> /report alice tea"),
    "reports": ("/reports", "bob> /say tea", "/report bob tea", "/reports"),
    "revoke": (*BOB_REGISTERS, "/grant bob operator", "/revoke bob operator"),
    "rooms": ("/rooms", "/topic tea", "/rooms"),
    "say": ("/say hi",),
    "search": ("/search hello", "/search tea", "/more", "/search from:"),
    "serverban": ("/serverban bob 1d tea",),
    "serverbans": ("/serverbans", "/serverban carl 1d tea", "/serverbans"),
    "serverkick": ("/serverkick bob tea",),
    "servermute": ("/servermute bob 1h tea", "bob> hi", "bob> /msg alice hi"),
    "serverunban": ("/serverunban carl", "/serverban carl 1d", "/serverunban carl"),
    "serverunmute": ("/servermute bob 1h", "/serverunmute bob"),
    "devices": ("/devices", *REGISTERS, "/devices"),
    "unlink": (*REGISTERS, "/unlink 1"),
    "keys": ("/keys", *REGISTERS, "/keys", f"/key add {KEY}", "/keys"),
    "key": (*REGISTERS, "/key add", f"/key add {KEY}", f"/key add {KEY}", "/key remove laptop"),
    "sessions": ("/sessions",),
    "set": ("/set", "/set color on", "/set color", "/set tea"),
    "show": ("/search hello", "/show 1", "/show 7"),
    "slow": ("/slow 10s", "bob> hi", "bob> hi", "/modes", "/slow off", "/history"),
    "stats": ("/stats",),
    "time": ("/time on", "/time off"),
    "topic": ("/topic", "/topic tea", "/topic", "/topic -", "/history"),
    "topiclock": ("/topiclock on", "bob> /topic tea", "/topiclock off", "/history"),
    "unban": ("/unban carl", "/ban carl 1d", "/unban carl"),
    "unhighlight": ("/highlight tea", "/unhighlight tea", "/unhighlight tea"),
    "unignore": ("/unignore bob", "/ignore bob", "/unignore bob"),
    "unlock": ("/lock", PASSWORD, PASSWORD, "/unlock", "/history"),
    "unmute": ("/unmute bob", "/mute bob 1h", "/unmute bob"),
    "unpin": ("/pin 2", "/unpin 2", "/unpin 2"),
    "unreact": ("/react 2 +1", "/unreact 2 +1", "/unreact 2 +1"),
    "unread": (*REGISTERS, "/unread", "/quit", "bob> hi", "/unread"),
    "unregister": (*REGISTERS, "/unregister", PASSWORD),
    "unvoice": ("/voice bob", "/unvoice bob", "/unvoice bob"),
    "voice": ("/voice bob", "/history", "/voice bob"),
    "wallops": ("/wallops tea",),
    "who": ("/who", "/away", "/who lobby"),
    "webhook": (
        *("/webhook", *REGISTERS, "/webhook add deploy", "/webhook list", "/webhook add deploy"),
        *("/webhook remove", "/webhook remove x", "/webhook remove deploy"),
    ),
    "whois": ("/whois bob", "bob> /whois alice", "/whois carl"),
}


def test_there_is_a_script_for_each_command() -> None:
    commands = Chat().dispatcher.commands
    assert {each.name for each in commands} == set(SCRIPTS)
    assert all(each.function.__module__ in BUILTIN for each in commands)


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_command_tells_a_program_a_sentence(name: str) -> None:
    here = town()
    seen = here.types(*SCRIPTS[name])
    assert seen
    assert sentences(seen) == []
    assert made_by_us(seen, *SCRIPTS[name]) == []
    prompts = [value for value in here.chat.values.told if isinstance(value, Prompt)]
    assert not [prompt for prompt in prompts if prompt.text]
    assert not [value for value in seen if isinstance(value, Notice)]
    assert not undocumented(seen)


# -- every refusal --------------------------------------------------------------------------------


def undocumented(values: list[Event]) -> list[Refused]:
    """
    Return the refusals of which the docs do not know the code, or not all facts.
    """
    rows = re.findall(r"^\| `([\w-]+)` \| (.*?) \|", ERRORS, re.MULTILINE)
    known = {code: set(re.findall(r"`(\w+)`", facts)) for code, facts in rows}
    return [
        value
        for value in values
        if isinstance(value, Refused) and not set(value.facts) <= known.get(value.code, set())
    ]


def unruly() -> ModuleType:
    @command(cooldown=60)
    def rest(ctx: Context) -> None:
        """Rest."""

    @command(name="break")
    def break_(ctx: Context) -> None:
        """Break."""
        raise LookupError("no such thing")

    @command
    def refuse(ctx: Context) -> None:
        """Refuse."""
        raise ChatError("There is no poll here.")

    @command
    def close(ctx: Context) -> None:
        """Refuse with a code of its own."""
        raise ChatError("The poll is over.", code="poll-over", poll=3)

    module = ModuleType(__name__)
    vars(module).update({"rest": rest, "break": break_, "refuse": refuse, "close": close})
    return module


# What the dispatcher itself refuses: what is typed, and the code and facts of the last refusal.
REFUSALS = {
    ("\u3001join den",): ("command-or-talk", {"command": "join"}),
    ("/joim den",): ("no-such-command", {"command": "joim", "suggestion": "join"}),
    ("/msg",): ("missing-argument", {"command": "msg", "argument": "nick"}),
    ("/back now",): ("too-many-words", {"command": "back"}),
    ("/bell loud",): ("bad-argument", {"command": "bell", "argument": "setting", "typed": "loud"}),
    ("/pin " + "9" * 30,): ("number-too-large", {"typed": "9" * 30}),
    ("/whois carl",): ("no-such-user", {"nick": "carl"}),
    ("/who nowhere",): ("no-such-room", {"room": "nowhere"}),
    ("bob> /announce tea",): ("role-needed", {"command": "announce", "role": "operator"}),
    ("/leave", "/leave", "hi"): ("no-current-room", {}),
    ("/leave", "/leave", "/modes"): ("no-current-room", {}),
    ("/rest", "/rest"): ("too-often", {"command": "rest", "seconds": 60}),
    ("/break",): ("failed", {"command": "break"}),
    ("/break",) * 6: ("switched-off", {"command": "break"}),
    ("/refuse",): ("refused", {}),
}


@pytest.mark.parametrize("lines", REFUSALS, ids=" ".join)
def test_a_refusal_of_the_dispatcher_has_its_code_and_facts(lines: tuple[str, ...]) -> None:
    seen = town(unruly()).types(*lines)
    refused = [value for value in seen if isinstance(value, Refused)][-1]
    assert (refused.code, refused.facts) == REFUSALS[lines]
    assert is_sentence(refused.sentence)
    assert sentences(seen) == []
    assert not undocumented(seen)


def test_a_plugin_may_give_a_code_and_facts_of_its_own() -> None:
    (refused,) = town(unruly()).types("/close")
    assert refused == Refused(BEGINNING, "poll-over", "The poll is over.", {"poll": 3})


def test_a_wait_is_a_number() -> None:
    seen = town().types("/slow 10s", "bob> one", "later> 4", "bob> two")
    refused = [value for value in seen if isinstance(value, Refused)]
    assert [(each.code, each.facts["seconds"]) for each in refused] == [("slow", 6)]


# -- what the values hold -------------------------------------------------------------------------


def test_a_user_who_arrives_is_told_where_they_are_and_who_is_there() -> None:
    chat = Chat()
    chat.program("alice")
    bob = chat.program("bob")
    at = BEGINNING
    assert bob.reads() == [
        Entered(at, "lobby", "bob", "", ("alice",), 0),
        Welcome(at, "bob", "", ("lobby",), 1),
    ]


def test_joins_and_parts_are_told_one_by_one() -> None:
    here = town()
    seen = here.types("/join tea", "bob> /join tea", "bob> /leave tea")
    assert [value for value in seen if isinstance(value, (Joined, Left))] == [
        Joined(BEGINNING, "tea", "bob"),
        Left(BEGINNING, "tea", "bob"),
        Left(BEGINNING, "tea", "bob"),
    ]
    assert seen[-1] == CurrentRoom(BEGINNING, "den")


def test_a_program_reads_its_own_words_with_their_number() -> None:
    here = town()
    said, acted = here.types("tea"), here.types("/me waves")
    assert list(map(without_id, said)) == [Said(BEGINNING, "den", "alice", "tea", 5)] * 2
    assert list(map(without_id, acted)) == [Acted(BEGINNING, "den", "alice", "waves", 6)] * 2


def test_whois_and_lists_of_members_are_values() -> None:
    here = town()
    here.types("/away tea")
    whois, who = here.types("bob> /whois alice", "bob> /who")
    assert whois == Whois(
        BEGINNING, "alice", ("lobby", "den"), BEGINNING, 0.0, 0.0, "tea", None, is_operator=True
    )
    assert who == Who(BEGINNING, "den", (Member("alice", True), Member("bob", False)), 0)
    _, away = here.types("bob> /msg alice hi")[1:3]
    assert away == Away(BEGINNING, "alice", "tea")


def test_a_new_name_is_told_to_its_owner_as_to_all_others() -> None:
    assert town().types("/nick eve") == [Renamed(BEGINNING, "alice", "eve")] * 2


def test_limits_tell_programs_what_they_are() -> None:
    here = town(limits=NO_LIMITS)
    here.chat.hub.world.limits = type(NO_LIMITS)(max_rooms=2, rate=0.0)
    (refused,) = here.types("/join tea")
    assert (refused.code, refused.facts) == ("too-many-rooms", {"most": 2})  # type: ignore[attr-defined]


def test_why_a_user_had_to_leave_is_a_code_with_the_operator_and_their_words() -> None:
    here = town()
    kicked = Left(BEGINNING, "den", "bob", "tea is over", "kicked", "alice")
    assert kicked in here.types("/kick bob tea is over")
    (page,) = here.types("/history 1 joins")
    assert isinstance(page, Transcript)
    assert [line.event for line in page.lines] == [kicked]
    here.types("/serverban bob 1d")
    (page,) = here.types("/history 1 lobby joins")
    assert isinstance(page, Transcript)
    assert [line.event for line in page.lines] == [
        Left(BEGINNING, "lobby", "bob", "", "banned", "alice")
    ]


def test_a_quit_is_told_once_to_a_user_who_shares_several_rooms() -> None:
    here = town()
    assert here.types("bob> /quit tea")[0] == Quit(BEGINNING, "bob", "tea")
    line = here.chat.arrive("line")
    line.types("/join den")
    line.reads()
    here.types("/quit")
    assert line.reads() == [
        "*** alice has left #lobby ***",
        "*** alice has left #den ***",
    ]


def test_a_page_of_history_has_its_room_and_its_lines_their_ids() -> None:
    (page,) = town().types("/history 2 joins")
    assert isinstance(page, Transcript)
    assert (page.kind, page.room, page.has_more) == (PageKind.HISTORY, "den", True)
    assert [(line.number, without_id(line.event)) for line in page.lines] == [
        (3, Joined(BEGINNING, "den", "bob")),
        (4, Said(BEGINNING, "den", "bob", "hello", 4)),
    ]
    first, second = (line.id for line in page.lines)
    assert 1_700_000_000_000_000 <= first < second
    assert page.lines[1].event.id == second  # type: ignore[attr-defined]
