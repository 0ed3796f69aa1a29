"""
The JSON door, as programs meet it.
"""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_json import Programs, two
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.commands.dispatcher import Dispatcher
from twisted_chat.doors.json.limits import MessageLimits
from twisted_chat.limits import Limits
from twisted_chat.testing import BEGINNING, Chat


def test_what_is_said_is_told_to_all_with_its_room_number_time_and_id() -> None:
    alice, bob = two()
    said, done = alice.asks("say", text="Grüße\n  from two lines", label="s")
    assert done == {"event": "done", "at": BEGINNING, "label": "s"}
    (heard,) = bob.reads()
    assert heard == {key: value for key, value in said.items() if key != "label"}
    assert said.pop("id") > 1_700_000_000_000_000
    assert said == {
        "event": "said", "at": BEGINNING, "room": "lobby", "nick": "alice",
        "text": "Grüße\n  from two lines", "number": 3, "re": 0, "quote": "", "quoted": "",
        "account": "", "label": "s",
    }  # fmt: skip


def test_a_user_at_a_terminal_and_a_program_read_each_other() -> None:
    here = Programs()
    bot, ada = here.arrive("bot"), here.chat.arrive("ada")
    bot.reads()
    ada.types("hello bot")
    assert [(each["event"], each["text"]) for each in bot.reads()] == [("said", "hello bot")]
    bot.asks("say", text="hello ada")
    bot.asks("act", text="beeps")
    bot.asks("tell", nick="ada", text="psst")
    assert ada.reads() == ["bot: hello ada", "* bot beeps", "[bot -> you] psst"]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (b"tea", "A request must be one JSON object, in UTF-8."),
        (b"[]", "A request must be one JSON object, in UTF-8."),
        (b'{"request": "say", "text": "\xff"}', "A request must be one JSON object, in UTF-8."),
        (b"[" * 9000, "A request must be one JSON object, in UTF-8."),
        (b'{"request": "say", "text": "\\ud800"}',
         "A text must have whole characters; half of a surrogate pair is none."),
        (b'{"request": "say"}', "A request say needs the member text."),
        (b'{"request": "say", "text": 7}', "The member text must be a string."),
        (b'{"request": "complete", "text": "a", "cursor": "b"}',
         "The member cursor must be a whole number."),
        (b'{"request": "ping", "label": 7}', "A label must be a string of at most 64 characters."),
        (b'{"request": "ping", "label": "a\\nb"}',
         "A label must be printable, without line ends and control characters."),
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused_and_nothing_else_happens(sent: bytes, message: str) -> None:
    alice, bob = two()
    bob.sends(sent + b"\n")
    (refused,) = bob.reads()
    assert (refused["error"], refused["message"]) == ("bad-request", message)
    said, done = bob.asks("say", text="still here", label="s")
    assert (said["text"], done["event"]) == ("still here", "done")
    assert [each["text"] for each in alice.reads()] == ["still here"]


def test_members_that_nobody_knows_are_left_out() -> None:
    alice, _ = two()
    said, _ = alice.asks("say", text="tea", colour="red", label="s")
    assert said["text"] == "tea"


def test_a_message_that_is_too_long_is_refused_with_the_limit_and_the_connection_stays() -> None:
    here = Programs(limits=MessageLimits(max_message=200))
    bot, ada = here.arrive("bot"), here.chat.arrive("ada")
    bot.reads()
    bot.sends(b'{"request": "say", "text": "%s"}\n' % (b"x" * 200))
    (refused,) = bot.reads()
    assert (refused["error"], refused["facts"]) == ("message-too-long", {"most": 200})
    assert refused["message"] == "A message may have at most 200 bytes; this one was not read."
    bot.asks("say", text="short")
    assert ada.reads() == ["bot: short"]


def test_a_paste_of_many_lines_is_one_message() -> None:
    alice, bob = two()
    paste = "\n".join(f"line {number}" for number in range(200))
    alice.asks("say", text=paste)
    assert [each["text"] for each in bob.reads()] == [paste]


def test_text_that_moves_a_cursor_is_not_told_to_programs_either() -> None:
    alice, bob = two()
    alice.asks("say", text="red \x1b[31m \x9b2J \x7f \u202e tea")
    (said,) = bob.reads()
    assert said["text"].isprintable()


def test_requests_are_done_at_the_rate_of_lines() -> None:
    chat = Chat(limits=Limits(rate=2.0, burst=4, max_per_host=0, history_lines=0))
    here = Programs(chat)
    bob, alice = here.arrive("bob"), here.arrive("alice")
    bob.reads()
    alice.sends(b"".join(b'{"request": "say", "text": "%d"}\n' % each for each in range(10)))
    # Hello was one request of four that may come at once, and their bytes cost a little.
    assert [each["text"] for each in bob.reads()] == ["0", "1", "2"]
    assert alice.transport.producerState == "paused"
    for _ in range(8):
        chat.advance(0.5)
    assert [each["text"] for each in bob.reads()] == ["3", "4", "5", "6", "7", "8", "9"]
    assert alice.transport.producerState == "producing"


