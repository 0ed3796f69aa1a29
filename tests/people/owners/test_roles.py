"""
Roles: who gives them to accounts, and takes them.
"""

from __future__ import annotations

import pytest
from shared_accounts import operator, registered

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat


def test_an_operator_appointed_in_the_shell_appoints_others_and_dismisses_them() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    root = operator(chat, store, "ada")
    alice = registered(chat, "alice")
    root.reads()
    alice.types("/grant alice operator")
    assert alice.reads() == ["Only operators of the server may use /grant."]
    root.types("/grant alice operator")
    assert root.reads() == ["alice is now an operator."]
    assert alice.reads() == ["You are now an operator."]
    alice.types("/revoke ada operator")
    assert alice.reads() == ["ada is no longer an operator."]
    root.reads()
    root.types("/grant ada operator")
    assert root.reads() == ["Only operators of the server may use /grant."]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/grant nobody operator", "There is no account nobody."),
        ("/grant ada king", "There is no role king. Known roles: operator."),
    ],
)
def test_what_cannot_be_granted_is_named(line: str, answer: str) -> None:
    store = MemoryStore()
    root = operator(Chat(store=store), store, "ada")
    root.types(line)
    assert root.reads() == [answer]
