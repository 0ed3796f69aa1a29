"""
Tokens as a store keeps them.
"""

from twisted_chat.store.journal.frames import FRAMED, decode, encode
from twisted_chat.store.journal.latest import needed
from twisted_chat.store.tokens import (
    RequestDone,
    Token,
    TokenEnded,
    TokenKept,
    Webhook,
    WebhookEnded,
    WebhookMade,
    WebhookUsed,
)

TOKEN = Token("5e8f", 7, "phone", 1.0, 2.0, "alice", -3, 1.5, (1, 2))


def test_no_log_shows_a_hash() -> None:
    for each in (TOKEN, TokenKept(TOKEN), TokenEnded("5e8f"), RequestDone("5e8f", "s1")):
        assert "5e8f" not in repr(each)


def test_the_journal_keeps_them() -> None:
    changes = [TokenKept(TOKEN), RequestDone("5e8f", "s1", "s0"), TokenEnded("5e8f")]
    (frame,) = decode(encode(1, changes))
    assert frame.changes == changes


def test_no_log_shows_that_of_a_webhook() -> None:
    assert "secret" not in repr(Webhook(5, "secret", 1, "deploy", 7, 1.0))


def test_a_loss_of_power_loses_no_new_webhook_and_brings_back_no_old_one() -> None:
    assert not FRAMED & {WebhookMade, WebhookEnded}


def test_of_their_uses_the_journal_keeps_the_latest() -> None:
    uses = [WebhookUsed(5, 1.0), WebhookUsed(6, 2.0), WebhookUsed(5, 3.0)]
    assert needed(uses, 9) == uses[1:]
    (frame,) = decode(encode(1, uses))
    assert frame.changes == uses
