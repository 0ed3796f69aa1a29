"""
Whatever the server may tell, the page takes it up; here a test speaks for the server.
"""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterator
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from attrs import fields
from harness import wait_until
from stage import Stage

from twisted_chat.doors.json.dialect import encode, name_of
from twisted_chat.events import Event, Said
from twisted_chat.replies.pages import PageKind, Transcript

ROOT = Path(__file__).parents[3]
MAKE = runpy.run_path(str(ROOT / "docs" / "make.py"))
PLAIN = {
    "str": "lobby",
    "int": 3,
    "float": 1.5,
    "bool": True,
    "tuple[str, int]": ("+1", 2),
    "tuple[str, str]": ("lobby", "all"),
    "dict[str, str]": {"word": "hello"},
}
# Texts that are one of a few.
WORDS = {
    "ModeChanged.mode": "private",
    "NotifySet.level": "all",
    "RankChanged.rank": "operator",
    "SettingChanged.name": "color",
    "SettingRow.name": "color",
    "Link.url": "https://chat.example/",
}


def made(kind: type) -> Any:
    """
    Return one of a kind of events or objects, with something in each field.
    """
    if issubclass(kind, Enum):
        return next(iter(kind))
    if kind is Event:
        return Said(1.5, "lobby", "bob", "hi", number=3)
    name = kind.__name__
    return kind(
        **{
            each.name: WORDS.get(f"{name}.{each.name}") or value_of(str(each.type))
            for each in fields(kind)
        }
    )


def value_of(type_: str) -> Any:
    if type_ in PLAIN:
        return PLAIN[type_]
    if type_.startswith(("Mapping", "Refused")):
        return None
    if several := re.fullmatch(r"tuple\[(.*), \.\.\.\](?: \| None)?", type_):
        return tuple(value_of(each) for each in several[1].split(" | "))
    first = type_.partition(" | ")[0]
    return value_of(first) if first in PLAIN else made(MAKE["_NAMES"][first])


def everything() -> Iterator[dict[str, Any]]:
    """
    Yield each event of the protocol as the server writes it, and each kind of page.
    """
    for kind in MAKE["_events"](Event):
        yield json.loads(encode(made(kind), in_sentences=True))
    for page in PageKind:
        yield json.loads(encode(Transcript(1.5, page, made(Transcript).lines, "lobby", "bob")))


def test_every_event_of_the_protocol_is_taken_up_without_an_error(visit):
    events = list(everything())
    documented = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    listed = re.search(r"^## Events$(.*?)^## ", documented, re.MULTILINE | re.DOTALL)
    assert {each["event"] for each in events} == set(
        re.findall(r"^\| `([a-z-]+)`", listed[1], re.MULTILINE)
    )
    # The form of a question takes what is typed then: see test_asked.py.
    ends = {"hello", "welcome", "closed", "account-changed", "done", "asked"}
    shown = [each for each in events if each["event"] not in ends]
    stage = Stage()
    ada = visit()
    stage.opens(ada)
    for number, each in enumerate(shown):
        # By itself, as the answer to a command, and to one of the page's own.
        stage.tells(each)
        stage.answers[f"/do {number}"] = [each]
        ada.types(text := f"/do {number}")
        wait_until(partial(stage.was_asked, ada, text), f"the page has sent {text}")
    stage.tells({"event": "notice", "at": 1, "text": "x", "sentence": "And now the end."})
    ada.reads("And now the end.")
    # What went wrong is in `problems`, which are looked at when the tab is closed.
    assert ada.problems == []


def test_how_many_lines_wait_and_were_missed_is_shown_in_the_servers_words(visit):
    stage = Stage()
    ada = visit()
    stage.opens(ada)
    for name in ("WasMissed", "LinesWait", "LinesStopped"):
        kind = next(each for each in MAKE["_events"](Event) if each.__name__ == name)
        told = json.loads(encode(made(kind), in_sentences=True))
        assert told["event"] == name_of(name)
        assert told["sentence"]
        stage.tells(told)
        ada.reads(told["sentence"].splitlines()[0])


def test_where_a_room_cannot_be_entered_a_command_for_it_is_not_done_elsewhere(visit):
    stage = Stage(refused={"join"})
    ada = visit()
    stage.opens(ada)
    ada.sees("#title", ["#lobby"])
    ada.presses("Alt+ArrowUp")
    ada.sees("#title", ["#den"])
    ada.types("/me waves")
    ada.reads("Not join.")
    ada.has_typed("/me waves")
    assert "/me waves" not in [each.get("text") for each in stage.asked]
    # Talk names its room.
    ada.types("hello")
    wait_until(lambda: bool(ada.page.title()) and stage.asked[-1]["request"] == "say", "said")
    says = [each["room"] for each in stage.asked if each["request"] == "say"]
    assert says == ["den"]
