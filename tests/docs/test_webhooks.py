"""
The page about webhooks: what it says is typed and read is so.  Its commands are run by curl.
"""

import re
from pathlib import Path

import pytest
from shared_hooks import send
from shared_port import Port

from twisted_chat.people.owners.webhooks import MOST_WEBHOOKS, WRONG_TOKENS
from twisted_chat.testing import Chat

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
SECRET = "correct horse"


def owner(chat: Chat):
    alice = chat.arrive("alice")
    alice.types("/register", SECRET, SECRET, "/join ops")
    alice.reads()
    return alice


def test_the_transcript_is_what_one_reads() -> None:
    (block,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    typed, *read = block.splitlines()
    chat = Chat()
    chat.hub.webhooks.site = "https://localhost:7342"
    alice = owner(chat)
    alice.types(typed.removeprefix("> "))
    # A token is another one each time, and as long.
    token = re.compile(r"(?<=/hook/)[\w-]{32}$")
    assert [token.sub("", line) for line in alice.reads()] == [
        token.sub("", line) for line in read
    ]
    assert any(map(token.search, read))


def test_every_command_does_something() -> None:
    alice = owner(Chat())
    commands = re.findall(r"^\| `(/webhook [^`]+)` \|", PAGE, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        alice.types(command)
        assert "deploy" in "".join(alice.reads())


def test_the_numbers_are_those_of_the_server() -> None:
    limits = Chat().hub.world.limits
    assert f"up to {MOST_WEBHOOKS} webhooks" in PAGE
    assert f"up to {limits.hook_rate.count} lines a minute" in PAGE
    assert (WRONG_TOKENS.count, WRONG_TOKENS.seconds) == (10, 60)
    assert "tried ten wrong tokens within a minute" in PAGE


@pytest.mark.parametrize("status", [404, 405])
def test_a_status_of_the_table_is_answered(status: int) -> None:
    answers = {
        404: send(Port(), "POST", "/hook/x", "hi"),
        405: send(Port(), "PUT", "/hook/x", "hi"),
    }
    assert answers[status].status == status
    assert f"| {status} | " in PAGE
