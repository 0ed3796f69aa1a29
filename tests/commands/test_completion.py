"""
Completion: what may complete a line, as far as the user who types it may know.
"""

from types import ModuleType
from typing import Annotated

import pytest
from logins import come
from pace import processor_time
from twisted.logger import capturedLogs, formatEvent

from twisted_chat import Context, ParamType, command
from twisted_chat.testing import Chat, Person


def completed(person: Person, text: str, cursor: int | None = None) -> tuple[int, list[str]]:
    session = person.protocol.session
    assert session is not None
    found = person.protocol.factory.dispatcher.complete(
        session, text, len(text) if cursor is None else cursor
    )
    return found.start, list(found.words)


@pytest.fixture
def alice() -> Person:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("Bob")
    oscar = come(chat, "oscar", "operator")
    for person in (alice, bob):
        person.types("/join garden")
    bob.types("/join den", "/private on")
    oscar.types("/join Gate")
    alice.reads()
    return alice


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/col", ["/color", "/colour"]),
        ("/j", ["/j", "/join"]),
        ("/TOPIC", ["/topic", "/topiclock"]),
        ("/color ", ["off", "on"]),
        ("/color of", ["off"]),
        ("/join g", ["garden", "Gate"]),
        ("/join #g", ["#garden", "#Gate"]),
        ("/msg b", ["Bob"]),
        ("/msg bob hello a", ["alice"]),
        ("/whois ", ["alice", "Bob", "oscar"]),
        ("/re 12 al", ["alice"]),
        ("hello B", ["Bob"]),
        ("hello", []),
        ("/nosuchthing a", []),
        ("/ ", []),
        ("/logout a", []),
        ("/whois bob a", []),
        ("/help rea", ["react", "read"]),
        ("/leave g", ["garden", "Gate"]),
        ("/me hugs b", ["Bob"]),
        ("/ban ", ["alice", "Bob", "oscar"]),
        ("@o", ["@oscar:"]),
        ("hello @o", []),
        ("see #g", ["#garden", "#Gate"]),
        ("//help b", ["Bob"]),
        ("hello ", []),
        ("", []),
    ],
)
def test_a_word_is_completed_as_its_parameter_says(
    alice: Person, text: str, words: list[str]
) -> None:
    assert completed(alice, text) == (text.rfind(" ") + 1, words)


@pytest.mark.parametrize("before", ["", "done ", "/me drinks ", "/msg bob ", "/react 12 "])
def test_an_emoji_is_found_by_its_name(alice: Person, before: str) -> None:
    session = alice.protocol.session
    assert session is not None
    dispatcher = alice.protocol.factory.dispatcher
    found = dispatcher.complete(session, f"{before}:tad", len(before) + 4)
    assert (found.start, found.words, found.names) == (
        len(before), ("\U0001f389",), ("tada",),
    )  # fmt: skip
    assert len(dispatcher.complete(session, ":face", 5).words) == 50
    assert dispatcher.complete(session, "/who", 4).names == ()


def test_only_what_stands_before_the_cursor_counts(alice: Person) -> None:
    assert completed(alice, "hello B and goodbye", 7) == (6, ["Bob"])


def test_nothing_is_offered_that_one_may_not_know() -> None:
    chat = Chat()
    bob, eve = chat.arrive("bob"), chat.arrive("eve")
    bob.types("/join den", "/private on")
    assert completed(eve, "/join d") == (6, [])
    assert completed(bob, "/join d") == (6, ["den"])
    assert completed(eve, "/serverk") == (0, [])
    come(chat, "oscar", "operator")
    nobody = chat.connect()
    assert completed(nobody, "/jo") == (0, [])
    assert completed(nobody, "o") == (0, [])


