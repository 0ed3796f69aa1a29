"""
The words of prompts: turns what is asked for into the question that a user reads.

The caller cleans the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twisted_chat.world.client import Prompt

_WORDS = {
    "password": "Password: ",
    "new-password": "New password: ",
    "repeated-password": "Repeat the password: ",
    "current-password": "Current password: ",
    "password-to-unregister": "Password, to delete your account: ",
}


def question_of(prompt: Prompt) -> str:
    """
    Return the question of ``prompt``; a plugin's is in its own words.

    Raises:
        KeyError: there are no words for its code.
    """
    if not prompt.code:
        return prompt.text
    if prompt.room:
        return f"Password for #{prompt.room}: "
    return _WORDS[prompt.code]
