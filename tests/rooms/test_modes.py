"""
Modes: the settings of rooms.
"""

from logins import SECRET, come, told
from shared_registry import den

from twisted_chat.limits import Limits
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

#: A user who enters reads what was said.
SHOWING = Limits(rate=0, max_per_host=0, history_lines=20, max_owned=0)


def test_in_a_moderated_room_only_users_with_a_voice_speak() -> None:
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


def test_a_room_for_members_is_entered_and_spoken_in_with_an_account() -> None:
    chat, alice, bob = den()
    gast, late = chat.arrive("gast"), chat.arrive("late")
    gast.types("/join den")
    alice.types("/members on")
    refusal = "#den is only for users with an account."
    assert told(late, "/join den") == [refusal]
    assert told(gast, "hello") == [refusal]
    assert told(bob, "/join den")[0].startswith("You are in #den as bob")


def test_the_topic_may_be_the_operators_alone() -> None:
    _, alice, bob = den()
    bob.types("/join den")
    alice.types("/topiclock on")
    assert told(bob, "/topic mine") == ["Only operators of #den may do that."]
    assert told(alice, "/topic ours") == ["*** alice set the topic of #den: ours ***"]


def test_without_history_nothing_is_kept_and_no_number_is_given() -> None:
    _, alice, bob = den(SHOWING)
    alice.types("before", "/keephistory off", "between", "/keephistory on", "after")
    bob.types("/join den")
    read = [line.partition("] ")[2] for line in bob.reads() if "alice" in line]
    assert read == [
        "alice: before",
        "*** alice turned history off: what is said from now on is not kept ***",
        "*** alice turned history on: what is said from now on is kept ***",
        "alice: after",
        "",
    ]


def test_a_room_with_a_limit_is_full_for_all_but_its_operators() -> None:
    chat, alice, bob = den()
    carol = chat.arrive("carol")
    alice.types("/limit 2")
    assert told(bob, "/join den")[0].startswith("You are in #den as bob with alice.")
    full = "#den is full, 2 people are in it."
    assert told(carol, "/join den") == [full]
    # An invitation is for closed rooms.
    alice.types("/invite carol")
    assert told(carol, "/join den")[-1] == full
    assert told(alice, "/limit 1", "/modes") == [
        "[#den] *** alice set the limit of members of this room to 1 ***",
        "#den: limit 1. Owner: alice.",
    ]
    bob.types("still here")
    assert alice.reads() == ["[#den] bob: still here"]
    alice.types("/op bob")
    bob.types("/leave den")
    assert told(bob, "/join den")[0].startswith("You are in #den as bob with alice.")
    bob.types("/leave den")
    alice.types("/deop bob")
    assert told(bob, "/join den") == ["#den is full, 1 person is in it."]
    alice.types("/limit off")
    assert told(bob, "/join den")[0].startswith("You are in #den as bob with alice.")


def test_a_limit_of_members_is_kept_and_the_servers_own_counts_too() -> None:
    store = MemoryStore()
    _, alice, _ = den(store=store)
    assert told(alice, "/limit 0", "/limit -1", "/limit 1000001") == [
        "#den is already set that way; /modes shows its modes.",
        "The limit of members is 1 to 1,000,000, or off.",
        "The limit of members is 1 to 1,000,000, or off.",
    ]
    alice.types("/limit 7")
    chat = Chat(store=store, limits=Limits(rate=0, room_size=1))
    gast = chat.connect()
    gast.types("gast", "/join den")
    assert told(gast, "/modes")[-1] == "#den: limit 7. Owner: alice."
    log_in_again = chat.connect()
    log_in_again.types("alice", SECRET, "/join den")
    assert log_in_again.reads()[-1] == "#den is full, 1 person is in it."


def test_the_arrival_room_stays_open_and_keeps_its_topic_and_modes() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    oscar = come(chat, "oscar", "operator")
    assert (
        told(oscar, "/private on", "/members on", "/limit 9")
        == ["New users arrive in #lobby, so it must stay open."] * 3
    )
    oscar.types("/topic tea", "/slow 5s")
    chat = Chat(store=store)
    alice = chat.connect()
    alice.types("alice", "/modes")
    assert "Topic: tea" in alice.reads()
    assert told(alice, "/modes") == ["#lobby: slow (5s)."]
