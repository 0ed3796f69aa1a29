"""
Rooms with owners: who operates them, how they are set, who is let in, and what lasts.
"""

from pathlib import Path

import pytest
from logins import SECRET, come, log_in, told

from twisted_chat.limits import Limits
from twisted_chat.store.interface import Store
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person

#: Whoever enters reads what was said.
SHOWING = Limits(rate=0, max_per_host=0, history_lines=20, max_owned=0)


def den(limits: Limits = NO_LIMITS, store: Store | None = None) -> tuple[Chat, Person, Person]:
    """
    Return a chat where alice owns #den, and bob, who has an account too, is in the lobby.
    """
    chat = Chat(limits=limits, store=store)
    alice, bob = come(chat, "alice"), come(chat, "bob")
    alice.types("/join den")
    alice.reads()
    bob.reads()
    return chat, alice, bob


THERE_IS_NONE = "There is no room #den. /rooms lists those there are."
BY_INVITATION = "#den may be entered by invitation only."


# -- owners ---------------------------------------------------------------------------------------


def test_who_creates_a_room_with_an_account_owns_it() -> None:
    _, alice, bob = den()
    assert told(alice, "/modes") == ["#den: open to everybody. Owner: alice."]
    bob.types("/join den")
    assert told(bob, "/private on") == ["Only an operator of #den may do that."]


def test_who_makes_a_room_without_an_account_operates_it_for_the_visit() -> None:
    chat = Chat()
    gast, bert = chat.arrive("gast"), chat.arrive("bert")
    gast.types("/join den")
    bert.types("/join den")
    assert told(gast, "/modes", "/moderated on", "/leave den") == [
        "#den: open to everybody. Operators: gast.",
        "[#den] *** gast lets only those speak who have a voice ***",
        "You have left #den.",
        "You are now talking in #lobby.",
    ]
    assert told(bert, "/moderated off") == ["Only an operator of #den may do that."]
    gast.hangs_up()
    gast = chat.arrive("gast")
    gast.types("/join den")
    assert told(gast, "/modes", "/moderated off") == [
        "#den: moderated.",
        "Nobody operates #den but operators of the server.",
    ]


def test_a_room_that_nobody_owns_goes_with_the_last_who_leaves_it() -> None:
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


def test_the_owner_makes_operators_and_operators_give_voices() -> None:
    chat, alice, bob = den()
    carol = come(chat, "carol")
    for person in (bob, carol):
        person.types("/join den")
    assert told(bob, "/op carol", "/voice carol") == [
        "Only the owner of #den may do that.",
        "Only an operator of #den may do that.",
    ]
    assert told(alice, "/op bob") == ["[#den] *** alice made bob an operator ***"]
    assert told(bob, "/op carol") == ["Only the owner of #den may do that."]
    assert told(bob, "/voice carol") == ["[#den] *** bob gave carol a voice ***"]
    assert told(alice, "/modes") == [
        "#den: open to everybody. Owner: alice. Operators: bob. Voices: carol."
    ]
    assert told(bob, "/unvoice carol") == ["[#den] *** bob took the voice of carol ***"]
    assert told(bob, "/deop bob") == ["[#den] *** bob made bob an operator no more ***"]
    assert told(alice, "/modes") == ["#den: open to everybody. Owner: alice."]


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("/op bob", "bob is not in #den."),
        ("/op nobody", "Nobody here is called nobody."),
        ("/op alice", "alice owns #den already."),
        ("/voice alice", "alice owns #den already."),
        ("/deop bob", "bob does not operate #den."),
        ("/deop alice", "alice does not operate #den."),
        ("/unvoice bob", "bob has no voice in #den."),
        ("/private off", "#den is set so already; /modes shows how."),
        ("/slow off", "#den is set so already; /modes shows how."),
    ],
)
def test_what_cannot_be_done_in_ones_own_room_is_refused(line: str, refusal: str) -> None:
    _, alice, _ = den()
    assert told(alice, line) == [refusal]


