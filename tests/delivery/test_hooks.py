"""
What plugins hear of, and what they may change or refuse before it happens.
"""

from types import ModuleType
from typing import Any

import pytest
from attrs import evolve
from shared_events import without_id
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs, formatEvent

from twisted_chat import ChatError, Context, Hub, command, filters, on
from twisted_chat.delivery.hooks import hooks_of
from twisted_chat.events import (
    Acted,
    Announced,
    Event,
    Invited,
    Joined,
    Left,
    Quit,
    Renamed,
    Said,
    SaidByBot,
    Told,
    TopicChanged,
)
from twisted_chat.testing import BEGINNING, Chat, Person


def plugin(*functions: Any) -> ModuleType:
    module = ModuleType(__name__)
    vars(module).update({function.__name__: function for function in functions})
    return module


def alice_and_bob(*functions: Any) -> tuple[Chat, Person, Person]:
    chat = Chat(plugin(*functions))
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    return chat, alice, bob


# -- hearing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("hello", Said(BEGINNING, "lobby", "alice", "hello", 3)),
        ("/say hello", Said(BEGINNING, "lobby", "alice", "hello", 3)),
        ("/me waves", Acted(BEGINNING, "lobby", "alice", "waves", 3)),
        ("/msg bob psst", Told(BEGINNING, "alice", "bob", "psst")),
        ("/join Attic", Joined(BEGINNING, "Attic", "alice")),
        ("/leave", Left(BEGINNING, "lobby", "alice")),
        ("/nick Al", Renamed(BEGINNING, "alice", "Al")),
        ("/topic tea", TopicChanged(BEGINNING, "lobby", "alice", "tea")),
        ("/shout", Announced(BEGINNING, "lobby", "hey", 3)),
    ],
)
def test_a_handler_hears_of_what_happened(line: str, event: Event) -> None:
    heard: list[Event] = []

    @on(type(event))
    def hear(hub: Hub, event: Event) -> None:
        heard.append(event)

    @on(Event)
    def hear_everything(hub: Hub, event: Event) -> None:
        heard.append(event)

    @command
    def shout(ctx: Context) -> None:
        """Shout."""
        ctx.room.announce("hey")

    _, alice, _ = alice_and_bob(hear, hear_everything, shout)
    heard.clear()
    alice.types(line)
    assert list(map(without_id, heard)) == [event, event]


def test_a_handler_hears_of_each_room_that_a_user_leaves_and_once_of_their_quit() -> None:
    heard: list[Event] = []

    @on(Event)
    def hear_everything(hub: Hub, event: Event) -> None:
        heard.append(event)

    _, alice, _ = alice_and_bob(hear_everything)
    alice.types("/join attic")
    heard.clear()
    alice.types("/quit bye")
    assert heard == [
        Left(BEGINNING, "lobby", "alice", "bye"),
        Left(BEGINNING, "attic", "alice", "bye"),
        Quit(BEGINNING, "alice", "bye"),
    ]


def test_a_handler_hears_of_an_invitation() -> None:
    heard: list[Event] = []

    @on(Invited)
    def hear(hub: Hub, event: Invited) -> None:
        heard.append(event)

    _, alice, _ = alice_and_bob(hear)
    alice.types("/join attic", "/invite bob")
    assert heard == [Invited(BEGINNING, "alice", "bob", "attic")]


def test_a_handler_hears_nothing_of_what_was_refused() -> None:
    heard: list[Event] = []

    @on(Event)
    def hear(hub: Hub, event: Event) -> None:
        heard.append(event)

    _, alice, _ = alice_and_bob(hear)
    heard.clear()
    alice.types("/msg nobody.here psst", "/nick bob", "/join -", "/leave attic", "/invite bob")
    assert heard == []


