"""
Lines, and messages as they come.
"""

import math

import pytest

from twisted_chat.client.show.line import Kind, Line, read, refusal, status


def test_a_message_is_an_object() -> None:
    assert read('{"event": "said"}') == {"event": "said"}
    assert read(b'{"event": "\xc3\xa4"}') == {"event": "ä"}
    for odd in ("[]", "7", "", "{", b"\xff", "[" * 100_000):
        assert read(odd) is None


def test_half_of_a_character_is_a_question_mark() -> None:
    assert read(r'{"nick": "a\ud800", "text": "\ud83d\ude00"}') == {"nick": "a?", "text": "😀"}
    assert read(b'{"nick": "a\xed\xa0\x80"}') == {"nick": "a\ufffd\ufffd\ufffd"}
    assert read('{"nick": "a\udfff"}') == {"nick": "a?"}


@pytest.mark.parametrize(
    "odd",
    ['"nick": "' + "n" * 300 + '"', '"room": ["den"]', '"token": 7', '"number": "\\u001b[2J"'],
)
def test_in_the_place_of_what_no_server_sends_there_is_a_refusal(odd: str) -> None:
    for text, label in ((f'{{{odd}, "label": "x"}}', {"label": "x"}), (f"{{{odd}}}", {})):
        found = read(text)
        assert found is not None
        assert found.pop("at") > 0
        sentence = "The server sent a message that is not understood."
        assert found == {"error": "not-understood", "message": sentence, **label}
    assert read('{"label": ["x"]}') is not None


def test_a_time_that_no_calendar_has_is_the_beginning() -> None:
    assert Line(Kind.TALK, 7, "").at == 7.0
    for odd in (-1.0, 1e300, math.inf, math.nan):
        assert Line(Kind.TALK, odd, "").at == 0.0


def test_the_client_tells_by_itself() -> None:
    assert (refusal("no").kind, refusal("no").text) == (Kind.REFUSAL, "no")
    assert (status("so").kind, status("so").text) == (Kind.STATUS, "so")
