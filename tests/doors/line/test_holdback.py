from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from twisted_chat.doors.line.holdback import HoldBack


def begun(**how):
    clock = Clock()
    hold = HoldBack(clock.seconds)
    hold.begin(**how)
    return clock, hold


def test_nothing_is_withheld_before_it_begins():
    assert not HoldBack(Clock().seconds).takes([b"hello"], goes_on=False)


def test_what_comes_at_once_is_held_back_up_to_the_first_pause():
    clock, hold = begun()
    for _ in range(100):
        clock.advance(0.4)
        assert hold.takes([b"a line of a paste"], goes_on=False)
    clock.advance(2)
    assert not hold.takes([b"hello"], goes_on=False)


def test_who_goes_on_typing_is_held_back_for_ten_seconds_and_no_longer():
    clock, hold = begun()
    for _ in range(6):
        clock.advance(1.5)
        assert hold.takes([b"a line of a user"], goes_on=False)
    clock.advance(1.5)
    assert not hold.takes([b"hello"], goes_on=False)
    # Also behind a line that was owed, however late it came.
    clock, hold = begun(lines=1)
    clock.advance(3600)
    for _ in range(7):
        assert hold.takes([b"a line of a user"], goes_on=False)
        clock.advance(1.5)
    assert not hold.takes([b"hello"], goes_on=False)


def test_enter_alone_is_no_line_of_a_paste():
    clock, hold = begun()
    clock.advance(1.5)
    assert hold.takes([b""], goes_on=False)
    clock.advance(1)
    assert not hold.takes([b"hello"], goes_on=False)


def test_a_line_that_has_begun_in_time_is_held_back_to_its_end():
    clock, hold = begun()
    assert hold.takes([], goes_on=True)
    for _ in range(10):
        clock.advance(5)
        assert hold.takes([], goes_on=True)
    assert hold.takes([None], goes_on=False)
    clock.advance(2)
    assert not hold.takes([b"hello"], goes_on=False)


def test_lines_that_are_owed_are_held_back_however_late_they_come():
    clock, hold = begun(lines=2)
    assert not hold.is_on
    clock.advance(3600)
    assert hold.takes([b"one"], goes_on=False)
    clock.advance(3600)
    assert hold.takes([b"two"], goes_on=False)
    clock.advance(1)
    assert hold.takes([b"at once behind it"], goes_on=False)
    clock.advance(3600)
    assert not hold.takes([b"hello"], goes_on=False)


def test_a_new_question_ends_it_but_for_the_line_that_has_begun():
    _, hold = begun(lines=1, has_begun=True)
    hold.end()
    assert hold.takes([b"the rest"], goes_on=False)
    _, hold = begun(lines=1)
    hold.end()
    assert not hold.takes([b"an answer"], goes_on=False)


def test_no_time_passes_while_nothing_is_read():
    clock, hold = begun()
    clock.advance(1)
    hold.pause()
    clock.advance(60)
    hold.resume()
    assert hold.takes([b"came long before"], goes_on=False)
    clock.advance(1.9)
    assert hold.takes([b"behind it"], goes_on=False)
    clock, hold = begun()
    clock.advance(3)
    hold.pause()
    hold.resume()
    assert not hold.takes([b"hello"], goes_on=False)


@given(st.lists(st.tuples(st.floats(0, 1.9), st.sampled_from([[], [b"x"], [b"x", None]]))))
def test_without_a_pause_everything_with_words_in_it_is_held_back(reads):
    clock, hold = begun()
    for wait, lines in reads:
        clock.advance(wait)
        is_in_time = hold.is_on
        if not is_in_time:
            break
        assert hold.takes(lines, goes_on=False)
