"""
The pieces that several sentences are made of.
"""

import pytest

from twisted_chat.client.show import phrases


def test_pieces_of_sentences() -> None:
    assert phrases.listed([]) == ""
    assert phrases.listed(["ada"]) == "ada"
    assert phrases.span(0) == "0s"
    assert phrases.span(90_061) == "1d1h1m1s"
    assert phrases.set_to(None) == "-"
    assert phrases.set_to(False) == "off"
    assert phrases.counted(2, 0, is_at_least=False) == "2 lines"
    assert phrases.counted(1, 1, is_at_least=True) == "at least 1 line, 1 names you"
    assert phrases.away_line("bob", None) == "bob is back."
    assert phrases.away_line("bob", "") == "bob is away."
    assert phrases.away_line("bob", "tea") == "bob is away: tea"


@pytest.mark.usefixtures("utc")
def test_times_are_those_of_this_computer() -> None:
    assert phrases.clock(1_700_000_000.0) == "22:13"
    assert phrases.moment(1_700_000_000.0) == "2023-11-14 22:13"
