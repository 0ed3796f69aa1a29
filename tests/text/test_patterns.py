"""
Patterns of words: what fits, what is captured, and how long that takes at most.
"""

import itertools
import random
import re
import time

import pytest

from twisted_chat.text.patterns import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "text", "captured"),
    [
        ("good bot", "good bot", {}),
        ("good bot", "Good  BOT!", {}),
        ("good bot", "a good bot", None),
        ("good bot", "good bots", None),
        ("* tea *", "tea", {}),
        ("* tea *", "who wants tea, please?", {}),
        ("* tea *", "who wants steam", None),
        ("thanks {who}", "Thanks Zoë!", {"who": "Zoë"}),
        ("thanks {who}", "thanks", None),
        ("thanks {who}", "thanks a lot", None),
        ("* thanks {who}", "thanks b thanks c", {"who": "c"}),
        ("* {who}++ *", "so alice++ for that", {"who": "alice"}),
        ("* {who}++ *", "C++++", {"who": "C++"}),
        ("* {who}++ *", "++ is no name", None),
        ("* {who}++ *", "thank you alice++!", {"who": "alice"}),
        ("say {what*}", "say it as it is.", {"what": "it as it is."}),
        ("say {what*}", "say", None),
        (
            "{who} is {what*} now",
            "bob is well and here now",
            {"who": "bob", "what": "well and here"},
        ),
        ("{who} is {what*} now", "bob is now", None),
        ("ping!", "ping!", {}),
        ("ping!", "ping", None),
        ("ping", "ping!", {}),
        ("ÄPFEL", "äpfel", {}),
        ("*", "anything at all", {}),
        ("{all*}", "anything at all", {"all": "anything at all"}),
        ("a b", "a  b", {}),
        ("a * a", "a a", {}),
        ("a * a", "a", None),
        ("#{tag}", "#news.", {"tag": "news"}),
    ],
)
def test_a_pattern_is_words_and_places_for_words(
    pattern: str, text: str, captured: dict[str, str] | None
) -> None:
    assert compile_pattern(pattern).match(text) == captured


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "   ", "* *", "{a*} *", "{a} {a}", "{a}{b}", "{a", "a}", "{}", "{1}", "{a b}"),
        *(" ".join(["x"] * 33), "x" * 201),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        compile_pattern(pattern)


def test_it_finds_what_a_search_that_tries_everything_finds() -> None:
    # The other one goes back and forth, and so may take long; here the lines are short.
    generator = random.Random(7)
    for _ in range(3000):
        words = generator.choices(["a", "b", "*", "{x}", "{y*}"], k=generator.randint(1, 5))
        pattern = " ".join(words)
        text = " ".join(generator.choices("abc", k=generator.randint(0, 7)))
        try:
            found = compile_pattern(pattern)
        except ValueError:
            continue
        parts = {"*": r"(?: \S+)*", "{x}": r" \S+", "{y*}": r"(?: \S+)+"}
        searched = "".join(parts.get(word, f" {word}") for word in words)
        padded = f" {text}" if text else ""
        assert (found.match(text) is not None) == bool(re.fullmatch(searched, padded)), (
            pattern,
            text,
        )


def test_a_line_made_for_it_takes_a_time_that_grows_as_the_line_does() -> None:
    # What takes quadratic time takes 256 times as long for 16 times the words.
    pattern = compile_pattern("* a a a a b * a a a a b * a a a a c")
    pattern.match("a b c " * 10)

    def seconds(count: int) -> float:
        line = "a " * count + "b c d"
        return min(_timed(pattern.match, line) for _ in range(5))

    few, many = seconds(500), seconds(8000)
    assert many < 100 * few


def _timed(match, line):  # type: ignore[no-untyped-def]
    started = time.process_time()
    for _ in itertools.repeat(None, 3):
        match(line)
    return time.process_time() - started