def test_the_room_has_an_event_before_the_handlers() -> None:
    @on(Said)
    def echo(hub: Hub, event: Said) -> None:
        hub.find_room(event.room).announce(f"{event.nick} spoke")

    _, alice, bob = alice_and_bob(echo)
    alice.types("one", "two")
    assert bob.reads() == [
        "alice: one",
        "*** alice spoke ***",
        "alice: two",
        "*** alice spoke ***",
    ]
    assert alice.reads() == ["*** alice spoke ***"] * 2


def test_handlers_are_called_in_the_order_in_which_they_stand() -> None:
    calls: list[str] = []

    @on(Said)
    def zebra(hub: Hub, event: Said) -> None:
        calls.append("zebra")

    @on(Event)
    def ant(hub: Hub, event: Event) -> None:
        calls.append("ant")

    @on(Said)
    def monkey(hub: Hub, event: Said) -> None:
        calls.append("monkey")

    _, alice, _ = alice_and_bob(zebra, ant, monkey)
    calls.clear()
    alice.types("hello")
    assert calls == ["zebra", "ant", "monkey"]


def test_one_function_can_hear_of_several_kinds() -> None:
    heard: list[str] = []

    @on(Said)
    @on(Acted)
    def hear(hub: Hub, event: Said | Acted) -> None:
        heard.append(event.text)

    _, alice, _ = alice_and_bob(hear)
    alice.types("hello", "/me waves", "/msg bob psst")
    assert heard == ["hello", "waves"]


def test_a_handler_hears_of_kinds_that_are_a_kind_of_its_own() -> None:
    heard: list[str] = []

    @on(Said)
    def hear(hub: Hub, event: Said) -> None:
        heard.append(f"{type(event).__name__}: {event.text}")

    @on(SaidByBot)
    def hear_bots(hub: Hub, event: SaidByBot) -> None:
        heard.append("a bot")

    @command
    def speak(ctx: Context) -> None:
        """Speak as a bot."""
        ctx.hub.bot("echo").say(ctx.room, "hey")

    _, alice, _ = alice_and_bob(hear, hear_bots, speak)
    alice.types("hello", "/speak", "again")
    assert heard == ["Said: hello", "SaidByBot: hey", "a bot", "Said: again"]


def test_handlers_and_filters_that_are_loaded_again_are_called_and_no_others() -> None:
    calls: list[str] = []

    @on(Said)
    def hear(hub: Hub, event: Said) -> None:
        calls.append("heard")

    @filters(Said)
    def check(hub: Hub, event: Said) -> None:
        calls.append("checked")

    chat, alice, _ = alice_and_bob()
    alice.types("one")
    assert calls == []
    chat.plugins.sources = (plugin(hear),)
    chat.plugins.load()
    alice.types("two")
    assert calls == ["heard"]
    chat.plugins.sources = (plugin(check),)
    chat.plugins.load()
    alice.types("three")
    assert calls == ["heard", "checked"]
    chat.plugins.sources = ()
    chat.plugins.load()
    alice.types("four")
    assert calls == ["heard", "checked"]


def test_the_return_value_of_a_handler_is_ignored() -> None:
    @on(Said)
    def hear(hub: Hub, event: Said) -> object:
        return evolve(event, text="changed")

    _, alice, bob = alice_and_bob(hear)
    with capturedLogs() as logged:
        alice.types("hello")
    assert bob.reads() == ["alice: hello"]
    assert logged == []


def test_a_handler_may_be_a_coroutine() -> None:
    turn: Deferred[None] = Deferred()

    @on(Said)
    async def answer(hub: Hub, event: Said) -> None:
        await turn
        hub.find_room(event.room).announce(f"{event.nick} spoke")

    _, alice, bob = alice_and_bob(answer)
    alice.types("hello", "again")
    assert bob.reads() == ["alice: hello", "alice: again"]
    turn.callback(None)
    bob.types("well")
    assert bob.reads() == ["*** alice spoke ***"] * 2 + ["*** bob spoke ***"]


