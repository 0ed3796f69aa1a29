"""
An option that is offered: what the client has said of it, however late.
"""

import pytest

from twisted_chat.doors.line.telnet.offer import Offer


def test_an_offer_is_made_and_taken_back_once() -> None:
    offer = Offer(1)
    assert offer.take_back() == b""
    assert offer.make() == b"\xff\xfb\x01"
    assert offer.make() == b""
    assert offer.take_back() == b"\xff\xfc\x01"
    assert offer.take_back() == b""


@pytest.mark.parametrize(
    ("heard", "agreed", "refused"),
    [
        ([], False, False),
        ([True], True, False),
        ([False], False, True),
        # It may change its mind, unasked.
        ([True, False], False, True),
        ([False, True], True, False),
    ],
)
def test_what_was_said_last_counts(heard: list[bool], agreed: bool, refused: bool) -> None:
    offer = Offer(3)
    offer.make()
    for agrees in heard:
        offer.hear(agrees=agrees)
    assert (offer.is_agreed, offer.is_refused) == (agreed, refused)


def test_answers_that_come_late_are_of_the_offers_before() -> None:
    offer = Offer(1)
    for _ in range(2):
        offer.make()
        offer.take_back()
    offer.make()
    for agrees in (True, False, True, False):
        offer.hear(agrees=agrees)
        assert not offer.is_agreed
    assert offer.is_discussed
    offer.hear(agrees=True)
    assert offer.is_agreed


@pytest.mark.parametrize("times", [1, 8, 9, 20, 1000])
def test_answers_that_come_later_still_are_counted_however_many_are_owed(times: int) -> None:
    offer = Offer(1)
    for _ in range(times):
        offer.make()
        offer.take_back()
    offer.make()
    for _ in range(times):
        for agrees in (True, False):
            offer.hear(agrees=agrees)
            assert not offer.is_agreed
    offer.hear(agrees=True)
    assert offer.is_agreed


def test_nobody_is_heard_on_what_was_never_offered() -> None:
    offer = Offer(1)
    assert not offer.is_discussed
    offer.make()
    offer.hear(agrees=False)
    offer.take_back()
    assert not offer.is_discussed
