"""
Splitting what a program sends into lines.
"""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from twisted_chat.doors.json.lines import Lines

LIMIT = 8


def expected(stream: bytes) -> list[bytes | None]:
    """
    Return the messages of a whole stream, line by line.
    """
    *lines, rest = stream.split(b"\n")
    # A blank line is left out, but one that is too long is told, as it may not be seen whole.
    fit = [line if len(line) <= LIMIT else None for line in lines]
    found = [line for line in fit if line is None or line.strip()]
    return [*found, None] if len(rest) > LIMIT else found


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.sampled_from([b"a", b" ", b"\n", b"\r\n", b"{}", b"x" * 7]), max_size=40),
    st.lists(st.integers(0, 200), max_size=10),
)
def test_lines_are_the_same_however_the_stream_is_cut(parts: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(parts)
    ends = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    lines = Lines()
    found = [each for a, b in pairwise(ends) for each in lines.messages(stream[a:b], LIMIT)]
    assert found == expected(stream)


def test_a_blank_line_that_is_too_long_is_told_as_any_other() -> None:
    assert Lines().messages(b" " * 9 + b"\n{}\n" + b" " * 8 + b"\n", LIMIT) == [None, b"{}"]
    lines = Lines()
    assert [lines.messages(b" ", LIMIT) for _ in range(10)] == [*([[]] * 8), [None], []]
    assert lines.messages(b"\n{}\n", LIMIT) == [b"{}"]


def test_a_line_that_never_ends_is_told_once_and_not_kept() -> None:
    lines = Lines()
    told = [each for _ in range(1000) for each in lines.messages(b"x" * 5, LIMIT)]
    assert told == [None]
    assert lines.messages(b"x\nyes\n", LIMIT) == [b"yes"]


def test_no_limit_is_no_limit() -> None:
    assert Lines().messages(b"x" * 100_000 + b"\n", 0) == [b"x" * 100_000]


def test_an_object_is_a_line() -> None:
    assert Lines().frame(b"{}") == b"{}\n"
