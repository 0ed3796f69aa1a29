"""
A mail server that is not Twisted's, at a real socket: aiosmtpd, in a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from attrs import define, field
from harness import WITHIN, wait_until

USER, PASSWORD = b"chat", b"canary-9f2a"


@define(eq=False)
class Peer:
    """
    What came to the mail server.

    Attributes:
        port: where it listens.
        letters: the mails, each with the addresses that it was for.
        logins: who logged in.
        answer: what each letter is answered.
    """

    port: int = 0
    letters: list[tuple[list[str], EmailMessage]] = field(factory=list)
    logins: list[bytes] = field(factory=list)
    answer: str = "250 taken"
    is_encrypted: list[bool] = field(factory=list)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        self.is_encrypted.append(session.ssl is not None)
        if self.answer.startswith("250"):
            letter: Any = message_from_bytes(envelope.content, policy=default)
            self.letters.append((envelope.rcpt_tos, letter))
        return self.answer

    def check(self, server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        return AuthResult(success=(data.login, data.password) == (USER, PASSWORD))

    def waits_for(self, count: int) -> EmailMessage:
        """
        Return the letter with this number, once it is there.
        """
        wait_until(lambda: len(self.letters) >= count, f"{count} letters", WITHIN)
        return self.letters[count - 1][1]


@contextlib.contextmanager
def mail_server(
    tls: ssl.SSLContext | None = None, *, starttls: bool = False, needs_login: bool = False
) -> Iterator[Peer]:
    """
    Run a mail server.

    Args:
        tls: its certificate; None for no encryption.
        starttls: it encrypts when asked, not from the first byte on.
    """
    peer, loop = Peer(), asyncio.new_event_loop()

    def make() -> SMTP:
        return SMTP(
            peer,
            loop=loop,
            hostname="mail.example",
            tls_context=tls if starttls else None,
            require_starttls=starttls,
            auth_required=needs_login,
            # Encrypted from the first byte on, it does not know that it is.
            auth_require_tls=needs_login and starttls,
            authenticator=peer.check if needs_login else None,
        )

    listening = loop.run_until_complete(
        loop.create_server(make, "127.0.0.1", 0, ssl=None if starttls else tls)
    )
    peer.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(WITHIN)
        listening.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
