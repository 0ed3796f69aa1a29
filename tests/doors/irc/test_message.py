"""
Messages: bytes to values and back, by the grammar of RFC 2812 and of message-tags.
"""

import random

import pytest
from cuts import cut, every_cut
from hypothesis import given, settings
from hypothesis import strategies as st

from twisted_chat.doors.irc.message import (
    MAX_TAGS,
    Message,
    Stream,
    Unreadable,
    parse,
    serialise,
)


def message(verb, *params, source="", **tags):
    return Message(verb=verb, params=params, source=source, tags=tags)


# The cases that implementations have in common, as their authors agreed on them.
@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("foo bar baz asdf", message("foo", "bar", "baz", "asdf")),
        (":coolguy foo bar baz asdf", message("foo", "bar", "baz", "asdf", source="coolguy")),
        ("foo bar baz :asdf quux", message("foo", "bar", "baz", "asdf quux")),
        ("foo bar baz :", message("foo", "bar", "baz", "")),
        ("foo bar baz ::asdf", message("foo", "bar", "baz", ":asdf")),
        (":coolguy foo bar baz :asdf quux", message("foo", "bar", "baz", "asdf quux",
                                                    source="coolguy")),
        (":coolguy foo bar baz :  asdf quux ", message("foo", "bar", "baz", "  asdf quux ",
                                                       source="coolguy")),
        ("PRIVMSG #a :b :c", message("PRIVMSG", "#a", "b :c")),
        ("PRIVMSG #a :", message("PRIVMSG", "#a", "")),
        ("PRIVMSG #a  :b", message("PRIVMSG", "#a", "b")),
        ("PRIVMSG #a b :c", message("PRIVMSG", "#a", "b", "c")),
        ("PRIVMSG #a b", message("PRIVMSG", "#a", "b")),
        (":coolguy PRIVMSG bar :lol :) ", message("PRIVMSG", "bar", "lol :) ", source="coolguy")),
        (":coolguy foo bar baz :", message("foo", "bar", "baz", "", source="coolguy")),
        (":coolguy foo bar baz :  ", message("foo", "bar", "baz", "  ", source="coolguy")),
        (":coolguy foo b\tar baz", message("foo", "b\tar", "baz", source="coolguy")),
        ("@asd :coolguy foo bar baz :  ", message("foo", "bar", "baz", "  ", source="coolguy",
                                                  asd="")),
        (r"@a=b\\and\nk;d=gh\:764 foo", message("foo", a="b\\and\nk", d="gh;764")),
        (":src JOIN #chan", message("JOIN", "#chan", source="src")),
        (":src JOIN :#chan", message("JOIN", "#chan", source="src")),
        (":src AWAY", message("AWAY", source="src")),
        (":src AWAY ", message("AWAY", source="src")),
        (":cool\tguy foo bar baz", message("foo", "bar", "baz", source="cool\tguy")),
        (":coolguy!~ag@n\x02et\x0305w\x0fork.admin PRIVMSG foo :bar baz",
         message("PRIVMSG", "foo", "bar baz", source="coolguy!~ag@n\x02et\x0305w\x0fork.admin")),
        ("@tag1=value1;tag2;vendor1/tag3=value2;vendor2/tag4 :irc.example.com COMMAND a b :c d",
         Message(verb="COMMAND", params=("a", "b", "c d"), source="irc.example.com",
                 tags={"tag1": "value1", "tag2": "", "vendor1/tag3": "value2",
                       "vendor2/tag4": ""})),
        (":irc.example.com COMMAND param1 param2 :param3 param3",
         message("COMMAND", "param1", "param2", "param3 param3", source="irc.example.com")),
        ("@tag=value COMMAND", message("COMMAND", tag="value")),
        ("@foo=\\\\\\\\\\:\\\\s\\s\\r\\n COMMAND", message("COMMAND", foo="\\\\;\\s \r\n")),
        (":gravel.mozilla.org 432  #momo :Erroneous Nickname: Illegal characters",
         message("432", "#momo", "Erroneous Nickname: Illegal characters",
                 source="gravel.mozilla.org")),
        (":gravel.mozilla.org MODE #tckk +n ", message("MODE", "#tckk", "+n",
                                                       source="gravel.mozilla.org")),
        (":services.esper.net MODE #foo-bar +o foobar  ",
         message("MODE", "#foo-bar", "+o", "foobar", source="services.esper.net")),
        (r"@tag1=value\\ntest COMMAND", message("COMMAND", tag1="value\\ntest")),
        (r"@tag1=value\1 COMMAND", message("COMMAND", tag1="value1")),
        ("@tag1=value1\\ COMMAND", message("COMMAND", tag1="value1")),
        ("@tag1=1;tag2=3;tag3=4;tag1=5 COMMAND", message("COMMAND", tag1="5", tag2="3", tag3="4")),
        ("@tag1=1;vendor/tag2=3;tag1=5;vendor/tag2=8 COMMAND",
         Message(verb="COMMAND", tags={"tag1": "5", "vendor/tag2": "8"})),
        (":SomeOp MODE #channel :+i", message("MODE", "#channel", "+i", source="SomeOp")),
        (":SomeOp MODE #channel +oo SomeUser :AnotherUser",
         message("MODE", "#channel", "+oo", "SomeUser", "AnotherUser", source="SomeOp")),
    ],
)  # fmt: skip
def test_a_line_is_read_as_all_implementations_read_it(line, read):
    assert parse(line.encode()) == read


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (message("foo", "bar", "baz", "asdf"), "foo bar baz asdf"),
        (message("foo", "bar", "baz", "", source="coolguy"), ":coolguy foo bar baz :"),
        (message("foo", "bar", "baz", ":asdf"), "foo bar baz ::asdf"),
        (message("foo", "bar", " asdf quux"), "foo bar : asdf quux"),
        (message("foo", a="b\\and\nk", d="gh;764"), r"@a=b\\and\nk;d=gh\:764 foo"),
        (message("AWAY", source="src"), ":src AWAY"),
    ],
)
def test_a_value_is_written_as_all_implementations_write_it(value, written):
    assert serialise(value) == written.encode() + b"\r\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"PRIVMSG #a :\xff", "not-utf8"),
        (b"PRIVMSG #a :\xc3", "not-utf8"),
        (b":alice", "no-verb"),
        (b"@tag", "no-verb"),
        (b"@tag ", "no-verb"),
        (b"::", "no-verb"),
        (b"12 x", "no-verb"),
        (b"J\xc3\xb6IN x", "no-verb"),
        (b"PRIVMSG #a :a\0b", "no-verb"),
    ],
)
def test_what_is_no_message_says_why(line, code):
    assert parse(line) == Unreadable(code)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        (b"@label=a;b PRIVMSG #a :\xff", "a"),
        (b"@b;label=a\\sb :\xff", "a b"),
        (b"@label=a ", "a"),
        (b"@label=a", "a"),
        (b"@label=a PRIVMSG #a :a\0b", "a"),
        (b"@label=a PRIVMSG #a :" + b"x" * 600, "a"),
        (b"@label=a;b=" + b"x" * (MAX_TAGS - 12) + b" " + b"x" * 600, "a"),
        # The tags are damaged, are too long or have no end, or there is none of this name.
        (b"@label=a\xff PRIVMSG #a :b", ""),
        (b"@label=a;b=" + b"x" * (MAX_TAGS - 11) + b" PING x", ""),
        (b"@label=a\xff", ""),
        (b"@label PRIVMSG #a :\xff", ""),
        (b"@b PRIVMSG #a :\xff", ""),
        (b"label=a \xff", ""),
    ],
)
def test_what_is_no_message_has_the_label_of_its_tags(line, label):
    whole = Stream(512).feed(line + b"\n")
    stream = Stream(512)
    in_two = [each for piece in (line, b"\n") for each in stream.feed(piece)]
    for (read,) in (whole, in_two):
        assert isinstance(read, Unreadable)
        assert read.label == label