def test_a_room_is_slow_for_so_long_or_off() -> None:
    _, alice, _ = den()
    assert told(alice, "/slow soon") == [
        "wait must be a time such as 10s or 1m, or off.",
        "Usage: /slow wait|off",
    ]
    assert told(alice, "/slow 90s", "/slow OFF") == [
        "[#den] *** alice lets everybody speak once in 1m30s ***",
        "[#den] *** alice lets everybody speak without a wait ***",
    ]


def test_somebody_who_is_not_here_is_an_operator_no_more() -> None:
    _, alice, bob = den()
    bob.types("/join den")
    alice.types("/op bob")
    bob.types("/quit")
    assert told(alice, "/deop bob") == ["[#den] *** alice made bob an operator no more ***"]
    assert told(alice, "/modes") == ["#den: open to everybody. Owner: alice."]


def test_an_operator_without_an_account_is_one_for_this_visit_or_logs_in() -> None:
    chat, alice, _ = den()
    come(chat, "carol").types("/quit")
    gast = chat.arrive("gast")
    gast.types("/join den")
    alice.types("/op gast")
    assert told(gast, "/slow 1s") == ["[#den] *** gast lets everybody speak once in 1s ***"]
    log_in(gast, "carol")
    gast.types("/quit")
    assert told(alice, "/modes") == ["#den: slow (1s). Owner: alice. Operators: carol."]
    gast = chat.arrive("gast")
    gast.types("/join den")
    assert told(gast, "/slow off") == ["Only an operator of #den may do that."]


def test_giving_a_room_up_lets_it_go_when_everybody_has_left() -> None:
    _, alice, bob = den()
    bob.types("/join den")
    assert told(bob, "/disown") == ["Only the owner of #den may do that."]
    alice.types("/disown", "/leave den")
    assert bob.reads() == [
        "[#den] *** alice gave this room up: it goes when everybody has left ***",
        "*** alice has left #den ***",
    ]
    bob.types("/leave den")
    assert told(alice, "/rooms") == ["#lobby: 2 people"]


def test_an_operator_of_the_server_takes_a_room_from_its_owner() -> None:
    chat, alice, _ = den()
    oscar = come(chat, "oscar", "operator")
    oscar.types("/join den", "/disown")
    assert alice.reads()[-1] == (
        "[#den] *** oscar took this room from alice: it goes when everybody has left ***"
    )
    assert told(oscar, "/modes", "/disown") == ["#den: open to everybody.", "Nobody owns #den."]


@pytest.mark.parametrize("mode", ["/private on", "/members on"])
@pytest.mark.parametrize("is_restarted", [True, False])
@pytest.mark.parametrize("end", [["/disown"], ["/unregister", SECRET]])
def test_nobody_comes_back_unasked_to_a_room_that_was_not_for_everybody(
    end: list[str], mode: str, is_restarted: bool
) -> None:
    store = MemoryStore()
    chat, alice, bob = den(store=store)
    bob.types("/join den")
    alice.types(mode, *end)
    bob.types("among ourselves")
    if is_restarted:
        chat = Chat(store=store)
    else:
        alice.hangs_up()
        bob.hangs_up()
    bob = come(chat, "bob")
    assert not [line for line in bob.reads() if "den" in line]
    assert told(bob, "/rooms") == ["#lobby: 1 person"]


def test_one_account_owns_so_many_rooms() -> None:
    chat = Chat(limits=Limits(rate=0, max_owned=1))
    alice = come(chat, "alice")
    assert told(alice, "/join den", "/join attic")[1:] == [
        "You own as many rooms as you may: 1. /disown gives one up."
    ]
    assert told(alice, "/disown", "/join attic")[1:] == [
        "You are in #attic as alice. Nobody else is here yet."
    ]


