"""
Reading requests.
"""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twisted_chat.doors.json.decoding import BadRequest, read
from twisted_chat.doors.json.requests import REQUESTS, Complete, Hello, Ping, Say

NO_OBJECT = "A request must be one JSON object, in UTF-8."
HALF = "A text must have whole characters; half of a surrogate pair is none."


def reads(**members: Any) -> Any:
    return read(json.dumps(members).encode())


def test_a_request_is_named_and_has_members() -> None:
    assert reads(request="say", text="tea") == Say(text="tea")
    assert reads(request="say", text="tea", room="den", label="7", more=1) == Say(
        text="tea", room="den", label="7"
    )
    hello = reads(request="hello", name="ada", password="correct-horse")
    assert hello == Hello(name="ada", password="correct-horse")
    assert reads(request="complete", text="a", cursor=0) == Complete(text="a", cursor=0)


def test_text_is_cleaned_on_its_way_in() -> None:
    assert reads(request="say", text="a\r\nb\x1bc").text == "a\nb\ufffdc"


@pytest.mark.parametrize("label", ["a\nb", "a\tb", "\x1b[2J", "\x7f", "a\u2028b", "\u202e"])
def test_a_label_that_is_not_printable_is_refused_with_a_sentence_that_says_so(label: str) -> None:
    refusal = refused(json.dumps({"request": "ping", "label": label}).encode())
    assert refusal == "A label must be printable, without line ends and control characters."


def refused(message: bytes) -> str:
    """
    Return the sentence with which ``message`` is refused; empty if it is a request.
    """
    try:
        read(message)
    except BadRequest as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize("name", ["", "Say", "sing", None, 7, ["say"], {}])
def test_an_unknown_request_is_told_which_there_are(name: Any) -> None:
    with pytest.raises(BadRequest) as refused:
        reads(request=name, label="7")
    assert str(refused.value).startswith('The member "request" must be one of hello, say, act,')
    assert refused.value.label == "7"


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (b'{"request":' + b"[" * 8000 + b"]" * 8000 + b"}", NO_OBJECT),
        (b'{"request":"say","text":"a","x":' + b'{"a":' * 2500 + b"1" + b"}" * 2501, NO_OBJECT),
        (b'{"request":"say","text":NaN}', NO_OBJECT),
        (b'{"request":"history","before":1e400}', NO_OBJECT),
        (b'{"request":"complete","text":"/a","cursor":' + b"9" * 400 + b"}", ""),
        (b'{"request":"complete","text":"/a","cursor":' + b"9" * 9000 + b"}", NO_OBJECT),
        (b'{"request":"say","text":"\\ud800"}', HALF),
        (b'{"request":"say","text":"\xed\xa0\x80"}', NO_OBJECT),
        (b'{"request":"say","text":"a\x1bb"}', NO_OBJECT),
        (
            b'{"request":"settings","value":1e308}',
            "The member value must be true or false or a whole number or a string.",
        ),
        (
            b'{"request":"history","before":"3"}',
            "The member before must be a number or null.",
        ),
        (
            b'{"request":"read","room":"den","number":9223372036854775808}',
            "The member number must be a whole number, at most 9223372036854775807.",
        ),
        *(
            (
                b'{"request":"hello","seen":%s}' % seen,
                "The member seen must be a whole number or null.",
            )
            for seen in (b"true", b'"7"', b"[1]", b"1.5", b"{}")
        ),
    ],
    ids=range(17),
)
def test_odd_json_is_refused_with_what_would_be_right(message: bytes, sentence: str) -> None:
    assert refused(message) == sentence


@pytest.mark.parametrize(
    ("commands", "sentence"),
    [
        (b"7", "The member commands must be a list."),
        (b"[7]", "The member commands[0] must be an object."),
        (b'[{"help": "x"}]', "commands[0] needs the member name."),
        (b'[{"name": "x", "help": "x", "color": 1}]', "commands[0] has no member color."),
        (
            b'[{"name": "x", "help": "x", "parameters": [{"name": "y", "type": "string"}]}]',
            "The member commands[0].parameters[0].type cannot be 'string'.",
        ),
    ],
)
def test_what_is_wrong_within_a_command_is_named_with_its_place(
    commands: bytes, sentence: str
) -> None:
    assert refused(b'{"request": "register", "commands": %s}' % commands) == sentence


def test_of_a_member_that_is_there_twice_the_last_one_counts() -> None:
    assert read(b'{"request":"say","request":"ping","text":"tea"}') == Ping()
    assert read(b'{"request":"say","text":"tea","text":"cake"}') == Say(text="cake")
    assert read(b'{"request":"ping","label":7,"label":"x"}') == Ping(label="x")


def test_the_label_of_an_unreadable_request_is_kept() -> None:
    with pytest.raises(BadRequest) as refused:
        reads(request="say", text=None, label="7")
    assert (refused.value.label, str(refused.value)) == ("7", "The member text must be a string.")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(REQUESTS)), st.dictionaries(st.text(), _json), _json, _json)
def test_any_object_is_a_request_or_refused_with_one_sentence(
    name: str, others: dict[str, Any], text: Any, value: Any
) -> None:
    given = {**others, "text": text, "name": value, "args": value, "request": name}
    refusal = refused(json.dumps(given).encode("utf-8", "replace"))
    assert refusal == "" or (refusal.endswith(".") and len(refusal) < 200)


@settings(deadline=None, max_examples=100)
@given(st.binary())
def test_any_bytes_are_a_request_or_refused(data: bytes) -> None:
    assert refused(data) in ("", NO_OBJECT) or data.strip().startswith(b"{")
