"""
Regular expressions take text that anybody sends: none takes time for each pair of its characters.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import twisted_chat

# Kilobytes of one of these, and then of what does not fit, make a pattern try again if it can.
FILLINGS = [
    *(
        " ",
        "\t",
        "a",
        "1",
        "0",
        "a.",
        "1.",
        "-",
        "_",
        "'",
        '"',
        "/",
        "@",
        "<",
        "(",
        "[[",
        "{",
        "*",
    ),
    *("\r", "\n", "\r\n", ": ", " a", "1h", "am", "\x1b[", "a@", "\\:", "http://"),
    *('\u05d0"', "\u0301", "e\u0301", "\u200d", "\u5f35", "\uac00", "\u0e01", "\uff21"),
]
ENDS = ["", "\x01", "x", " ", "!", "\n", "\u05d0"]
LENGTH = 4000
#: Seconds; a pattern that is good takes a thousandth of it.
LIMIT = 0.1


def patterns() -> Iterator[tuple[str, re.Pattern]]:
    for module in pkgutil.walk_packages(twisted_chat.__path__, "twisted_chat."):
        if module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                yield f"{module.name}.{name}", value


def seconds_of(pattern: re.Pattern, text: str) -> float:
    data = text if isinstance(pattern.pattern, str) else text.encode()
    began = time.process_time()
    pattern.match(data)
    pattern.fullmatch(data)
    return time.process_time() - began


@pytest.mark.parametrize("filling", FILLINGS)
def test_no_pattern_takes_long_for_what_does_not_fit_it(filling: str) -> None:
    every = dict(patterns())
    assert len(every) > 40
    texts = [(filling * LENGTH)[:LENGTH] + end for end in ENDS]
    slow = {
        name: text[:10] + "..." + text[-3:]
        for name, pattern in every.items()
        for text in texts
        # A busy machine may take longer once.
        if min(seconds_of(pattern, text) for _ in range(2)) > LIMIT
    }
    assert slow == {}
