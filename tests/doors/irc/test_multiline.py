"""
Several messages that are one text.
"""

import pytest

from twisted_chat.doors.irc.message import Message, parse
from twisted_chat.doors.irc.multiline import MAX_BYTES, MAX_LINES, Fail, Multiline


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
        ([BEGUN, SAID, *["@batch=1;draft/multiline-concat PRIVMSG #den :x"] * MAX_LINES],
         "MULTILINE_MAX_LINES", (str(MAX_LINES),)),
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


@pytest.mark.parametrize(
    "lines",
    [
        ["BATCH +1 other/type", SAID, SAID, "BATCH -1"],
        [BEGUN, "@batch=1 PRIVMSG #tea :one", SAID, "@batch=1 PRIVMSG #tea :two", "BATCH -1"],
        [BEGUN, "BATCH +2 draft/multiline #den", SAID, "@batch=2 PRIVMSG #den :x", "BATCH -2",
         "BATCH -1"],
        [BEGUN, BEGUN, SAID, "BATCH -1"],
        [BEGUN, "BATCH -1"],
        ["BATCH +2 draft/multiline #den", "@batch=3 PRIVMSG #den :x",
         "@batch=2 PRIVMSG #den :x", "BATCH -2"],
    ],
)  # fmt: skip
def test_what_is_refused_says_so_once_and_then_is_taken_again(lines):
    batch = Multiline()
    found = [batch.take(parse(line.encode())) for line in lines]
    assert len([each for each in found if isinstance(each, Fail)]) == 1
    assert [each for each in found if isinstance(each, Message)] == []
    assert isinstance(batch.take(parse(b"BATCH -1")), Fail)
    again = [batch.take(parse(line.encode())) for line in (BEGUN, SAID, "BATCH -1")]
    assert again == [None, None, Message(verb="PRIVMSG", params=("#den", "one"))]


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        (["@label=x BATCH +1 other/type"], ("x",)),
        (["@label=x BATCH +1 draft/multiline #den", "@label=y;batch=1 PRIVMSG #tea :one"],
         ("x",)),
        (["@label=x BATCH +1 draft/multiline #den", "@label=y BATCH -1"], ("x",)),
        (["@label=y;batch=1 PRIVMSG #tea :one"], ("y",)),
        (["@label=y BATCH -1"], ("y",)),
        # Both are refused, and each label needs its answer.
        (["@label=x BATCH +1 draft/multiline #den", "@label=y BATCH +2 draft/multiline #den"],
         ("x", "y")),
        (["@label=x BATCH +1 draft/multiline #den", "BATCH +2 draft/multiline #den"], ("x",)),
        (["@label=x BATCH +1 draft/multiline #den", "@label=x BATCH +2 draft/multiline #den"],
         ("x",)),
        (["BATCH +1 draft/multiline #den", "@label=y BATCH +2 draft/multiline #den"], ("y",)),
        ([BEGUN, BEGUN], ()),
    ],
)  # fmt: skip
def test_a_refusal_has_the_label_of_each_beginning(lines, labels):
    assert taken(*lines).labels == labels


def test_what_has_begun_is_refused_once_when_no_more_of_it_will_come():
    batch = Multiline()
    assert batch.end() is None
    for line in (f"@label=x {BEGUN}", SAID):
        assert batch.take(parse(line.encode())) is None
    fail = batch.end()
    assert fail is not None
    assert (fail.code, fail.labels) == ("MULTILINE_INVALID", ("x",))
    assert batch.end() is None
    # Also by who has no batches any more: the rest of it, and nothing else.
    for line, is_dropped in (
        ("BATCH", False), ("BATCH 1", False), ("BATCH -2", False),
        ("BATCH +2 draft/multiline #den", False),
        ("@batch=2 PRIVMSG #den :one", False), ("PRIVMSG #den :one", False),
        (SAID, True), ("batch -1", True), (SAID, False),
    ):  # fmt: skip
        assert batch.drops(parse(line.encode())) is is_dropped


def test_another_batch_may_have_the_name_of_one_that_was_given_up():
    batch = Multiline()
    batch.take(parse(BEGUN.encode()))
    batch.end()
    assert batch.take(parse(SAID.encode())) is None
    again = [batch.take(parse(line.encode())) for line in (BEGUN, SAID, "BATCH -1")]
    assert again == [None, None, Message(verb="PRIVMSG", params=("#den", "one"))]


def test_what_neither_begins_nor_ends_a_batch_is_refused_each_time():
    batch = Multiline()
    found = [batch.take(parse(line)) for line in (b"BATCH +", b"@label=y BATCH 3", b"BATCH")]
    assert [type(each) for each in found] == [Fail, Fail, Fail]
    assert found[1].labels == ("y",)


def test_as_much_as_may_be_is_taken():
    half = "x" * (MAX_BYTES // 2)
    found = taken(
        BEGUN,
        f"@batch=1 PRIVMSG #den :{half}",
        f"@batch=1;draft/multiline-concat PRIVMSG #den :{half}",
        "BATCH -1",
    )
    assert found.params == ("#den", half + half)
