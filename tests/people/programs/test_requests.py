"""
Requests that are done, and so are not done again.
"""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest
from attrs import define, field
from coming_back import come, come_back, names, restarted, texts
from shared_json import Bot, Programs
from twisted.internet.defer import Deferred

from twisted_chat import ChatError, Context, command
from twisted_chat.doors.json.limits import MessageLimits
from twisted_chat.people.programs.requests import MOST_DONE
from twisted_chat.testing import Chat
from twisted_chat.world.answers import MOST_BYTES


@define(eq=False)
class Slow:
    """
    A plugin's command that ends when the test says so.
    """

    waits: list[Deferred[None]] = field(factory=list)
    count: int = 0

    def end(self, chat: Chat) -> None:
        waits, self.waits = self.waits, []
        for wait in waits:
            wait.callback(None)
        chat.advance()


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def here(slow: Slow) -> Programs:
    """
    A server with the command /brew, which announces what is brewed once it may.
    """
    plugin = ModuleType("brewing")

    @command(in_room=True)
    async def brew(ctx: Context, *, what: str) -> None:
        """Brew something, slowly."""
        slow.waits.append(wait := Deferred[None]())
        await wait
        if what == "poison":
            raise ChatError("No poison here.", code="refused")
        slow.count += 1
        ctx.room.announce(f"brewed {what}")

    brew.__module__ = "brewing"
    vars(plugin)["brew"] = brew
    return Programs(Chat(plugin))


def brews(bot: Bot, what: str, label: str = "b") -> list[str]:
    return names(bot.asks("command", name="brew", args={"what": what}, label=label))


def test_what_was_asked_for_again_is_done_once() -> None:
    here = Programs()
    bob = here.arrive("bob")
    alice, token = come(here)
    bob.reads()
    alice.sends(b'{"request": "say", "text": "once", "label": "s1"}\n')
    alice.transport.hang_up()
    alice, _ = come_back(here, token)
    assert names(alice.asks("say", text="once", label="s1")) == ["said", "done"]
    assert names(alice.asks("say", text="twice", label="s2")) == ["said", "done"]
    assert texts(bob.reads()) == ["once", "twice"]


def test_a_bad_request_does_not_end_the_one_that_has_its_label(here: Programs, slow: Slow) -> None:
    alice, _ = come(here)
    assert brews(alice, "tea") == []
    alice.sends(b'{"request": "say", "text": "\\ud800", "label": "b"}\n')
    (refused,) = alice.reads()
    assert (refused["error"], refused["label"]) == ("bad-request", "b")
    # It still goes on, and is not done again.
    assert brews(alice, "tea") == []
    slow.end(here.chat)
    assert slow.count == 1
    assert names(alice.reads()) == ["announced", "done"]


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"request": "say", "text": "tea"}, ["said", "done"]),
        ({"request": "tell", "nick": "bob", "text": "psst"}, ["told", "away", "done"]),
        ({"request": "command", "text": "/topic tea"}, ["topic-changed", "done"]),
        ({"request": "command", "text": "/join den"}, ["entered", "done"]),
        ({"request": "settings", "name": "bell", "value": True}, ["setting-changed", "done"]),
    ],
)
def test_a_request_whose_answer_was_lost_is_given_it_when_it_comes_again(
    request_: dict[str, Any], told: list[str]
) -> None:
    here = Programs()
    here.arrive("bob").asks("command", text="/away lunch")
    alice, token = come(here)
    first = alice.asks(**request_, label="x")
    assert names(first)[-len(told) :] == told
    for _ in range(2):
        alice, _ = come_back(here, token, here.chat.hub.recorder.last_id)
        again = alice.asks(**request_, label="x")
        assert [each for each in again if each["event"] != "done"] == [
            each for each in first if each["event"] != "done" and "label" in each
        ]
        assert names(again) == told
    # A server that was restarted knows no more than that it is done.
    here = restarted(here.chat)
    alice, _ = come_back(here, token, here.chat.hub.recorder.last_id)
    assert names(alice.asks(**request_, label="x")) == ["done"]


