"""
Requests of programs, and their answers.
"""

from __future__ import annotations

import json
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from shared_json import Bot, Programs, two
from twisted.logger import capturedLogs, formatEvent

from twisted_chat import Context, command
from twisted_chat.commands.dispatcher import Dispatcher
from twisted_chat.testing import Chat

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = "correct-horse"


def test_a_program_may_ask_for_the_sentences_of_what_is_no_talk() -> None:
    programs = Programs()
    bot = programs.connect()
    entered, *_ = bot.asks("hello", name="alice", sentences=True)
    assert entered["sentence"] == "You are in #lobby as alice. Nobody else is here yet."
    other = programs.connect()
    assert "sentence" not in other.asks("hello", name="bob")[0]
    assert [each["sentence"] for each in bot.reads()] == ["bob has joined #lobby"]
    other.asks("say", text="hello")
    assert ["sentence" in each for each in bot.reads()] == [False]


def test_a_program_says_something_in_the_room_that_it_names() -> None:
    alice, bob = two()
    for each in (alice, bob):
        each.asks("command", name="join", args={"room": "dev"})
    alice.asks("say", room="lobby", text="here")
    alice.asks("act", room="#Dev", text="waves")
    assert [each["room"] for each in bob.reads()[-2:]] == ["lobby", "dev"]
    (refused,) = alice.asks("say", room="attic", text="there", label="x")
    assert (refused["error"], refused["label"]) == ("no-such-room", "x")


def test_what_begins_with_a_slash_is_said_and_a_typed_command_is_run() -> None:
    alice, bob = two()
    alice.asks("say", text="/topic tea")
    assert [each["text"] for each in bob.reads()] == ["/topic tea"]
    alice.asks("command", text="/topic tea")
    assert [(each["event"], each["topic"]) for each in bob.reads()] == [("topic-changed", "tea")]
    (refused,) = alice.asks("command", name="topicc", label="c")
    assert refused["error"] == "no-such-command"
    assert refused["message"] == "No such command: /topicc. Did you mean /topic?"
    assert refused["facts"] == {"command": "topicc", "suggestion": "topic"}
    assert refused["label"] == "c"


def test_arguments_have_types_and_secrets_are_given_with_them() -> None:
    alice, _ = two()
    (refused,) = alice.asks("command", name="history", args={"n": [1]}, label="h")
    assert (refused["error"], refused["label"]) == ("bad-request", "h")
    registered, done = alice.asks(
        "command", name="register", args={"password": PASSWORD}, label="r"
    )
    assert (registered["change"], done["event"]) == ("registered", "done")
    (refused,) = alice.asks("command", name="passwd", label="p")
    assert refused["error"] == "password-required"


def test_a_request_before_hello_is_refused_and_hello_again_too() -> None:
    bot = Programs().connect()
    (refused,) = bot.asks("say", text="hello?", label="1")
    assert (refused["error"], refused["label"]) == ("nameless", "1")
    assert [each["event"] for each in bot.asks("ping", label="2")] == ["done"]
    bot.asks("hello", name="bot")
    (refused,) = bot.asks("hello", name="bot2")
    assert (refused["error"], refused["facts"]) == ("named-already", {"nick": "bot"})


def test_lists_settings_and_completions_are_asked_for() -> None:
    alice, bob = two()
    who, _ = alice.asks("who", label="1")
    assert [each["nick"] for each in who["members"]] == ["alice", "bob"]
    rooms, _ = alice.asks("rooms", label="2")
    assert [each["room"] for each in rooms["rooms"]] == ["lobby"]
    found, _ = alice.asks("complete", text="/msg bo", label="3")
    assert (found["event"], found["start"], found["words"]) == ("completed", 5, ["bob"])
    found, _ = alice.asks("complete", text="/jo #x", cursor=3, label="4")
    assert (found["start"], found["words"]) == (0, ["/join"])
    shown, _ = alice.asks("settings", label="5")
    assert "color" in [each["name"] for each in shown["settings"]]
    changed, _ = alice.asks("settings", name="bell", value=True, label="6")
    assert (changed["event"], changed["name"]) == ("setting-changed", "bell")
    bob.asks("say", text="a needle in hay")
    alice.reads()
    page, _ = alice.asks("search", words="needle", label="7")
    assert [line["event"]["text"] for line in page["lines"]] == ["a needle in hay"]
    assert page["lines"][0]["event"]["event"] == "said"


