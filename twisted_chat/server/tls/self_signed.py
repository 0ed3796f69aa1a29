"""
A self-signed certificate, for clients to pin: made once, and kept in a file with its key.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import socket
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from twisted_chat.server.tls.certificates import Pair, Unfit
from twisted_chat.text.clean import sentence

if TYPE_CHECKING:
    from pathlib import Path

    from twisted_chat.server.identity import Identity

#: The file of a self-signed certificate and its key, in the folder where the server is started.
SELF_SIGNED = "self-signed.pem"
# Days for which it is good; a client that has pinned it must be told of another one.
_DAYS = 3650


def self_signed(path: Path, identity: Identity) -> Pair:
    """
    Return the self-signed certificate in ``path``, which is made there if there is none.

    Args:
        identity: whose the file is to be, for that user alone to read.

    Raises:
        Unfit: it cannot be made.
    """
    with identity.assumed():
        try:
            if not path.exists():
                _write_self_signed(path)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise Unfit(sentence(f"cannot write {path}: {why}")) from error
    return Pair(path, path)


def _write_self_signed(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    host = socket.gethostname().encode("ascii", "replace").decode()[:64] or "localhost"
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # The clock of a client may be late.
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=_DAYS))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(each) for each in {host, "localhost"}]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret + made.public_bytes(serialization.Encoding.PEM))
        fresh.rename(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
