"""
The ports of a server: bound at the start, held by the process that serves, and closed.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.defer import Deferred, DeferredList, maybeDeferred
from twisted.logger import Logger

from twisted_chat.server.doors import Given, open_port
from twisted_chat.server.endpoints import hold, places
from twisted_chat.server.ssh.host_key import HostKey

if TYPE_CHECKING:
    from twisted.internet.interfaces import IListeningPort

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.port.admission import Admission
    from twisted_chat.hub import Hub
    from twisted_chat.plugins.programs.services import Services
    from twisted_chat.server.identity import Identity
    from twisted_chat.server.settings import Settings
    from twisted_chat.server.tls.encryption import Encryption

_log = Logger()


@define(eq=False)
class Ports:
    """
    Listens where the settings say.

    Args:
        reactor: has the sockets.
        identity: the user of the system that makes sockets that are files, and the host key.
        encryption: has the certificates.
        admission: counts the connections of all ports.

    Attributes:
        every: those on which it listens.
        site: the address of the first that serves pages; empty if none does.
    """

    _reactor: Any
    _identity: Identity
    _encryption: Encryption
    _admission: Admission
    every: list[IListeningPort] = field(init=False, factory=list)
    site: str = field(init=False, default="")
    _host_key: HostKey = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._host_key = HostKey(self._identity)

    def bind(
        self, settings: Settings, hub: Hub, dispatcher: Dispatcher, services: Services
    ) -> None:
        """
        Bind every endpoint of ``settings``.

        Args:
            services: know the programs that are plugins.

        Raises:
            BadSetting: one cannot be bound, or a certificate or the host key cannot be read.
        """
        self._encryption.begin(settings)
        for place in places(self._reactor, settings):
            if "ssh" in place.doors:
                self._host_key.begin(settings)
            given = Given(
                *(hub, dispatcher, settings, place.is_proxied),
                *(self._host_key.read, services),
            )
            encrypt = self._encryption.of(place)
            factory = open_port(
                place.doors, given, self._admission, encrypt, is_encrypted=place.is_encrypted
            )
            # A UNIX socket is a file, which is removed at the end.
            with self._identity.assumed() if place.is_file else nullcontext():
                port = place.bind(factory)
            _log.info("Listening on {place}", place=place.told(port))
            self.every.append(port)
            if "web" in place.doors and not self.site:
                self.site = place.site(port, is_encrypted=encrypt is not None)
        self._warn_of_sts(settings)

    def _warn_of_sts(self, settings: Settings) -> None:
        """
        Log it if clients of IRC are sent to a port that is none of these.
        """
        sts = settings.sts()
        hosts: list[Any] = [port.getHost() for port in self.every]
        if sts is not None and sts.port not in [getattr(host, "port", None) for host in hosts]:
            _log.warn(
                "irc-sts sends clients to port {port}, where this server does not listen; "
                "something else must lead from there to it",
                port=sts.port,
            )

    def hold(self) -> None:
        """
        Note of sockets that are files that this process serves them.
        """
        with self._identity.assumed():
            for port in self.every:
                hold(port)

    def close(self) -> Deferred[Any]:
        """
        Stop listening; connections stay.
        """
        ports, self.every = self.every, []
        return DeferredList([maybeDeferred(port.stopListening) for port in ports])