def test_bye_leaves_at_once() -> None:
    alice, bob = two()
    done, closed = bob.asks("bye", reason="so long", label="b")
    assert (done["label"], closed["event"], closed["cause"]) == ("b", "closed", "quit")
    assert not bob.is_connected
    assert [(each["event"], each["reason"]) for each in alice.reads()] == [("quit", "so long")]


@pytest.mark.parametrize("members", [{"text": "/quit"}, {"name": "quit"}])
def test_a_command_that_closes_the_connection_is_answered_by_that(members: dict[str, Any]) -> None:
    _, bob = two()
    (closed,) = bob.asks("command", label="q", **members)
    assert (closed["event"], closed["cause"], closed["label"]) == ("closed", "quit", "q")


def test_a_second_hello_waits_for_the_first() -> None:
    here = Programs()
    here.arrive("alice").asks("command", name="register", args={"password": PASSWORD})
    bot = here.connect()
    hello = json.dumps({"request": "hello", "name": "alice", "password": PASSWORD})
    say = json.dumps({"request": "say", "text": "at once", "label": "s"})
    bot.sends(f"{hello}\n{say}\n".encode())
    here.chat.advance(0.1)
    assert [each["event"] for each in bot.reads() if each.get("label") == "s"] == ["said", "done"]


@pytest.mark.parametrize("members", [{}, {"text": ""}, {"text": "   "}, {"args": {"n": 1}}])
def test_a_command_without_a_name_or_a_text_is_refused(members: dict[str, Any]) -> None:
    bot = Programs().arrive("bot")
    (refused,) = bot.asks("command", label="c", **members)
    assert (refused["error"], refused["label"]) == ("bad-request", "c")


@pytest.mark.parametrize("request_", ["say", "act"])
@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b", "\u2800"])
def test_what_shows_nothing_is_not_said(request_: str, text: str) -> None:
    alice, bob = two()
    (refused,) = alice.asks(request_, text=text, label="s")
    assert (refused["error"], refused["label"]) == ("invisible", "s")
    assert bob.reads() == []


# -- bounds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "say",
    [
        lambda bot, text: bot.asks("say", text=text, label="x"),
        lambda bot, text: bot.asks("act", text=text, label="x"),
        lambda bot, text: bot.asks("tell", nick="bob", text=text, label="x"),
        lambda bot, text: bot.asks("command", name="announce", args={"text": text}, label="x"),
    ],
    ids=["say", "act", "tell", "announce"],
)
def test_a_message_of_too_many_lines_is_refused_and_tells_nobody(
    say: Callable[[Bot, str], list[dict[str, Any]]],
) -> None:
    alice, bob = two()
    alice.chat.hub.find_user("alice").roles.add("operator")
    (refused,) = say(alice, "x" + "\n" * 500 + "y")
    assert (refused["error"], refused["facts"]) == ("too-many-lines", {"most": 500, "lines": 501})
    assert bob.reads() == []
    assert "error" not in say(alice, "x" + "\n" * 499 + "y")[0]
    assert len(bob.reads()) == 1


def test_an_edited_line_has_not_too_many_lines_either() -> None:
    alice, bob = two()
    (said,) = alice.asks("say", text="one")
    args = {"number": said["number"], "text": "x" + "\n" * 500 + "y"}
    (refused,) = alice.asks("command", name="edit", args=args)
    assert refused["error"] == "too-many-lines"
    assert [each["event"] for each in bob.reads()] == ["said"]


def test_a_reason_is_one_line() -> None:
    alice, bob = two()
    alice.asks("bye", reason="so\nlong\r\nall")
    (left,) = bob.reads()
    assert left["reason"] == "so long all"


@pytest.mark.parametrize("way", ["hello", "login", "passwd"])
def test_each_wrong_password_is_answered_also_the_last_one(way: str) -> None:
    here = Programs()
    owner = here.arrive("alice")
    owner.asks("command", name="register", args={"password": "correct horse"})
    bot = here.connect() if way == "hello" else owner if way == "passwd" else here.arrive("bob")

    def guess(number: int) -> list[dict[str, Any]]:
        label = str(number)
        if way == "hello":
            return bot.asks("hello", name="alice", password="wrong one", label=label)
        args = {"nick": "alice", "password": "wrong one"}
        if way == "passwd":
            args = {"old": "wrong one", "new": "battery-staple"}
        return bot.asks("command", name=way, args=args, label=label)

    bot.reads()
    for number in range(4):
        assert [each["error"] for each in guess(number)] == ["wrong-password"]
    refused, closed = guess(4)
    assert (refused["error"], refused["label"]) == ("wrong-password", "4")
    assert (closed["event"], closed["cause"]) == ("closed", "guessing")
    assert not bot.is_connected


