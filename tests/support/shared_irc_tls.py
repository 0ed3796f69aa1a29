"""
Clients of IRC that come over TLS to a server in memory, with a certificate or without.
"""

from __future__ import annotations

import ssl
from hashlib import sha256
from pathlib import Path

from certificate_chains import Authority, Issued
from shared_irc import Clients
from shared_port import Port
from shared_tls import Encrypted, trusting

from twisted_chat.doors.recognise import Kind
from twisted_chat.server.tls.certificates import Certificates, Pair


class Secure:
    """
    A port with TLS and the IRC door.

    Args:
        folder: for the certificates.
        sts: as of the option of this name.
    """

    def __init__(self, folder: Path, sts: str = "") -> None:
        self.authority = Authority(folder)
        own = self.authority.issue("server", "chat.example")
        self.port = Port(certificates=Certificates([Pair(own.fullchain, own.privkey)]))
        self.irc = Clients(self.port.chat, sts=sts)
        doors = self.port.factory.doors
        self.port.factory.doors = {**doors, Kind.IRC: self.irc.factory}

    def issue(self, name: str) -> Issued:
        """
        Return a certificate of a user, whose authority the server does not know.
        """
        return self.authority.issue(name)

    def connect(
        self, certificate: Issued | None = None, host: str = "192.0.2.1", alpn: str = ""
    ) -> SecureClient:
        """
        Connect a client, which has shaken hands.
        """
        context = trusting(self.authority.root)
        if certificate is not None:
            context.load_cert_chain(certificate.fullchain, certificate.privkey)
        if alpn:
            context.set_alpn_protocols([alpn])
        return SecureClient(self.port, context, host)


class SecureClient:
    """
    A client of IRC over TLS.
    """

    def __init__(self, port: Port, context: ssl.SSLContext, host: str) -> None:
        self.tls = Encrypted(port.connect(host), context)
        self.tls.shakes_hands()

    def asks(self, *lines: str) -> list[str]:
        """
        Send lines, and return what came since the last look.
        """
        self.tls.sends("".join(f"{line}\r\n" for line in lines).encode())
        return self.tls.reads().decode().splitlines()


def print_of(certificate: Issued) -> str:
    """
    Return the fingerprint of a certificate, as it stands among keys.
    """
    return f"SHA256:{sha256(certificate.der).hexdigest()}"
