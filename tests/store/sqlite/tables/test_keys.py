"""
The keys of SSH in the database.
"""

from attrs import evolve
from shared_store import Bench

from twisted_chat.store.keys import Key, KeyEnded, KeyKept, KeyUsed
from twisted_chat.store.records import AccountMade, AccountRemoved

ALICES = Key(7, "SHA256:a", "ssh-ed25519", "laptop", 1.0)
BOBS = Key(8, "SHA256:a", "ssh-ed25519", "", 2.0, 3.0)
ACCOUNTS = (AccountMade(7, "Alice", "alice", "$a$"), AccountMade(8, "Bob", "bob", "$b$"))


def test_keys_are_what_was_last_kept_of_them(bench: Bench) -> None:
    bench.write(*ACCOUNTS, KeyKept(BOBS), KeyKept(ALICES))
    assert bench.reopen().keys == (ALICES, BOBS)
    bench.write(KeyUsed(7, "SHA256:a", 9.0), KeyUsed(9, "SHA256:a", 9.0))
    assert bench.reopen().keys == (evolve(ALICES, used_at=9.0), BOBS)
    bench.write(KeyEnded(7, "SHA256:a"), KeyEnded(7, "SHA256:b"))
    assert bench.reopen().keys == (BOBS,)


def test_keys_end_with_their_account_and_no_others(bench: Bench) -> None:
    bench.write(*ACCOUNTS, KeyKept(BOBS), KeyKept(ALICES), AccountRemoved(7))
    assert bench.reopen().keys == (BOBS,)