def test_an_operator_of_the_server_may_do_everything_in_every_room_that_they_see() -> None:
    chat, alice, bob = den()
    oscar = come(chat, "oscar", "operator")
    oscar.types("/join den")
    bob.types("/join den")
    assert told(oscar, "/op bob", "/slow 5s", "/modes")[-1] == (
        "#den: slow (5s). Owner: alice. Operators: bob."
    )
    oscar.types("/leave den")
    alice.types("/private on")
    assert told(oscar, "/rooms", "/who den", "/join den") == [
        "#lobby: 3 people",
        THERE_IS_NONE,
        BY_INVITATION,
    ]


def test_an_account_that_is_given_up_owns_nothing_any_more() -> None:
    _, alice, bob = den()
    bob.types("/join den")
    alice.types("/op bob", "/unregister", SECRET)
    assert told(bob, "/modes") == ["#den: open to everybody. Operators: bob."]
    assert told(alice, "/slow 5s") == ["Only an operator of #den may do that."]
    alice.types("/leave den")
    bob.types("/leave den")
    assert told(alice, "/rooms") == ["#lobby: 2 people"]


# -- modes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "told_to_all", "shown"),
    [
        ("/private on", "alice made this room private", "private"),
        ("/moderated on", "alice lets only those speak who have a voice", "moderated"),
        ("/slow 10s", "alice lets everybody speak once in 10s", "slow (10s)"),
        ("/members on", "alice lets in only people with an account", "members only"),
        ("/topiclock on", "alice lets only operators set the topic", "topic by operators"),
        ("/keephistory off", "alice has nothing kept of what is said from here on", "history off"),
    ],
)
def test_each_mode_is_told_to_the_room_shown_and_survives_a_restart(
    line: str, told_to_all: str, shown: str
) -> None:
    store = MemoryStore()
    _, alice, bob = den(store=store)
    bob.types("/join den")
    bob.reads()
    alice.types("/op bob", line)
    assert bob.reads()[-1] == f"[#den] *** {told_to_all} ***"
    chat = Chat(store=store)
    alice = come(chat, "alice")
    alice.types("/join den")
    assert told(alice, "/modes") == [f"#den: {shown}. Owner: alice. Operators: bob."]


def test_in_a_moderated_room_only_those_speak_who_have_a_voice() -> None:
    _, alice, bob = den()
    bob.types("/join den")
    alice.types("/moderated on")
    refusal = "#den is moderated: only those speak to whom its operators give a voice."
    assert told(bob, "hello", "/me waves", "/topic mine") == [refusal] * 3
    alice.types("/voice bob")
    bob.types("hello")
    assert alice.reads()[-1] == "[#den] bob: hello"
    alice.types("/moderated off", "/unvoice bob")
    bob.types("hello again")
    assert alice.reads()[-1] == "[#den] bob: hello again"


def test_nor_do_they_say_anything_as_they_go() -> None:
    _, alice, bob = den()
    bob.types("/join den", "/leave lobby")
    alice.types("/moderated on")
    alice.reads()
    bob.types("/quit and another thing")
    assert alice.reads() == ["*** bob has left #den ***"]


def test_in_a_slow_room_one_waits_between_ones_lines() -> None:
    chat, alice, bob = den()
    bob.types("/join den")
    alice.types("/slow 10s")
    assert told(bob, "one", "two") == ["#den is slow, please wait 10 s."]
    chat.advance(9.5)
    assert told(bob, "/leave den", "/join den", "two")[-1] == "#den is slow, please wait 1 s."
    chat.advance(0.5)
    bob.types("two")
    assert alice.reads()[-1] == "[#den] bob: two"
    assert told(alice, "one", "two") == []
    alice.types("/voice bob")
    assert told(bob, "three", "four") == []


def test_a_new_topic_and_an_edit_and_a_reaction_are_waited_for_as_well() -> None:
    chat, alice, bob = den()
    bob.types("/join den", "one")
    number = chat.hub.rooms["den"].timeline.number
    alice.types("/slow 10s")
    refusal = "#den is slow, please wait 10 s."
    for line in ("/topic mine", f"/edit {number} two", f"/react {number} +1"):
        assert told(bob, line) != [refusal]
        assert told(bob, "/topic ours", "three") == [refusal] * 2
        chat.advance(10)