def test_a_handler_that_fails_keeps_nothing_from_the_others() -> None:
    heard: list[str] = []

    @on(Said)
    def fail(hub: Hub, event: Said) -> None:
        raise OSError

    @on(Said)
    def hear(hub: Hub, event: Said) -> None:
        heard.append(event.text)

    _, alice, bob = alice_and_bob(fail, hear)
    with capturedLogs() as logged:
        alice.types("hello")
    assert alice.reads() == []
    assert bob.reads() == ["alice: hello"]
    assert heard == ["hello"]
    name = "test_a_handler_that_fails_keeps_nothing_from_the_others.<locals>.fail"
    assert [event["name"] for event in logged] == [f"{__name__}.{name}"]


def test_a_handler_that_refuses_is_one_line_of_the_log_without_what_was_typed() -> None:
    @on(Said)
    def hear(hub: Hub, event: Said) -> None:
        if event.text.startswith("quote"):
            raise ChatError(f"Cannot use {event.text}.")
        hub.find_user("carol")

    _, alice, bob = alice_and_bob(hear)
    with capturedLogs() as logged:
        alice.types("hello", "quote hunter2")
    name = f"{__name__}.{hear.__qualname__}"
    assert [formatEvent(event) for event in logged] == [
        f"{name} refused, and there is no user to tell: 'Nobody here is called carol.'",
        f"{name} refused, and there is no user to tell: '(it quotes what was typed)'",
    ]
    assert bob.reads() == ["alice: hello", "alice: quote hunter2"]
    assert alice.reads() == []


def test_a_handler_that_fails_five_times_is_switched_off_until_a_reload() -> None:
    calls: list[str] = []

    @on(Said)
    def fail(hub: Hub, event: Said) -> None:
        calls.append(event.text)
        raise OSError

    chat, alice, bob = alice_and_bob(fail)
    alice.types(*"123456")
    assert calls == ["1", "2", "3", "4", "5"]
    assert bob.reads() == [f"alice: {number}" for number in "123456"]
    chat.plugins.load()
    alice.types("7")
    assert calls == ["1", "2", "3", "4", "5", "7"]


def test_a_handler_that_causes_what_it_hears_of_comes_to_an_end() -> None:
    @on(Announced)
    def shout_on(hub: Hub, event: Announced) -> None:
        hub.find_room(event.room).announce(f"{event.text}!")

    @on(Said)
    def shout(hub: Hub, event: Said) -> None:
        hub.find_room(event.room).announce(event.text)

    _, alice, bob = alice_and_bob(shout_on, shout)
    alice.types("hey")
    lines = bob.reads()
    assert lines[:3] == ["alice: hey", "*** hey ***", "*** hey! ***"]
    assert len(lines) <= 10
    alice.types("ho")
    assert bob.reads()[0] == "alice: ho"


def test_two_handlers_that_cause_each_other_come_to_an_end() -> None:
    @on(Announced)
    def speak(hub: Hub, event: Announced) -> None:
        session = hub.find_user("bob").sessions[0]
        for _ in range(2):
            hub.talk.say(session, hub.find_room("lobby"), "well?")

    @on(Said)
    def shout(hub: Hub, event: Said) -> None:
        for _ in range(2):
            hub.find_room(event.room).announce("hey")

    _, alice, _ = alice_and_bob(speak, shout)
    alice.types("hey")
    assert 0 < len(alice.reads()) < 100


# -- filtering ------------------------------------------------------------------------------------


def louder(hub: Hub, event: Any) -> Any:
    return evolve(event, text=event.text.upper())


@pytest.mark.parametrize(
    ("kind", "line", "sender", "receiver"),
    [
        (Said, "hello", [], ["alice: HELLO"]),
        (Acted, "/me waves", ["* alice WAVES"], ["* alice WAVES"]),
        (Told, "/msg bob psst", ["[you -> bob] PSST"], ["[alice -> you] PSST"]),
    ],
)
def test_a_filter_changes_what_everybody_reads(
    kind: type[Event], line: str, sender: list[str], receiver: list[str]
) -> None:
    def louder(hub: Hub, event: Any) -> Any:
        return evolve(event, text=event.text.upper())

    _, alice, bob = alice_and_bob(filters(kind)(louder))
    alice.types(line)
    assert alice.reads() == sender
    assert bob.reads() == receiver


