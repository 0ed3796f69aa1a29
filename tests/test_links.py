"""
Links: which addresses there are in a text, and the escapes around them.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import processor_time

from twisted_chat.links import END, ESCAPE, addresses_in, linked
from twisted_chat.text.clean import clean

URL = "http://example.org/a?b=c#d"


def found(text: str) -> list[str]:
    return [text[first:last] for first, last in addresses_in(text)]


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        (URL, [URL]),
        (f"see {URL}.", [URL]),
        (f"({URL}), {URL}!", [URL, URL]),
        # A bracket that was opened within is a part of it.
        ("https://e.org/(x)y_(z)", ["https://e.org/(x)y_(z)"]),
        ("(https://e.org/wiki/A_(band))!", ["https://e.org/wiki/A_(band)"]),
        (
            "see [https://e.org/a[0]], {https://e.org/{id}}",
            [
                "https://e.org/a[0]",
                "https://e.org/{id}",
            ],
        ),
        ("https://e.org/A_(band).)", ["https://e.org/A_(band)"]),
        ("https://e.org/a)(", ["https://e.org/a)("]),
        ("http://[::1]", ["http://[::1]"]),
        ("HTTPS://Example.org", ["HTTPS://Example.org"]),
        ("http://[::1]:7342/", ["http://[::1]:7342/"]),
        ('<a href="http://example.org/">', ["http://example.org/"]),
        ("xhttp://example.org ftp://example.org javascript:alert(1)//http", []),
        ("http:// http://. https://)", []),
        ("mailto:you@example.org file:///etc/passwd", []),
        # A terminal would show one address and open another.
        ("http://ex\u0430mple.org/ http://example.org/\u043f\u0443\u0442\u044c", []),
        ("http://" + "a" * 1994, []),
        ("http://" + "a" * 1993, ["http://" + "a" * 1993]),
        # The end of a colour is no part of it.
        (f"\x1b[38;5;131m*** {URL}\x1b[0m", [URL]),
    ],
)
def test_addresses_are_found(text: str, addresses: list[str]) -> None:
    assert found(text) == addresses


def test_a_link_shows_its_own_address() -> None:
    shown = linked(f"a {URL}, b")
    assert ESCAPE.sub("", shown) == f"a {URL}, b"
    match = re.fullmatch(r"a \x1b\]8;id=([0-9a-f]+);(.*)\x1b\\(.*)\x1b\]8;;\x1b\\, b", shown)
    assert match is not None
    assert match[2] == match[3] == URL


def test_two_links_of_one_line_are_two() -> None:
    first, second = re.findall(r"id=([0-9a-f]+);", linked(f"{URL} {URL}"))
    assert first != second


def test_text_without_an_address_is_the_same_object() -> None:
    text = "no :// address"
    assert linked(text) is text


@given(
    st.lists(st.sampled_from([*"\x1b]8;\\\x07\x9c\x9d\u200b ", "http://", "a", "id=", "\x1b]8;;"]))
)
def test_nothing_that_users_write_ends_a_link_or_begins_one(parts: list[str]) -> None:
    text = clean("".join(parts))
    shown = linked(text)
    # What is left without our own escapes is what was there before, which has no escape at all.
    assert ESCAPE.sub("", shown) == text
    assert "\x1b" not in text
    escapes = ESCAPE.findall(shown)
    assert escapes[1::2] == [END] * (len(escapes) // 2)
    assert END not in escapes[::2]


@pytest.mark.parametrize(
    "text",
    [
        *("http://" * 20_000, "http://" + "." * 140_000, "http://." * 18_000, "http" * 35_000),
        *("http://a" + ")" * 140_000, "http://a" + "(" * 70_000 + ")." * 70_000),
    ],
)
def test_a_long_line_takes_a_time_as_long_as_it_is(text: str) -> None:
    # A time that grew with the square would be minutes.
    with processor_time(5):
        linked(text)
