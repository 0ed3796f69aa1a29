"""
The TLS of a server: which certificates its ports have, renewed by SIGHUP and watched.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.options import BadSetting
from twisted_chat.replies.server import CertificateEnds
from twisted_chat.server.tls.certificates import Certificates, Pair, Unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from twisted.internet.interfaces import IDelayedCall, IProtocolFactory, IReactorTime

    from twisted_chat.hub import Hub
    from twisted_chat.server.endpoints import Place
    from twisted_chat.server.identity import Identity
    from twisted_chat.server.settings import Settings
    from twisted_chat.server.tls.certificates import Read
    from twisted_chat.world.model import User

#: Seconds before its end from which on a certificate is told of, once in each of the others.
WARNING, DAY = 14 * 86400, 86400
#: Seconds between two looks, so that an operator who comes is told too.
INTERVAL = 60

_log = Logger()


@define(eq=False)
class _Told:
    """
    Who was told that a certificate ends.

    Attributes:
        at: when the log was told last; None for not yet.
        users: operators who were told since.
    """

    at: float | None = None
    users: WeakSet[User] = field(init=False, factory=WeakSet)


@define(eq=False)
class Encryption:
    """
    The certificates of all ports.

    Args:
        hub: has the operators.
        identity: whose a self-signed certificate is.
    """

    _clock: IReactorTime
    _hub: Hub
    _identity: Identity
    # That of the settings, and those that endpoints name.
    _common: Certificates | None = field(init=False, default=None)
    _own: list[Certificates] = field(init=False, factory=list)
    # The folder of a self-signed one, whatever folder a daemon goes to.
    _folder: Path = field(init=False, factory=Path.cwd)
    _look: IDelayedCall | None = field(init=False, default=None)
    # By the fingerprint of each that ends soon.
    _told: dict[str, _Told] = field(init=False, factory=dict)

    def begin(self, settings: Settings) -> None:
        """
        Read the certificates of ``settings``, before there is a port.

        Raises:
            BadSetting: one cannot be used.
        """
        try:
            pairs = self._pairs(settings)
            if pairs:
                self._common = Certificates(pairs)
        except Unfit as error:
            raise BadSetting(f"TLS: {error}") from error
        self.check(settings)
        self._tell_fingerprint(settings)

    def check(self, settings: Settings) -> None:
        """
        Check that clients that are to verify the certificates can do so.

        Raises:
            BadSetting: one is self-signed.
        """
        if not settings.irc_sts or self._common is None:
            return
        for read in self._common.every:
            if read.is_self_signed:
                raise BadSetting(
                    f"irc-sts cannot be used with {read.pair.certificate}, which is self-signed: "
                    "clients that keep to it could not come in. Get a certificate from an "
                    "authority, such as by certbot."
                )

    def _tell_fingerprint(self, settings: Settings) -> None:
        if self._common is not None and settings.tls == "self-signed":
            (read,) = self._common.every
            _log.info(
                "The self-signed certificate in {file} has the SHA-256 fingerprint {fingerprint}",
                file=str(read.pair.certificate),
                fingerprint=read.fingerprint,
            )

    def _pairs(self, settings: Settings) -> Sequence[Pair]:
        if settings.tls == "self-signed":
            # Most servers have certificates from an authority, or none.
            from twisted_chat.server.tls.self_signed import (  # noqa: PLC0415  # once used
                SELF_SIGNED,
                self_signed,
            )

            pair = self_signed(self._folder / SELF_SIGNED, self._identity)
            try:
                pair.read()
            except Unfit as error:
                raise Unfit(
                    f"{pair.certificate} cannot be used as the self-signed certificate; move it "
                    "away, and the server makes another one."
                ) from error
            return [pair]
        files = zip(settings.tls_certificate, settings.tls_key, strict=True)
        return [Pair(Path(certificate), Path(key)) for certificate, key in files]

    def of(self, place: Place) -> Callable[[IProtocolFactory], IProtocolFactory] | None:
        """
        Return what puts TLS around a factory at ``place``; None if there is none.

        Raises:
            BadSetting: the place has nothing but TLS, and there is no certificate.
        """
        certificates = place.certificates or self._common
        if place.certificates is not None:
            self._own.append(place.certificates)
        if certificates is not None:
            return partial(certificates.around, clock=self._clock)
        if place.is_encrypted:
            raise BadSetting(
                f"listen: cannot listen on {place.description}: there is no certificate; "
                "give tls-certificate and tls-key, or tls self-signed."
            )
        return None

    def renew(self, settings: Settings) -> None:
        """
        Read all certificates again; one that cannot be used is told to the log, and the old stays.
        """
        before = {read.fingerprint for read in self._every()}
        own = [partial(each.renew, each.pairs) for each in self._own]
        for renew in (partial(self._renew_common, settings), *own):
            try:
                refused = renew()
            except Unfit as error:
                refused = [error]
            for each in refused:
                _log.error(
                    "The certificate was not renewed, and the old one stays: {error}",
                    error=str(each),
                )
        for read in self._every():
            if read.fingerprint not in before:
                _log.info(
                    "Took the certificate in {file}, which ends at {ends_at:%Y-%m-%d %H:%M} UTC",
                    file=str(read.pair.certificate),
                    ends_at=read.ends_at,
                )
        if self._look is not None and self._look.active():
            # Perhaps what was taken ends soon.
            self._look.reset(0)

    def _every(self) -> Iterator[Read]:
        for certificates in (*self._own, *filter(None, [self._common])):
            yield from certificates.every

    def _renew_common(self, settings: Settings) -> list[Unfit]:
        pairs = self._pairs(settings)
        refused = []
        if self._common is not None and pairs:
            refused = self._common.renew(pairs)
        elif pairs or self._common is not None:
            _log.warn("Starting or stopping TLS needs a restart")
        self._tell_fingerprint(settings)
        return refused

    # -- watching ---------------------------------------------------------------------------------

    def start(self) -> None:
        """
        Begin to watch for the end of a certificate, if there is any.
        """
        if self._common is not None or self._own:
            self._look = self._clock.callLater(0, self._look_once)

    def stop(self) -> None:
        """
        Stop watching.
        """
        if self._look is not None and self._look.active():
            self._look.cancel()

    def _look_once(self) -> None:
        self._look = self._clock.callLater(INTERVAL, self._look_once)
        now = self._hub.now()
        ending = {
            read.fingerprint: read
            for read in self._every()
            if read.ends_at.timestamp() - now <= WARNING
        }
        self._told = {each: self._told.get(each, _Told()) for each in ending}
        for fingerprint, read in ending.items():
            self._tell_of_end(read, self._told[fingerprint])

    def _tell_of_end(self, read: Read, told: _Told) -> None:
        seconds = self._clock.seconds()
        if told.at is None or seconds - told.at >= DAY:
            told.at = seconds
            told.users.clear()
            _log.warn(
                "The certificate in {file} ends at {ends_at:%Y-%m-%d %H:%M} UTC; renew it",
                file=str(read.pair.certificate),
                ends_at=read.ends_at,
            )
        warning = CertificateEnds(
            self._hub.now(), str(read.pair.certificate), read.ends_at.timestamp()
        )
        for user in self._hub.users.values():
            if user.is_staff and user not in told.users:
                told.users.add(user)
                self._hub.fanout.tell_all(user, warning)