def test_a_reading_under_the_label_of_a_deed_adds_nothing_to_its_answer() -> None:
    here = Programs()
    alice, _ = come(here)
    alice.asks("say", text="tea", label="x")
    alice.asks("who", label="x")
    assert names(alice.asks("say", text="tea", label="x")) == ["said", "done"]


def test_an_answer_that_is_too_long_to_keep_is_not_told_in_part() -> None:
    here = Programs()
    alice, _ = come(here)
    # As JSON writes it, each quotation mark is two bytes.
    text = '"' * (MOST_BYTES // 2)
    request = {"text": text, "label": "x"}
    here.factory.limits = MessageLimits(max_message=0)
    assert names(alice.asks("say", **request)) == ["said", "done"]
    assert names(alice.asks("say", **request)) == ["done"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"request": "say", "text": "one"}, {"request": "say", "text": "two"}),
        ({"request": "say", "text": "one"}, {"request": "act", "text": "one"}),
        ({"request": "say", "text": "one"}, {"request": "say", "text": "one", "room": "lobby"}),
        (
            {"request": "command", "name": "topic", "args": {"text": "tea"}},
            {"request": "command", "name": "topic", "args": {"text": "cake"}},
        ),
        ({"request": "command", "text": "/away"}, {"request": "command", "text": "/back"}),
        (
            {"request": "settings", "name": "bell", "value": True},
            {"request": "settings", "name": "bell", "value": False},
        ),
    ],
)
@pytest.mark.parametrize("is_killed", [False, True])
def test_a_label_of_another_request_is_refused(
    first: dict[str, Any], second: dict[str, Any], is_killed: bool
) -> None:
    here = Programs()
    alice, token = come(here)
    assert names(alice.asks(**first, label="x"))[-1] == "done"
    if is_killed:
        here = restarted(here.chat)
        alice, _ = come_back(here, token)
    (refused,) = alice.asks(**second, label="x")
    assert (refused["error"], refused["label"]) == ("label-used", "x")
    assert names(alice.asks(**first, label="x"))[-1] == "done"


@pytest.mark.parametrize(
    "read",
    [
        {"request": "who"},
        {"request": "rooms"},
        {"request": "history"},
        {"request": "search", "words": "one"},
        {"request": "complete", "text": "/wh"},
        {"request": "settings"},
        {"request": "command", "name": "whois", "args": {"nick": "alice"}},
        {"request": "command", "text": "/stats"},
    ],
)
def test_what_only_reads_is_done_again_whatever_its_label_was_used_for(
    read: dict[str, Any],
) -> None:
    here = Programs()
    alice, _ = come(here)
    alice.asks("say", text="one", label="x")
    first, second = (alice.asks(**read, label="x") for _ in range(2))
    assert len(names(first)) > 1
    assert names(first) == names(second)


def test_what_was_refused_is_tried_again() -> None:
    here = Programs()
    alice, _ = come(here)
    assert names(alice.asks("say", text="in?", room="dev", label="x")) == ["no-such-room"]
    alice.asks("command", name="join", args={"room": "dev"})
    assert names(alice.asks("say", text="in?", room="dev", label="x")) == ["said", "done"]


def test_a_request_that_comes_again_while_it_is_being_done_is_done_once(
    here: Programs, slow: Slow
) -> None:
    alice, token = come(here)
    assert brews(alice, "tea") == []
    # The program has lost its connection, comes back, and cannot know what became of it.
    alice.transport.hang_up()
    here.chat.advance(1)
    alice, _ = come_back(here, token)
    assert brews(alice, "tea") == []
    slow.end(here.chat)
    told = alice.reads()
    assert names(told) == ["announced", "done"]
    assert told[-1]["label"] == "b"
    assert brews(alice, "tea")[-1] == "done"
    assert slow.count == 1


