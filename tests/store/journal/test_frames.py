"""
The frames: whatever of a file was written, damaged or cut off, what is whole is read, and no more.
"""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import line, opened

from twisted_chat.store.allowances import Allowance, AllowanceKept
from twisted_chat.store.journal.frames import Frame, Unframeable, decode, encode
from twisted_chat.store.plugins import Kind, PluginValue, RoomValuesEnded
from twisted_chat.store.records import (
    Came,
    Change,
    Line,
    Message,
    MessagesRead,
    Revised,
    RoomOpened,
    Seated,
    Unseated,
    Went,
)
from twisted_chat.store.settings import SettingKept

_NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)
_TIMES = st.floats(allow_nan=False, allow_infinity=False)
_TEXTS = st.text(max_size=40)
_LINES = st.builds(
    Line, _NUMBERS, _NUMBERS, _NUMBERS, _TIMES, _TEXTS, _TEXTS, _NUMBERS, _TEXTS, _NUMBERS, _TEXTS,
    _TEXTS, _NUMBERS, _TEXTS,
)  # fmt: skip
_CHANGES: st.SearchStrategy[Change] = st.one_of(
    _LINES,
    st.builds(Revised, _LINES),
    st.builds(
        Message, _NUMBERS, _TIMES, _TEXTS, _NUMBERS, _TEXTS, _NUMBERS, _TEXTS, st.booleans()
    ),
    st.builds(MessagesRead, _NUMBERS, _NUMBERS),
    st.builds(RoomOpened, _NUMBERS, _TEXTS, _TEXTS),
    st.builds(Came, _NUMBERS),
    st.builds(Went, _NUMBERS, _NUMBERS),
    st.builds(Seated, _NUMBERS, _NUMBERS),
    st.builds(Unseated, _NUMBERS, _NUMBERS),
    st.builds(AllowanceKept, st.builds(Allowance, _TEXTS, _TEXTS, _TIMES, _TIMES), st.booleans()),
    st.builds(SettingKept, _NUMBERS, _TEXTS, _TEXTS),
    st.builds(PluginValue, _TEXTS, st.sampled_from(Kind), _NUMBERS, _NUMBERS, _TEXTS, _TEXTS),
    st.builds(RoomValuesEnded, _NUMBERS),
)
_TURNS = st.lists(st.lists(_CHANGES, max_size=4), min_size=1, max_size=4)


def file_of(turns: list[list[Change]], first: int = 1) -> tuple[bytes, list[int]]:
    """
    Return the bytes of some frames, and where each ends.
    """
    data, ends = b"", []
    for number, changes in enumerate(turns, first):
        data += encode(number, changes)
        ends.append(len(data))
    return data, ends


def read(data: bytes) -> list[list[Change]]:
    return [list(frame.changes) for frame in decode(data)]


@given(_TURNS, st.integers(1, 2**62))
def test_what_is_written_is_read(turns, first):
    data, _ = file_of(turns, first)
    assert list(decode(data)) == [Frame(first + n, changes) for n, changes in enumerate(turns)]
    assert [type(each) for changes in read(data) for each in changes] == [
        type(each) for changes in turns for each in changes
    ]


@settings(max_examples=30, deadline=None)
@given(_TURNS)
def test_of_a_file_that_is_cut_at_any_byte_the_whole_frames_are_read(turns):
    data, ends = file_of(turns)
    for size in range(len(data)):
        whole = sum(end <= size for end in ends)
        assert read(data[:size]) == turns[:whole]
        # A file of a fixed size has something behind them.
        rest = bytes([data[size] ^ 1]) * 100
        assert read(data[:size] + rest) == turns[:whole]
    assert read(data + bytes(100)) == turns


@settings(max_examples=30, deadline=None)
@given(_TURNS, st.integers(1, 255))
def test_of_a_file_with_a_damaged_byte_the_frames_before_it_are_read(turns, damage):
    data, ends = file_of(turns)
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= damage
        before = sum(end <= place for end in ends)
        assert read(bytes(damaged)) == turns[:before]


@given(st.binary(max_size=200))
def test_anything_else_has_no_frames(data):
    assert read(data) == []


@given(_TURNS, _TURNS)
def test_what_an_earlier_use_of_the_file_left_behind_is_not_read(new, old):
    data, _ = file_of(new, 1000)
    # Also where it begins at the very end of a frame.
    for first in (1, 999, 1000, 1001 + len(new)):
        assert read(data + file_of(old, first)[0]) == new


def test_a_frame_is_as_the_description_of_the_format_says():
    # By hand, after https://github.com/msgpack/msgpack/blob/master/spec.md.
    came = b"\x92\x05\x81\xa7account\x07"
    said = (
        b"\x92\x00\x9d\xcd\x03\xe9\x01\x01\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00\xa4said\xa5alice"
        b"\xff\xa3tea\x00\xa0\xa0\x00\xa0"
    )
    body = b"\x92\x02\x92" + came + said
    head = len(body).to_bytes(4, "little") + zlib.crc32(body).to_bytes(4, "little")
    changes = [Came(7), Line(1001, 1, 1, 1.5, "said", "alice", -1, "tea")]
    assert encode(2, changes) == head + body
    assert list(decode(head + body)) == [Frame(2, changes)]


def test_a_line_that_was_written_before_it_told_who_edited_it_is_read():
    # The last of its fields was the pin.
    said = (
        b"\x92\x00\x9c\xcd\x03\xe9\x01\x01\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00\xa4said\xa5alice"
        b"\xff\xa3tea\x00\xa0\xa0\x07"
    )
    body = b"\x92\x02\x91" + said
    head = len(body).to_bytes(4, "little") + zlib.crc32(body).to_bytes(4, "little")
    found = Line(1001, 1, 1, 1.5, "said", "alice", -1, "tea", pinned=7, by="")
    assert read(head + body) == [[found]]


@pytest.mark.parametrize(
    "change", [line(1, "a \ud83d b"), line(1, nick=object()), line(1 << 64), opened(1 << 70)]
)
def test_what_no_frame_can_hold_is_refused(change):
    with pytest.raises(Unframeable):
        encode(1, [line(2), change])


def test_a_frame_of_a_newer_server_ends_what_is_read():
    body = b"\x92\x02\x91\x92\x7f\xc0"
    newer = len(body).to_bytes(4, "little") + zlib.crc32(body).to_bytes(4, "little") + body
    assert read(encode(1, [line(1)]) + newer + encode(3, [line(3)])) == [[line(1)]]
