"""
Invitations as a store keeps them.
"""

import pytest

from twisted_chat.store.invitations import (
    Invitation,
    InvitationEnded,
    InvitationMade,
    InvitationsEnded,
)
from twisted_chat.store.journal.frames import FRAMED


@pytest.mark.parametrize(
    ("now", "used", "is_good"), [(9.9, 0, True), (9.9, 1, True), (9.9, 2, False), (10.0, 0, False)]
)
def test_a_code_is_good_until_it_ends_or_is_used_up(now: float, used: int, is_good: bool) -> None:
    assert Invitation(1, "hash", 7, "ada", 1.0, 10.0, 2, used).is_good(now) is is_good


def test_a_loss_of_power_loses_no_new_code_and_brings_back_no_old_one() -> None:
    assert not FRAMED & {InvitationMade, InvitationEnded, InvitationsEnded}
