"""
The README: short, and true where it shows what one types and reads.
"""

import html
import re
from pathlib import Path

from shared_client import come
from shared_json import Programs

from twisted_chat.client.status import status
from twisted_chat.testing import Chat

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_two_commands_stand_there() -> None:
    # Continuous integration runs the same two.
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    for command in (
        "pip install . && twistd -n chat --port 7342",
        "pip install -e '.[test]' && pytest --own-coverage",
    ):
        assert f"\n{command}\n" in README
        assert command in script


def test_one_is_talking_after_twenty_lines_and_has_read_all_after_170() -> None:
    lines = README.splitlines()
    begins = [line.split("localhost")[0].strip() for line in lines[:20]]
    clone = begins.index("git clone ADDRESS twisted-chat && cd twisted-chat")
    assert clone < begins.index("twisted-chat")
    assert len(lines) <= 170


def test_the_plugin_works(tmp_path: Path) -> None:
    (tmp_path / "dice.py").write_text(README.split("```python\n")[1].split("```")[0])
    chat = Chat(str(tmp_path))
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/roll 1")
    assert bob.reads() == ["*** alice rolled 1 on a d1 ***"]


def test_the_transcript_is_what_two_people_read() -> None:
    chat = Chat()
    alice, bob = chat.connect(), chat.connect()
    alice.types("alice")
    bob.types("bob")
    alice.types("hello bob")
    bob.types("hi alice, tea?", "/mgs alice I brought cake", "/msg alice I brought cake")
    alice.types("/reply sharing it?")
    bob.types("/quit cake")
    transcripts = [part.split("```")[0] for part in README.split("```text\n")[1:]]
    for person, transcript in zip((alice, bob), transcripts, strict=True):
        read = person.reads()
        assert [line for line in transcript.splitlines() if line in read] == read


def test_the_picture_is_what_the_client_shows() -> None:
    assert "](docs/client.svg)" in README
    here = Programs()
    alice, bob = come(here, "alice"), come(here, "bob")
    for each in (alice, bob):
        each.types("/join kitchen")
        each.types("/join lobby")
    alice.reads()
    bob.types("hi alice, tea?")
    alice.goes_on()
    alice.lines += alice.talk.composer.typed("yes please \N{TEACUP WITHOUT HANDLE}")
    alice.goes_on()
    for text in (
        "the recipe is at https://cake.example/lemon",
        "/join kitchen",
        "alice: I brought cake",
        "/msg alice it is chocolate",
    ):
        bob.types(text)
    picture = (ROOT / "docs" / "client.svg").read_text("utf-8")
    rows = [
        html.unescape(re.sub("<[^>]+>", "", row)).rstrip()
        for row in re.findall("<text.*", picture)
    ]
    assert [row[6:] for row in rows[:-2]] == alice.reads()
    assert rows[-2] == "> sharing i"
    assert rows[-1].strip() == status(alice.talk, "localhost:7342")
