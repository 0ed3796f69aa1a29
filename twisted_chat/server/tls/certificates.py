"""
Certificates for TLS: read from files, chosen by the name that a client asks for, and renewed.

A context of OpenSSL must not be changed once it was used, so a renewal makes new ones: connections
that come later are given the new certificate, and those that are there keep theirs.

The libraries of TLS are imported where they are used: a server without TLS does not need them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from zope.interface import implementer

from twisted_chat.text.clean import sentence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from cryptography.x509 import Certificate
    from OpenSSL.SSL import Connection, Context
    from twisted.internet.interfaces import IProtocolFactory, IReactorTime

# Of TLS 1.2; those of 1.3 are good as they are.
_CIPHERS = b"ECDHE+AESGCM:ECDHE+CHACHA20"
# The one protocol with such a name that is spoken here (RFC 7301).
_ALPN = b"http/1.1"
# Sessions that are resumed are those of clients that were asked for a certificate; OpenSSL wants
# a name for that, the same on every port.
_SESSIONS = b"twisted-chat"


class Unfit(ValueError):
    """
    A certificate cannot be used.  The text says why, and what would work.
    """


@frozen
class Pair:
    """
    The files of a certificate.

    Attributes:
        certificate: it and the others of its chain, in PEM.
        key: its private key, in PEM; it may be the same file.
        rest: more of the chain; empty for none.
    """

    certificate: Path
    key: Path
    rest: Path | None = None

    def read(self) -> Read:
        """
        Read the files.

        Raises:
            Unfit: one cannot be read, they do not belong together, or OpenSSL refuses them.
        """
        from cryptography import x509  # noqa: PLC0415  # only TLS needs it
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415  # likewise
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  # likewise

        chain: list[Certificate] = []
        for path in filter(None, (self.certificate, self.rest)):
            data = _bytes_of(path)
            try:
                chain += x509.load_pem_x509_certificates(data)
            except ValueError as error:
                raise Unfit(
                    f"{path} holds no certificate in PEM; "
                    "use the fullchain.pem of certbot, or what openssl writes."
                ) from error
        secret = _bytes_of(self.key)
        try:
            key = serialization.load_pem_private_key(secret, None)
        except TypeError as error:
            raise Unfit(
                f"{self.key} has a passphrase; write it without with "
                "`openssl pkey -in OLD -out NEW`."
            ) from error
        except ValueError as error:
            raise Unfit(
                f"{self.key} holds no private key in PEM; use the privkey.pem of certbot."
            ) from error
        except UnsupportedAlgorithm as error:
            raise Unfit(
                f"{self.key} is of a kind that TLS here does not know; use ECDSA or RSA."
            ) from error
        if key.public_key() != chain[0].public_key():
            raise Unfit(
                f"{self.key} is not the key of {self.certificate}; "
                "both must be of one renewal, and the chain must begin with its own certificate."
            )
        found = Read(self, tuple(chain), key)
        # What cannot be used fails here, and not with the first client.
        found.context(lambda _: None)
        return found


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unfit(f"cannot read {path}: {error.strerror}.") from error
    except ValueError as error:
        # Its name holds a NUL.
        raise Unfit(sentence(f"{str(path)!r} cannot be a file: {error}")) from error


@frozen
class Read:
    """
    A certificate that was read.

    Attributes:
        chain: it first, then who has signed it, and so on.
        key: its private key.
    """

    pair: Pair
    chain: tuple[Certificate, ...]
    key: Any

    @property
    def ends_at(self) -> dt.datetime:
        """
        The moment from which it is not valid any more.
        """
        return self.chain[0].not_valid_after_utc

    @property
    def is_self_signed(self) -> bool:
        """
        Whether nobody else has signed it.
        """
        return self.chain[0].issuer == self.chain[0].subject

    @property
    def fingerprint(self) -> str:
        """
        Its SHA-256, as `openssl x509 -fingerprint -sha256` shows it.
        """
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  # only TLS needs it

        return self.chain[0].fingerprint(hashes.SHA256()).hex(":").upper()

    def names(self) -> set[bytes]:
        """
        Return the names that it is for, in lower case, with ``*`` for any one label.
        """
        from cryptography import x509  # noqa: PLC0415  # only TLS needs it

        try:
            subject = self.chain[0].extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except x509.ExtensionNotFound:
            return set()
        return {name.lower().encode() for name in subject.value.get_values_for_type(x509.DNSName)}

    def context(self, choose: Callable[[bytes], Context | None]) -> Context:
        """
        Return a context of a server with it: TLS 1.2 and later, with ciphers of forward secrecy.

        Twisted's own refuses every client that offers ALPN, as curl does, where it has no protocol
        to choose.

        A client is asked for a certificate of its own, and needs none: nobody has to vouch for
        it, as it is one of the keys of an account.  Browsers are not asked, which would let their
        users choose one.

        Args:
            choose: returns the context for a name that a client asks for (RFC 6066, section 3);
                None for this one.

        Raises:
            Unfit: OpenSSL refuses it, as for a key that is too short.
        """
        from OpenSSL import SSL  # noqa: PLC0415  # only TLS needs it

        def switch(connection: Connection) -> None:
            other = choose((connection.get_servername() or b"").lower())
            if other is not None:
                connection.set_context(other)

        def select(connection: Connection, offered: list[bytes]) -> Any:
            if _ALPN not in offered:
                return SSL.NO_OVERLAPPING_PROTOCOLS
            connection.set_verify(SSL.VERIFY_NONE, _take_any)
            return _ALPN

        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.set_options(
            SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_COMPRESSION | SSL.OP_CIPHER_SERVER_PREFERENCE
        )
        # Less memory for each connection that says nothing.
        context.set_mode(SSL.MODE_RELEASE_BUFFERS)
        own, *rest = self.chain
        try:
            context.use_certificate(own)
            for each in rest:
                context.add_extra_chain_cert(each)
            context.use_privatekey(self.key)
        except SSL.Error as error:
            reason = error.args[0][-1][-1] if error.args and error.args[0] else "no reason given"
            raise Unfit(
                f"OpenSSL refuses {self.pair.certificate}: {reason}; use ECDSA, or RSA of 2048 "
                "bits or more."
            ) from error
        context.set_verify(SSL.VERIFY_PEER, _take_any)
        context.set_session_id(_SESSIONS)
        context.set_tlsext_servername_callback(switch)
        context.set_alpn_select_callback(select)
        context.set_cipher_list(_CIPHERS)
        return context


def _take_any(*_: object) -> bool:
    """
    Accept the certificate of a client; it needs no authority that has signed it.
    """
    return True


@implementer(IOpenSSLServerConnectionCreator)
@define(eq=False)
class Certificates:
    """
    The certificates of a port.

    Args:
        pairs: their files; the first is for clients that ask for no name, or for another one.

    Attributes:
        every: those that were read, in the order of their files.

    Raises:
        Unfit: one cannot be used.
    """

    pairs: Sequence[Pair]
    every: tuple[Read, ...] = field(init=False, default=())
    # That of the first.
    _context: Context = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.renew(self.pairs)

    def renew(self, pairs: Sequence[Pair]) -> list[Unfit]:
        """
        Read ``pairs`` for the connections that come from now on.

        Returns:
            why some of them cannot be used; what was read of these before stays.

        Raises:
            Unfit: one cannot be used that was not there before; nothing changes.
        """
        before = {read.pair: read for read in self.every}
        every: list[Read] = []
        refused: list[Unfit] = []
        for pair in pairs:
            try:
                every.append(pair.read())
            except Unfit as error:
                if pair not in before:
                    raise
                refused.append(error)
                every.append(before[pair])
        by_name: dict[bytes, Context] = {}

        def choose(name: bytes) -> Context | None:
            _, _, above = name.partition(b".")
            return by_name.get(name) or by_name.get(b"*." + above)

        contexts = [read.context(choose) for read in every]
        for read, context in zip(every, contexts, strict=True):
            for name in read.names():
                by_name.setdefault(name, context)
        self.pairs, self.every, self._context = pairs, tuple(every), contexts[0]
        return refused

    def serverConnectionForTLS(self, protocol: object) -> Connection:  # noqa: N802  # Twisted's
        """
        Return the TLS of a new connection.
        """
        from OpenSSL import SSL  # noqa: PLC0415  # only TLS needs it

        return SSL.Connection(self._context, None)

    def around(self, factory: IProtocolFactory, clock: IReactorTime) -> IProtocolFactory:
        """
        Return a factory that speaks TLS, and hands what it holds to ``factory``.
        """
        from twisted_chat.doors.port.tls import TLSFactory  # noqa: PLC0415  # only TLS needs it

        return TLSFactory(self, False, factory, clock)
