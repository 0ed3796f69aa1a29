"""
Profile: being away.
"""

from shared_hub import everybody

from twisted_chat.testing import Chat


def test_a_user_who_writes_to_an_absent_one_reads_why() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    bob.types("/away lunch")
    alice.types("/msg bob hello")
    assert alice.reads() == ["[you -> bob] hello", "bob is away: lunch"]
