"""
Events as objects.
"""

import json
from typing import Any

import pytest
from attrs import fields
from hypothesis import given, settings
from hypothesis import strategies as st

from twisted_chat import events
from twisted_chat.doors.json.dialect import LINES, JsonDialect, encode, name_of
from twisted_chat.events import Event, Joined, Left, Said, TopicChanged
from twisted_chat.replies.pages import PageKind, Recalled, Transcript
from twisted_chat.replies.people import Welcome
from twisted_chat.replies.reply import Done, Labelled, Notice, Refused
from twisted_chat.world.settings import Preferences


def decoded(event: Event) -> Any:
    return json.loads(encode(event))


def test_an_event_is_an_object_with_its_name_and_all_its_fields() -> None:
    assert decoded(Left(7.5, "den", "ada", "tea", "kicked", "bob")) == {
        "event": "left", "at": 7.5, "room": "den", "nick": "ada", "reason": "tea",
        "cause": "kicked", "by": "bob",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(events.__all__) - {"Event", "Departure"}))
def test_every_event_has_all_its_fields(name: str) -> None:
    kind = getattr(events, name)
    values = {
        each.name: {"str": "x", "int": 3, "float": 1.5, "bool": True}[str(each.type)]
        for each in fields(kind)
    }
    assert decoded(kind(**values)) == {"event": name_of(name), **values}


def test_a_name_is_written_with_hyphens() -> None:
    assert decoded(TopicChanged(0.0, "den", "ada", "tea"))["event"] == "topic-changed"


def test_a_refusal_is_a_code_and_a_sentence() -> None:
    refused = Refused(1.0, "nick-in-use", "The name bob is taken.", {"nick": "bob"})
    answer = {
        "error": "nick-in-use", "message": "The name bob is taken.", "at": 1.0,
        "facts": {"nick": "bob"},
    }  # fmt: skip
    assert decoded(refused) == answer
    assert decoded(Labelled(1.0, refused, "7")) == {**answer, "label": "7"}
    assert decoded(Welcome(1.0, "ada", "", (), 1, refused))["refusal"] == answer


def test_a_page_holds_events() -> None:
    line = Recalled(1.0, Joined(1.0, "den", "ada"), 3, reactions=(("+1", 2),), id=5)
    page = decoded(Transcript(2.0, PageKind.HISTORY, (line,), "den"))
    assert (page["event"], page["kind"]) == ("transcript", "history")
    (found,) = page["lines"]
    assert found["event"] == {"event": "joined", "at": 1.0, "room": "den", "nick": "ada"}
    assert (found["number"], found["reactions"], found["id"]) == (3, [["+1", 2]], 5)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("two\nlines\tand a \\ and \"'", "two\nlines\tand a \\ and \"'"),
        ("e\u0301 \U0001f469\u200d\U0001f680", "e\u0301 \U0001f469\u200d\U0001f680"),
        ("\x1b[2J", "\ufffd[2J"),
        ("a\rb\x85c\u2028d", "a\nb\nc\nd"),
        ("half \ud800", "half \ufffd"),
        ("\x7f", "\ufffd"),
        ("\u202etxt", "txt"),
    ],
)
def test_text_is_cleaned_on_its_way_out(said: str, told: str) -> None:
    assert decoded(Notice(0.0, said))["text"] == told


def test_that_a_request_is_done_has_its_label_whatever_that_holds() -> None:
    data = LINES.render(Labelled(0.0, Done(7.5), 'say "7" \\ é'))
    assert json.loads(data) == {"event": "done", "at": 7.5, "label": 'say "7" \\ é'}


@settings(deadline=None, max_examples=100)
@given(st.text(), st.text())
def test_no_object_holds_what_moves_a_cursor(text: str, nick: str) -> None:
    event = Labelled(0.0, Said(0.0, "den", nick, text), "label")
    data = encode(event)
    found = json.loads(data)
    assert LINES.render(event) == data + b"\n"
    assert LINES.render(event.event) == encode(event.event) + b"\n"
    assert data.decode().isascii() or not set(map(chr, range(0x7F, 0xA0))) & set(data.decode())
    for each in (found["text"], found["nick"]):
        assert not set(map(chr, range(0x20))) - {"\n", "\t"} & set(each)


def test_all_connections_of_a_kind_share_a_dialect() -> None:
    assert JsonDialect() == LINES
    assert hash(JsonDialect()) == hash(LINES)
    assert LINES.adapt(Preferences(color=True), several_rooms=True) is LINES
    assert LINES.preferences == Preferences()
    assert LINES.render(Joined(0.0, "den", "ada")).endswith(b"}\n")
    assert JsonDialect(bytes.upper).render(Joined(0.0, "den", "ada")).startswith(b'{"EVENT"')


def test_a_dialect_may_have_a_sentence_for_what_is_no_talk() -> None:
    dialect = JsonDialect(in_sentences=True)
    joined, said = Joined(1.0, "den", "ada"), Said(1.0, "den", "ada", "hi")
    assert json.loads(dialect.render(joined))["sentence"] == "ada has joined #den"
    assert "sentence" not in json.loads(dialect.render(said))
    assert "sentence" not in json.loads(LINES.render(joined))
    assert json.loads(dialect.render(Labelled(1.0, Notice(1.0, "a\nb\x1b"), "7"))) == {
        "event": "notice", "at": 1.0, "text": "a\nb\ufffd", "label": "7", "sentence": "a\nb\ufffd",
    }  # fmt: skip
    page = Transcript(2.0, PageKind.HISTORY, (Recalled(1.0, joined, 3), Recalled(1.0, said, 4)))
    first, second = json.loads(dialect.render(page))["lines"]
    assert first["event"]["sentence"] == "ada has joined #den"
    assert "sentence" not in second["event"]
