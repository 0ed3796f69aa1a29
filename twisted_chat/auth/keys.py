"""
Keys, of SSH and of TLS certificates: with which the owners of accounts come in without a password.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat.errors import BadKey, ChatError
from twisted_chat.store.keys import CERTIFICATE, Key, KeyEnded, KeyUsed, PublicKey
from twisted_chat.text.clean import one_line

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.store.snapshot import Snapshot
    from twisted_chat.world.model import Account
    from twisted_chat.world.world import World

#: Keys of one account, at most.
MOST_KEYS = 20
#: Characters of a label.
MAX_LABEL = 40
#: Characters of a fingerprint by which it can be named, behind ``SHA256:``.
FEWEST = 4
_KINDS = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)
_HASH = "SHA256:"
# A fingerprint of one, as `openssl x509 -fingerprint -sha256` shows it, or without colons; and
# what stands before it there.
_OPENSSL = re.compile("^sha256 fingerprint=", re.IGNORECASE)
_PRINT = re.compile(r"(?:SHA256:)?([0-9a-f]{2}(?::?[0-9a-f]{2}){31})", re.IGNORECASE)
_DAMAGED = "That key is damaged. Give the whole line of the .pub file."
# Bytes of a key: of RSA with 16,384 bits, and a little more.
_LONGEST = 2200
# Bits of an RSA key, at least.
_SHORTEST_RSA = 2048
# Bytes of a point on each curve that is not compressed, and of one of Ed25519.
_CURVES = {"nistp256": 65, "nistp384": 97, "nistp521": 133}
_ED25519 = 32


def fingerprint_of(blob: bytes) -> str:
    """
    Return the fingerprint of a key as ssh-keygen shows it.
    """
    return _HASH + b64encode(sha256(blob).digest()).decode().rstrip("=")


def certificate_key(sha256_: bytes, label: str = "") -> PublicKey:
    """
    Return what stands for a TLS certificate among the keys of an account.

    Args:
        sha256_: of the certificate in DER.
        label: such as the name in it.
    """
    cut = one_line(label.strip())[:MAX_LABEL]
    return PublicKey(CERTIFICATE, _HASH + sha256_.hex(), cut)


def read_key(line: str) -> PublicKey:
    """
    Read the ``line`` of a .pub file: the kind, the key in base64, and a label.

    Or read the SHA-256 fingerprint of a TLS certificate, and a label.

    Raises:
        BadKey: it is none, or one that is too weak.
    """
    first, _, after = _OPENSSL.sub("", line.strip()).partition(" ")
    if found := _PRINT.fullmatch(first):
        return certificate_key(bytes.fromhex(found[1].replace(":", "")), after)
    kind, _, rest = line.strip().partition(" ")
    coded, _, label = rest.strip().partition(" ")
    if "PRIVATE" in line:
        raise BadKey(
            "That is a private key. Keep it to yourself, and give the line of its .pub file."
        )
    if kind not in _KINDS:
        raise BadKey(
            "A key is the line of a .pub file, such as: ssh-ed25519 AAAA... "
            "ssh-keygen -t ed25519 makes one. "
            "Or give the SHA-256 fingerprint of a TLS certificate."
        )
    try:
        key = read_blob(b64decode(coded, validate=True))
    except (binascii.Error, ValueError):
        raise BadKey(_DAMAGED) from None
    if key.kind != kind:
        raise BadKey(_DAMAGED)
    return evolve(key, label=one_line(label.strip())[:MAX_LABEL])


def read_blob(blob: bytes) -> PublicKey:
    """
    Read a public key as SSH sends it (RFC 4253, section 6.6; RFC 5656; RFC 8709).

    Raises:
        BadKey: it is none, or one that is too weak.
    """
    first, *parts = _parts_of(blob)
    kind = first.decode("ascii", "replace")
    if kind not in _KINDS or not _is_whole(kind, parts):
        raise BadKey(_DAMAGED)
    if kind == "ssh-rsa" and int.from_bytes(parts[1]).bit_length() < _SHORTEST_RSA:
        raise BadKey("That key is too short. An RSA key needs 2048 bits at least.")
    return PublicKey(kind, fingerprint_of(blob))


def _parts_of(blob: bytes) -> list[bytes]:
    parts, place = [], 0
    while place < len(blob):
        size = int.from_bytes(blob[place : place + 4])
        parts.append(blob[place + 4 : place + 4 + size])
        place += 4 + size
    if place != len(blob) or not 0 < place <= _LONGEST:
        raise BadKey(_DAMAGED)
    return parts


def _is_whole(kind: str, parts: list[bytes]) -> bool:
    """
    Return whether ``parts`` are those of a key of that kind.
    """
    if kind.startswith("sk-"):
        # Those of hardware name the application behind it (PROTOCOL.u2f of OpenSSH).
        kind, parts = kind.removeprefix("sk-").partition("@")[0], parts[:-1]
    match parts:
        case [point] if kind == "ssh-ed25519":
            return len(point) == _ED25519
        case [curve, point] if kind == f"ecdsa-sha2-{curve.decode('ascii', 'replace')}":
            return point[:1] == b"\4" and len(point) == _CURVES[curve.decode()]
        case [exponent, modulus] if kind == "ssh-rsa":
            # Neither is negative; with the exponent 1, anybody could sign.
            return max(exponent[:1], modulus[:1]) < b"\x80" and int.from_bytes(exponent) > 1
    return False


@define(eq=False)
class Keys:
    """
    Holds which keys open which account.

    Args:
        world: tells the time.
        fanout: has them kept.
    """

    _world: World
    _fanout: Fanout
    # By the number of the account, then by the fingerprint.
    _owned: dict[int, dict[str, Key]] = field(init=False, factory=dict)
    # The numbers of the accounts, by the fingerprints of TLS certificates.
    _certified: dict[str, dict[int, None]] = field(init=False, factory=dict)

    def begin(self, kept: Snapshot) -> None:
        """
        Load the keys that the store holds.
        """
        for key in kept.keys:
            self.load(key)

    def load(self, key: Key) -> None:
        """
        Note a key that is kept already.
        """
        self._owned.setdefault(key.account, {})[key.fingerprint] = key
        if key.kind == CERTIFICATE:
            self._certified.setdefault(key.fingerprint, {})[key.account] = None

    def opened_by(self, fingerprint: str) -> list[Account]:
        """
        Return the accounts that the TLS certificate with this ``fingerprint`` opens.
        """
        found = map(self._world.account_called, self._certified.get(fingerprint, ()))
        return [account for account in found if account is not None]

    def opens(self, fingerprint: str, account: Account) -> bool:
        """
        Return whether the key with this ``fingerprint`` opens ``account``.
        """
        return fingerprint in self._owned.get(account.id, ())

    def of(self, account: Account) -> list[Key]:
        """
        Return the keys of ``account``, in the order in which they were added.
        """
        return list(self._owned.get(account.id, {}).values())

    def new(self, account: Account, key: PublicKey) -> Key:
        """
        Return ``key`` as one of ``account``, which it does not open before `load`.

        Raises:
            ChatError: it opens it already, or the account has too many.
        """
        if self.opens(key.fingerprint, account):
            raise ChatError(
                f"The key {key.fingerprint} opens your account already.",
                code="key-known",
                fingerprint=key.fingerprint,
            )
        if len(self._owned.get(account.id, ())) >= MOST_KEYS:
            raise ChatError(
                f"An account has at most {MOST_KEYS} keys. /key remove removes one.",
                code="too-many-keys",
                most=MOST_KEYS,
            )
        return Key(account.id, key.fingerprint, key.kind, key.label, self._world.now())

    def use(self, account: Account, fingerprint: str) -> None:
        """
        Note that the owner of ``account`` has logged in with a key.
        """
        key = self._owned.get(account.id, {}).get(fingerprint)
        if key is not None:
            now = self._world.now()
            self.load(evolve(key, used_at=now))
            self._fanout.keep(KeyUsed(account.id, fingerprint, now))

    def find(self, account: Account, name: str) -> Key:
        """
        Return the key of ``account`` called ``name``: its label, or the beginning of its print.

        Raises:
            ChatError: there is none, or more than one.
        """
        start = name.removeprefix(_HASH)
        if _PRINT.fullmatch(name):
            start = name.removeprefix(_HASH).replace(":", "").lower()
        own = self.of(account)
        found = [each for each in own if each.label == name] or [
            each
            for each in own
            if len(start) >= FEWEST and each.fingerprint.removeprefix(_HASH).startswith(start)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise ChatError(
                "More than one key is called so. Give more of its fingerprint.",
                code="several-keys",
            )
        raise ChatError(
            "You have no such key. Give a label or a fingerprint, as /keys lists them.",
            code="no-such-key",
        )

    def forget(self, key: Key) -> None:
        """
        Undo `load`.
        """
        own = self._owned.get(key.account, {})
        own.pop(key.fingerprint, None)
        if not own:
            self._owned.pop(key.account, None)
        certified = self._certified.get(key.fingerprint, {})
        certified.pop(key.account, None)
        if not certified:
            self._certified.pop(key.fingerprint, None)

    def end_all(self, account: Account) -> None:
        """
        End all keys of ``account``.
        """
        for key in self.of(account):
            self.forget(key)
            self._fanout.keep(KeyEnded(key.account, key.fingerprint))
