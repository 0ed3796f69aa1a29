"""
Keys of SSH and of TLS certificates, as the store keeps them: who has one needs no password.
"""

from __future__ import annotations

from attrs import frozen

#: The kind of a TLS certificate.
CERTIFICATE = "tls-certificate"


@frozen
class PublicKey:
    """
    A public key that a client has, or may have.

    Attributes:
        kind: such as ``ssh-ed25519``; ``tls-certificate`` for one of TLS.
        fingerprint: such as ``SHA256:`` and 43 characters; of a certificate 64 in hexadecimal.
        label: what stands behind it in its file; may be empty.
    """

    kind: str
    fingerprint: str
    label: str = ""


@frozen
class Key:
    """
    A public key that opens an account.

    Attributes:
        account: the number of the account.
        fingerprint: of the key, as ssh-keygen or OpenSSL shows it; as in `PublicKey`.
        kind: of the key, likewise.
        label: what its owner calls it; may be empty.
        added_at: when it was added, in seconds since the epoch.
        used_at: when its owner logged in with it last, likewise; 0 for never.
    """

    account: int
    fingerprint: str
    kind: str
    label: str
    added_at: float
    used_at: float = 0.0


@frozen
class KeyKept:
    """
    A key is new.
    """

    key: Key


@frozen
class KeyUsed:
    """
    The owner of an account has logged in with a key.

    Attributes:
        at: when, in seconds since the epoch.
    """

    account: int
    fingerprint: str
    at: float


@frozen
class KeyEnded:
    """
    A key opens nothing any more.
    """

    account: int
    fingerprint: str


#: A change of the keys.
KeyChange = KeyKept | KeyUsed | KeyEnded
