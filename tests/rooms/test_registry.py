"""
Rooms with owners: who operates them, how they are set, who is let in, and what lasts.
"""

from pathlib import Path

import pytest
from logins import SECRET, come, told
from shared_registry import den

from twisted_chat.limits import Limits
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

#: A user who enters reads what was said.
SHOWING = Limits(rate=0, max_per_host=0, history_lines=20, max_owned=0)


# -- owners ---------------------------------------------------------------------------------------


def test_a_room_without_an_owner_is_gone_when_its_last_member_leaves() -> None:
    chat = Chat()
    gast, bert = chat.arrive("gast"), chat.arrive("bert")
    gast.types("/join den", "/leave den")
    assert told(bert, "/join den", "/modes") == [
        "You are in #den as bert. Nobody else is here yet.",
        "#den: open to everybody. Operators: bert.",
    ]


def test_an_owned_room_stays_with_all_that_it_is_when_everybody_has_left() -> None:
    _, alice, bob = den()
    bob.types("/join den")
    alice.types("/op bob", "/topic tea", "/slow 10s", "/leave den")
    bob.types("/leave den")
    assert told(bob, "/rooms", "/join den", "/modes") == [
        "#lobby: 2 people",
        "#den: 0 people - tea",
        "You are in #den as bob. Nobody else is here yet.",
        "Topic: tea",
        "#den: slow (10s). Owner: alice. Operators: bob.",
    ]


# -- modes ----------------------------------------------------------------------------------------


# -- private --------------------------------------------------------------------------------------


def test_what_was_said_in_private_stays_hidden_in_the_next_room_of_that_name() -> None:
    for crashes in (False, True):
        store = MemoryStore()
        chat, alice, bob = den(SHOWING, store)
        alice.types("/private on", "/disown", "secret")
        if not crashes:
            alice.types("/leave den")
        chat = Chat(limits=SHOWING, store=store) if crashes else chat
        bob = come(chat, "bob") if crashes else bob
        assert told(bob, "/join den") == ["You are in #den as bob. Nobody else is here yet."]
        assert told(bob, "/modes") == ["#den: open to everybody. Owner: bob."]
        chat = Chat(limits=SHOWING, store=store)
        carol = come(chat, "carol")
        assert not any("secret" in line for line in told(carol, "/join den"))


def test_what_was_done_in_private_stays_hidden_there_too() -> None:
    store = MemoryStore()
    _, alice, _ = den(store=store)
    alice.types("/private on", "/ban gast 1d hush", "/disown")
    chat = Chat(store=store)
    bob = come(chat, "bob")
    assert told(bob, "/join den", "/audit")[1:] == ["The audit trail is empty."]


def test_a_user_who_comes_where_no_history_is_kept_does_not_read_what_was_done_before() -> None:
    _, alice, bob = den()
    alice.types("/ban gast 1d hush", "/private on", "/keephistory off", "/ban gina 1d hush")
    alice.types("a word", "/invite bob")
    bob.types("/join den")
    alice.types("/op bob", "/slow 5s")
    assert [line.partition(" alice: ")[2] for line in told(bob, "/audit")] == [
        "op bob in #den",
        "slow 5s in #den",
    ]


def test_a_topic_goes_with_its_room_and_does_not_come_back_with_the_next() -> None:
    for crashes in (False, True):
        store = MemoryStore()
        chat, alice, bob = den(store=store)
        alice.types("/topic old", "/unregister", SECRET)
        if crashes:
            chat = Chat(store=store)
            bob = come(chat, "bob")
        else:
            alice.types("/leave den")
        bob.types("/join den")
        bob = come(Chat(store=store), "bob")
        assert told(bob, "/join den", "/topic") == [
            "You are now talking in #den.",
            "#den has no topic.",
        ]


# -- what outsiders learn of a private room -------------------------------------------------------


