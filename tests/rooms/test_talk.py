"""
Talk: lines in rooms, topics and announcements.
"""

import pyte
import pytest
from attrs import evolve
from logins import come, told
from services import sitting, tells
from shared_hub import everybody, plugin, type_slowly
from shared_json import Programs

from twisted_chat import Context, Hub, command, filters, on
from twisted_chat.delivery.programs.screens import Screens
from twisted_chat.events import Said
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat


def test_a_topic_that_is_all_that_was_decided_outlasts_a_restart() -> None:
    store = MemoryStore()
    alice = come(Chat(store=store), "alice")
    alice.types("/join den", "/topic tea at four")
    again = Chat(store=store)
    bob = again.arrive("bob")
    assert told(bob, "/join den", "/topic") == [
        "You are in #den as bob. Nobody else is here yet.",
        "Topic: tea at four",
        "Topic: tea at four",
    ]


def test_the_topic_of_a_guest_ends_with_the_server() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, gast = come(chat, "alice"), chat.arrive("gast")
    alice.types("/topic tea at four", "/join den", "/topic den of alice")
    gast.types("/join den", "/topic den of thieves", "/join lobby", "/topic BUY CHEAP PILLS")
    assert told(alice, "/topic") == ["Topic: den of thieves"]
    # Another decision about the room does not keep it either.
    alice.types("/slow 1s")
    again = Chat(store=store)
    bob = again.arrive("bob")
    assert told(bob, "/topic", "/join den")[0] == "Topic: tea at four"
    assert told(bob, "/topic") == ["Topic: den of alice"]
    # Nor does one take another's away for good.
    bob.types("/join lobby", "/topic -")
    assert told(bob, "/topic") == ["#lobby has no topic."]
    assert told(Chat(store=store).arrive("carol"), "/topic") == ["Topic: tea at four"]


def test_a_line_reaches_the_others_and_not_its_speaker() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    alice.types("hello")
    assert alice.reads() == []
    assert bob.reads() == carol.reads() == ["alice: hello"]


def test_spaces_before_a_line_stay_as_in_pasted_code() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    alice.types("def f():", "    return 1")
    assert bob.reads() == ["alice: def f():", "alice:     return 1"]


def test_a_filter_that_throws_the_speaker_out_leaves_nothing_said() -> None:
    @filters(Said)
    def bouncer(hub: Hub, event: Said) -> None:
        hub.close(hub.find_user(event.nick).sessions[0], "Out.", "thrown out")

    chat = Chat(plugin(bouncer))
    alice, bob = everybody(chat, "alice", "bob")
    alice.types("hello")
    assert bob.reads() == ["*** alice has left #lobby (thrown out) ***"]
    assert alice.reads() == ["Out."]
    assert not alice.is_connected


def test_a_filter_does_not_choose_the_number_and_the_id_of_a_line() -> None:
    tomorrow = 1_800_000_000.0

    @filters(Said)
    def renumber(hub: Hub, event: Said) -> Said:
        if event.text == "ding":
            hub.talk.announce(hub.find_room("lobby"), "dong")
        at = tomorrow if event.text == "later" else event.at
        return evolve(event, at=at, id=2**62, number=99)

    here = Programs(Chat(plugin(renumber)))
    alice = here.arrive("alice")
    one, _ = alice.asks("say", text="one", label="a")
    dong, ding, _ = alice.asks("say", text="ding", label="b")
    later, _ = alice.asks("say", text="later", label="c")
    # The clock stands still; what is said tomorrow has an id of tomorrow.
    assert [one["number"], dong["number"], ding["number"], later["number"]] == [2, 3, 4, 5]
    assert [dong["id"] - one["id"], ding["id"] - one["id"]] == [1, 2]
    assert later["id"] == 1_800_000_000_000_000


def test_where_no_program_filters_nobody_asks_whether_a_line_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[str] = []

    @on(Said)
    def hear(_: Hub, event: Said) -> None:
        heard.append(event.text)

    def asked(*_: object) -> None:
        raise AssertionError("a line asked whether it has to wait")

    chat = Chat(plugin(hear))
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    monkeypatch.setattr(Screens, "wait", asked)
    alice.types("hello")
    assert (bob.reads(), heard) == (["alice: hello"], ["hello"])


