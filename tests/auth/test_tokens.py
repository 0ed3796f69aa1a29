"""
Tokens of programs.
"""

import pytest
from attrs import evolve
from shared_json import Programs

from twisted_chat.auth.tokens import MOST_TOKENS, hash_of, new_token
from twisted_chat.errors import UnknownToken
from twisted_chat.store.tokens import Token
from twisted_chat.world.model import Account

OWNED = Token(hash_of("secret"), 7, "phone", 1.0, 2.0, "alice", -3, 1.5, (), False)


def test_tokens_are_long_and_never_the_same() -> None:
    made = {new_token() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(each) == 32 for each in made)


def test_a_hash_is_that_of_sha_256() -> None:
    # FIPS 180-2, appendix B.1.
    assert hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_token_stands_for_what_was_kept_last_until_it_ends() -> None:
    hub = Programs().chat.hub
    account = Account(7, "Alice", "alice")
    hub.world.add_account(account)
    hub.tokens.load(OWNED)
    assert hub.tokens.find("secret") == OWNED
    assert hub.tokens.account_of("secret") is account
    hub.tokens.keep(evolve(OWNED, is_open=True))
    assert hub.tokens.of(account) == [evolve(OWNED, is_open=True)]
    hub.tokens.end(OWNED)
    hub.tokens.end(OWNED)
    assert hub.tokens.find("secret") is None
    with pytest.raises(UnknownToken):
        hub.tokens.account_of("secret")


def test_a_guest_has_no_account_to_come_back_to() -> None:
    hub = Programs().chat.hub
    hub.tokens.load(evolve(OWNED, account=0))
    with pytest.raises(UnknownToken):
        hub.tokens.account_of("secret")


def test_too_many_are_those_used_the_longest_ago_but_no_open_ones() -> None:
    hub = Programs().chat.hub
    account = Account(7, "Alice", "alice")
    for number in range(MOST_TOKENS + 2):
        hub.tokens.load(evolve(OWNED, hash=str(number), used_at=float(number), is_open=not number))
    assert [token.hash for token in hub.tokens.surplus(account)] == ["1", "2"]


def test_a_token_that_changes_its_account_is_of_the_new_one_alone() -> None:
    tokens = Programs().chat.hub.tokens
    alice, bob = Account(7, "Alice", "alice"), Account(8, "Bob", "bob")
    tokens.load(OWNED)
    tokens.keep(evolve(OWNED, account=8))
    assert tokens.of(alice) == []
    assert tokens.of(bob) == [evolve(OWNED, account=8)]
    tokens.end(OWNED)
    assert tokens.of(bob) == []
