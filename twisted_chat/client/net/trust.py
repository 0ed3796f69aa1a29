"""
Trust: which certificate of a server is the right one.

A certificate that the system's authorities know is, and from then on no other one of that server.
Of one that is self-signed, the fingerprint is kept at the first use, and has to be the same from
then on.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

from attrs import frozen

from twisted_chat.client.errors import NotConnected, UsageError
from twisted_chat.client.keeping import VERIFIED, Keeping
from twisted_chat.client.net.address import Address
from twisted_chat.client.net.wire import CONNECT_WITHIN, Wire, connect

# X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT and X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN
# (OpenSSL, x509_vfy.h): nobody vouches for it, so it is as good as its fingerprint.
_SELF_SIGNED = frozenset({18, 19})


@frozen
class Trust:
    """
    Opens connections to a server, and makes sure that it is that one.

    Args:
        keeping: knows fingerprints.
        confirm: is shown the fingerprint of a server at the first use, and returns whether to go
            on; it may raise `NotConnected` itself.
        is_insecure: any certificate will do.
        only: the fingerprint that the certificate must have; empty for any.
    """

    keeping: Keeping
    confirm: Callable[[str], Awaitable[bool]]
    is_insecure: bool = False
    only: str = ""

    async def open(self, address: Address) -> Wire:
        """
        Connect to a server.

        Raises:
            NotConnected: it does not answer, or its certificate is not the right one.
        """
        if not address.is_encrypted:
            return await connect(address, None)
        if self.is_insecure:
            return await connect(address, _unchecked())
        if self.only:
            return await self._pinned(address)
        try:
            wire = await connect(address, ssl.create_default_context())
        except ssl.SSLCertVerificationError as error:
            if error.verify_code not in _SELF_SIGNED:
                why = f"The certificate of {address.place} is not valid ({error.verify_message})."
                raise NotConnected(
                    f"{why} --fingerprint or SSL_CERT_FILE say which one is right.",
                    is_final=True,
                ) from None
        except ssl.SSLError as error:
            raise NotConnected(
                f"{address.place} does not speak TLS ({error.reason}).", is_final=True
            ) from None
        else:
            if self.keeping.fingerprint(address) != VERIFIED:
                # Where nothing can be kept, no token is either.
                with suppress(UsageError):
                    self.keeping.keep_fingerprint(address, VERIFIED)
            return wire
        return await self._pinned(address)

    async def _pinned(self, address: Address) -> Wire:
        if not self.only and self.keeping.fingerprint(address) == VERIFIED:
            raise self._changed(
                address,
                "is self-signed now, but an authority that your system knows had signed it",
            )
        certificate = await _certificate_of(address)
        found = fingerprint(certificate)
        known = self.only or self.keeping.fingerprint(address)
        if self.only and found != self.only:
            raise NotConnected(
                f"The fingerprint of {address.place} is {found}, and not that of --fingerprint.",
                is_final=True,
            )
        if known and known != found:
            raise self._changed(address, f"has changed: it was {known}, and is {found}")
        if not known:
            if not await self.confirm(found):
                raise NotConnected(f"{address.place} is not trusted.", is_final=True)
            self.keeping.keep_fingerprint(address, found)
        # This certificate and no other.
        context = ssl.create_default_context(cadata=certificate)
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        try:
            return await connect(address, context)
        except ssl.SSLError as error:
            reason = getattr(error, "verify_message", "") or error.reason
            raise NotConnected(
                f"The certificate of {address.place} is not valid ({reason}).", is_final=True
            ) from None

    def _changed(self, address: Address, how: str) -> NotConnected:
        return NotConnected(
            f"The certificate of {address.place} {how}. Another server may have taken its place. "
            f'If you know that it is right, delete "{self.keeping.fingerprint_file(address)}" and '
            "connect again.",
            is_final=True,
        )


def fingerprint(certificate: bytes) -> str:
    """
    Return the SHA-256 of a certificate in DER, as the log of the server has it.
    """
    digest = hashlib.sha256(certificate).hexdigest().upper()
    return ":".join(digest[place : place + 2] for place in range(0, len(digest), 2))


def _unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def _certificate_of(address: Address) -> bytes:
    """
    Return the certificate that a server shows, in DER.
    """
    try:
        _, writer = await asyncio.wait_for(
            asyncio.open_connection(address.host, address.port, ssl=_unchecked()), CONNECT_WITHIN
        )
    except (OSError, TimeoutError) as error:
        raise NotConnected(f"{address.place} cannot be reached ({error}).") from None
    try:
        found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        assert isinstance(found, bytes)
        return found
    finally:
        writer.transport.abort()
