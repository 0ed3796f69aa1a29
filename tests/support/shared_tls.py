"""
A client of TLS in memory, with Python's own ssl: another program than the server's.
"""

from __future__ import annotations

import ssl
from typing import Any


class Encrypted:
    """
    Speaks TLS to a client's connection, such as `shared_port.Client`.

    Args:
        raw: has ``sends`` and ``reads``, for bytes.
        context: trusts whom it trusts.
        host: the name that is asked for, and that the certificate must be for.
        session: that of an earlier connection; None for none.
    """

    def __init__(
        self,
        raw: Any,
        context: ssl.SSLContext,
        host: str = "chat.example",
        session: ssl.SSLSession | None = None,
    ) -> None:
        self.raw = raw
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=host, session=session
        )

    def shakes_hands(self) -> None:
        for _ in range(9):
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._exchange()
            else:
                # TLS 1.3 ends with a message of ours.
                self._exchange()
                return
        raise AssertionError("the handshake did not end")

    def _exchange(self) -> None:
        if self._outgoing.pending:
            self.raw.sends(self._outgoing.read())
        if data := self.raw.reads():
            self._incoming.write(data)

    def sends(self, data: bytes) -> None:
        self._tls.write(data)
        self._exchange()

    def reads(self) -> bytes:
        """
        Return what has come since the last look.
        """
        self._exchange()
        data = b""
        try:
            while some := self._tls.read(65536):
                data += some
        except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            pass
        return data

    @property
    def certificate(self) -> bytes:
        """
        The server's, in DER.
        """
        found = self._tls.getpeercert(binary_form=True)
        assert found is not None
        return found

    @property
    def session(self) -> ssl.SSLSession | None:
        """
        What another connection may go on with.
        """
        return self._tls.session

    @property
    def is_resumed(self) -> bool | None:
        return self._tls.session_reused

    @property
    def version(self) -> str | None:
        return self._tls.version()


def trusting(root: Any) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(root))
