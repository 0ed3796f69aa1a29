"""
The host key, by which clients of SSH recognise the server.

It is made at the first start.  Later starts read the file, and import no library for that.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from base64 import b64decode
from typing import TYPE_CHECKING

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.auth.keys import fingerprint_of
from twisted_chat.options import BadSetting
from twisted_chat.store.sqlite.files.location import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from twisted_chat.server.identity import Identity
    from twisted_chat.server.settings import Settings

#: The name of its file, which stands beside the database.
FILE = "ssh_host_ed25519_key"
# How a key without a passphrase begins (PROTOCOL.key of OpenSSH): a magic word, three strings on
# encryption, and the number of keys, which is 1.  The public key follows.
_HEAD = b"openssh-key-v1\0\0\0\0\4none\0\0\0\4none\0\0\0\0\0\0\0\1"
_KIND = b"\0\0\0\x0bssh-ed25519"
# Bytes of the public key, and of the private one, which ends with the public one.
_PUBLIC, _PRIVATE = 32, 64

_log = Logger()


@define(eq=False)
class HostKey:
    """
    The host key of a server.

    Args:
        identity: whose the file is to be, for that user alone to read.
    """

    _identity: Identity
    _key: bytes = field(init=False, default=b"")
    _path: Path | None = field(init=False, default=None)

    def begin(self, settings: Settings) -> None:
        """
        Read the key beside the database of ``settings``, or make it, and log its fingerprint.

        With a database in memory, one is made for the first client, and ends with the server.

        Raises:
            BadSetting: it cannot be read, or cannot be made.
        """
        database = path_of(settings.database)
        if database is None or self._key:
            return
        self._path = path = database.with_name(FILE)
        with self._identity.assumed():
            try:
                if not path.exists():
                    _write(path)
                self._key = path.read_bytes()
            except OSError as error:
                raise BadSetting(f"SSH: cannot use {path}: {error.strerror}.") from error
        self._tell()

    def read(self) -> bytes:
        """
        Return the private key, in the form of OpenSSH.
        """
        if not self._key:
            self._key = _new()
            self._tell()
        return self._key

    def _tell(self) -> None:
        _log.info(
            "The SSH host key in {file} has the fingerprint {fingerprint}",
            file="memory" if self._path is None else str(self._path),
            fingerprint=fingerprint_of(_public(self._key, self._path)),
        )


def _public(key: bytes, path: Path | None) -> bytes:
    """
    Return the public part of a private key.

    Raises:
        BadSetting: it is none that can be used.
    """
    try:
        _, *lines, _ = key.decode("ascii").split("\n")[: key.count(b"\n")]
        data = b64decode("".join(lines))
    except ValueError:
        data = b""
    blob, rest = _string(data.removeprefix(_HEAD))
    make = f"make one with `ssh-keygen -t ed25519 -N '' -f {FILE}`, or remove it."
    if not data.startswith(_HEAD) or not blob.startswith(_KIND):
        raise BadSetting(f"SSH: {path} is no Ed25519 key without a passphrase; {make}")
    if not _is_whole(blob, rest):
        raise BadSetting(f"SSH: the key in {path} is damaged; put back a copy, {make}")
    return blob


def _is_whole(blob: bytes, data: bytes) -> bool:
    """
    Return whether the private part of a key fits its public part, as far as that can be read.

    Args:
        blob: the public part.
        data: what stands behind it.
    """
    private, behind = _string(data)
    # A number twice, the public key, the private key, a comment, and 1, 2, 3, ... to the end.
    checks, keys = private[:8], private[8:]
    secret, rest = _string(keys.removeprefix(blob))
    _, padding = _string(rest)
    return (
        not behind
        and len(checks) == 8
        and checks[:4] == checks[4:]
        and keys.startswith(blob)
        and len(secret) == _PRIVATE
        and secret.endswith(blob[-_PUBLIC:])
        and padding == bytes(range(1, len(padding) + 1))
    )


def _string(data: bytes) -> tuple[bytes, bytes]:
    """
    Return the string at the beginning of ``data`` (RFC 4251, section 5), and what is behind it.

    Both are empty if it is cut.
    """
    end = 4 + int.from_bytes(data[:4])
    return (data[4:end], data[end:]) if 4 <= end <= len(data) else (b"", b"")


def _new() -> bytes:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  # only SSH needs it
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415  # likewise

    return ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )


def _write(path: Path) -> None:
    # For this user alone to read, and no other file, whatever an earlier start has left.
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    fresh = path.parent / name
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_new())
            file.flush()
            os.fsync(file.fileno())
        # Another server beside it may have been quicker; its key stays.
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
