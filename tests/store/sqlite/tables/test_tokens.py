"""
The tokens of programs in the database.
"""

from attrs import evolve
from shared_store import Bench

from twisted_chat.store.records import AccountMade, AccountRemoved
from twisted_chat.store.snapshot import KeptToken
from twisted_chat.store.tokens import (
    RequestDone,
    Token,
    TokenEnded,
    TokenKept,
    ToldAlone,
    ToldForgotten,
)

GUEST = Token("aaaa", 0, "", 1.0, 2.0, "bob", -3, 1.5, (1, 2))
OWNER = Token("bbbb", 7, "phone", 3.0, 4.0, "Alice", -4, 3.5)


def test_tokens_are_what_was_last_kept_of_them(bench: Bench) -> None:
    bench.write(AccountMade(7, "Alice", "alice", "$a$"), TokenKept(GUEST), TokenKept(OWNER))
    for label, forgotten in (("1", ""), ("2", ""), ("1", ""), ("3", "1")):
        bench.write(RequestDone("aaaa", label, forgotten))
    bench.write(TokenKept(evolve(GUEST, rooms=(2,))), RequestDone("bbbb", "9", "", "m"))
    guest, owner = bench.reopen().tokens
    assert guest == KeptToken(evolve(GUEST, rooms=(2,)), (("2", ""), ("3", "")))
    assert (owner.token, owner.done) == (OWNER, (("9", "m"),))
    assert owner.credentials is not None
    assert owner.credentials.password == "$a$"
    closed = evolve(OWNER, is_open=False)
    bench.write(TokenEnded("aaaa"), TokenKept(closed))
    (owner,) = bench.reopen().tokens
    assert (owner.token, owner.done) == (closed, ())


def test_tokens_end_with_their_account_and_no_others(bench: Bench) -> None:
    bench.write(AccountMade(7, "Alice", "alice", "$a$"), TokenKept(GUEST), TokenKept(OWNER))
    bench.write(RequestDone("aaaa", "1"), RequestDone("bbbb", "1"), AccountRemoved(7))
    (guest,) = bench.reopen().tokens
    assert guest == KeptToken(GUEST, (("1", ""),))


def test_what_a_session_alone_was_told_ends_with_it(bench: Bench) -> None:
    told = [ToldAlone("aaaa", number, "Told", f'{{"at": {number}}}') for number in range(1, 4)]
    bench.write(TokenKept(GUEST), TokenKept(OWNER), *told, ToldAlone("bbbb", 1, "Left", "{}"))
    # The same once more, as when it is not known whether it was written.
    bench.write(told[2], ToldAlone("aaaa", 9, "Told", "{}", forgotten=2, lost=1))
    guest, owner = bench.reopen().tokens
    assert guest.told == (told[2], ToldAlone("aaaa", 9, "Told", "{}", lost=1))
    assert [each.id for each in owner.told] == [1]
    bench.write(ToldForgotten("aaaa", 3))
    guest, owner = bench.reopen().tokens
    # That there was something is known.
    said_lost = ToldAlone("aaaa", 3, "", "", lost=3)
    assert guest.told == (said_lost, ToldAlone("aaaa", 9, "Told", "{}", lost=1))
    assert len(owner.told) == 1
    bench.write(ToldForgotten("aaaa", 9))
    guest, _ = bench.reopen().tokens
    assert guest.told == (ToldAlone("aaaa", 9, "", "", lost=9),)
    bench.write(TokenKept(evolve(GUEST, is_open=False)), TokenEnded("bbbb"), TokenKept(OWNER))
    assert [each.told for each in bench.reopen().tokens] == [(), ()]


def test_until_when_a_session_is_held_is_kept(bench: Bench) -> None:
    bench.write(TokenKept(evolve(GUEST, until=77.5)))
    assert [each.token.until for each in bench.reopen().tokens] == [77.5]