@pytest.mark.parametrize("mode", ["/private on", "/members on", "/lock"])
@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("name", ["Modern", "modem"])
def test_a_closed_room_that_is_gone_leaves_its_name_and_numbers_to_others(
    mode: str, restarts: bool, name: str
) -> None:
    store = MemoryStore()
    chat = Chat(limits=SHOWING, store=store)
    alice, carol = come(chat, "alice"), come(chat, "carol")
    alice.types("/join modern", mode, *[SECRET] * 2 * (mode == "/lock"), *["psst"] * 30)
    # Nobody else has a name that looks like it while it is there.
    assert "looks like" in told(carol, "/join modem")[0]
    alice.types("/disown", "/leave modern")
    # What follows that refusal at once may be a password.
    chat.advance(2)
    if restarts:
        chat = Chat(limits=SHOWING, store=store)
        carol = come(chat, "carol")
    carol.types("/numbers on")
    assert (
        told(carol, "/history 20 modern", "/audit 5 modern")
        == ["There is no room #modern. /rooms lists the rooms."] * 2
    )
    assert told(carol, f"/join {name}", "hello") == [
        f"You are in #{name} as carol. Nobody else is here yet.",
        "[2] is your line.",
    ]
    page = told(carol, "/history 20 joins")
    assert [line.split("] ", 1)[1] for line in page[1:-1]] == [
        f"[1] *** carol has joined #{name} ***",
        "[2] carol: hello",
    ]
    assert told(carol, "/search psst", f"/audit 5 {name}") == [
        "Nothing was found.",
        "The audit trail is empty.",
    ]
    carol = come(Chat(limits=SHOWING, store=store), "carol")
    assert any("carol: hello" in line for line in told(carol, f"/history 5 {name}"))


def test_lines_of_a_closed_room_stay_in_the_export_of_their_writer() -> None:
    store = MemoryStore()
    _, alice, _ = den(store=store)
    alice.types("/private on", "psst", "/disown", "/leave den")
    lines = store._connection.execute(
        "SELECT room.name, text FROM line JOIN room ON room.id = line.room WHERE text = 'psst'"
    )
    assert lines.fetchall() == [("den", "psst")]


@pytest.mark.parametrize("keeps", [True, False])
def test_a_member_comes_back_after_each_restart_to_a_room_that_was_private_once(
    keeps: bool,
) -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    guest, bob = come(chat, "gina"), come(chat, "bob")
    guest.types("/join den")
    bob.types("/join den")
    guest.types(*["/keephistory off"] * (not keeps), "/private on", "/private off")
    Chat(store=store).advance()
    bob = come(Chat(store=store), "bob")
    assert any(line.startswith("In #den: bob") for line in told(bob, "/who den"))


def test_stats_do_not_count_lines_in_rooms_that_are_not_public() -> None:
    _, alice, bob = den()
    counts = "People: 2. Rooms: {}. Lines in public rooms since the start: {}."
    assert told(bob, "/stats")[1] == counts.format(2, 0)
    alice.types("/private on", "psst", "/me whispers", "/msg alice psst")
    alice.types(
        "/join vault", "/members on", "psst", "/join attic", "/lock", SECRET, SECRET, "psst"
    )
    assert told(bob, "/stats")[1] == counts.format(3, 0)
    bob.types("hello")
    assert told(bob, "/stats")[1] == counts.format(3, 1)


# -- every store ----------------------------------------------------------------------------------


def test_another_arrival_room_is_opened(tmp_path: Path) -> None:
    store = MemoryStore()
    _, alice, _ = den(SHOWING, store)
    alice.types("/private on", "/members on", "/moderated on", "secret")
    chat = Chat(limits=SHOWING, store=store)
    hub = type(chat.hub)(chat.clock, store, chat.hub.verifier._hasher, SHOWING, "den")
    room = hub.rooms["den"]
    assert (room.modes.private, room.modes.members, room.modes.moderated) == (False, False, True)
    assert room.public_from > room.timeline.number
