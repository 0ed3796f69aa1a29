"""
What stands for the certificate of a client.
"""

from pathlib import Path
from typing import Any

from certificate_chains import Authority
from OpenSSL import crypto
from shared_irc_tls import print_of
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.testing import StringTransport
from zope.interface import directlyProvides

from twisted_chat.doors.irc.registration.certificate import key_of


def transport_of(certificate: Any) -> Any:
    """
    Return a transport of TLS at which the client has shown ``certificate``.
    """
    transport: Any = StringTransport()
    directlyProvides(transport, ISSLTransport)
    transport.getPeerCertificate = lambda: certificate
    return transport


def test_it_is_its_fingerprint_with_the_name_in_it(tmp_path: Path) -> None:
    issued = Authority(tmp_path).issue("tina")
    found = key_of(transport_of(crypto.X509.from_cryptography(issued.leaf)))
    assert found is not None
    assert (found.kind, found.fingerprint, found.label) == (
        "tls-certificate", print_of(issued), "tina",
    )  # fmt: skip


def test_a_name_that_moves_a_cursor_is_cleaned_and_one_that_cannot_be_read_is_none(
    tmp_path: Path,
) -> None:
    issued = Authority(tmp_path).issue("a\x1b[2Jb" + "x" * 50)
    found = key_of(transport_of(crypto.X509.from_cryptography(issued.leaf)))
    assert found is not None
    assert len(found.label) == 40
    assert "\x1b" not in found.label

    class Odd:
        def digest(self, _: str) -> bytes:
            return b"AB:" * 31 + b"CD"

        def to_cryptography(self) -> None:
            raise ValueError("it cannot be read")

    odd = key_of(transport_of(Odd()))
    assert odd is not None
    assert (odd.fingerprint, odd.label) == (f"SHA256:{'ab' * 31}cd", "")


def test_without_tls_or_without_a_certificate_there_is_none() -> None:
    assert key_of(StringTransport()) is None
    assert key_of(transport_of(None)) is None
