"""
What cannot be read is refused under its label, wherever that can be read.
"""

import pytest
from shared_json import Programs
from shared_websocket import Page, Web

from twisted_chat.doors.json.decoding import BadRequest, read

NO_OBJECT = "A request must be one JSON object, in UTF-8."
HALF = "A text must have whole characters; half of a surrogate pair is none."


@pytest.mark.parametrize(
    "rest",
    [
        b'"text":"lone \\ud800"}',
        b'"text":"\\udc00","\\ud800":1}',
        b'"text":"a\xff\xfe"}',
        b'"text":"\xed\xa0\x80"}',
        b'"text":"a\x1bb"}',
        b'"text":"a\tb"}',
        b'"text":"a\\x"}',
        b'"text":NaN}',
        b'"before":1e400}',
        b'"cursor":' + b"9" * 9000 + b"}",
        b'"x":' + b"[" * 8000 + b"]" * 8000 + b"}",
        b'"x":' + b'{"label":"not this",' * 700,
        b'"text":"cut off',
        b'"text":"cut off\\',
        b'"text"}',
        b'"text":"a",}',
        b'"text" "a"}',
        b"text:a}",
        b"'text':'a'}",
        b'"text":"a"}{"label":"another"}',
        b'"text":"a"} and more',
        b'"text":"a"',
        b'"text":' + b'"\\"' * 3000,
        b'"text":"a", "label" : "8" ,}',
    ],
    ids=range(24),
)
def test_the_label_of_what_is_no_json_is_kept_as_far_as_it_can_be_read(rest: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        read(b'{ "request":"say", "label" : "7" ,' + rest)
    assert refused.value.label == ("8" if b'"8"' in rest else "7")
    assert str(refused.value) in (NO_OBJECT, HALF)


@pytest.mark.parametrize(
    ("message", "label"),
    [
        (b'{"text":"a\x1b","label":"\\u00e9 \xf0\x9f\x8d\xb5"}', "\xe9 \U0001f375"),
        (b'{"text":"\\"label\\":\\"x\\"\x1b","label":"7"}', "7"),
        (b'{"x":{"label":"x"},"text":"\x1b"}', ""),
        (b'["label":"7"]', ""),
        (b'"label":"7"', ""),
        (b'text {"label":"7"}', ""),
        (b'{"label":"cut off', ""),
        (b'{"label":"\x1b"}', ""),
        (b'{"label":{"label":"7"},\x1b}', ""),
        (b'{"label":,"7"}', ""),
        (b"", ""),
    ],
)
def test_what_is_no_label_is_not_taken_for_one(message: bytes, label: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(message)
    assert refused.value.label == label


@pytest.mark.parametrize("label", ['"\\ud800"', "7", "null", '"a\\nb"', f'"{"x" * 65}"'])
def test_a_label_that_may_not_be_is_what_is_refused_first(label: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(b'{"label":%s,"text":"\x1b"}' % label.encode())
    assert str(refused.value).startswith("A label must be ")


@pytest.mark.parametrize(
    "message",
    [
        '{"request":"say","text":"lone \\ud800","label":"x"}',
        '{"request":"sing","label":"x"}',
        '{"label":"x"}',
        '{"request":"say","label":"x"}',
        '{"request":"say","text":null,"label":"x"}',
        '{"request":"say","text":"a","room":7,"label":"x"}',
        '{"request":"say","text":"","label":"x"}',
        '{"request":"say","text":"\\u200b","label":"x"}',
        '{"request":"say","text":"a","room":"\\ud800","label":"x"}',
        '{"request":"tell","nick":"nobody","text":"a","label":"x"}',
        '{"request":"command","label":"x"}',
        '{"request":"command","name":"zzzz","label":"x"}',
        '{"request":"command","name":"me","args":{"\\ud800":""},"label":"x"}',
        '{"request":"command","text":"/zzzz","label":"x"}',
        '{"request":"history","count":1e9,"label":"x"}',
        '{"request":"history","before":1,"after":2,"label":"x"}',
        '{"request":"history","before":NaN,"label":"x"}',
        '{"request":"read","room":"attic","number":1,"label":"x"}',
        '{"request":"read","room":"lobby","number":-1,"label":"x"}',
        '{"request":"settings","name":"zzzz","value":1,"label":"x"}',
        '{"request":"hello","name":"bob","label":"x"}',
        '{"request":"say","label":"x","text":"cut',
        '{"request":"ping","label":"x"},',
    ],
    ids=range(23),
)
@pytest.mark.parametrize("door", [Programs, Web], ids=["lines", "frames"])
def test_a_bad_request_gets_one_answer_with_its_label(
    door: type[Programs] | type[Web], message: str
) -> None:
    bot = door().arrive("ada")
    bot.reads()
    if isinstance(bot, Page):
        bot.client.send_text(message.encode())
    else:
        bot.sends(message.encode() + b"\n")
    (answer,) = bot.reads()
    assert answer["label"] == "x"
    assert answer["message"].endswith(".")
    assert [each["event"] for each in bot.asks("ping", label="x")] == ["done"]