def test_whoever_may_say_nothing_may_still_take_back_what_they_said() -> None:
    chat, alice, bob = den()
    bob.types("/join den", "rude words")
    number = chat.hub.rooms["den"].timeline.number
    alice.types("/mute bob 10m")
    alice.reads()
    bob.types(f"/edit {number} ruder words", f"/delete {number}")
    assert alice.reads() == [f"[#den] *** bob deleted {number} ***"]


def test_a_pinned_line_is_unpinned_by_who_pinned_it_and_by_operators() -> None:
    chat, alice, bob = den()
    carol = come(chat, "carol")
    for person in (bob, carol):
        person.types("/join den")
    bob.types("tea at five")
    number = chat.hub.rooms["den"].timeline.number
    for who in (bob, alice):
        bob.types(f"/pin {number}")
        assert told(carol, f"/unpin {number}") == ["Only an operator of #den may do that."]
        assert told(who, f"/unpin {number}") == [
            f"[#den] *** {who.protocol.session.nick} unpinned {number} ***"
        ]


def test_many_voices_are_counted() -> None:
    chat, alice, _ = den()
    for number in range(30):
        chat.arrive(f"gast{number:02}").types("/join den")
        alice.types(f"/voice gast{number:02}")
    names = ", ".join(f"gast{number:02}" for number in range(20))
    assert told(alice, "/modes") == [
        f"#den: open to everybody. Owner: alice. Voices: {names} and 10 more."
    ]


def test_who_is_banned_is_not_invited_either() -> None:
    chat, alice, _ = den()
    chat.arrive("gast")
    alice.types("/ban gast 1d")
    assert told(alice, "/invite gast") == ["gast is banned from #den."]


def test_a_room_for_members_is_entered_and_spoken_in_with_an_account() -> None:
    chat, alice, bob = den()
    gast, late = chat.arrive("gast"), chat.arrive("late")
    gast.types("/join den")
    alice.types("/members on")
    refusal = "#den is for people with an account only."
    assert told(late, "/join den") == [refusal]
    assert told(gast, "hello") == [refusal]
    assert told(bob, "/join den")[0].startswith("You are in #den as bob")


def test_the_topic_may_be_the_operators_alone() -> None:
    _, alice, bob = den()
    bob.types("/join den")
    alice.types("/topiclock on")
    assert told(bob, "/topic mine") == ["Only an operator of #den may do that."]
    assert told(alice, "/topic ours") == ["*** alice set the topic of #den: ours ***"]


def test_without_history_nothing_is_kept_and_no_number_is_given() -> None:
    _, alice, bob = den(SHOWING)
    alice.types("before", "/keephistory off", "between", "/keephistory on", "after")
    bob.types("/join den")
    read = [line.partition("] ")[2] for line in bob.reads() if "alice" in line]
    assert read == [
        "alice: before",
        "*** alice has nothing kept of what is said from here on ***",
        "*** alice has what is said from here on kept ***",
        "alice: after",
        "",
    ]


def test_where_people_arrive_stays_open_and_keeps_its_topic_and_modes() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    oscar = come(chat, "oscar", "operator")
    assert (
        told(oscar, "/private on", "/members on")
        == ["People arrive in #lobby, so it stays open."] * 2
    )
    oscar.types("/topic tea", "/slow 5s")
    chat = Chat(store=store)
    alice = chat.connect()
    alice.types("alice", "/modes")
    assert "Topic: tea" in alice.reads()
    assert told(alice, "/modes") == ["#lobby: slow (5s)."]


# -- private --------------------------------------------------------------------------------------


