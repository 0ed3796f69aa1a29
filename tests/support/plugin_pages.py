"""
Pages for plugin authors: their blocks of code, and the transcripts that are typed and read.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from twisted_chat.testing import Chat, Person

LATER = re.compile(r"\((\d+) (second|minute)s? later\)")


@frozen
class Block:
    """
    A piece of code on the page.

    Attributes:
        path: of the file that it is, where its first line says so.
    """

    language: str
    text: str

    @property
    def path(self) -> str:
        return self.text.splitlines()[0].removeprefix("# ")


def blocks_of(page: Path) -> list[Block]:
    """
    Return the blocks of a page, in its order.
    """
    text = page.read_text("utf-8")
    found = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(*each) for each in found]


def write(block: Block) -> None:
    path = Path(block.path)
    path.parent.mkdir(exist_ok=True)
    path.write_text(block.text, "utf-8")


def play(transcript: str, options: Mapping[str, Any] | None = None) -> list[str]:
    """
    Type what a transcript says is typed, let its time pass, and return it as alice sees it.

    Args:
        options: of the plugins, which are in the folder ``plugins``.
    """

    def start(chat: Chat) -> tuple[Chat, Person, Person]:
        alice, bob = chat.arrive("alice"), chat.arrive("bob")
        alice.reads()
        return chat, alice, bob

    chat, alice, bob = start(Chat("plugins", options=options))
    seen = []
    for line in transcript.splitlines():
        if line == ">":
            alice.types("")
        elif line.startswith("> "):
            alice.types(line.removeprefix("> "))
        elif line.startswith("bob> "):
            bob.types(line.removeprefix("bob> "))
        elif line == "(the server is killed, and starts again)":
            chat, alice, bob = start(Chat("plugins", options=options, store=chat.hub.store))
        elif later := LATER.fullmatch(line):
            chat.advance(int(later[1]) * {"second": 1, "minute": 60}[later[2]])
        else:
            continue
        seen += [line, *alice.reads(), *filter(None, [alice.prompt.rstrip()])]
    return seen
