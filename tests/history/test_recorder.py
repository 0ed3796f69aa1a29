"""
Recorder: what rooms hear, numbered and kept.
"""

from __future__ import annotations

from shared_retention import chat_with, let_pass

DAY = 86400.0


def test_edits_and_reactions_of_a_line_are_deleted_with_it() -> None:
    chat, _ = chat_with()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("lunch?", "/edit 3 dinner?", "/pin 3", "tea?")
    bob.types("/re 3 yes", "/re 5 yes")
    let_pass(chat, 2 * DAY)
    alice.types("good morning")
    alice.reads()
    alice.types("/pins", "/re 3 no", "/react 5 +1")
    assert alice.reads() == [
        "No lines are pinned in #lobby. /pin pins one.",
        "There is no line 3 in #lobby. /numbers on shows the numbers.",
        "There is no line 5 in #lobby. /numbers on shows the numbers.",
    ]