def test_what_is_private_does_not_exist_for_others() -> None:
    _, alice, bob = den()
    alice.types("/private on")
    typed = ("/rooms", "/whois alice", "/stats", "/who den", "/leave den", "/join DEN")
    assert told(bob, *typed) == [
        "#lobby: 2 people",
        "alice is in #lobby, here since 22:13 (0s), idle for 0s.",
        "Up 0s. People: 2. Rooms: 1. Lines since the start: 0.",
        THERE_IS_NONE,
        THERE_IS_NONE,
        "#DEN may be entered by invitation only.",
    ]
    bob.types("/leave lobby")
    assert told(alice, "/rooms", "/whois alice") == [
        "#den: 1 person",
        "#lobby: 1 person",
        "alice is in #lobby, #den, here since 22:13 (0s), idle for 0s.",
    ]
    assert told(bob, "/whois alice")[0].startswith("alice is in #lobby, here")


def test_a_room_that_looks_like_a_private_one_is_refused_without_its_name() -> None:
    chat, _, bob = den()
    carol = come(chat, "carol")
    carol.types("/join ops1")
    assert told(bob, "/join opsl") == ["#opsl looks like #ops1; please choose another name."]
    carol.types("/private on")
    refusal = "#opsl looks like another room; please choose another name."
    assert told(bob, "/join opsl") == [refusal]


def test_an_invitation_lets_in_and_for_an_account_it_lasts() -> None:
    store = MemoryStore()
    chat, alice, bob = den(SHOWING, store)
    gast = chat.arrive("gast")
    alice.types("/private on", "early", "/invite bob", "/invite gast", "late")
    for person in (bob, gast):
        read = told(person, "/join den")
        assert any(line.endswith("alice: late") for line in read)
        assert not any(line.endswith("alice: early") for line in read)
        person.types("/leave den")
        assert told(person, "/join den")[-1].startswith("You are in #den")
    chat = Chat(store=store, limits=SHOWING)
    bob, gast = come(chat, "bob"), chat.arrive("gast")
    assert told(gast, "/join den") == [BY_INVITATION]
    read = told(bob, "/leave den", "/join den")
    assert any(line.endswith("alice: late") for line in read)
    assert not any(line.endswith("alice: early") for line in read)


def test_operators_let_in_and_where_there_are_none_everybody_who_is_in() -> None:
    chat, alice, bob = den()
    gast = chat.arrive("gast")
    alice.types("/private on", "/invite bob")
    bob.types("/join den")
    assert told(bob, "/invite gast") == ["Only an operator of #den may do that."]
    alice.types("/disown")
    bob.reads()
    assert told(bob, "/invite gast") == ["You have invited gast to #den."]
    assert gast.reads()[-1] == "*** bob invites you to #den, /join den goes there ***"


def test_who_is_there_when_it_becomes_private_reads_from_where_they_came_in() -> None:
    _, alice, bob = den(SHOWING)
    alice.types("early")
    bob.types("/join den")
    alice.types("late", "/private on", "later")
    bob.types("/leave den")
    read = told(bob, "/join den")
    said = [line.partition(": ")[2] for line in read if " alice: " in line]
    assert said == ["late", "later"]


def test_what_was_said_while_it_was_private_stays_hidden_when_it_is_public_again() -> None:
    store = MemoryStore()
    chat, alice, bob = den(SHOWING, store)
    alice.types("/private on", "secret", "/private off", "news")
    for _ in range(2):
        bob.types("/leave den")
        read = told(bob, "/join den")
        assert any(line.endswith("alice: news") for line in read)
        assert not any(line.endswith("alice: secret") for line in read)
        again = told(alice, "/leave den", "/join den")
        assert any(line.endswith("alice: secret") for line in again)
        chat = Chat(limits=SHOWING, store=store)
        alice, bob = come(chat, "alice"), come(chat, "bob")
        alice.types("/join den")


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
    assert told(bob, "/join den", "/audit")[1:] == ["Nothing was done."]


def test_nor_does_whoever_comes_where_nothing_is_kept_read_what_was_done_before() -> None:
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
