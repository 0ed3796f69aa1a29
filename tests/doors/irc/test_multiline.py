"""
Several messages that are one text.
"""

import pytest

from twisted_chat.doors.irc.message import Message, parse
from twisted_chat.doors.irc.multiline import MAX_BYTES, Fail, Multiline
from twisted_chat.text.checks import MAX_LINES


def taken(*lines):
    """
    Return what the last of ``lines`` comes to; those before it come to nothing.
    """
    batch = Multiline()
    *earlier, last = [batch.take(parse(line.encode())) for line in lines]
    assert earlier == [None] * len(earlier)
    return last


def test_a_batch_is_one_message_with_the_tags_of_its_beginning():
    found = taken(
        "@label=x BATCH +1 draft/multiline #den",
        "@batch=1 PRIVMSG #den :one",
        "@batch=1 PRIVMSG #den :",
        "@batch=1 PRIVMSG #den :two ",
        "@batch=1;draft/multiline-concat privmsg #den :and a half",
        "batch -1",
    )
    text = "one\n\ntwo and a half"
    assert found == Message(verb="PRIVMSG", params=("#den", text), tags={"label": "x"})


def test_a_batch_of_notices_is_one_notice():
    lines = ["BATCH +1 draft/multiline bob", "@batch=1 NOTICE bob :one", "@batch=1 NOTICE bob two"]
    assert taken(*lines, "BATCH -1") == Message(verb="NOTICE", params=("bob", "one\ntwo"))


BEGUN = "BATCH +1 draft/multiline #den"
SAID = "@batch=1 PRIVMSG #den :one"


@pytest.mark.parametrize(
    ("lines", "code", "context"),
    [
        (["BATCH"], "MULTILINE_INVALID", ()),
        (["BATCH +1"], "MULTILINE_INVALID", ()),
        (["BATCH +1 chathistory #den"], "MULTILINE_INVALID", ()),
        (["BATCH + draft/multiline #den"], "MULTILINE_INVALID", ()),
        (["BATCH -1"], "MULTILINE_INVALID", ()),
        ([SAID], "MULTILINE_INVALID", ()),
        ([BEGUN, BEGUN], "MULTILINE_INVALID", ()),
        ([BEGUN, "BATCH -1"], "MULTILINE_INVALID", ()),
        ([BEGUN, SAID, "BATCH -2"], "MULTILINE_INVALID", ()),
        ([BEGUN, "@batch=2 PRIVMSG #den :one"], "MULTILINE_INVALID", ()),
        ([BEGUN, "@batch=1 JOIN #den"], "MULTILINE_INVALID", ()),
        ([BEGUN, SAID, "@batch=1 NOTICE #den :two"], "MULTILINE_INVALID", ()),
        ([BEGUN, SAID, "@batch=1;draft/multiline-concat PRIVMSG #den :"],
         "MULTILINE_INVALID", ()),
        ([BEGUN, "@batch=1 PRIVMSG #tea :one"], "MULTILINE_INVALID_TARGET", ("#den", "#tea")),
        ([BEGUN, "@batch=1 PRIVMSG"], "MULTILINE_INVALID_TARGET", ("#den", "*")),
        ([BEGUN, *[SAID] * (MAX_LINES + 1)], "MULTILINE_MAX_LINES", (str(MAX_LINES),)),
        ([BEGUN, f"@batch=1 PRIVMSG #den :{'x' * (MAX_BYTES + 1)}"],
         "MULTILINE_MAX_BYTES", (str(MAX_BYTES),)),
    ],
)  # fmt: skip
def test_what_is_no_text_says_why(lines, code, context):
    found = taken(*lines)
    assert isinstance(found, Fail)
    assert (found.code, found.context) == (code, context)
    assert found.sentence.endswith(".")


def test_behind_what_was_refused_a_new_one_begins():
    batch = Multiline()
    assert isinstance(batch.take(parse(SAID.encode())), Fail)
    for line in (BEGUN, SAID):
        assert batch.take(parse(line.encode())) is None
    assert batch.take(parse(b"BATCH -1")) == Message(verb="PRIVMSG", params=("#den", "one"))


def test_as_much_as_may_be_is_taken():
    half = "x" * (MAX_BYTES // 2)
    found = taken(
        BEGUN,
        f"@batch=1 PRIVMSG #den :{half}",
        f"@batch=1;draft/multiline-concat PRIVMSG #den :{half}",
        "BATCH -1",
    )
    assert found.params == ("#den", half + half)
