"""
Locked rooms: users who know the password are let in, and no other user reads a word.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from attrs import evolve
from logins import SECRET, come, told
from twisted.internet.defer import Deferred

from twisted_chat.limits import Rate
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, MemoryHasher, Person

KEY = "open sesame now"


def vault(store: MemoryStore | None = None) -> tuple[Chat, Person]:
    chat = Chat(store=store, limits=evolve(NO_LIMITS, history_lines=20))
    alice = come(chat, "alice")
    alice.types("/join vault", "before the lock", "/lock", KEY, KEY, "behind the lock")
    alice.reads()
    return chat, alice


def test_a_user_who_locks_a_room_is_asked_for_its_password_twice_and_the_room_is_told() -> None:
    chat = Chat()
    alice = come(chat, "alice")
    alice.types("/join vault", "/lock")
    assert (alice.prompt, alice.sees_typing) == ("New password: ", False)
    alice.types(KEY)
    assert alice.prompt == "Repeat the password: "
    alice.reads()
    alice.types(KEY)
    assert alice.reads() == ["[#vault] *** alice locked this room with a password ***"]
    alice.types("/modes")
    assert alice.reads() == ["#vault: locked. Owner: alice."]


def test_only_operators_of_a_room_lock_it() -> None:
    chat, alice = vault()
    alice.types("/unlock")
    bob = come(chat, "bob")
    bob.types("/join vault")
    bob.reads()
    for line in ("/lock", "/unlock"):
        bob.types(line)
        chat.advance(2)
        assert bob.reads() == ["Only operators of #vault may do that."]


def test_a_user_who_knows_the_password_comes_in_and_reads_from_there_on() -> None:
    chat, _ = vault()
    bob = chat.arrive("bob")
    bob.types("/join vault")
    assert (bob.prompt, bob.sees_typing) == ("Password for #vault: ", False)
    assert bob.reads() == []
    bob.types(KEY)
    assert bob.reads() == ["You are in #vault as bob with alice."]
    bob.types("/history")
    assert not [line for line in bob.reads() if "the lock" in line]


def test_a_wrong_password_stays_outside_and_may_not_be_guessed_at_will() -> None:
    chat, _ = vault()
    bob = chat.arrive("bob")
    bob.types("/join vault")
    for _ in range(4):
        bob.types("something else")
        assert bob.reads() == ["That is not the password of #vault."]
    bob.types("something else")
    assert bob.reads()[0] == "Disconnected: too many wrong passwords or codes."
    bob = chat.arrive("bob2")
    bob.types("/join vault", KEY)
    assert bob.reads() == ["Too many wrong passwords, please wait 60 s."]


def test_no_user_reads_a_locked_room_from_outside() -> None:
    chat, _ = vault()
    bob = chat.arrive("bob")
    for line in ("/history 20 vault", "/search lock in:vault", "/search lock"):
        bob.types(line)
        read = bob.reads()
        assert read
        assert not [each for each in read if "alice" in each], (line, read)


def test_a_room_stays_locked_over_a_restart_and_knows_who_was_let_in() -> None:
    store = MemoryStore()
    chat, _ = vault(store)
    carol = come(chat, "carol")
    carol.types("/join vault", KEY)
    chat = Chat(store=store)
    bob = chat.arrive("bob")
    bob.types("/join vault")
    assert bob.prompt == "Password for #vault: "
    carol = chat.connect()
    carol.types("carol", SECRET)
    assert carol.reads()[-2:] == [
        "You are also in #vault; /join room switches rooms.",
        "You are now talking in #vault.",
    ]


def test_an_unlocked_room_is_entered_by_everybody_and_hides_what_was_said_while_locked() -> None:
    chat, alice = vault()
    alice.types("/unlock", "for everybody")
    bob = chat.arrive("bob")
    bob.types("/join vault")
    read = " ".join(bob.reads())
    assert "for everybody" in read
    assert "behind the lock" not in read


def test_the_password_of_a_room_is_neither_told_nor_kept() -> None:
    store = MemoryStore()
    _, alice = vault(store)
    alice.types("/audit", "/modes", "/history")
    assert not [line for line in alice.reads() if "sesame" in line]
    dump = "\n".join(store._connection.iterdump())
    assert "sesame" not in dump


def test_a_private_room_is_entered_with_its_password_too_and_stays_hidden() -> None:
    chat, alice = vault()
    alice.types("/private on")
    bob = come(chat, "bob")
    bob.reads()
    bob.types("/rooms", "/who vault", "/join VAULT")
    assert bob.prompt == "Password for #VAULT: "
    assert bob.reads() == [
        "#lobby: 2 people",
        "There is no room #vault. /rooms lists the rooms.",
    ]
    bob.types(KEY)
    assert bob.reads() == ["You are in #vault as bob with alice."]


def test_a_banned_user_is_not_let_in_by_the_password_for_later_either() -> None:
    chat, alice = vault()
    bob = come(chat, "bob")
    alice.types("/ban bob 1d")
    bob.types("/join vault")
    alice.types("/private on")
    chat.advance(2)
    bob.reads()
    bob.types("/join vault", KEY)
    assert bob.reads()[-1].startswith("You are banned from #vault by alice until")
    alice.types("while bob is banned", "/unban bob")
    bob.types("/join vault", KEY)
    read = " ".join(bob.reads())
    assert "You are in #vault as bob" in read
    assert "while bob is banned" not in read


def test_the_spelling_of_a_private_room_is_not_told_to_users_without_the_password() -> None:
    chat = Chat()
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    alice.types("/join SecretPlan", "/lock", KEY, KEY, "/private on")
    bob.types("/join secretplan", "something else")
    assert bob.prompt == "Password for #secretplan: "
    assert bob.reads()[-1] == "That is not the password of #secretplan."
    alice.types("/disown", "/leave secretplan")
    bob.types(KEY)
    assert "SecretPlan" not in " ".join(bob.reads())


def test_no_user_is_asked_for_a_password_that_the_arrival_room_cannot_have() -> None:
    chat = Chat()
    oscar = come(chat, "oscar", "operator")
    assert told(oscar, "/lock") == ["New users arrive in #lobby, so it must stay open."]
    assert oscar.prompt == ""


def test_a_user_who_is_asked_for_a_password_still_joins_only_once() -> None:
    chat, _ = vault()
    chat.hub.world.limits = evolve(NO_LIMITS, rate=2.0, join_rate=Rate(1, 60))
    bob = chat.arrive("bob")
    assert told(bob, "/join vault", KEY) == ["You are in #vault as bob with alice."]
    assert told(bob, "/join attic")[0].startswith("You join rooms too often")


def test_a_locked_room_without_an_owner_is_gone_for_users_who_come_back() -> None:
    store = MemoryStore()
    chat, alice = vault(store)
    bob = come(chat, "bob")
    bob.types("/join vault", KEY)
    alice.types("/disown")
    chat = Chat(store=store)
    bob = come(chat, "bob")
    assert not [line for line in bob.reads() if "vault" in line]
    assert told(bob, "/rooms") == ["#lobby: 1 person"]


def test_a_room_is_not_locked_with_its_name_or_a_common_password() -> None:
    chat = Chat()
    alice = come(chat, "alice")
    alice.types("/join vault")
    alice.reads()
    alice.types("/lock", "vault-2026", "sunshine", KEY, KEY)
    assert alice.reads() == [
        "That password is made of the name vault; please choose another one.",
        "That is one of the commonest passwords; please choose another one.",
        "[#vault] *** alice locked this room with a password ***",
    ]


OTHER = "close sesame then"


def test_another_password_keeps_out_whom_the_old_one_had_let_in() -> None:
    chat, alice = vault()
    bob, gast = come(chat, "bob"), chat.arrive("gast")
    for each in (bob, gast):
        each.types("/join vault", KEY, "/leave vault")
    alice.types("/lock", OTHER, OTHER, "behind the new lock")
    for each in (bob, gast):
        each.types("/join vault")
        assert each.prompt == "Password for #vault: "
        each.types(KEY)
        assert each.reads()[-1] == "That is not the password of #vault."
        # It is asked for again.
        each.types(OTHER)
        assert each.reads()[-1].startswith("You are in #vault as ")


@pytest.mark.parametrize("deeds", [("/lock", OTHER, OTHER), ("/unlock", "/lock", KEY, KEY)])
def test_a_restart_lets_nobody_in_whom_an_old_password_had_let_in(deeds: tuple[str, ...]) -> None:
    store = MemoryStore()
    chat, alice = vault(store)
    bob, carol = come(chat, "bob"), come(chat, "carol")
    bob.types("/join vault", KEY, "/leave vault")
    # She comes back to it by herself, as long as she is let in.
    carol.types("/join vault", KEY, "/quit")
    alice.types(*deeds)
    chat = Chat(store=store)
    for nick in ("bob", "carol"):
        person = come(chat, nick)
        assert not [line for line in person.reads() if "You are also in" in line]
        assert told(person, "/history 20 vault")[0] == (
            "#vault is locked; /join vault asks for its password."
        )
        # What is typed at once behind that refusal may be a password, and is not sent.
        chat.advance(2)
        person.types("/join vault")
        assert person.prompt == "Password for #vault: "


def test_a_user_who_is_inside_when_the_password_changes_stays_let_in_until_the_next_change() -> (
    None
):
    chat, alice = vault()
    gast = chat.arrive("gast")
    gast.types("/join vault", KEY)
    alice.types("/lock", OTHER, OTHER)
    assert told(gast, "/leave vault", "/join vault")[-1] == "You are in #vault as gast with alice."
    gast.types("/leave vault")
    alice.types("/lock", KEY, KEY)
    gast.types("/join vault")
    assert gast.prompt == "Password for #vault: "


def test_a_user_who_was_there_before_the_first_password_is_let_in_until_the_second() -> None:
    chat = Chat()
    alice, gast = come(chat, "alice"), chat.arrive("gast")
    for each in (alice, gast):
        each.types("/join vault")
    alice.types("/lock", KEY, KEY)
    assert told(gast, "/leave vault", "/join vault")[-1] == "You are in #vault as gast with alice."
    gast.types("/leave vault")
    alice.types("/lock", OTHER, OTHER)
    gast.types("/join vault")
    assert gast.prompt == "Password for #vault: "


def test_a_new_password_keeps_nobody_out_who_was_invited_or_has_a_rank() -> None:
    chat, alice = vault()
    bob, carol, gast = come(chat, "bob"), come(chat, "carol"), chat.arrive("gast")
    alice.types("/invite gast")
    for each in (bob, carol):
        each.types("/join vault", KEY)
    alice.types("/voice carol")
    bob.types("/leave vault")
    carol.types("/leave vault")
    # Who has come by the password before is invited, too.
    alice.types("/invite bob", "/lock", OTHER, OTHER)
    for each, nick in ((gast, "gast"), (carol, "carol"), (bob, "bob")):
        assert f"You are in #vault as {nick} " in "".join(told(each, "/join vault"))


def test_users_who_are_inside_when_a_room_becomes_private_are_let_in_however_they_came() -> None:
    store = MemoryStore()
    chat, alice = vault(store)
    bob, carol = come(chat, "bob"), come(chat, "carol")
    bob.types("/join vault", KEY)
    alice.types("/unlock", "in the open")
    carol.types("/join vault")
    alice.types("/private on", "/lock", OTHER, OTHER)
    bob.types("/quit")
    carol.types("/quit")
    alice.types("/lock", KEY, KEY, "behind the last lock")
    chat = Chat(store=store, limits=evolve(NO_LIMITS, history_lines=20))
    for nick, reads in (("bob", True), ("carol", False)):
        read = told(come(chat, nick), "/leave vault", "/join vault")
        assert f"You are in #vault as {nick}" in "".join(read)
        # Each reads from the line on with which they first came.
        assert any("alice: in the open" in line for line in read) is reads
        assert any("alice: behind the last lock" in line for line in read)


@pytest.mark.parametrize("deeds", [
    ("/lock", KEY, KEY, "/private on"), ("/private on", "/lock", KEY, KEY)
])  # fmt: skip
def test_the_order_in_which_a_room_was_locked_and_hidden_does_not_matter(
    deeds: tuple[str, ...],
) -> None:
    chat = Chat()
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    for each in (alice, bob):
        each.types("/join vault")
    alice.types(*deeds)
    bob.types("/leave vault")
    alice.types("/unlock")
    assert told(bob, "/join vault")[-1] == "You are in #vault as bob with alice."


def test_a_user_without_their_account_who_is_in_a_room_when_it_is_locked_comes_back() -> None:
    chat = Chat()
    alice, bob = come(chat, "alice"), come(chat, "bob")
    for each in (alice, bob):
        each.types("/join vault")
    alice.types("/private on")
    # What let the account in ends with it, and bob is still inside.
    bob.types("/unregister", SECRET)
    alice.types("/lock", KEY, KEY)
    assert told(bob, "/leave vault", "/join vault")[-1] == "You are in #vault as bob with alice."


def test_a_user_outside_whom_the_password_let_in_is_not_let_in_by_hiding_the_room() -> None:
    chat, alice = vault()
    bob = come(chat, "bob")
    bob.types("/join vault", KEY, "/leave vault")
    alice.types("/private on", "/unlock")
    assert told(bob, "/join vault")[-1] == "#vault can be entered by invitation only."


def test_a_voice_that_was_taken_is_no_invitation_to_a_locked_room() -> None:
    chat, alice = vault()
    bob = come(chat, "bob")
    bob.types("/join vault", KEY)
    alice.types("/voice bob", "/unvoice bob")
    bob.types("/leave vault")
    alice.types("/lock", OTHER, OTHER)
    bob.types("/join vault")
    assert bob.prompt == "Password for #vault: "


def test_a_voice_that_was_taken_in_an_open_room_ends_no_invitation_of_before() -> None:
    store = MemoryStore()
    chat, alice = vault(store)
    bob = come(chat, "bob")
    alice.types("/unlock", "/private on", "/invite bob")
    bob.types("/join vault")
    alice.types("in private", "/voice bob", "/private off", "/unvoice bob")
    bob.types("/leave vault")
    alice.types("/lock", OTHER, OTHER)
    for person in (bob, come(Chat(store=store), "bob")):
        read = told(person, "/join vault", "/history 20")
        assert "You are in #vault as bob" in "".join(read)
        assert any("alice: in private" in line for line in read)


def test_an_owner_who_gives_an_open_room_up_is_not_let_in_by_a_password_that_it_had() -> None:
    chat, alice = vault()
    oscar = come(chat, "oscar", "operator")
    alice.types("/unlock", "/disown")
    oscar.types("/join vault")
    alice.types("/leave vault")
    oscar.types("/lock", OTHER, OTHER)
    assert told(alice, "/join vault")[-1] == "You are in #vault as alice with oscar."


def test_the_right_password_of_a_full_room_lets_nobody_in_for_later() -> None:
    chat, alice = vault()
    alice.types("/limit 1")
    bob = come(chat, "bob")
    assert told(bob, "/join vault", KEY) == ["#vault is full, 1 person is in it."]
    alice.types("/limit off", "/private on")
    assert told(bob, "/history 20 vault") == ["There is no room #vault. /rooms lists the rooms."]
    bob.types("/join vault")
    assert bob.prompt == "Password for #vault: "


class SlowHasher(MemoryHasher):
    """
    Says that a password is right when something else was done meanwhile.
    """

    meanwhile: Callable[[], None]

    def verify(self, hash: str | None, password: str) -> Deferred[bool]:  # noqa: A002
        found = super().verify(hash, password)
        self.meanwhile()
        return found


def test_a_password_that_is_changed_while_it_is_verified_opens_nothing() -> None:
    chat, alice = vault()
    hasher = SlowHasher()
    hasher.meanwhile = partial(alice.types, "/lock", OTHER, OTHER)
    chat.hub.verifier._hasher = hasher
    bob = chat.arrive("bob")
    bob.types("/join vault")
    bob.types(KEY)
    assert bob.reads() == ["That is not the password of #vault."]
    assert told(alice, "/who vault") == ["In #vault: alice."]
