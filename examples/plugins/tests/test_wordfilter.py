"""
The word filter, through a whole server in memory.
"""

import shutil
from pathlib import Path

import pytest

from twisted_chat.testing import Chat

WORDFILTER = Path(__file__).parents[1] / "wordfilter.py"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Darn, what the heck!", "alice: ****, what the ****!"),
        ("/me says darn", "* alice says ****"),
        ("/msg bob darn it", "[alice -> you] **** it"),
        ("checkmate, darned hecklers", "alice: checkmate, darned hecklers"),
        ("all is well", "alice: all is well"),
    ],
)
def test_a_bad_word_is_masked_wherever_it_stands_alone(typed: str, read: str) -> None:
    chat = Chat(str(WORDFILTER))
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types(typed)
    assert bob.reads() == [read]


@pytest.mark.parametrize("line", ["SPAM for all", "/me sells spam", "/msg bob spam?"])
def test_a_worse_word_is_refused_and_no_user_reads_it(line: str) -> None:
    chat = Chat(str(WORDFILTER))
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types(line)
    assert alice.reads() == ["Not with that word, please."]
    assert bob.reads() == []


def test_what_another_plugin_announces_is_filtered_too() -> None:
    chat = Chat(str(WORDFILTER), str(WORDFILTER.with_name("poll.py")))
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/poll ask Spam? | yes | no", "/poll ask Tea? | heck yes | no")
    assert bob.reads() == ["*** alice asks: Tea? **** yes, no ***"]


def test_the_words_are_in_a_file_that_a_reload_reads_again(tmp_path: Path) -> None:
    plugin = shutil.copy(WORDFILTER, tmp_path)
    (tmp_path / "wordfilter.txt").write_text("turnip\n!a.b\n\n")
    chat = Chat(str(plugin))
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("a turnip, darn", "aXb", "a.b")
    assert bob.reads() == ["alice: a ******, darn", "alice: aXb"]
    (tmp_path / "wordfilter.txt").write_text("")
    chat.plugins.load()
    alice.types("a turnip", "a.b")
    assert bob.reads() == ["alice: a turnip", "alice: a.b"]
