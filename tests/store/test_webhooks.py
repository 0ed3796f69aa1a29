"""
Webhooks as a store keeps them.
"""

from twisted_chat.store.journal.frames import FRAMED, decode, encode
from twisted_chat.store.latest import needed
from twisted_chat.store.webhooks import Webhook, WebhookEnded, WebhookMade, WebhookUsed


def test_no_hash_is_shown() -> None:
    assert "secret" not in repr(Webhook(5, "secret", 1, "deploy", 7, 1.0))


def test_a_loss_of_power_loses_no_new_webhook_and_brings_back_no_old_one() -> None:
    assert not FRAMED & {WebhookMade, WebhookEnded}


def test_of_their_uses_the_journal_keeps_the_latest() -> None:
    uses = [WebhookUsed(5, 1.0), WebhookUsed(6, 2.0), WebhookUsed(5, 3.0)]
    assert needed(uses, 9) == uses[1:]
    (frame,) = decode(encode(1, uses))
    assert frame.changes == uses
