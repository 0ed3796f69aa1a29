"""
Visits: tokens of programs, and requests that are done.
"""

import json
from typing import Any

import pytest
from coming_back import (
    PASSWORD,
    come,
    come_back,
    names,
    refusal_of,
    registered,
    restarted,
    token_of,
)
from shared_json import Programs

from twisted_chat.auth.tokens import MOST_TOKENS
from twisted_chat.events import Departure
from twisted_chat.limits import Limits
from twisted_chat.people.programs.visits import INTERVAL
from twisted_chat.testing import Chat
from twisted_chat.world.inbox import READ_WITHIN

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPlCH8GFnpGVHGMVqXKEJKrB0ixkFDO+Lpc3YYyDz9dK laptop"


@pytest.mark.parametrize("how", ["is here", "has hung up", "has said bye"])
def test_a_ban_from_the_server_ends_the_session_and_its_token(how: str) -> None:
    here = Programs()
    bob = here.arrive("bob")
    here.chat.hub.find_user("bob").roles.add("operator")
    alice, token = registered(here)
    bob.reads()
    if how == "has hung up":
        alice.transport.hang_up()
    elif how == "has said bye":
        alice.asks("bye")
        bob.reads()
    told = bob.asks("command", text="/serverban alice 1h spam")
    quits = [each for each in told if each.get("event") == "quit"]
    sent_away = [("alice", "banned")] if how != "has said bye" else []
    assert [(each["nick"], each["cause"]) for each in quits] == sent_away
    bob.asks("command", text="/serverunban alice")
    assert names(come_back(here, token)[1]) == ["unknown-token"]


def test_the_token_of_an_account_is_worth_a_password() -> None:
    here = Programs()
    alice, token = registered(here)
    alice.asks("bye")
    alice, answers = come_back(here, token)
    (hello,) = [each for each in answers if each["event"] == "hello"]
    assert (hello["account"], hello["is_resumed"], hello["token"]) == ("alice", False, token)


def test_a_new_password_ends_all_tokens() -> None:
    here = Programs()
    alice, token = registered(here)
    other, second = here.connect(), ""
    second = token_of(other.asks("hello", name="alice", password=PASSWORD))
    assert second != token
    other.transport.hang_up()
    args = {"old": PASSWORD, "new": "battery-staple"}
    changed = alice.asks("command", name="passwd", args=args, label="p")
    assert names(changed)[-1] == "done"
    for each in (token, second):
        assert names(come_back(here, each)[1]) == ["unknown-token"]


def test_unregistering_ends_tokens() -> None:
    here = Programs()
    alice, token = registered(here)
    alice.asks("command", name="unregister", args={"password": PASSWORD})
    alice.transport.hang_up()
    assert names(come_back(here, token)[1]) == ["unknown-token"]


@pytest.mark.parametrize("is_over", ["lifted", "over"])
def test_a_ban_of_an_account_ends_its_tokens_and_keys_where_nobody_is_connected(
    is_over: str,
) -> None:
    here = Programs()
    bob = here.arrive("bob")
    here.chat.hub.find_user("bob").roles.add("operator")
    alice, token = registered(here)
    alice.asks("command", name="key", args={"deed": "add", "key": KEY})
    assert [each["label"] for each in alice.asks("command", name="keys")[-1]["keys"]] == ["laptop"]
    alice.asks("bye")
    # A ban from a room is none of the account.
    bob.asks("command", text="/join den")
    bob.asks("command", text="/ban alice 1h")
    again = here.connect()
    assert refusal_of(again, token) == ""
    again.asks("bye")
    bob.asks("command", text="/serverban alice 1h spam")
    if is_over == "lifted":
        bob.asks("command", text="/serverunban alice")
    else:
        here.chat.advance(3601)
    assert names(come_back(here, token)[1]) == ["unknown-token"]
    alice = here.arrive("alice", password=PASSWORD)
    assert alice.asks("command", name="keys")[-1].get("keys", []) == []


def test_a_token_that_is_removed_is_not_there_after_a_restart() -> None:
    here = Programs()
    _, token = registered(here)
    laptop = here.arrive("alice", password=PASSWORD, device="laptop")
    laptop.asks("command", text="/unlink 1")
    here = restarted(here.chat)
    assert names(come_back(here, token)[1]) == ["unknown-token"]


def test_an_account_has_so_many_tokens_and_no_more() -> None:
    here = Programs()
    first, token = registered(here)
    first.asks("bye")
    for _ in range(MOST_TOKENS):
        here.chat.advance(1)
        here.arrive("alice", password=PASSWORD).asks("bye")
    assert names(come_back(here, token)[1]) == ["unknown-token"]


def test_a_token_of_an_account_is_a_password_where_others_listen() -> None:
    limits = Limits(rate=0.0, max_per_host=0, history_lines=0, password_over_cleartext="deny")
    here = Programs(Chat(limits=limits))
    alice, token = registered(here)
    alice.transport.hang_up()
    far = here.connect("192.0.2.7")
    assert names(far.asks("hello", token=token)) == ["not-encrypted"]
    assert "hello" in names(come_back(here, token)[1])