@pytest.mark.parametrize(
    ("line", "is_unsure"),
    [
        (b"@batch=1\xff PRIVMSG #a :b", True),
        (b"@batch=1;b=" + b"x" * MAX_TAGS + b" PRIVMSG #a :b", True),
        (b"@batch=1\xff", True),
        (b"@batch=1 PRIVMSG #a :\xff", False),
        (b"@batch=1 PRIVMSG #a :" + b"x" * 600, False),
        (b"PRIVMSG #a :@\xff", False),
        (b"PRIVMSG #a :" + b"x" * 600, False),
    ],
)
def test_what_has_tags_that_cannot_be_read_may_be_of_a_batch(line, is_unsure):
    (read,) = Stream(512).feed(line + b"\n")
    assert isinstance(read, Unreadable)
    assert read.is_unsure is is_unsure


@pytest.mark.parametrize(
    "value",
    [
        message("PRIVMSG", "#a", "hello\r\nQUIT"),
        message("PRIVMSG", "#a", "hello\nQUIT"),
        message("PRIVMSG", "#a", "nul\0"),
        message("PRIVMSG", "#a b", "hello"),
        message("PRIVMSG", "", "hello"),
        message("PRIVMSG", ":a", "hello"),
        message("PRIVMSG", "#a\r", "hello"),
        message("PRIVMSG", "a", source="alice QUIT"),
        message("PRIVMSG", "a", source="alice\n"),
        message("QUIT x"),
        message(""),
        message("1234"),
        Message(verb="QUIT", tags={"a b": "x"}),
        Message(verb="QUIT", tags={"": "x"}),
        Message(verb="QUIT", tags={"a": "\0"}),
    ],
)
def test_what_would_be_read_as_another_message_is_not_written(value):
    with pytest.raises(ValueError, match=r"no |only|holds|cannot"):
        serialise(value)


