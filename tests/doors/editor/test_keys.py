"""
Keys are the same however their bytes are cut, and no part of one is taken for text.
"""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twisted_chat.doors.editor.keys import MOST_PASTED, PASTE_ENDS_AFTER, Key, KeyReader, Pasted


def read(*pieces: bytes) -> list[Key | str | Pasted]:
    """
    Return the keys in these reads; text that was not parted by a key is one.
    """
    reader = KeyReader()
    found: list[Key | str | Pasted] = []
    for piece in pieces:
        for key in reader.feed(piece):
            if isinstance(key, str) and found and isinstance(found[-1], str):
                found[-1] += key
            else:
                found.append(key)
    return found


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        # xterm in both modes of its cursor keys, and the keys of emacs.
        (b"\x1b[D\x1b[C\x1bOD\x1bOC\x02\x06", [Key.LEFT, Key.RIGHT] * 3),
        (b"\x1b[A\x1b[B\x1bOA\x1bOB\x10\x0e", [Key.UP, Key.DOWN] * 3),
        # xterm, rxvt and the Linux console, and the keys of emacs.
        (b"\x1b[H\x1b[F\x1bOH\x1bOF\x1b[7~\x1b[8~\x1b[1~\x1b[4~\x01\x05", [Key.HOME, Key.END] * 5),
        # With Ctrl and with Alt, and the keys of emacs.
        (b"\x1b[1;5D\x1b[1;3D\x1bb", [Key.WORD_LEFT] * 3),
        (b"\x1b[1;5C\x1b[1;3C\x1bf", [Key.WORD_RIGHT] * 3),
        # With Shift alone it is the key itself.
        (b"\x1b[1;2D", [Key.LEFT]),
        (b"\x7f\x08\x1b[3~\x04", [Key.ERASE, Key.ERASE, Key.DELETE, Key.LEAVE]),
        (b"\x17\x1b\x7f\x1bd\x1b[3;5~", [*[Key.KILL_WORD] * 2, *[Key.KILL_NEXT_WORD] * 2]),
        (b"\x15\x0b\x19", [Key.KILL_BEFORE, Key.KILL_BEHIND, Key.YANK]),
        (b"\t\x12\x0c\x03", [Key.COMPLETE, Key.SEARCH, Key.CLEAR, Key.INTERRUPT]),
        (b"\r\n\r\0\r\r\n\n", [Key.ENTER] * 5),
        (b"\x1b\r", [Key.NEW_LINE]),
        (b"\x1b\x1bb", [Key.ESCAPE, Key.WORD_LEFT]),
        # Esc by itself, or a sequence that was cut, takes no other key away.
        (b"\x1b\x03\x1b\x04", [Key.ESCAPE, Key.INTERRUPT, Key.ESCAPE, Key.LEAVE]),
        (b"\x1b\t\x1bO\x03\x1b[\x03", [Key.ESCAPE, Key.COMPLETE, *[Key.INTERRUPT] * 2]),
    ],
)
def test_each_key_is_known(sent: bytes, keys: list[Key]) -> None:
    assert read(sent) == keys


@pytest.mark.parametrize(
    "unknown",
    [
        # F1 of the Linux console and of xterm, F5, focus, a mouse report's beginning, an answer.
        b"\x1b[[A",
        b"\x1bOP",
        b"\x1b[15~",
        b"\x1b[I",
        b"\x1b[?62;22c",
        b"\x1bz",
        b"\x1c",
    ],
)
def test_a_key_that_is_not_known_shows_nothing(unknown: bytes) -> None:
    assert read(b"a" + unknown + b"b") == ["ab"]


def test_text_is_utf_8_and_what_is_none_is_a_sign_of_it() -> None:
    assert read("Grüße, 世界 👩‍👩‍👧".encode()) == ["Grüße, 世界 👩‍👩‍👧"]
    assert read(b"a\xffb") == ["a\ufffdb"]
    assert read(b"a\xc3\r") == ["a\ufffd", Key.ENTER]


def test_a_paste_is_one_text_with_its_lines() -> None:
    sent = b"\x1b[200~one\r\ntwo\rthree\n\x03\x1b[A\x1b[201~\r"
    assert read(sent) == [Pasted("one\ntwo\nthree\n\x03\x1b[A"), Key.ENTER]


def test_a_paste_without_end_is_bounded() -> None:
    reader = KeyReader()
    assert list(reader.feed(b"\x1b[200~")) == []
    for _ in range(100):
        assert list(reader.feed(b"x" * 10_000)) == []
    (pasted,) = reader.feed(b"\x1b[201~")
    assert pasted == Pasted("x" * MOST_PASTED, is_cut=True)
    assert list(reader.feed(b"\x1b[200~next\x1b[201~")) == [Pasted("next")]


@pytest.mark.parametrize("key", [Key.INTERRUPT, Key.LEAVE, Key.ENTER])
def test_a_paste_whose_end_is_lost_takes_no_key_for_good(key: Key) -> None:
    reader = KeyReader()
    sent = {Key.INTERRUPT: b"\x03", Key.LEAVE: b"\x04", Key.ENTER: b"\r"}[key]
    assert list(reader.feed(b"\x1b[200~one", 100.0)) == []
    assert list(reader.feed(b"two\x1b[20", 101.9)) == [], "it may only be slow"
    late = reader.feed(sent, 101.9 + PASTE_ENDS_AFTER)
    assert list(late) == [Pasted("onetwo\x1b[20"), key]


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                b"a",
                "é".encode(),
                "👩‍👧".encode(),
                b"\xff",
                b"\xc3",
                b"\r",
                b"\n",
                b"\0",
                b"\x1b",
                b"\x1b[",
                b"\x1b[A",
                b"\x1b[1;5D",
                b"\x1bO",
                b"\x1b[200~",
                b"\x1b[201~",
                b"\x1b[[",
                b"A",
                b"~",
                b"\x7f",
                b"1",
                b";",
                b"[",
                b"\x1b[2",
                b"01~",
            ]
        )
        | st.binary(max_size=3)
    ).map(b"".join),
    st.lists(st.integers(0, 200)),
)
def test_keys_are_the_same_wherever_their_bytes_are_cut(sent: bytes, cuts: list[int]) -> None:
    places = sorted({0, *[cut for cut in cuts if cut < len(sent)], len(sent)})
    pieces = [sent[start:stop] for start, stop in itertools.pairwise(places)]
    assert read(*pieces) == read(sent)
    assert read(*[bytes([byte]) for byte in sent]) == read(sent)