# -- what one alone was told ----------------------------------------------------------------------


def kept_of(here: Programs) -> list[str]:
    """
    Return the texts that are on the disk of what programs alone were told.
    """
    here.chat.advance()
    (kept,) = here.chat.hub.store.load().tokens
    return [json.loads(each.event)["text"] for each in kept.told if each.event]


def test_what_a_program_was_told_alone_is_deleted_ten_minutes_after_it_has_read_it() -> None:
    here = Programs()
    alice, token = come(here)
    ada = here.chat.arrive("ada")
    ada.types("/msg alice one", "/msg alice two")
    (one, _) = [each for each in alice.reads() if each.get("event") == "told"]
    assert kept_of(here) == ["one", "two"]
    alice, answers = come_back(here, token, one["id"])
    assert [each["text"] for each in answers if each.get("event") == "told"] == ["two"]
    # Its own store may be set back.
    assert kept_of(here) == ["one", "two"]
    here.chat.advance(READ_WITHIN - 1)
    alice, _ = come_back(here, token, one["id"])
    here.chat.advance(2)
    # A look later: what it says to have is deleted, and of the rest it is not known.
    here.chat.advance(INTERVAL)
    assert kept_of(here) == ["two"]
    here.chat.advance(READ_WITHIN + INTERVAL)
    assert kept_of(here) == []
    ada.types("/msg alice three")
    here = restarted(here.chat)
    assert kept_of(here) == ["three"]
    alice, _ = come_back(here, token, one["id"])
    here.chat.advance(READ_WITHIN + 2 * INTERVAL)
    assert kept_of(here) == []


# -- other tokens ---------------------------------------------------------------------------------


def token_in(answers: list[dict[str, Any]]) -> str:
    (changed,) = [each for each in answers if each.get("event") == "token-changed"]
    return str(changed["token"])


def test_who_changes_the_password_goes_on_with_another_token_and_other_devices_without() -> None:
    here = Programs()
    alice, token = registered(here)
    other = here.arrive("alice", password=PASSWORD, device="laptop")
    args = {"old": PASSWORD, "new": "battery-staple"}
    new = token_in(alice.asks("command", name="passwd", args=args, label="p")[-3:])
    assert token_in(other.reads()) == ""
    assert new not in ("", token)
    alice.transport.hang_up()
    assert "hello" in names(come_back(here, new)[1])
    other.transport.hang_up()
    assert len(here.chat.hub.find_user("alice").sessions) == 1


def test_who_logs_in_by_a_command_goes_on_with_a_token_of_the_account() -> None:
    here = Programs()
    _, token = registered(here)
    bob, bobs = come(here, "bob")
    given = {"nick": "alice", "password": PASSWORD}
    new = token_in(bob.asks("command", name="login", args=given))
    assert new not in ("", token, bobs)
    assert refusal_of(here.connect(), bobs) == "unknown-token"
    bob.transport.hang_up()
    _, answers = come_back(here, new)
    (hello,) = [each for each in answers if each["event"] == "hello"]
    assert (hello["account"], hello["is_resumed"]) == ("alice", True)


def test_a_guest_who_becomes_the_owner_of_an_account_keeps_their_token() -> None:
    here = Programs()
    alice, _ = registered(here)
    alice.asks("bye")
    bob, token = come(here, "bob")
    given = {"nick": "alice", "password": PASSWORD}
    answers = bob.asks("command", name="login", args=given)
    assert "token-changed" not in names(answers)
    bob.asks("bye")
    (hello,) = [each for each in come_back(here, token)[1] if each["event"] == "hello"]
    assert hello["account"] == "alice"


@pytest.mark.parametrize("name", ["logout", "unregister"])
def test_a_session_whose_token_ends_is_told_so(name: str) -> None:
    here = Programs()
    alice, _ = registered(here)
    args = {"password": PASSWORD} if name == "unregister" else {}
    assert token_in(alice.asks("command", name=name, args=args)) == ""


def test_a_login_that_fails_on_the_way_leaves_one_token_in_the_end() -> None:
    here = Programs()
    alice, _ = registered(here)
    alice.asks("bye")
    bob, bobs = come(here, "bob")
    bob.asks("command", name="register", args={"password": PASSWORD})
    visits, session = here.chat.hub.visits, here.chat.hub.find_user("bob").sessions[0]
    here.chat.hub.arrivals.detach(session, Departure(cause="logged-in", by="alice"))
    answers = bob.asks("hello", name="carl")
    token = token_of(answers)
    assert refusal_of(here.connect(), bobs) == "unknown-token"
    assert refusal_of(here.connect(), token_in(answers)) == "unknown-token"
    bob.transport.hang_up()
    assert names(come_back(here, token)[1])[-1] == "done"
    assert not visits.goes_on(session)