def test_what_is_no_text_is_refused_before_anything_happens() -> None:
    troubles: list[type[Exception]] = []

    @command
    def junk(ctx: Context) -> None:
        """Say what cannot be said."""
        hub, session = ctx.hub, ctx.session
        for attempt in (
            lambda: hub.talk.say(session, ctx.room, 7),
            lambda: hub.talk.act(session, ctx.room, None),
            lambda: hub.private_talk.tell(session, ctx.user, b"x"),
            lambda: hub.talk.set_topic(ctx.user, ctx.room, 7),
            lambda: hub.close(session, "Bye.", None),
            lambda: hub.disconnect(session, None),
            lambda: hub.membership.leave(ctx.user, ctx.room, None),
        ):
            try:
                attempt()
            except TypeError as error:
                troubles.append(type(error))

    chat = Chat(plugin(junk))
    alice, bob = everybody(chat, "alice", "bob")
    bob.types("/bell on")
    alice.types("/junk", "still here")
    assert troubles == [TypeError] * 7
    assert bob.reads() == ["The bell is on.", "alice: still here"]
    bob.types("/who")
    assert bob.reads() == ["In #lobby: alice, bob."]


def test_an_action_of_a_user_is_read_by_themselves_too() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types("/me waves")
    assert alice.reads() == ["* alice waves"]
    assert bob.reads() == ["* alice waves"]


def test_an_announcement_reaches_users_in_no_room_too() -> None:
    chat = Chat()
    oscar, bob = come(chat, "oscar", "operator"), chat.arrive("bob")
    bob.types("/leave")
    bob.reads()
    oscar.types("/announce tea is ready")
    assert bob.reads() == ["*** oscar announces: tea is ready ***"]
    assert oscar.reads()[-1] == "*** oscar announces: tea is ready ***"


def test_what_operators_write_each_other_is_read_by_operators_alone() -> None:
    @command
    def alert(ctx: Context, *, text: str) -> None:
        """Tell the operators."""
        ctx.hub.talk.tell_operators(ctx.user, text)

    chat = Chat(plugin(alert))
    oscar, alice, bob = come(chat, "oscar", "operator"), chat.arrive("alice"), chat.arrive("bob")
    oscar.reads()
    bob.reads()
    assert told(alice, "/alert fire") == []
    assert [line for line in oscar.reads() if "fire" in line] == [
        "*** alice tells the operators: fire ***"
    ]
    assert bob.reads() == []


def test_a_plugin_announces_in_a_room_what_nobody_said() -> None:
    @command
    def ding(ctx: Context) -> None:
        """Ring."""
        ctx.hub.talk.announce(ctx.room, "Ding.")

    alice, bob = everybody(Chat(plugin(ding)), "alice", "bob")
    alice.types("/ding")
    assert alice.reads() == bob.reads() == ["*** Ding. ***"]


def test_a_line_and_a_topic_that_a_program_checks_are_told_when_it_has() -> None:
    table = sitting()
    alice, bob = table.arrive("alice"), table.arrive("bob")
    program = table.serve(filters=["said", "topic-changed"])
    bob.reads()
    alice.types("tea")
    assert bob.reads() == []
    tells(program, "verdict", check=1)
    assert bob.reads() == ["alice: tea"]
    alice.types("/topic tea at four")
    assert bob.reads() == []
    tells(program, "verdict", check=2)
    assert [line for line in bob.reads() if "tea at four" in line]


NOTHING = [
    "\u200b\u200b",
    "\u2800",
    "\u3164\u3164",
    "\u00ad",
    "\ufe0f",
    "\U000e0041",
    "\u3000\u2003",
]


@pytest.mark.parametrize("nothing", NOTHING)
def test_a_line_that_shows_nothing_is_not_said(nothing: str) -> None:
    chat = Chat()
    alice, bob = everybody(chat, "alice", "bob")
    lines = ("{}", "/say {}", "/me {}", "/msg bob {}", "@bob: {}", "/topic {}", "/away {}")
    # In a block the fifth would be a line of code.
    type_slowly(chat, alice, *[line.format(nothing) for line in lines])
    alice.reads()
    assert bob.reads() == []
    assert "away:" not in told(bob, "/whois alice", "/topic")[-1]


@pytest.mark.parametrize(
    "blanks", [61 * " ", 61 * "\xa0", 61 * "\u2003", 31 * "\u3000", 31 * "\u3164", 9 * "\t"]
)
def test_no_user_fills_a_row_so_that_the_next_begins_like_a_line_of_the_server(
    blanks: str,
) -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    fake = "*** The server is going down ***"
    alice.types(f"hi{blanks}{fake}", f"/me is{blanks}{fake}", f"/msg bob hi{blanks}{fake}")
    alice.types(f"/topic hi{blanks}{fake}")
    lines = bob.reads()
    assert len(lines) == 4
    for line in lines:
        screen = pyte.Screen(80, 10)
        pyte.Stream(screen).feed(line)
        assert not [row for row in screen.display[1:] if row.startswith("***")]
