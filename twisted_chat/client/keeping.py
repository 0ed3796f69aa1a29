"""
What the client keeps in the user's folder: tokens and certificates, for nobody else to read.
"""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from attrs import define, field

from twisted_chat.client.errors import UsageError
from twisted_chat.client.net.address import Address

#: In the place of a fingerprint: the system's authorities know the certificate.
VERIFIED = "verified"
_FINGERPRINT = re.compile(r"(?:[0-9A-F]{2}:)*[0-9A-F]{2}")
#: The scope of tokens of servers whose certificates are not checked.
INSECURE = "insecure"


@define(eq=False)
class Keeping:
    """
    The files of one user.

    Args:
        folder: holds them; it is made when it is needed, readable for the user alone.
        scope: of the tokens over TLS, in this run: `INSECURE`, or a fingerprint that the user
            gave; empty for what is known of the server.
    """

    folder: Path
    scope: str = ""
    _locks: dict[Path, IO[str]] = field(init=False, factory=dict)

    # -- tokens -----------------------------------------------------------------------------------

    def token(self, address: Address, name: str) -> str:
        """
        Return the token that the user has for ``name`` at a server; empty for none.

        It was given under the same certificate, or by a server that the system's authorities knew
        as they do now.  A server whose certificate is not known yet has none.
        """
        if address.is_encrypted and not self._scope(address):
            return ""
        path = self._token_file(address, name)
        _close_to_others(path)
        return self._read(path)

    def keep_token(self, address: Address, name: str, token: str) -> None:
        """
        Keep a token, or forget it if ``token`` is empty.

        Raises:
            UsageError: it cannot be written.
        """
        path = self._token_file(address, name)
        if token:
            self._write(path, token)
            return
        # Where it cannot be removed, the server has ended it.
        with suppress(OSError):
            path.unlink()

    def take(self, address: Address, name: str) -> bool:
        """
        Let this process alone resume the visit of ``name``, until `release`.

        Returns:
            whether no other process does.
        """
        path = self._token_file(address, name).with_suffix(".lock")
        if path in self._locks:
            return True
        try:
            self._make_folder(path.parent)
            file = os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w")
        except OSError:
            # Nothing can be kept there, so nobody else has a token either.
            return True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._locks[path] = file
        return True

    def release(self) -> None:
        """
        Let other processes resume the visits that this one took.
        """
        for file in self._locks.values():
            file.close()
        self._locks.clear()

    def _scope(self, address: Address) -> str:
        return self.scope or self.fingerprint(address)

    def _token_file(self, address: Address, name: str) -> Path:
        # A token that came over TLS is not sent without, nor to a certificate that came later.
        scope = f"tls {self._scope(address)}".replace(":", "") if address.is_encrypted else "tcp"
        place = quote(f"{scope} {address.host} {address.port}", safe=" ")
        return self.folder / "tokens" / place / f"{quote(name.casefold(), safe='')}.token"

    # -- certificates -----------------------------------------------------------------------------

    def fingerprint(self, address: Address) -> str:
        """
        Return the fingerprint that is known of a server; empty for none.

        It is `VERIFIED` where the system's authorities knew the certificate.

        Raises:
            UsageError: the file is there, and cannot be read: a server that was known must not be
                taken for a new one.
        """
        path = self.fingerprint_file(address)
        try:
            found = path.read_text("ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except (OSError, UnicodeDecodeError):
            found = ""
        if found != VERIFIED and not _FINGERPRINT.fullmatch(found):
            raise UsageError(
                f'The fingerprint of {address.place} in "{path}" cannot be read. '
                "Mend that file, or delete it if you know that the server is the right one."
            )
        return found

    def keep_fingerprint(self, address: Address, fingerprint: str) -> None:
        """
        Keep the fingerprint of a server, or `VERIFIED`.

        Raises:
            UsageError: it cannot be written.
        """
        self._write(self.fingerprint_file(address), fingerprint)

    def fingerprint_file(self, address: Address) -> Path:
        """
        Return where the fingerprint of a server is kept.
        """
        return self.folder / "certificates" / quote(f"{address.host} {address.port}", safe=" ")

    # -- files ------------------------------------------------------------------------------------

    def history(self) -> Path:
        """
        Return the file that holds the lines which the user typed; it is there, for them alone.

        Where none can be written, it is one that keeps nothing.
        """
        path = self.folder / "history"
        try:
            self._make_folder(path.parent)
            os.close(os.open(path, os.O_CREAT | os.O_APPEND, 0o600))
        except OSError:
            return Path(os.devnull)
        _close_to_others(path)
        return path

    def _make_folder(self, folder: Path) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        inner = [each for each in folder.parents if each.is_relative_to(self.folder)]
        for each in [*reversed(inner), folder]:
            each.mkdir(mode=0o700, exist_ok=True)

    def _read(self, path: Path) -> str:
        try:
            return path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _write(self, path: Path, text: str) -> None:
        # At once the whole of it, or nothing.
        half = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            self._make_folder(path.parent)
            descriptor = os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{text}\n")
            half.replace(path)
        except OSError as error:
            raise UsageError(f"{path} cannot be written ({error.strerror}).") from None


def _close_to_others(path: Path) -> None:
    """
    Let the user alone read a file, if others could: it may have been copied here.
    """
    # Where it is not there, or cannot be changed, there is nothing to be done.
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
