"""
Commands of a room's operators.
"""

import pytest
from logins import SECRET, come, told
from shared_registry import den

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat


def test_a_room_is_slow_for_so_long_or_off() -> None:
    _, alice, _ = den()
    usage = "Usage: /slow wait|off"
    assert told(alice, "/slow soon") == [
        'wait must be a time such as 90s, 10m or 2d, 1000d at most, or off, not "soon".',
        usage,
    ]
    assert told(alice, "/slow") == ["/slow needs a wait.", usage]
    assert told(alice, "/help slow")[0] == "/slow wait|off"
    assert told(alice, "/slow 90s", "/slow OFF") == [
        "[#den] *** alice turned slow mode on: each user may speak once in 1m30s ***",
        "[#den] *** alice turned slow mode off ***",
    ]


@pytest.mark.parametrize(
    ("line", "told_to_all", "shown"),
    [
        ("/private on", "alice made this room private", "private"),
        (
            "/moderated on",
            "alice turned moderation on: only users with a voice may speak",
            "moderated",
        ),
        ("/slow 10s", "alice turned slow mode on: each user may speak once in 10s", "slow (10s)"),
        ("/members on", "alice lets in only users with an account", "members only"),
        ("/topiclock on", "alice lets only operators set the topic", "topic by operators"),
        (
            "/keephistory off",
            "alice turned history off: what is said from now on is not kept",
            "history off",
        ),
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


def test_many_voices_are_counted() -> None:
    chat, alice, _ = den()
    for number in range(30):
        chat.arrive(f"gast{number:02}").types("/join den")
        alice.types(f"/voice gast{number:02}")
    names = ", ".join(f"gast{number:02}" for number in range(20))
    assert told(alice, "/modes") == [
        f"#den: open to everybody. Owner: alice. Voices: {names} and 10 more."
    ]


NO_OWNER = (
    "Only the owner of a room or an operator of the server may do that, and #den has no owner."
)


def test_a_room_is_set_by_who_owns_it_and_given_up() -> None:
    chat = Chat()
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    for person in (alice, bob):
        person.types("/join den")
    alice.types("/op bob", "/deop bob", "/voice bob", "/unvoice bob", "/private on")
    alice.types("/private off", "/moderated on", "/members off", "/topiclock on")
    alice.types("/keephistory off", "/lock", SECRET, SECRET)
    assert told(alice, "/modes") == [
        "#den: locked, moderated, topic by operators, history off. Owner: alice."
    ]
    alice.types("/unlock", "/disown")
    assert told(alice, "/modes", "/op bob") == [
        "#den: history off.",
        f"{NO_OWNER} With your account, you own the rooms that you make.",
    ]
