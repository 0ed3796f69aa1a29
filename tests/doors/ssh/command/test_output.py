"""
What a command prints.
"""

import pytest

from twisted_chat.doors.ssh.command.output import Output
from twisted_chat.errors import NoSuchUser
from twisted_chat.events import Event, Said
from twisted_chat.replies.pages import PageKind, Recalled, Transcript
from twisted_chat.replies.reply import Refused
from twisted_chat.replies.server import Cause, Closed

pytestmark = pytest.mark.usefixtures("utc")

# 2023-11-14 22:13:20.
AT = 1_700_000_000.0
TEA, MILK = Said(AT, "den", "bob", "tea", 1), Said(AT, "den", "eve", "milk", 2)
PAGE = Transcript(AT, PageKind.EARLIER, (Recalled(AT, TEA, 1), Recalled(AT, MILK, 2)), "den")
REFUSED = Refused.of(NoSuchUser("zoe"), AT)


def as_json(event: Event) -> bytes:
    return f'{{"event": "{type(event).__name__}"}}\r\n'.encode()


def text(verb: str = "who", *, has_terminal: bool = False) -> Output:
    return Output(verb, None, has_terminal)


JSON = Output("tail", as_json, False)


def test_the_last_lines_of_a_room_have_their_times() -> None:
    assert text("tail").answer(PAGE, "ada") == b"[22:13] bob: tea\n[22:13] eve: milk\n"
    assert JSON.answer(PAGE, "ada") == b'{"event": "Transcript"}\n'


def test_what_is_followed_has_its_time() -> None:
    assert text("tail").told(TEA) == b"[22:13] bob: tea\n"
    assert JSON.told(TEA) == b'{"event": "Said"}\n'


def test_of_a_message_that_is_sent_nothing_is_printed_but_as_json() -> None:
    assert text("send").answer(TEA, "bob") == text("msg").answer(TEA, "bob") == b""
    assert text("say").answer(TEA, "ada") == b"bob: tea\n"
    assert Output("send", as_json, False).answer(TEA, "bob") == b'{"event": "Said"}\n'


def test_the_end_of_the_session_is_no_answer() -> None:
    assert text().answer(Closed(AT, Cause.QUIT), "ada") == b""


def test_a_refusal_is_a_sentence_for_a_user_and_an_object_for_a_program() -> None:
    assert (text().refusal(REFUSED), JSON.refusal(REFUSED)) == (b"", b'{"event": "Refused"}\n')
    assert text().complaint(REFUSED).endswith(b"zoe.\n")


def test_at_a_terminal_lines_end_with_a_carriage_return_too() -> None:
    at_terminal = text(has_terminal=True)
    assert at_terminal.fitted(b"one\r\ntwo\n") == b"one\r\ntwo\r\n"
    assert at_terminal.told(TEA) == b"[22:13] bob: tea\r\n"