def test_a_filter_changes_a_topic_before_it_is_kept() -> None:
    @filters(TopicChanged)
    def louder(hub: Hub, event: TopicChanged) -> TopicChanged:
        return evolve(event, topic=event.topic.upper())

    chat, alice, bob = alice_and_bob(louder)
    alice.types("/topic tea", "/topic")
    assert bob.reads() == ["*** alice set the topic of #lobby: TEA ***"]
    assert alice.reads()[-1] == "Topic: TEA"
    assert chat.hub.find_room("lobby").topic == "TEA"


def test_a_filter_changes_what_a_plugin_announces() -> None:
    @filters(Announced)
    def louder(hub: Hub, event: Announced) -> Announced:
        return evolve(event, text=event.text.upper())

    @command
    def shout(ctx: Context) -> None:
        """Shout."""
        ctx.room.announce("hey")

    _, alice, bob = alice_and_bob(louder, shout)
    alice.types("/shout")
    assert bob.reads() == ["*** HEY ***"]


@pytest.mark.parametrize("kind", [Said, Acted, Told, TopicChanged, Event])
@pytest.mark.parametrize("line", ["hello", "/me waves", "/msg bob psst", "/topic tea"])
def test_a_filter_sees_its_own_kind_alone(kind: type[Event], line: str) -> None:
    seen: list[type[Event]] = []

    @filters(kind)
    def look(hub: Hub, event: Event) -> None:
        seen.append(type(event))

    _, alice, bob = alice_and_bob(look)
    alice.types(line)
    meant = {"h": Said, "/me": Acted, "/ms": Told, "/to": TopicChanged}
    own = next(event for start, event in meant.items() if line.startswith(start))
    assert seen == ([own] if kind in (own, Event) else [])
    assert len(bob.reads()) == 1


@pytest.mark.parametrize("kind", [Joined, Left, Renamed, Invited])
def test_what_cannot_be_filtered_is_refused_at_import(kind: type[Event]) -> None:
    with pytest.raises(TypeError):
        filters(kind)(louder)


@pytest.mark.parametrize(
    "line", ["bad word", "/say bad word", "/me bad word", "/msg bob bad word", "/topic bad word"]
)
def test_a_filter_refuses_and_only_the_writer_is_told_why(line: str) -> None:
    heard: list[Event] = []

    @filters(Event)
    def refuse(hub: Hub, event: Event) -> None:
        raise ChatError("Not with {that} word.")

    @on(Event)
    def hear(hub: Hub, event: Event) -> None:
        heard.append(event)

    chat, alice, bob = alice_and_bob(refuse, hear)
    heard.clear()
    before = chat.hub.talk.lines
    with capturedLogs() as logged:
        alice.types(line)
    assert alice.reads() == ["Not with {that} word."]
    assert bob.reads() == heard == logged == []
    assert chat.hub.talk.lines == before
    assert chat.hub.find_room("lobby").topic == ""


def test_each_filter_sees_what_the_one_before_it_left_until_one_refuses() -> None:
    seen: list[str] = []

    @filters(Said)
    def first(hub: Hub, event: Said) -> Said:
        return evolve(event, text=f"{event.text} one")

    @filters(Said)
    def second(hub: Hub, event: Said) -> None:
        seen.append(event.text)

    @filters(Event)
    def third(hub: Hub, event: Event) -> Event:
        if "stop" in getattr(event, "text", ""):
            raise ChatError("No.")
        return evolve(event, text=f"{getattr(event, 'text', '')} three")

    @filters(Said)
    def fourth(hub: Hub, event: Said) -> None:
        seen.append(event.text)

    _, alice, bob = alice_and_bob(first, second, third, fourth)
    alice.types("go", "stop")
    assert seen == ["go one", "go one three", "stop one"]
    assert bob.reads() == ["alice: go one three"]


