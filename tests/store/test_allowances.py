"""
Allowances of guesses as a store keeps them.
"""

import pytest

from twisted_chat.store.allowances import Allowance


@pytest.mark.parametrize(
    ("allowance", "is_settled"),
    [
        (Allowance("7", "", 60.0), False),
        (Allowance("7", "", 59.0), True),
        (Allowance("7", "192.0.2.1", 0.0, 5.0), False),
    ],
)
def test_a_full_allowance_need_not_be_kept(allowance: Allowance, is_settled: bool) -> None:
    assert allowance.is_settled(59.5) == is_settled
