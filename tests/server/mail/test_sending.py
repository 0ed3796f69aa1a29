"""
Sending a letter: what the mail server is told, and what becomes of the letter.

`tests/e2e/test_mail.py` sends real ones.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from attrs import define, field
from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.mail.smtp import AUTHDeclinedError, SMTPTimeoutError
from twisted.python.failure import Failure

from twisted_chat.people.mail.letters import Letter
from twisted_chat.server.mail.place import MailServer
from twisted_chat.server.mail.sending import (
    ANSWERS_WITHIN,
    CONNECTS_WITHIN,
    SENT_WITHIN,
    Outcome,
    outcome_of,
    send,
    written,
)

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
PLAIN = MailServer("127.0.0.1", 25, "off", "chat@chat.example")
LETTER = Letter("you@example.org", "You were written to", "Ольга wrote\n.\n", lambda: True)


@define(eq=False)
class Wire:
    """
    The connection to a mail server, whose part the test plays.
    """

    server: MailServer = PLAIN
    reactor: MemoryReactorClock = field(factory=MemoryReactorClock)
    transport: StringTransport = field(factory=StringTransport)
    outcomes: list[Outcome] = field(factory=list)
    sending: Deferred[Outcome] = field(init=False)
    protocol: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.sending = send(self.reactor, self.server, LETTER, AT)
        self.sending.addCallback(self.outcomes.append)

    def connects(self) -> None:
        self.reactor.advance(0)
        host, port, factory, _, _ = self.reactor.tcpClients[0]
        assert (host, port) == (self.server.host, self.server.port)
        self.protocol = factory.buildProtocol(None)
        self.protocol.makeConnection(self.transport)

    def says(self, *lines: str) -> str:
        """
        Let the mail server say something, and return what it is answered.
        """
        self.transport.clear()
        self.protocol.dataReceived("".join(f"{line}\r\n" for line in lines).encode())
        while self.transport.producer is not None:
            self.transport.producer.resumeProducing()
        answer: bytes = self.transport.value()
        return answer.decode("ascii")

    def takes_all(self) -> str:
        self.connects()
        assert self.says("220 mail.example ESMTP") == "EHLO chat.example\r\n"
        assert self.says("250-mail.example", "250 8BITMIME") == "MAIL FROM:<chat@chat.example>\r\n"
        assert self.says("250 ok") == "RCPT TO:<you@example.org>\r\n"
        assert self.says("250 ok") == "DATA\r\n"
        return self.says("354 go on")


def test_a_letter_is_handed_over() -> None:
    wire = Wire()
    sent = wire.takes_all()
    assert sent.endswith("\r\n.\r\n")
    assert wire.outcomes == []
    assert wire.says("250 taken") == "RSET\r\n"
    assert wire.outcomes == [Outcome()]
    assert wire.says("250 ok") == "QUIT\r\n"
    wire.says("221 bye")
    assert wire.transport.disconnecting


def test_a_letter_is_a_message_made_by_a_program_in_seven_bits() -> None:
    data = written(LETTER, PLAIN, AT)
    assert data.isascii()
    message = message_from_bytes(data, policy=default)
    assert message["From"] == "chat@chat.example"
    assert message["To"] == "you@example.org"
    assert message["Subject"] == "You were written to"
    assert message["Date"] == "Sun, 29 Nov 2026 12:00:00 +0000"
    # It says nothing of the server's process.
    assert re.fullmatch(r"<[0-9a-f]{32}@chat\.example>", message["Message-ID"])
    again = message_from_bytes(written(LETTER, PLAIN, AT), policy=default)
    assert message["Message-ID"] != again["Message-ID"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content() == "Ольга wrote\r\n.\r\n"


def test_no_header_can_be_put_in() -> None:
    for letter in (
        Letter("you@example.org\nBcc: eve@example.org", "x", "", lambda: True),
        Letter("you@example.org", "x\nBcc: eve@example.org", "", lambda: True),
    ):
        with pytest.raises(ValueError, match=r"newline|linefeed"):
            written(letter, PLAIN, AT)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 you@example.org is unknown", Outcome("it refused the letter with 550", True, True)),
        (
            "450 you@example.org is greylisted",
            Outcome("it refused the letter with 450", is_of_letter=True),
        ),
        # It stops; that is not about this letter.
        ("421 too busy", Outcome("it refused the letter with 421")),
    ],
)
def test_a_letter_is_refused_for_good_or_for_now(answer: str, outcome: Outcome) -> None:
    wire = Wire()
    wire.connects()
    wire.says("220 hi")
    wire.says("250 hi")
    wire.says("250 ok")
    wire.says(answer)
    assert wire.outcomes == [outcome]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("554 spam", Outcome("it refused the letter with 554", True, True)),
        ("452 full", Outcome("it refused the letter with 452", is_of_letter=True)),
    ],
)
def test_a_letter_may_be_refused_when_all_of_it_came(answer: str, outcome: Outcome) -> None:
    wire = Wire()
    wire.takes_all()
    wire.says(answer)
    assert wire.outcomes == [outcome]


def test_a_mail_server_that_speaks_something_else_gets_nothing() -> None:
    wire = Wire()
    wire.connects()
    wire.says("HTTP/1.1 400 Bad Request")
    assert wire.outcomes == [Outcome("SMTPProtocolError")]


def test_a_mail_server_that_hangs_is_cut_off_in_time() -> None:
    wire = Wire()
    wire.connects()
    wire.says("220 hi")
    wire.reactor.advance(ANSWERS_WITHIN)
    assert wire.outcomes == [Outcome("SMTPTimeoutError")]
    assert wire.transport.disconnecting


def test_a_mail_server_that_is_slow_is_cut_off_in_time() -> None:
    wire = Wire()
    wire.connects()
    for _ in range(int(SENT_WITHIN / ANSWERS_WITHIN) + 1):
        wire.reactor.advance(ANSWERS_WITHIN - 1)
        # It always says something, and never enough.
        wire.says("220-hi")
    wire.reactor.advance(ANSWERS_WITHIN)
    assert wire.outcomes == [Outcome("it did not take the letter within 90 s")]
    assert wire.transport.disconnecting


def test_a_mail_server_that_hangs_after_it_took_the_letter_costs_nothing() -> None:
    wire = Wire()
    wire.takes_all()
    wire.says("250 taken")
    wire.reactor.advance(ANSWERS_WITHIN)
    assert wire.outcomes == [Outcome()]
    assert wire.transport.disconnecting


@pytest.mark.parametrize("answers", [True, False])
def test_a_mail_server_that_refuses_the_sender_for_now_takes_no_letter_at_all(
    answers: bool,
) -> None:
    wire = Wire()
    wire.connects()
    wire.says("220 hi")
    wire.says("250 hi")
    if answers:
        wire.says("450 not now")
    else:
        wire.protocol.connectionLost(Failure(ConnectionDone()))
    (outcome,) = wire.outcomes
    assert outcome.trouble
    assert not outcome.is_of_letter


def test_a_mail_server_that_hangs_when_it_is_asked_about_an_address_may_take_others() -> None:
    wire = Wire()
    wire.connects()
    wire.says("220 hi")
    wire.says("250 hi")
    assert "RCPT" in wire.says("250 ok")
    wire.reactor.advance(ANSWERS_WITHIN)
    assert wire.outcomes == [Outcome("SMTPTimeoutError", is_of_letter=True)]


def test_a_connection_that_is_lost_is_told() -> None:
    wire = Wire()
    wire.connects()
    wire.says("220 hi")
    wire.protocol.connectionLost(Failure(ConnectionDone()))
    assert wire.outcomes == [Outcome("it closed the connection")]


def test_a_mail_server_that_is_not_there_is_told() -> None:
    wire = Wire()
    wire.reactor.advance(0)
    factory = wire.reactor.tcpClients[0][2]
    factory.clientConnectionFailed(None, Failure(error.ConnectionRefusedError()))
    # It would try another address, if there were one.
    wire.reactor.advance(1)
    assert wire.outcomes == [Outcome("no connection: ConnectionRefusedError")]


def test_a_mail_server_that_does_not_answer_a_connection_is_told() -> None:
    wire = Wire()
    wire.reactor.advance(0)
    assert wire.reactor.tcpClients[0][3] == CONNECTS_WITHIN
    wire.reactor.advance(SENT_WITHIN)
    assert wire.outcomes == [Outcome("it did not take the letter within 90 s")]


def test_without_tls_nothing_is_said_where_it_is_wanted() -> None:
    wire = Wire(MailServer("127.0.0.1", 587, "starttls", "chat@chat.example", "me", "secret"))
    wire.connects()
    wire.says("220 hi")
    assert "AUTH" not in wire.says("250-hi", "250 AUTH PLAIN LOGIN")
    assert wire.outcomes == [Outcome("TLSRequiredError 502")]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (AUTHDeclinedError(535, b"secret"), Outcome("AUTHDeclinedError 535")),
        (SMTPTimeoutError(-1, b"secret"), Outcome("SMTPTimeoutError")),
    ],
)
def test_no_word_of_the_mail_server_is_told(error: Exception, outcome: Outcome) -> None:
    assert outcome_of(Failure(error)) == outcome
