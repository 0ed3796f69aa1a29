"""
Options: how a value is declared, read and shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest
from attrs import frozen

from twisted_chat.options import (
    BadSetting,
    as_line,
    from_toml,
    from_words,
    is_flag,
    is_repeatable,
    is_secret,
    key,
    option,
    read_text,
    shown,
)
from twisted_chat.text.durations import Duration


@frozen
class Kettle:
    """
    Something with one option of each kind.
    """

    cups: int = option(4, "Cups that it holds.")
    degrees: float = option(97.5, "How hot the water is.")
    tea_name: str = option("green", "Which tea.", choices=("green", "black"))
    is_on: bool = option(False, "Whether it is on.")
    guests: tuple[str, ...] = option((), "Who drinks.")
    wait: Duration = option(Duration(minutes=3), "How long the tea draws.")


def field(name: str) -> attrs.Attribute[Any]:
    found: attrs.Attribute[Any] = getattr(attrs.fields(Kettle), name)
    return found


def test_an_option_has_a_default_and_a_sentence_of_help() -> None:
    assert Kettle().cups == 4
    assert field("cups").metadata["help"] == "Cups that it holds."
    assert key(field("tea_name")) == "tea-name"
    assert [is_flag(each) for each in attrs.fields(Kettle)].count(True) == 1
    assert is_repeatable(field("guests"))
    assert not is_repeatable(field("cups"))


@pytest.mark.parametrize(
    ("name", "words", "value"),
    [
        ("cups", "12", 12),
        ("degrees", "70", 70.0),
        ("tea_name", "black", "black"),
        ("is_on", 1, True),
        ("guests", ["ada", "bob"], ("ada", "bob")),
        ("wait", "1h30m", Duration(minutes=90)),
        ("wait", "0", Duration(0)),
    ],
)
def test_words_become_a_value_of_the_kind_of_the_default(
    name: str, words: Any, value: object
) -> None:
    assert from_words(field(name), words) == value


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        ("cups", "-1", "cups must be a whole number, 0 or more, not '-1'."),
        ("degrees", "hot", "degrees must be a number, 0 or more, not 'hot'."),
        ("tea_name", "red", "tea-name must be green or black, not 'red'."),
        ("wait", "long", "wait must be a time such as 90d or 12h, or 0, not 'long'."),
    ],
)
def test_words_that_do_not_fit_are_refused_in_one_sentence(
    name: str, words: str, sentence: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        from_words(field(name), words)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("cups", 2, 2),
        ("degrees", 1, 1.0),
        ("guests", "ada", ("ada",)),
        ("is_on", True, True),
        ("wait", "2d", Duration(days=2)),
    ],
)
def test_a_file_gives_values_of_their_own_kind(name: str, value: object, found: object) -> None:
    assert from_toml(field(name), value, "file") == found


@pytest.mark.parametrize(
    ("name", "value"),
    [("cups", "two"), ("cups", True), ("is_on", 1), ("guests", [1]), ("tea_name", 3)],
)
def test_another_kind_in_the_file_is_refused_with_its_place(name: str, value: object) -> None:
    with pytest.raises(BadSetting, match=rf"^file: {key(field(name))} must be "):
        from_toml(field(name), value, "file")


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (4, "name = 4  # default"),
        (2.0, "name = 2  # default"),
        (True, "name = true  # default"),
        ('say "hi"', 'name = "say \\"hi\\""  # default'),
        (("a", "b"), 'name = ["a", "b"]  # default'),
        (Duration(hours=36), 'name = "1d12h"  # default'),
    ],
)
def test_a_value_is_shown_as_a_line_of_the_file(value: object, line: str) -> None:
    assert as_line("name", value, "default") == line


def test_a_secret_is_shown_as_a_comment_that_says_that_it_is_set() -> None:
    assert as_line("key", "hush", "file", is_secret=True) == "# key = (set)  # file"
    assert as_line("key", "", "default", is_secret=True) == 'key = ""  # default'


def test_a_secret_stands_in_no_error_and_no_repr() -> None:
    @frozen
    class Safe:
        key: str = option("", "The key.", secret=True)
        code: int = option(0, "The code.", secret=True)
        level: float = option(0.0, "How safe it is.", secret=True)
        kind: str = option("a", "Which kind.", secret=True, choices=("a", "b"))
        words: tuple[str, ...] = option((), "The words.", secret=True)
        wait: Duration = option(Duration(0), "How long.", secret=True)
        is_on: bool = option(False, "Whether it is on.", secret=True)

    assert "hush" not in repr(Safe(key="hush", words=("hush",)))
    assert all(is_secret(each) for each in attrs.fields(Safe))
    assert not is_secret(field("cups"))
    for each in attrs.fields(Safe):
        for wrong in ("hush", {"hush": 1}, ["hush", 1]):
            if each.name not in {"key", "words"} or not isinstance(wrong, str):
                with pytest.raises(BadSetting, match=f"^file: {key(each)} ") as raised:
                    from_toml(each, wrong, "file")
                assert "hush" not in str(raised.value)


def test_the_place_of_a_value_cannot_begin_another_line() -> None:
    assert as_line("cups", 4, "a\nb") == 'cups = 4  # "a\\nb"'


def test_a_number_is_shown_without_what_it_does_not_need() -> None:
    assert shown(3.0) == "3"
    assert shown(Duration(0)) == "0"


def test_the_text_of_a_file_is_read_without_the_mark_of_an_editor(tmp_path: Path) -> None:
    path = tmp_path / "tea"
    path.write_bytes(b"\xef\xbb\xbfgr\xc3\xbcn\n")
    assert read_text("tea-name", path) == "grün\n"


def test_a_file_that_cannot_be_read_is_told_with_its_option(tmp_path: Path) -> None:
    latin = tmp_path / "tea"
    latin.write_bytes(b"gr\xfcn\n")
    for path, told in [
        (latin, f"tea-name: {latin} is not UTF-8 text."),
        (tmp_path / "x", f"tea-name: cannot read {tmp_path / 'x'}: No such file or directory."),
        (Path("a\0b"), "tea-name: 'a\\x00b' cannot be a file: embedded null byte."),
    ]:
        with pytest.raises(BadSetting) as refused:
            read_text("tea-name", path)
        assert str(refused.value) == told
