"""
Lines, and messages as they come.
"""

import math

from twisted_chat.client.show.line import Kind, Line, read, refusal, status


def test_a_message_is_an_object() -> None:
    assert read('{"event": "said"}') == {"event": "said"}
    assert read(b'{"event": "\xc3\xa4"}') == {"event": "ä"}
    for odd in ("[]", "7", "", "{", b"\xff", "[" * 100_000):
        assert read(odd) is None


def test_a_time_that_no_calendar_has_is_the_beginning() -> None:
    assert Line(Kind.TALK, 7, "").at == 7.0
    for odd in (-1.0, 1e300, math.inf, math.nan):
        assert Line(Kind.TALK, odd, "").at == 0.0


def test_the_client_tells_by_itself() -> None:
    assert (refusal("no").kind, refusal("no").text) == (Kind.REFUSAL, "no")
    assert (status("so").kind, status("so").text) == (Kind.STATUS, "so")
