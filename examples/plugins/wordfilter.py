"""
Masks words that nobody here wants to read, and refuses lines with worse ones.

The words are in ``wordfilter.txt`` beside this file, one a line; worse words begin with a ``!``.
Reloading the plugins reads it again.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from attrs import evolve

from twisted_chat import ChatError, Hub, events, filters

FILE = Path(__file__).with_name("wordfilter.txt")
WORDS = FILE.read_text("utf-8").split("\n") if FILE.exists() else ["darn", "heck", "!spam"]


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """
    Return a pattern that finds the words where they stand alone, in capitals or not.
    """
    # "(?!)" finds nothing, as is right where there are no words.
    either = "|".join(re.escape(word.strip()) for word in words if word.strip()) or "(?!)"
    return re.compile(rf"(?<!\w)({either})(?!\w)", re.IGNORECASE)


Talk = events.Said | events.Acted | events.Told | events.Announced | events.Edited

MASKED = any_of(word for word in WORDS if not word.startswith("!"))
REFUSED = any_of(word[1:] for word in WORDS if word.startswith("!"))


@filters(events.Announced)
@filters(events.Edited)
@filters(events.Told)
@filters(events.Acted)
@filters(events.Said)
def clean_up(_: Hub, event: Talk) -> Talk:
    """
    Return the event with its bad words masked.
    """
    if REFUSED.search(event.text):
        raise ChatError("Not with that word, please.")
    return evolve(event, text=MASKED.sub(lambda found: "*" * len(found[0]), event.text))
