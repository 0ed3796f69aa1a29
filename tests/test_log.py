import re
import sys

import pytest
from twisted.internet.address import UNIXAddress
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import (
    Logger,
    LogLevel,
    formatEvent,
    formatEventAsClassicLogText,
    globalLogPublisher,
)

from twisted_chat import ChatError, Context, command, filters, on
from twisted_chat.events import Left, Said, TopicChanged
from twisted_chat.limits import Limits
from twisted_chat.log import FAILURES, LimitedLogger, report
from twisted_chat.rooms.talk import Talk
from twisted_chat.testing import Chat

RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

# -- a plugin that fails with what people type in its errors: this very module --------------------


@command
def crash(ctx: Context, *, text: str = "") -> None:
    """Fail, and quote what was typed."""
    raise ValueError(f"cannot use {text!r}")


@command
def crash_later(ctx: Context, *, text: str) -> None:
    """Fail in a second, and quote what was typed."""

    def fail(words):
        raise KeyError(words)

    ctx.later(1, fail, text)


@command
async def crash_slowly(ctx: Context, *, text: str) -> None:
    """Fail as a coroutine, and quote what was typed."""
    raise RuntimeError(text)


@command
def crash_twice(ctx: Context, *, text: str) -> None:
    """Fail because of another failure, and quote what was typed in both."""
    try:
        int(text)
    except ValueError as error:
        raise LookupError(f"no number: {text}") from error


@command
def crash_on_a_part(ctx: Context, *, text: str) -> None:
    """Fail on a word that the plugin itself has cut out of what was typed."""
    raise KeyError(text.rpartition(",")[2])


@command
def crash_in_lower_case(ctx: Context, *, text: str) -> None:
    """Fail on a word that the plugin has changed the case of."""
    raise KeyError(text.lower())


@filters(Said)
def refuse_or_crash(hub, event):
    if "refuse" in event.text:
        raise ChatError("No.")
    if "filter" in event.text:
        raise ValueError(event.text)


@on(Said)
def crash_on_hearing(hub, event):
    if "hear" in event.text:
        raise ValueError(event.text)


@on(TopicChanged)
def crash_on_a_topic(hub, event):
    raise ValueError(event.topic)


@on(Left)
def crash_on_a_reason(hub, event):
    if event.reason:
        raise ValueError(event.reason)


@pytest.fixture
def logged():
    """
    Everything that is logged, as events.
    """
    events = []
    globalLogPublisher.addObserver(events.append)
    yield events
    globalLogPublisher.removeObserver(events.append)


def texts(events):
    return [formatEvent(event) for event in events]


# -- message text is never logged -----------------------------------------------------------------


def test_a_day_of_talk_leaves_none_of_its_words_in_the_log(logged):
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("xyzzy", "/me xyzzy", "/msg bob xyzzy", "/topic xyzzy", "/away xyzzy", "/xyzzy")
    bob.types("/reply xyzzy", "/msg xyzzy xyzzy", "/help xyzzy", "//xyzzy", "@alice:xyzzy")
    bob.sends(b"\xff\xfa\x18\0xyzzy\xff\xf0" + b"xyzzy" * 1000 + b"\r\n")
    alice.types("/quit xyzzy")
    bob.types("/quit xyzzy")
    stranger = chat.connect()
    stranger.types("xyzzy xyzzy", "GET /xyzzy HTTP/1.1")
    assert logged
    assert not [text for text in texts(logged) if "xyzzy" in text]


@pytest.mark.parametrize(
    "line",
    [
        "/crash hunter2",
        "/crash hunter2 is my pass-word",
        "/crash_slowly hunter2",
        "/crash_twice hunter2",
        "/crash_on_a_part tea,hunter2",
        "/crash_in_lower_case HUNTER2",
        "hunter2 filter",
        "hunter2 hear",
        "/topic hunter2",
        "/quit hunter2",
    ],
)
def test_a_plugin_that_fails_on_what_was_typed_is_logged_without_it(logged, line):
    chat = Chat(sys.modules[__name__])
    alice = chat.arrive("alice")
    alice.types(line)
    errors = [text for text in texts(logged) if "test_log.py" in text]
    assert len(errors) == 1
    assert "hunter2" not in errors[0].lower()
    assert "line " in errors[0]


def test_a_timer_of_a_plugin_that_fails_is_logged_without_what_was_typed(logged):
    chat = Chat(sys.modules[__name__])
    chat.arrive("alice").types("/crash_later hunter2")
    chat.advance(1)
    errors = [text for text in texts(logged) if "test_log.py" in text]
    assert len(errors) == 1
    assert "KeyError" in errors[0]
    assert "hunter2" not in errors[0]


def test_the_person_is_told_of_the_failure_and_stays(logged):
    chat = Chat(sys.modules[__name__])
    alice = chat.arrive("alice")
    alice.types("/crash")
    assert alice.reads() == ["Sorry, /crash failed. It has been logged."]
    assert alice.is_connected


def test_a_refusal_is_no_failure_and_not_logged(logged):
    chat = Chat(sys.modules[__name__])
    alice = chat.arrive("alice")
    logged.clear()
    alice.types("refuse this")
    assert alice.reads() == ["No."]
    assert logged == []


