"""
The certificate of a client, with which TLS has proven that it has the key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import ISSLTransport

from twisted_chat.auth.keys import certificate_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.store.keys import PublicKey


def key_of(transport: Any) -> PublicKey | None:
    """
    Return what stands for the certificate of the client at ``transport``; None if it has none.
    """
    if not ISSLTransport.providedBy(transport):
        return None
    certificate: Any = transport.getPeerCertificate()
    if certificate is None:
        return None
    sha256 = bytes.fromhex(certificate.digest("sha256").decode().replace(":", ""))
    return certificate_key(sha256, _common_name(certificate.to_cryptography))


def _common_name(read: Callable[[], Any]) -> str:
    """
    Return the name in a certificate; empty if it has none that can be read.
    """
    from cryptography.x509 import NameOID  # noqa: PLC0415  # only TLS needs it

    try:
        names = read().subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except ValueError:
        # Anybody can make a certificate, of anything.
        return ""
    return str(names[0].value) if names else ""
