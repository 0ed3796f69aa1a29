"""
Webhooks in the database.
"""

from attrs import evolve
from shared_store import Bench

from twisted_chat.store.records import AccountMade, AccountRemoved
from twisted_chat.store.tokens import Webhook, WebhookEnded, WebhookMade, WebhookUsed

DEPLOY = Webhook(11, "d" * 64, 3, "deploy", 7, 1.0)
NEWS = Webhook(12, "n" * 64, 4, "news", 8, 2.0)
ACCOUNTS = (AccountMade(7, "Alice", "alice", "$a$"), AccountMade(8, "Bob", "bob", "$b$"))


def test_webhooks_are_what_was_last_kept_of_them(bench: Bench) -> None:
    bench.write(*ACCOUNTS, WebhookMade(NEWS), WebhookMade(DEPLOY))
    assert bench.reopen().webhooks == (DEPLOY, NEWS)
    bench.write(WebhookUsed(11, 9.0), WebhookUsed(99, 9.0))
    assert bench.reopen().webhooks == (evolve(DEPLOY, used_at=9.0), NEWS)
    bench.write(WebhookEnded(11), WebhookEnded(99))
    assert bench.reopen().webhooks == (NEWS,)


def test_webhooks_end_with_their_account_and_no_others(bench: Bench) -> None:
    bench.write(*ACCOUNTS, WebhookMade(NEWS), WebhookMade(DEPLOY), AccountRemoved(7))
    assert bench.reopen().webhooks == (NEWS,)


def test_no_id_of_one_is_given_again(bench: Bench) -> None:
    bench.write(*ACCOUNTS, WebhookMade(DEPLOY))
    assert bench.reopen().last_id == 11