# -- tracebacks -----------------------------------------------------------------------------------


def reported(error, secret=""):
    """
    Return what `report` writes of ``error``.
    """
    events = []
    log = Logger(namespace="test", observer=events.append)
    try:
        raise error
    except type(error):
        report(log, "{name} failed", secret=secret, name="/roll")
    (event,) = events
    assert event["log_level"] is LogLevel.error
    return formatEvent(event)


def test_a_failure_is_logged_with_its_name_and_where_it_happened():
    text = reported(ValueError("too many sides"))
    first, *_, last = text.split("\n")
    assert first == "/roll failed:"
    assert "test_log.py" in text
    assert "raise error" in text
    assert last == "ValueError: too many sides"


def test_an_error_cannot_move_the_cursor_of_who_reads_the_log():
    text = reported(ValueError("a\r\nb\x1b[2J\x07\x9b31m\u202e\u2028c"))
    assert not RAW.search(text)


def test_an_error_cannot_forge_a_line_of_the_log():
    event = {
        "log_format": "{traceback}",
        "log_time": 0.0,
        "traceback": reported(ValueError("x\n1970-01-01T00:00:00+0000 [-] forged")),
    }
    first, *others = formatEventAsClassicLogText(event).rstrip("\n").split("\n")
    assert first.startswith("1970-01-01")
    assert all(line.startswith("\t") for line in others)


def test_braces_in_an_error_are_not_taken_for_a_field():
    assert reported(ValueError("{name} {0} {")).endswith("ValueError: {name} {0} {")


def test_every_error_of_a_chain_is_there_the_first_one_first():
    outer = LookupError("outer")
    outer.__cause__ = ValueError("inner")
    text = reported(outer)
    assert text.index("ValueError: inner") < text.index("which led to:")
    assert text.index("which led to:") < text.index("LookupError: outer")


def test_a_chain_that_goes_round_comes_to_an_end():
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert reported(first).count("ValueError") <= 8


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ("hunter2", "bad word: hunter2"),
        ("hunter2", "bad word: 'hunter2'"),
        ("Hunter2", "bad word: HUNTER2"),
        ("tea, hunter2!", "no drink: hunter2"),
        ("12:hunter2", "invalid literal for int() with base 10: 'hunter2'"),
        ("xhunter2x", "cut out of the middle: hunter2"),
        ("hunter2 \x1b\u00e9", repr("hunter2 \x1b\u00e9")),
        ("\u0445\u0430\u043d\u0442\u0435\u0440hunter2", ascii("\u0445\u0430hunter2")),
        ("a hunter2*+?(", "hunter2*+?("),
    ],
)
def test_a_message_that_quotes_what_was_typed_is_left_out(secret, message):
    text = reported(ValueError(message), secret)
    assert "hunter2" not in text.lower()
    assert "ValueError" in text
    assert "raise error" in text


@pytest.mark.parametrize("secret", ["", "hunter2", "(", "some thing quite unlike it"])
def test_a_message_that_quotes_nothing_stays(secret):
    assert reported(KeyError("sides"), secret).endswith("KeyError: 'sides'")


@pytest.mark.parametrize("secret", ["exit", "SystemExit", "systems"])
def test_the_name_of_an_errors_type_is_no_quotation(secret):
    assert reported(SystemExit(), secret).endswith("SystemExit")
    assert reported(SystemExit("by itself"), secret).endswith("SystemExit: by itself")


def test_the_name_of_the_plugin_that_made_the_type_is_no_quotation(monkeypatch):
    error = type("Broken", (Exception,), {"__module__": "wordfilter"})()
    assert reported(error, "the wordfilter is broken").endswith("wordfilter.Broken")


# -- floods ---------------------------------------------------------------------------------------


def test_a_flood_is_logged_by_twenty_lines_a_second_and_counted():
    events, clock = [], Clock()
    limited = LimitedLogger(Logger(namespace="test", observer=events.append), clock.seconds)
    for _ in range(100_000):
        limited.warn("Refused {host}: too many connections", host="192.0.2.1")
        clock.advance(0.0001)
    assert len(events) <= 20 + 20 * 10
    lines = texts(events)
    assert lines[:20] == ["Refused 192.0.2.1: too many connections"] * 20
    assert re.fullmatch(
        r"Refused 192\.0\.2\.1: too many connections \(\d+ more like it suppressed\)", lines[20]
    )
    assert sum(map(len, lines)) < 1_000_000
    told = sum(int(number) for line in lines for number in re.findall(r"\((\d+) more", line))
    limited.tell_suppressed()
    (last,) = texts(events[len(lines) :])
    untold = int(re.match(r"(\d+) more lines suppressed of the kind ", last)[1])
    assert len(lines) + told + untold == 100_000


def test_what_was_told_of_a_flood_is_not_told_again():
    events, clock = [], Clock()
    limited = LimitedLogger(Logger(namespace="test", observer=events.append), clock.seconds)
    for _ in range(21):
        limited.info("Connection {number}", number=1)
    limited.tell_suppressed()
    limited.tell_suppressed()
    assert len(events) == 21
    clock.advance(10)
    limited.info("Connection {number}", number=2)
    assert texts(events)[-1] == "Connection 2"


