"""
Sanctioned: which bans and mutes hit a user, and what they keep the user from.
"""

import pytest
from logins import come, told
from shared_registry import WORDS, den

from twisted_chat.testing import Chat

pytestmark = pytest.mark.usefixtures("utc")


def test_a_banned_user_is_not_invited_either() -> None:
    chat, alice, _ = den()
    chat.arrive("gast")
    alice.types("/ban gast 1d")
    assert told(alice, "/invite gast") == ["gast is banned from #den."]


def test_a_user_who_is_muted_on_the_server_says_nothing_in_any_other_way() -> None:
    chat = Chat()
    alice, oscar = come(chat, "alice"), come(chat, "oscar", "operator")
    gast = chat.arrive("gast")
    gast.types("/join attic", "/join lobby", "hello", f"/away {WORDS}")
    gast.types(f"/react {chat.hub.rooms['lobby'].timeline.spoken} ok")
    number = chat.hub.rooms["lobby"].timeline.spoken
    oscar.types("/servermute gast 1h")
    alice.reads()
    ways = [
        f"{WORDS}", f"/me is {WORDS}", f"/re {number} {WORDS}", f"/edit {number} {WORDS}",
        f"/edit last {WORDS}", f"/react {number} thief", f"/unreact {number} ok",
        f"/pin {number}", f"/topic {WORDS}", f"/msg alice {WORDS}", f"@alice {WORDS}",
        f"/away {WORDS}", f"/nick {WORDS}", f"/join {WORDS}", "/invite alice",
    ]  # fmt: skip
    for line in ways:
        if "invite" in line:
            gast.types("/join attic")
        refusal = told(gast, line)[0]
        assert refusal.startswith("You are muted on this server by oscar until "), line
    asked = ["/msg gast are you there?", "/whois gast", "/rooms", "/history"]
    assert not [line for line in told(alice, *asked) if WORDS in line]
    assert told(alice, f"/who {WORDS}") == [f"There is no room #{WORDS}. /rooms lists the rooms."]
    assert "gast is away." in told(alice, "/whois gast")
    gast.types(f"/quit {WORDS}")
    assert alice.reads()[-1] == "*** gast has left #lobby ***"
    assert WORDS not in chat.hub.rooms


def test_a_muted_user_who_is_an_operator_by_now_announces_nothing() -> None:
    chat = Chat()
    alice, oscar, bob = come(chat, "alice"), come(chat, "oscar", "operator"), come(chat, "bob")
    oscar.types("/servermute bob 1h", "/grant bob operator")
    alice.reads()
    assert told(bob, f"/announce {WORDS}")[0].startswith("You are muted on this server by oscar")
    assert alice.reads() == []
