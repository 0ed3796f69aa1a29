"""
Password prompts: how people are asked for passwords, old and new.
"""

from __future__ import annotations

import pytest
from attrs import evolve
from logins import SECRET
from shared_accounts import operator, registered

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat

FAR = "10.0.0.7"


WARNING = "This connection is not encrypted: others on the network may read your password."


DENIED = "This connection is not encrypted. To give a password, please connect over TLS."


def test_an_empty_line_in_place_of_a_password_leads_back_to_the_name() -> None:
    chat = Chat()
    registered(chat, "alice").hangs_up()
    bob = chat.connect()
    bob.types("alice")
    bob.types("")
    assert bob.reads() == ["Cancelled."]
    assert bob.prompt == "Enter your name: "
    chat.advance(3)
    bob.types("bob")
    assert bob.reads()[0] == "You are in #lobby as bob. Nobody else is here yet."


@pytest.mark.parametrize(
    "lines",
    [
        # The name prompt, with the right one behind a wrong one.
        ["alice", "wrong password", SECRET],
        ["alice", "short", SECRET],
        ["bob", "/register", "canary\x07 horse", SECRET, SECRET],
        ["bob", "/register", SECRET, "another password", SECRET],
        ["bob", "/login alice", "wrong password", SECRET],
    ],
)
def test_a_password_typed_ahead_is_never_said_nor_taken_for_a_name(lines: list[str]) -> None:
    chat = Chat()
    registered(chat, "alice").hangs_up()
    carol = chat.arrive("carol")
    person = chat.connect()
    person.sends("".join(f"{line}\n" for line in lines).encode())
    read = [*carol.reads(), *person.reads()]
    assert not [line for line in read if "horse" in line or "password:" in line], read
    assert all("horse" not in user.nick for user in chat.hub.users.values())


def test_a_password_behind_a_wrong_or_forbidden_login_is_not_said_either() -> None:
    chat = Chat()
    alice, carol = registered(chat, "alice"), chat.arrive("carol")
    alice.types("/login alice", SECRET)
    assert alice.reads()[-1] == "You are already logged in as alice."
    denying = Chat(limits=evolve(NO_LIMITS, password_over_cleartext="deny"))
    bob, dora = denying.arrive("bob", FAR), denying.arrive("dora")
    bob.types("/register", SECRET)
    assert "was not sent" in bob.reads()[-1]
    for person in (carol, dora):
        assert not [line for line in person.reads() if "horse" in line]


def test_a_user_who_types_a_password_where_others_could_read_it_is_warned() -> None:
    chat = Chat(limits=NO_LIMITS)
    alice = chat.arrive("alice", FAR)
    alice.types("/register", SECRET, SECRET)
    assert alice.reads()[0] == WARNING


def test_an_operator_logs_in_only_where_no_other_user_can_read_the_password() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    operator(chat, store, "ada").hangs_up()
    for server in (chat, Chat(store=store)):
        far = server.connect(FAR)
        far.types("ada")
        assert far.reads() == [DENIED]
        assert far.prompt == "Enter your name: "


@pytest.mark.parametrize(("rule", "first"), [("deny", [DENIED]), ("allow", [])])
def test_the_operator_decides_about_passwords_that_others_could_read(
    rule: str, first: list[str]
) -> None:
    chat = Chat(limits=evolve(NO_LIMITS, password_over_cleartext=rule))
    alice = chat.arrive("alice", FAR)
    alice.types("/register")
    assert alice.reads() == first