def test_commands_are_offered_to_users_who_may_use_them() -> None:
    @command
    def flop(ctx: Context) -> None:
        """Fail."""
        raise ValueError

    module = ModuleType(__name__)
    module.flop = flop  # type: ignore[attr-defined]
    chat = Chat(module)
    bob, oscar = chat.arrive("bob"), come(chat, "oscar", "operator")
    assert completed(bob, "/server") == (0, [])
    assert completed(bob, "/serverkick o") == (12, [])
    assert "/serverkick" in completed(oscar, "/server")[1]
    assert completed(oscar, "/serverkick b") == (12, ["bob"])
    # Who is in no room is offered nothing that is for a room.
    assert completed(bob, "/top") == (0, ["/topic", "/topiclock"])
    bob.types("/leave")
    assert completed(bob, "/top") == (0, [])
    assert completed(bob, "o") == (0, [])
    assert completed(bob, "/flo") == (0, ["/flop"])
    with capturedLogs():
        for _ in range(5):
            oscar.types("/flop")
    assert completed(bob, "/flo") == (0, [])


def test_a_private_room_is_offered_to_its_people_alone_wherever_a_room_may_stand() -> None:
    chat = Chat()
    alice, eve = come(chat, "alice"), chat.arrive("eve")
    alice.types("/join den", "/private on", "/join lobby")
    for text in ("/join d", "/leave d", "/who d", "/history #d", "in #d", "/msg alice in #d"):
        assert completed(eve, text)[1] == []
        assert [word.removeprefix("#") for word in completed(alice, text)[1]] == ["den"]
    # Once they are let in they may know.
    eve.types("/ignore alice")
    alice.types("/join den", "/invite eve")
    assert completed(eve, "/join d")[1] == ["den"]


def test_a_cursor_beyond_the_line_or_before_it_harms_nothing() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    assert completed(alice, "/whois al", 99) == (7, ["alice"])
    assert completed(alice, "/whois al", -3) == (0, [])
    assert completed(alice, "one\n\tal") == (5, ["alice"])


def test_a_long_line_takes_no_longer_than_its_length(alice: Person) -> None:
    with processor_time(0.3):
        for text in ("a" * 16000 + " ", "/topic " + "a" * 16000 + " ", " " * 16000 + "a"):
            completed(alice, text)


def test_at_most_fifty_are_offered() -> None:
    chat = Chat()
    people = [chat.arrive(f"p{number:03}") for number in range(60)]
    assert completed(people[0], "/whois p") == (7, [f"p{number:03}" for number in range(50)])


# -- of plugins -----------------------------------------------------------------------------------


def test_subcommands_are_completed_and_so_is_what_stands_behind_them() -> None:
    alice = Chat(_polls()).arrive("alice")
    assert completed(alice, "/poll ") == (6, ["drink", "vote"])
    assert completed(alice, "/poll v") == (6, ["vote"])
    assert completed(alice, "/poll vote ") == (11, ["Assam", "Earl Grey", "Earl White"])
    assert completed(alice, "/poll vote earl g") == (11, ["Earl Grey"])
    assert completed(alice, "/poll drink r") == (12, ["red"])
    assert completed(alice, "/poll drink red ") == (16, [])
    assert completed(alice, "/poll xyz ") == (10, [])


def test_a_completion_that_fails_offers_nothing_and_is_logged() -> None:
    alice = Chat(_polls()).arrive("alice")
    with capturedLogs() as logs:
        assert completed(alice, "/broken secret") == (8, [])
    assert formatEvent(logs[0]).startswith("/broken completing word failed:")
    assert "secret" not in str(logs)


Colour = Annotated[str, ParamType("colour", str, "a colour", lambda typed: ["red", "blue"])]


def _polls() -> ModuleType:
    module = ModuleType(__name__)

    @command
    def poll(ctx: Context) -> None:
        """Show the poll."""

    @poll.command
    def vote(ctx: Context, *, option: str) -> None:
        """Vote."""

    @vote.completes("option")
    def options(ctx: Context, typed: str) -> list[str]:
        assert ctx.user.nick == "alice"
        return ["Earl White", "Assam", "Earl Grey"]

    @poll.command
    def drink(ctx: Context, colour: Colour) -> None:
        """Drink."""

    @command
    def broken(ctx: Context, word: str) -> None:
        """Break."""

    @broken.completes("word")
    def words(ctx: Context, typed: str) -> list[str]:
        raise RuntimeError(typed)

    for each in (poll, vote, drink, broken):
        setattr(module, each.__name__, each)
    return module