REQUESTS = [
    {"request": "hello", "name": "bot"},
    {"request": "say", "text": "Grüße 🌍", "label": "1"},
    {"request": "who", "label": "2"},
    {"request": "nothing"},
    {"request": "command", "text": "/topic tea", "label": "3"},
]
STREAM = b"\r\n".join(json.dumps(each, ensure_ascii=False).encode() for each in REQUESTS) + b"\n"


def answers(pieces: list[bytes]) -> list[dict[str, object]]:
    bot = Programs().connect()
    for piece in pieces:
        bot.sends(piece)
    return [{**each, "id": 0, "token": ""} for each in bot.reads()]


WHOLE = answers([STREAM])


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_it_makes_no_difference_how_the_stream_is_cut(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(STREAM)]
    assert [each["label"] for each in WHOLE if each.get("event") == "done"] == ["1", "2", "3"]
    assert answers([STREAM[a:b] for a, b in pairwise(ends)]) == WHOLE


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_disturb_anybody(first: bytes, second: bytes) -> None:
    here = Programs()
    bot = here.arrive("bot")
    for data in (first, second, b"\n"):
        bot.sends(data)
    bot.reads()
    assert [each["event"] for each in bot.asks("ping", label="p")] == ["done"]


# -- the end of what a program sends --------------------------------------------------------------


def test_a_program_that_closes_its_half_at_once_reads_every_answer_and_is_held_then() -> None:
    here = Programs()
    ada = here.chat.arrive("ada")
    bot = here.connect()
    asked = [
        {"request": "hello", "name": "bot", "label": "h"},
        {"request": "say", "text": "line 1", "label": "s1"},
        {"request": "say", "text": "line 2", "label": "s2"},
        {"request": "command", "name": "whois", "args": {"nick": "ada"}, "label": "w"},
        {"request": "history", "count": 2, "label": "r"},
    ]
    bot.transport.receive("\n".join(map(json.dumps, asked)).encode() + b"\n")
    bot.protocol.readConnectionLost()
    here.chat.advance()
    answers = bot.reads()
    assert {each["label"] for each in answers if each["event"] == "done"} == {
        each["label"] for each in asked
    }
    (page,) = (each for each in answers if each.get("kind") == "history")
    assert [line["event"]["text"] for line in page["lines"]] == ["line 1", "line 2"]
    assert not bot.is_connected
    # Who comes back is the same session: nobody is told that it left.
    assert ada.reads() == ["*** bot has joined #lobby ***", "bot: line 1", "bot: line 2"]


def test_requests_that_wait_for_the_rate_are_done_before_a_program_is_let_go() -> None:
    chat = Chat(limits=Limits(rate=2.0, burst=4, max_per_host=0, history_lines=0))
    here = Programs(chat)
    bob, alice = here.arrive("bob"), here.arrive("alice")
    bob.reads()
    alice.transport.receive(
        b"".join(b'{"request": "say", "text": "%d"}\n' % each for each in range(10))
    )
    alice.protocol.readConnectionLost()
    chat.advance()
    assert alice.is_connected
    for _ in range(12):
        chat.advance(0.5)
    assert [each["text"] for each in bob.reads()] == [str(each) for each in range(10)]
    assert not alice.is_connected


@pytest.mark.parametrize(
    ("last", "event"),
    [(b'{"request": "ping", "label": "p"}', "done"), (b'{"request": "ping", "la', None)],
)
def test_the_last_object_needs_no_line_end_and_one_that_is_cut_off_is_refused(
    last: bytes, event: str | None
) -> None:
    bot = Programs().arrive("bot")
    bot.reads()
    bot.transport.receive(last)
    bot.protocol.readConnectionLost()
    bot.chat.advance()
    (answer,) = bot.reads()
    assert answer.get("event") == event
    assert answer.get("error") == (None if event else "bad-request")
    assert not bot.is_connected


def test_a_program_that_hangs_up_before_its_hello_is_gone() -> None:
    here = Programs()
    bot = here.connect()
    bot.protocol.readConnectionLost()
    here.chat.advance()
    assert not bot.is_connected
    assert here.factory.connections == 0
    assert not here.chat.hub.sessions


def test_a_bug_of_ours_is_told_under_the_label_and_logged_without_what_was_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = Programs()
    bot = here.arrive("bot")

    typed = "raspberries"

    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError(f"cannot complete {typed}")

    monkeypatch.setattr(Dispatcher, "complete", break_down)
    with capturedLogs() as logged:
        (refused,) = bot.asks("complete", text=typed, label="c")
    assert (refused["error"], refused["label"]) == ("failed", "c")
    (line,) = [formatEvent(event) for event in logged]
    assert "break_down" in line
    assert typed not in line
    assert bot.asks("ping", label="p")[-1]["event"] == "done"
