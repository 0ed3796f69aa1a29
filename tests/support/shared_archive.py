"""
What tests of several modules share.
"""

from __future__ import annotations

from twisted_chat.testing import Chat, Person


def pair(chat: Chat) -> tuple[Person, Person]:
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    return alice, bob


def said(page: list[str]) -> list[str]:
    """
    Return what was said on a page, without the time.
    """
    return [line.split("bob: ")[1] for line in page if "bob: " in line]


def say(bob: Person, start: int, stop: int) -> None:
    bob.types(*[f"line {number}" for number in range(start, stop)])