def test_the_end_of_a_request_reaches_a_program_that_came_back_meanwhile(
    here: Programs, slow: Slow
) -> None:
    alice, token = come(here)
    brews(alice, "tea")
    alice, _ = come_back(here, token)
    slow.end(here.chat)
    assert [each["label"] for each in alice.reads() if each["event"] == "done"] == ["b"]
    assert brews(alice, "tea")[-1] == "done"
    assert slow.count == 1


def test_a_request_that_is_sent_twice_at_once_is_done_once(here: Programs, slow: Slow) -> None:
    alice, _ = come(here)
    brews(alice, "tea")
    brews(alice, "tea")
    slow.end(here.chat)
    assert names(alice.reads()) == ["announced", "done"]
    assert slow.count == 1


def test_a_refusal_reaches_a_program_that_came_back_and_it_may_ask_again(
    here: Programs, slow: Slow
) -> None:
    alice, token = come(here)
    brews(alice, "poison")
    alice, _ = come_back(here, token)
    brews(alice, "poison")
    slow.end(here.chat)
    (refused,) = alice.reads()
    assert (refused["error"], refused["label"]) == ("refused", "b")
    assert brews(alice, "tea") == []
    slow.end(here.chat)
    assert names(alice.reads()) == ["announced", "done"]


def test_another_request_under_the_label_of_one_that_runs_is_refused_and_ends_nothing(
    here: Programs, slow: Slow
) -> None:
    alice, _ = come(here)
    brews(alice, "tea")
    assert brews(alice, "cake") == ["label-used"]
    slow.end(here.chat)
    assert names(alice.reads()) == ["announced", "done"]
    assert brews(alice, "tea")[-1] == "done"
    assert slow.count == 1


def test_what_ends_after_its_user_has_gone_is_told_to_nobody(here: Programs, slow: Slow) -> None:
    alice, token = come(here)
    brews(alice, "tea")
    alice, _ = come_back(here, token)
    alice.asks("bye")
    slow.end(here.chat)
    assert "done" not in names(alice.reads())


def test_nobody_guesses_a_request_from_what_is_kept_of_it() -> None:
    here = Programs()
    alice, _ = come(here)
    bob, _ = come(here, "bob")
    for bot in (alice, bob):
        bot.asks("command", name="away", args={"reason": "lunch"}, label="x")
    here.chat.advance()
    marks = [kept.done[0][1] for kept in here.chat.hub.store.load().tokens]
    assert len(set(marks)) == 2


def test_what_is_refused_is_not_remembered() -> None:
    here = Programs()
    alice, _ = come(here)
    visit = here.chat.hub.visits.of(here.chat.hub.find_user("alice").sessions[0])
    assert visit is not None
    for number in range(3):
        label = f"x{number}"
        assert names(alice.asks("say", text="in?", room="dev", label=label)) == ["no-such-room"]
        assert names(alice.asks("command", text="/kick bob", label=label)) == ["no-such-user"]
        assert names(alice.asks("command", text="/nosuch", label=label)) == ["no-such-command"]
        assert names(alice.asks("command", label=label)) == ["bad-request"]
    assert not visit.asked
    # Under a label that was refused, anything may be asked.
    assert names(alice.asks("say", text="out", label="x0")) == ["said", "done"]


def test_so_many_labels_are_remembered_and_no_more() -> None:
    here = Programs()
    alice, _ = come(here)
    asked = [
        {"request": "say", "text": "tea", "label": str(each)} for each in range(MOST_DONE + 1)
    ]
    alice.sends("\n".join(map(json.dumps, asked)).encode() + b"\n")
    alice.reads()
    # Of all but the last ones it is known that they are done, and no more.
    assert names(alice.asks("say", text="tea", label="1")) == ["done"]
    assert names(alice.asks("say", text="tea", label=str(MOST_DONE))) == ["said", "done"]
    assert names(alice.asks("say", text="tea", label="0")) == ["said", "done"]