@pytest.mark.parametrize(
    "junk",
    ["changed", 7, True, [], Told(0, "alice", "bob", "changed"), Event(0), Said],
    ids=lambda junk: type(junk).__name__,
)
def test_a_filter_that_returns_something_else_is_passed_over(junk: object) -> None:
    @filters(Said)
    def garble(hub: Hub, event: Said) -> Any:
        return junk

    _, alice, bob = alice_and_bob(garble)
    with capturedLogs() as logged:
        alice.types("hello")
    assert alice.reads() == []
    assert bob.reads() == ["alice: hello"]
    (failure,) = logged
    assert f"returned {type(junk).__name__}" in failure["traceback"]


def test_a_filter_that_fails_silences_no_user() -> None:
    @filters(Said)
    def fail(hub: Hub, event: Said) -> None:
        raise OSError

    @filters(Said)
    def louder(hub: Hub, event: Said) -> Said:
        return evolve(event, text=event.text.upper())

    _, alice, bob = alice_and_bob(fail, louder)
    with capturedLogs() as logged:
        alice.types(*"abcdef")
    assert alice.reads() == []
    assert bob.reads() == [f"alice: {letter}" for letter in "ABCDEF"]
    # Five failures and the line that says it is off now.
    assert len(logged) == 6


def test_a_filter_that_causes_what_it_filters_comes_to_an_end() -> None:
    @filters(Announced)
    def shout_first(hub: Hub, event: Announced) -> None:
        hub.find_room(event.room).announce("listen")

    @command
    def shout(ctx: Context) -> None:
        """Shout."""
        ctx.room.announce("hey")

    _, alice, bob = alice_and_bob(shout_first, shout)
    alice.types("/shout")
    lines = bob.reads()
    assert lines[-2:] == ["*** listen ***", "*** hey ***"]
    assert len(lines) <= 10


def test_a_filter_cannot_be_a_coroutine() -> None:
    async def look(hub: Hub, event: Said) -> None: ...

    with pytest.raises(TypeError, match="cannot wait for an async filter"):
        filters(Said)(look)


# -- declaring ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [str, Said(0, "lobby", "bob", "hello"), "Said", None, 7, object])
def test_an_events_class_is_needed(kind: Any) -> None:
    with pytest.raises(TypeError) as raised:
        on(kind)
    assert str(raised.value) == f"an event's class is needed, not {kind!r}"
    with pytest.raises(TypeError):
        filters(kind)


@pytest.mark.parametrize("decorator", [on, filters])
def test_a_decorator_for_several_kinds_at_once_says_that_they_are_stacked(decorator: Any) -> None:
    with pytest.raises(TypeError) as raised:
        decorator(Said, Acted)
    assert str(raised.value) == (
        f"@{decorator.__name__} is for one kind of event: for several, stack one above the other"
    )


def test_a_hooked_function_is_still_the_function_it_was() -> None:
    def double(hub: Any, event: int) -> int:
        return event * 2

    assert on(Said)(double) is double
    assert filters(Told)(double) is double
    assert double(None, 4) == 8
    assert [(hook.kind, hook.before) for hook in hooks_of(double)] == [
        (Said, False),
        (Told, True),
    ]
    assert hooks_of(print) == hooks_of(7) == []


# -- what is never logged -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["mellon", "/me mellon", "/msg bob mellon", "/topic mellon", "/quit mellon", "/shout mellon"],
)
@pytest.mark.parametrize("decorate", [on, filters])
def test_words_that_a_person_typed_never_reach_the_log(decorate: Any, line: str) -> None:
    @decorate(Event)
    def quote(hub: Hub, event: Event) -> None:
        raise ValueError(event)

    @command
    def shout(ctx: Context, *, text: str) -> None:
        """Shout."""
        ctx.room.announce(text)

    _, alice, _ = alice_and_bob(quote, shout)
    with capturedLogs() as logged:
        alice.types(line)
    failures = [event for event in logged if "traceback" in event]
    assert all("in quote" in event["traceback"] for event in failures)
    assert "mellon" not in str(logged)
