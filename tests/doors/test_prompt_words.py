"""
The words of prompts.
"""

from __future__ import annotations

import pytest

from twisted_chat.doors.prompt_words import question_of
from twisted_chat.world.client import Prompt


@pytest.mark.parametrize(
    ("prompt", "question"),
    [
        (Prompt("With which word? "), "With which word? "),
        (Prompt(code="password", secret=True), "Password: "),
        (Prompt(code="new-password", secret=True), "New password: "),
        (Prompt(code="repeated-password", secret=True), "Repeat the password: "),
        (Prompt(code="current-password", secret=True), "Current password: "),
        (
            Prompt(code="password-to-unregister", secret=True),
            "Password, to delete your account: ",
        ),
        (Prompt(code="room-password", room="den", secret=True), "Password for #den: "),
    ],
)
def test_a_prompt_has_its_words(prompt: Prompt, question: str) -> None:
    assert question_of(prompt) == question
