"""
Sending one letter to the mail server, by Twisted's ESMTP client.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.protocol import connectionDone
from twisted.internet.ssl import optionsForClientTLS
from twisted.mail.smtp import (
    ESMTPSender,
    ESMTPSenderFactory,
    SMTPClientError,
    SMTPDeliveryError,
)
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from datetime import datetime

    from twisted_chat.people.mail.letters import Letter
    from twisted_chat.server.mail.place import MailServer

#: Seconds for the connection, for each answer, and for all of it.
CONNECTS_WITHIN, ANSWERS_WITHIN, SENT_WITHIN = 15.0, 30.0, 90.0
# The replies that refuse for good, and the one of a server that stops (RFC 5321, sections 4.2.1
# and 3.8).
_FOR_GOOD, _STOPS = range(500, 600), 421


@frozen
class Outcome:
    """
    What became of a letter.

    Attributes:
        trouble: why it was not sent, without a word of the mail server, which may quote the
            address; empty if it was.
        is_refused: the letter was refused for good, and is not worth another attempt.
        is_of_letter: the trouble is that of the letter, or of who it goes to: the server was asked
            about them, and others may be taken.
    """

    trouble: str = ""
    is_refused: bool = False
    is_of_letter: bool = False


class _Sender(ESMTPSender):
    transport: Any
    # What is said would stand in errors, the password with it.
    debug = False

    def smtpState_to(self, code: int, resp: bytes) -> Any:  # noqa: N802  # Twisted's
        self.factory.is_asked = True
        return super().smtpState_to(code, resp)

    def sendError(self, exc: SMTPClientError) -> None:  # noqa: N802  # Twisted's
        if self.factory.sendFinished:
            # The letter was taken or refused before; its result is not told twice.
            self.transport.abortConnection()
        else:
            super().sendError(exc)

    def timeoutConnection(self) -> None:  # noqa: N802  # Twisted's
        super().timeoutConnection()
        # A server that does not answer does not close either.
        self.transport.abortConnection()

    def connectionLost(self, reason: Any = connectionDone) -> None:  # noqa: N802  # Twisted's
        super().connectionLost(reason)
        self.factory.lose(reason)


class _Factory(ESMTPSenderFactory):
    protocol = _Sender
    noisy = False
    clock: Any
    # The mail server was asked whether it takes a letter for the address.
    is_asked = False

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802  # Twisted's
        protocol = super().buildProtocol(addr)
        protocol.callLater = self.clock.callLater
        return protocol

    def lose(self, reason: Failure) -> None:
        """
        Tell that the letter was not sent, if nothing is known of it yet.
        """
        if not self.sendFinished:
            self.sendFinished = True
            self.result.errback(reason)


def written(letter: Letter, server: MailServer, at: datetime) -> bytes:
    """
    Return ``letter`` as a message (RFC 5322), made by a program (RFC 3834).

    Args:
        at: its date, with the time zone.
    """
    # Not every server takes eight bits (RFC 6152).
    message = EmailMessage(SMTP.clone(cte_type="7bit"))
    message["From"], message["To"] = server.sender, letter.to
    message["Subject"], message["Date"] = letter.subject, format_datetime(at)
    # One by Python would hold the number of the server's process.
    message["Message-ID"] = f"<{token_hex(16)}@{server.place}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, charset="utf-8")
    # Twisted puts the carriage returns in.
    return bytes(message).replace(b"\r\n", b"\n")


def send(reactor: Any, server: MailServer, letter: Letter, at: datetime) -> Deferred[Outcome]:
    """
    Send ``letter``; what becomes of it is known within `SENT_WITHIN` seconds, and no error.

    Args:
        at: its date.
    """
    # Certificates are good that the system trusts.
    options: Any = optionsForClientTLS(server.host) if server.tls != "off" else None
    endpoint: Any = HostnameEndpoint(reactor, server.host, server.port, timeout=CONNECTS_WITHIN)
    if server.tls == "tls":
        endpoint = wrapClientTLS(options, endpoint)
    sent: Deferred[Any] = Deferred()
    factory = _Factory(
        server.user.encode(),
        server.password.encode(),
        server.sender,
        letter.to,
        BytesIO(written(letter, server, at)),
        sent,
        retries=0,
        timeout=ANSWERS_WITHIN,
        contextFactory=options if server.tls == "starttls" else None,
        heloFallback=server.tls == "off",
        requireAuthentication=bool(server.user),
        requireTransportSecurity=server.tls == "starttls",
    )
    factory.clock = reactor
    factory.domain = server.place.encode()
    protocols: list[Any] = []
    connecting = endpoint.connect(factory).addCallbacks(protocols.append, factory.lose)

    def give_up(_: object, seconds: float) -> Outcome:
        factory.sendFinished = True
        connecting.cancel()
        return Outcome(
            f"it did not take the letter within {seconds:g} s", is_of_letter=factory.is_asked
        )

    def cut(outcome: Outcome) -> Outcome:
        # A connection that hangs is not left behind; one on which all went well ends by itself.
        if outcome.trouble and protocols and protocols[0].transport is not None:
            protocols[0].transport.abortConnection()
        return outcome

    found = sent.addCallbacks(
        lambda _: Outcome(), lambda failure: outcome_of(failure, is_asked=factory.is_asked)
    )
    return found.addTimeout(SENT_WITHIN, reactor, give_up).addCallback(cut)


def outcome_of(failure: Failure, *, is_asked: bool = False) -> Outcome:
    """
    Return what has become of a letter that was not sent.

    Args:
        is_asked: the mail server was asked about the address.
    """
    error = failure.value
    if isinstance(error, SMTPDeliveryError):
        # Of each address that the server answered about there is one.
        addresses: Any = error.addresses
        codes = [code for _, code, _ in addresses] or [error.code]
        code = next((each for each in codes if each >= 400), error.code)
        return Outcome(
            f"it refused the letter with {code}", code in _FOR_GOOD, is_asked and code != _STOPS
        )
    if isinstance(error, SMTPClientError):
        what = type(error).__name__
        return Outcome(f"{what} {error.code}" if error.code > 0 else what, is_of_letter=is_asked)
    if isinstance(error, (ConnectionDone, ConnectionLost)):
        return Outcome("it closed the connection", is_of_letter=is_asked)
    return Outcome(f"no connection: {type(error).__name__}")