def test_settings_are_what_was_set_or_nothing() -> None:
    here = Programs()
    bot = here.arrive("robot")
    bot.asks("settings", name="bell", value=True)
    bot.asks("settings", name="width", value=60)
    (shown,) = bot.asks("settings")
    values = {each["name"]: each["value"] for each in shown["settings"]}
    assert values == {
        **dict.fromkeys(("color", "time", "numbers", "editor", "links")),
        "bell": True,
        "width": 60,
    }


# -- questions, and what fails --------------------------------------------------------------------


def test_messages_of_a_user_are_unread_until_they_are_marked() -> None:
    alice, bob = two()
    alice.asks("command", name="register", args={"password": PASSWORD})
    bob.asks("tell", nick="alice", text="psst")
    (told,) = alice.reads()

    def unread() -> list[tuple[str, int]]:
        found, done = alice.asks("unread", label="u")
        assert (found["event"], done["event"], done["label"]) == ("unread", "done", "u")
        return [(each["nick"], each["messages"]) for each in found["private"]]

    assert unread() == [("bob", 1)]
    (done,) = alice.asks("read", nick="Bob", id=told["kept_id"], label="r")
    assert (done["event"], done["label"]) == ("done", "r")
    assert unread() == []


def a_bot_that_is_asked() -> tuple[Bot, int]:
    """
    Return a program whose command /brew asks something, and the number of that question.
    """
    plugin = ModuleType(__name__)

    @command
    async def brew(ctx: Context) -> str:
        """Brew something."""
        return f"Brewed {await ctx.ask('What?')}."

    vars(plugin)["brew"] = brew
    bot = Programs(Chat(plugin)).arrive("bot", questions=True)
    (asked,) = bot.asks("command", name="brew", label="b")
    return bot, asked["question"]


def test_a_question_is_answered_once_and_by_its_number() -> None:
    bot, question = a_bot_that_is_asked()
    (refused,) = bot.asks("respond", question=question + 1, text="tea", label="1")
    assert (refused["error"], refused["label"]) == ("no-such-question", "1")
    told = bot.asks("respond", question=question, text="green\ntea", label="2")
    assert [each["text"] for each in told if "text" in each] == ["Brewed green tea."]
    assert {each["label"] for each in told if each["event"] == "done"} == {"2", "b"}
    (refused,) = bot.asks("respond", question=question, text="tea", label="3")
    assert (refused["error"], refused["label"]) == ("no-such-question", "3")


def test_a_cancelled_question_ends_its_command() -> None:
    bot, question = a_bot_that_is_asked()
    ended, refused, done = bot.asks("respond", question=question, cancel=True, label="c")
    assert (ended["event"], ended["question"]) == ("question-ended", question)
    assert (refused["error"], refused["label"]) == ("cancelled", "b")
    assert (done["event"], done["label"]) == ("done", "c")


def test_a_program_that_is_no_plugin_is_not_let_in_as_one() -> None:
    alice, _ = two()
    for request, members in (("register", {"commands": []}), ("hello", {"service": "token"})):
        (refused,) = alice.asks(request, label=request, **members)
        assert (refused["error"], refused["label"]) == ("no-plugin", request)
    (refused,) = Programs().connect().asks("hello", service="token", label="h")
    assert (refused["error"], refused["label"]) == ("unknown-token", "h")


def test_what_is_no_request_is_refused_and_the_next_one_is_done() -> None:
    bot = Programs().arrive("bot")
    (refused,) = bot.asks("dance", label="d")
    assert (refused["error"], refused["label"]) == ("bad-request", "d")
    assert [each["event"] for each in bot.asks("ping", label="p")] == ["done"]


def test_a_bug_is_logged_and_told_as_a_failure_with_the_label(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    bot = Programs().arrive("bot")
    with capturedLogs() as logged, monkeypatch.context() as patch:
        patch.setattr(Dispatcher, "say", broken)
        (refused,) = bot.asks("say", text="hello", label="s")
    assert (refused["error"], refused["label"]) == ("failed", "s")
    assert "A request failed" in str(formatEvent(logged[0]))
    assert [each["event"] for each in bot.asks("ping", label="p")] == ["done"]
