"""
Tokens as a store keeps them.
"""

from twisted_chat.store.journal.frames import decode, encode
from twisted_chat.store.tokens import RequestDone, Token, TokenEnded, TokenKept

TOKEN = Token("5e8f", 7, "phone", 1.0, 2.0, "alice", -3, 1.5, (1, 2))


def test_no_log_shows_a_hash() -> None:
    for each in (TOKEN, TokenKept(TOKEN), TokenEnded("5e8f"), RequestDone("5e8f", "s1")):
        assert "5e8f" not in repr(each)


def test_the_journal_keeps_them() -> None:
    changes = [TokenKept(TOKEN), RequestDone("5e8f", "s1", "s0"), TokenEnded("5e8f")]
    (frame,) = decode(encode(1, changes))
    assert frame.changes == changes
