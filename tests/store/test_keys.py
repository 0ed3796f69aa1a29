"""
Keys as a store keeps them.
"""

from twisted_chat.store.journal.frames import FRAMED, decode, encode
from twisted_chat.store.keys import KeyEnded, KeyKept, KeyUsed


def test_the_journal_keeps_their_last_use() -> None:
    used = KeyUsed(7, "SHA256:a", 5.0)
    (frame,) = decode(encode(1, [used]))
    assert frame.changes == [used]


def test_a_loss_of_power_loses_no_new_key_and_brings_back_no_old_one() -> None:
    assert not FRAMED & {KeyKept, KeyEnded}