def test_a_flood_of_one_kind_hides_no_other_kind():
    events, clock = [], Clock()
    limited = LimitedLogger(Logger(namespace="test", observer=events.append), clock.seconds)
    for _ in range(1000):
        limited.info("Connection {number}", number=1)
    limited.warn("The disk is full")
    assert texts(events)[-1] == "The disk is full"


def test_a_thousand_strangers_in_a_second_are_a_few_lines(logged):
    chat = Chat()
    for number in range(1000):
        stranger = chat.connect(f"192.0.2.{number % 256}")
        stranger.sends(b"\x16\x03\x01\0\0")
    assert len(logged) <= 3 * 20
    lines = "\n".join(texts(logged))
    assert "suppressed" not in lines
    chat.advance(1)
    chat.connect().sends(b"\n")
    assert re.search(r"\(98\d more like it suppressed\)", "\n".join(texts(logged)))


def told_of(events, what):
    """
    Return how often the log has ``what`` with its traceback.
    """
    return sum(text.startswith(f"{what}:\n") for text in texts(events))


class Unspeakable(str):
    __slots__ = ()

    def __format__(self, spec):
        raise ValueError("there are no words")


def test_announcements_that_cannot_be_rendered_do_not_fill_the_log(logged):
    chat = Chat()
    chat.arrive("alice")
    lobby = chat.hub.find_room("lobby")
    for _ in range(1000):
        lobby.announce(Unspeakable("hm"))
        chat.advance()
    assert told_of(logged, "Announced could not be rendered") == FAILURES.count
    chat.plugins.unload()
    (last,) = [text for text in texts(logged) if "suppressed" in text]
    assert last.startswith(f"{1000 - FAILURES.count} more lines suppressed of the kind ")


@pytest.mark.parametrize("what", ["write", "close"])
def test_a_crowd_of_connections_that_fail_does_not_fill_the_log(logged, what):
    def fail(_):
        raise OSError(what)

    chat = Chat()
    crowd = [chat.arrive(f"p{number}") for number in range(100)]
    for person in crowd:
        setattr(person.transport if what == "write" else person.protocol, what, fail)
    chat.hub.find_room("lobby").announce("hello")
    for person in crowd:
        chat.hub.close(person.protocol.session, "", "gone")
    chat.advance()
    assert told_of(logged, f"A connection failed to {what}") == FAILURES.count


def test_lines_that_cannot_be_said_do_not_fill_the_log(logged, monkeypatch):
    def fail(*_):
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(Talk, "say", fail)
    alice = Chat().arrive("alice")
    for _ in range(100):
        alice.types("hello")
        assert alice.reads() == ["Sorry, that failed. It has been logged."]
    assert told_of(logged, "A line could not be said") == FAILURES.count


# -- connections ----------------------------------------------------------------------------------


def test_a_connection_is_told_of_from_its_beginning_to_its_end(logged):
    chat = Chat()
    alice = chat.arrive("alice")
    alice.types("/quit")
    alice.hangs_up()
    assert texts(logged) == [
        "Connection 1 from '127.0.0.1'",
        "Connection 1 is 'alice'",
        "Connection 1 of 'alice' closed: 'quit'",
    ]


def test_one_without_an_address_is_told_of_in_words(logged):
    chat = Chat(limits=Limits(max_clients=1))
    stranger = chat.connect("192.0.2.1")
    chat.factory.buildProtocol(None).makeConnection(
        StringTransport(peerAddress=UNIXAddress("/run/chat.sock"))
    )
    stranger.hangs_up()
    assert texts(logged) == [
        "Connection 1 from '192.0.2.1'",
        "Refused a connection from no address: the server is full",
        "Connection 1 without a name closed: 'hung up'",
    ]


# -- no client writes into the log ----------------------------------------------------------------


@pytest.mark.parametrize(
    "evil", ["\r\nforged", "\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\u202e"]
)
def test_what_people_send_never_comes_raw_into_the_log(logged, evil):
    chat = Chat()
    stranger = chat.connect()
    for line in (evil, f"al{evil}ice", "alice", evil, f"/nick {evil}", f"/quit {evil}"):
        stranger.sends(f"{line}\n".encode())
    assert logged
    assert not [text for text in texts(logged) if RAW.search(text) or "\n" in text]


def test_an_address_that_a_proxy_made_up_is_escaped(logged):
    Chat().connect("192.0.2.1\r\nforged\x1b[2J").sends(b"\n")
    assert logged
    assert not [text for text in texts(logged) if RAW.search(text) or "\n" in text]


def test_a_reason_that_a_plugin_gives_is_escaped(logged):
    chat = Chat()
    alice = chat.arrive("alice")
    chat.hub.close(alice.protocol.session, "Go.", "kicked:\r\nforged\x1b[2J")
    chat.advance()
    assert not alice.is_connected
    assert not [text for text in texts(logged) if RAW.search(text) or "\n" in text]