_text = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]))
_words = st.text(
    st.characters(exclude_characters="\0\r\n ", exclude_categories=["Cs"]), min_size=1
).filter(lambda word: word[0] != ":")
_sources = st.text(st.characters(exclude_characters="\0\r\n ", exclude_categories=["Cs"]))
_keys = st.from_regex(r"\A\+?([a-z]{1,5}\.example/)?[A-Za-z0-9-]{1,9}\Z")
_tag_values = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
_messages = st.builds(
    lambda verb, middle, last, source, tags: Message(
        verb=verb, params=(*middle, *last), source=source, tags=tags
    ),
    st.from_regex(r"\A([A-Za-z]{1,9}|[0-9]{3})\Z"),
    st.lists(_words, max_size=4),
    st.lists(_text, max_size=1),
    _sources,
    st.dictionaries(_keys, _tag_values, max_size=4),
)


@given(_messages)
def test_every_value_comes_back_as_it_was(value):
    data = serialise(value)
    assert data.endswith(b"\r\n")
    assert not {0, 10, 13} & set(data[:-2])
    assert parse(data[:-2]) == value


@given(st.binary(max_size=200))
def test_whatever_is_read_can_be_written_and_is_read_again(line):
    read = parse(line.replace(b"\r", b"").replace(b"\n", b""))
    if isinstance(read, Message) and _is_verb(read.verb):
        tags = {key: value for key, value in read.tags.items() if _is_key(key)}
        again = Message(verb=read.verb, params=read.params, source=read.source, tags=tags)
        assert parse(serialise(again)[:-2]) == again


def _is_verb(verb):
    # What only begins like one is read, so that its client is told that it is none.
    return verb.isalpha() or verb.isdigit()


def _is_key(key):
    try:
        serialise(Message(verb="A", tags={key: ""}))
    except ValueError:
        return False
    return True


# -- the stream -----------------------------------------------------------------------------------


def verbs(found):
    return [each.verb if isinstance(each, Message) else each.code for each in found]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\n\r\n", "\n\n", "\r\r\n"])
def test_every_end_of_a_message_is_understood(end):
    assert verbs(Stream().feed(f"NICK a{end}USER b{end}".encode())) == ["NICK", "USER"]


def test_a_short_stream_is_read_the_same_however_it_is_cut():
    stream = "@a A :é\r\nB\n".encode()
    whole = Stream().feed(stream)
    assert verbs(whole) == ["A", "B"]
    for pieces in every_cut(stream):
        there = Stream()
        assert [each for piece in pieces for each in there.feed(piece)] == whole


@given(
    st.lists(st.sampled_from([b"NICK a\r\n", b"\n", b"\r", b"@x=y P :q", b"x" * 70, b" ", b"\xff",
                              b"@" + b"k" * 3000, b"; ", b"\0", "é".encode()]), max_size=12),
    st.lists(st.integers(0, 10_000), max_size=6),
)  # fmt: skip
def test_a_stream_is_read_the_same_however_it_is_cut(parts, places):
    stream = b"".join(parts) + b"\n"
    whole, cutted = Stream(64), Stream(64)
    found = [each for piece in cut(stream, places) for each in cutted.feed(piece)]
    assert found == whole.feed(stream)


@pytest.mark.parametrize(
    ("line", "is_read"),
    [
        (b"P " + b"x" * 508, True),
        (b"P " + b"x" * 509, False),
        (b"@a=" + b"x" * (MAX_TAGS - 4) + b" P", True),
        (b"@a=" + b"x" * (MAX_TAGS - 3) + b" P", False),
        (b"@a=b P " + b"x" * 508, True),
        (b"@a=b P " + b"x" * 509, False),
    ],
)
def test_a_message_that_is_too_long_is_told_and_the_next_one_is_read(line, is_read):
    expected = ["P" if is_read else "too-long", "QUIT"]
    assert verbs(Stream(512).feed(line + b"\r\nQUIT\r\n")) == expected


@pytest.mark.parametrize("limit", [0, 8192])
def test_tags_are_as_long_as_everywhere_however_long_a_message_may_be(limit):
    fits, does_not = (b"@a=" + b"x" * (MAX_TAGS - less) + b" P\n" for less in (4, 3))
    assert verbs(Stream(limit).feed(fits + does_not + b"QUIT\n")) == ["P", "too-long", "QUIT"]


def test_what_is_too_long_is_told_once_before_its_end_and_not_kept():
    stream = Stream(512)
    assert verbs(stream.feed(b"x" * 600)) == ["too-long"]
    for _ in range(100):
        assert stream.feed(b"x" * 60_000) == []
    assert len(stream._begun) == 0
    assert verbs(stream.feed(b"x\r\nQUIT\n")) == ["QUIT"]


def test_without_a_limit_everything_is_read():
    (read,) = Stream(0).feed(b"P :" + b"x" * 100_000 + b"\n")
    assert read == message("P", "x" * 100_000)


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_no_bytes_break_the_parser(seed):
    # Bytes that a grammar cares about come more often.
    dice = random.Random(seed)
    alphabet = b"@:; =\\\r\n\0PRIVMSG#\xc3\xa9\xff" + bytes(range(256))
    stream = Stream(512)
    for _ in range(20):
        for each in stream.feed(bytes(dice.choices(alphabet, k=dice.randrange(200)))):
            assert isinstance(each, Message | Unreadable)
