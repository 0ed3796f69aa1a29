"""
The running server: the parts together, reloaded and stopped.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, DeferredList, succeed
from twisted.logger import ILogObserver, Logger, textFileLogObserver

from twisted_chat.auth.hashing import Argon2Hasher
from twisted_chat.commands.builtin import BUILTIN
from twisted_chat.commands.dispatcher import Dispatcher
from twisted_chat.doors.connection import CLOSE_WITHIN
from twisted_chat.doors.port.admission import Admission
from twisted_chat.doors.text import PLAIN
from twisted_chat.http.addresses import Allowed
from twisted_chat.hub import Hub
from twisted_chat.log import report
from twisted_chat.options import BadSetting
from twisted_chat.people.lame_duck import LameDuck
from twisted_chat.plugins.control import Control
from twisted_chat.plugins.loader import Plugins
from twisted_chat.plugins.plugin import PluginError
from twisted_chat.replies.server import Cause, Closed
from twisted_chat.server.garbage import GarbageCollection
from twisted_chat.server.identity import Identity
from twisted_chat.server.imports import may_need_tls
from twisted_chat.server.mail.mailer import Mailer
from twisted_chat.server.outgoing.later import LaterFetch
from twisted_chat.server.ports import Ports
from twisted_chat.server.process.clock import CleanClock
from twisted_chat.server.process.signals import Signals
from twisted_chat.server.process.watchdog import Watchdog
from twisted_chat.server.tls.encryption import Encryption
from twisted_chat.server.wall_clock import WallClock
from twisted_chat.store.sqlite.files.location import path_of
from twisted_chat.store.sqlite.store import SQLiteStore
from twisted_chat.version import VERSION

if TYPE_CHECKING:
    from twisted.python.failure import Failure
    from twisted.python.logfile import LogFile

    from twisted_chat.server.settings import Settings
    from twisted_chat.store.interface import Store

_log = Logger()


class ChatService(Service):
    """
    The running server: hub, dispatcher, plugins and the doors around them.

    Args:
        reactor: provides time, sockets, and the moment of the start.
        settings: the operator's settings.
        reread: returns the settings as they are now, for a reload.
        identity: the user of the system that makes the server's files.

    Attributes:
        log_file: the log; None if it does not go to a file.

    Raises:
        BadDatabase: the database cannot be used.
        BadSetting: this process cannot become that user.
    """

    name = "chat"

    def __init__(
        self,
        reactor: Any,
        settings: Settings,
        reread: Any = None,
        identity: Identity | None = None,
    ) -> None:
        self._reactor = reactor
        self._reread = reread or (lambda: settings)
        self._identity = identity or Identity()
        self.settings = settings
        self.store = _store(reactor, settings)
        self.hasher = Argon2Hasher(reactor)
        with self._identity.assumed():
            clock = CleanClock(reactor)
            self.hub = Hub(
                clock,
                self.store,
                self.hasher,
                self.settings,
                settings.room,
                exports=Path(settings.exports),
                data=Path(settings.plugin_data),
                pause=clock.rest,
            )
        self.mailer = self.hub.addresses.post = Mailer(reactor)
        self.mailer.server = settings.mail_server()
        self.hub.http.inner = LaterFetch(
            reactor, lambda: Allowed.read(self.settings.plugin_http_allow)
        )
        self._has_tls = may_need_tls(settings)
        self.dispatcher = Dispatcher(self.hub)
        self.plugins = Plugins(
            self.dispatcher, BUILTIN, settings.plugins, tables=settings.plugin_tables
        )
        self.dispatcher.extensions = Control(self.hub, self.plugins)
        self._keeper: Any = None
        self.watchdog = Watchdog(
            reactor, self.plugins.name_of, self._log_descriptor, settings.stuck_after
        )
        self._signals = Signals(
            reactor, self.watchdog, self._stop, self.reload, self.bow_out, self._rotate
        )
        self._wall_clock = WallClock(reactor)
        self.encryption = Encryption(reactor, self.hub, self._identity)
        self._admission = Admission(lambda: self.settings.max_clients)
        self._garbage = GarbageCollection(
            reactor, lambda: (self._admission.total, self._admission.ended)
        )
        self.ports = Ports(reactor, self._identity, self.encryption, self._admission)
        self._is_stopping = False
        self.log_file: LogFile | None = None

    def listen(self) -> None:
        """
        Load the plugins and bind every endpoint.

        That is before twistd becomes a daemon, so that the operator reads what is wrong, and
        while it is still root if it was started so: to read TLS keys and bind low ports.

        Raises:
            PluginError: a plugin cannot be loaded.
            BadSetting: an endpoint cannot be bound.
        """
        with self._identity.assumed():
            self.plugins.load()
        self.ports.bind(self.settings, self.hub, self.dispatcher, self.plugins.services)
        self._name_site()

    def _name_site(self) -> None:
        self.hub.webhooks.site = (self.settings.web_address or self.ports.site).rstrip("/")

    def setServiceParent(self, parent: Any) -> None:
        """
        Join the application of twistd, which logs to the log file.
        """
        super().setServiceParent(parent)
        if self.log_file is not None:
            file: Any = self.log_file
            parent.setComponent(ILogObserver, textFileLogObserver(file))

    def privilegedStartService(self) -> None:
        """
        Hold the ports; by now this is the process that serves, and may still write everywhere.
        """
        super().privilegedStartService()
        if self.log_file is not None:
            # It was opened as root, and the user begins a new file later.
            self._identity.give(self._log_descriptor())
        self.ports.hold()

    def startService(self) -> None:
        """
        Handle signals, watch the clock and the age of kept lines; the endpoints are bound already.
        """
        super().startService()
        self.hasher.start()
        self._reactor.callWhenRunning(self._signals.take)
        self._reactor.callWhenRunning(self.watchdog.start)
        self._wall_clock.start()
        self.hub.retention.start()
        self.hub.alarms.start()
        self.hub.newcomers.start()
        self._garbage.start()
        self.encryption.start()
        self._start_programs()
        _log.info(
            "Chat is ready: version {version}, {commands} commands, "
            "{clients} connection{s} at most",
            version=VERSION,
            commands=len(self.dispatcher.commands),
            clients=self.settings.max_clients,
            s="" if self.settings.max_clients == 1 else "s",
        )

    def _start_programs(self) -> None:
        """
        Start the programs that are plugins, now that this is the process that serves.
        """
        if self._keeper is None and any(each.run for each in self.plugins.services.grants()):
            # Most servers have none.
            from twisted_chat.server.programs.keeper import Keeper  # noqa: PLC0415  # once used

            self._keeper = Keeper(
                *(self._reactor, self.hub, self.dispatcher, self.settings),
                self.settings.directory,
            )
            self._reactor.callWhenRunning(self.plugins.services.begin, self._keeper)

    def _log_descriptor(self) -> int:
        return 2 if self.log_file is None else self.log_file._file.fileno()  # noqa: SLF001  # no other way

    def _stop(self) -> None:
        # Once it is stopping, a second signal changes nothing.
        if not self._is_stopping:
            self._is_stopping = True
            self._reactor.stop()

    def _rotate(self) -> None:
        if self.log_file is not None:
            self.log_file.rotate()

    def reload(self) -> None:
        """
        Reload the configuration, the motd, the plugins and certificates; nobody is disconnected.

        Bad values are logged, and the old ones stay.  Ports stay as they are.  Certificates are
        renewed whatever else is wrong: nobody looks when a timer asks for that.
        """
        if not self.running:
            return
        self._reload_settings()
        self.encryption.renew(self.settings)

    def _reload_settings(self) -> None:
        before = self.plugins.sources, self.plugins.tables
        try:
            settings = self._reread()
            motd = settings.greeting()
            self.encryption.check(settings)
            mail_server = settings.mail_server()
            self.plugins.sources = settings.plugins
            self.plugins.tables = settings.plugin_tables
            try:
                self.plugins.load()
            except PluginError as error:
                # Each that failed stays as it was, and the others are loaded.
                _log.error("Not all plugins are reloaded: {error}", error=str(error))
        except BadSetting as error:
            _log.error("Not reloaded: {error}", error=str(error))
            self.plugins.sources, self.plugins.tables = before
            return
        except Exception:
            report(_log, "Not reloaded")
            self.plugins.sources, self.plugins.tables = before
            return
        for name in ("port", "listen", "doors", "room", "database", "sync", "plugin_data"):
            if getattr(settings, name) != getattr(self.settings, name):
                _log.warn("A new {name} needs a restart", name=name.replace("_", "-"))
        self.settings = self.hub.world.limits = settings
        if mail_server is None or mail_server.tls == "off" or self._has_tls:
            self.mailer.server = mail_server
        else:
            # TLS was left out at the start.
            _log.warn("A new {name} needs a restart", name="smtp")
        self.watchdog.stuck_after = settings.stuck_after
        self.hub.upkeep.exports = Path(settings.exports)
        self._name_site()
        self._start_programs()
        if self._keeper is not None:
            self._keeper.refresh(settings)
        for door in self._admission.doors:
            door.refresh(settings, motd)
        _log.info("Reloaded: {commands} commands", commands=len(self.dispatcher.commands))

    def bow_out(self) -> None:
        """
        Stop listening, send everybody away in the time that the settings give, and then stop.
        """
        # With no ports it has begun, or there is nothing to begin.
        if not self.running or not self.ports.every:
            return
        if not self.settings.lame_duck:
            self._stop()
            return
        _log.info("Disconnecting everybody within {seconds:g} s", seconds=self.settings.lame_duck)
        self._admission.close(self._farewell(Cause.RESTART))
        last_seconds = LameDuck(
            self.hub.world,
            self.hub.questions,
            self.hub.connections,
            self.hub.visits,
            self.settings.lame_duck,
            self._stop,
        )
        self.ports.close().addCallback(lambda _: last_seconds.begin()).addErrback(
            self._fail_to_bow_out
        )

    def _farewell(self, cause: Cause) -> bytes:
        return PLAIN.render(Closed(self.hub.now(), cause))

    def _fail_to_bow_out(self, failure: Failure) -> None:
        _log.failure("The gentle restart failed; the server stops now", failure)
        self._stop()

    def stopService(self) -> Deferred[None]:
        """
        Stop listening, say goodbye, and wait until everybody has read it, for 5 s at most.
        """
        super().stopService()
        self.hub.retention.stop()
        self.hub.alarms.stop()
        self.hub.newcomers.stop()
        self.mailer.stop()
        self._wall_clock.stop()
        self._garbage.stop()
        self.encryption.stop()
        stopped = self.ports.close()
        self._admission.close(self._farewell(Cause.SHUTDOWN))
        ended = self._keeper.stop_all() if self._keeper is not None else succeed(None)
        self.hub.shut_down()
        self.plugins.unload()
        # What they have kept in their teardown is written before the store is closed, too.
        told = self.hub.fanout.finish()
        read: Deferred[None] = Deferred()
        told.addCallback(
            lambda _: self._admission.when_empty(self._reactor, CLOSE_WITHIN).chainDeferred(read)
        )
        return DeferredList([stopped, read, ended]).addCallback(self._close_store)

    def _close_store(self, _: object) -> Deferred[None]:
        """
        Write the last changes, if the disk does that within 5 s.
        """
        self.hasher.stop()
        self.hub.journal.stop()
        closed = self.store.close()
        closed.addTimeout(CLOSE_WITHIN, self._reactor)
        closed.addErrback(self._fail_to_close)
        return closed.addCallback(lambda _: self.watchdog.stop())

    def _fail_to_close(self, failure: Failure) -> None:
        _log.failure("The database could not be closed", failure)


def _store(reactor: Any, settings: Settings) -> Store:
    path = path_of(settings.database)
    if path is None:
        from twisted_chat.store.sqlite.memory import MemoryStore  # noqa: PLC0415  # once used

        return MemoryStore()
    # By a timer: the reactor then reads what came in meanwhile before the next turn ends, and that
    # holds all of it, not half.
    in_reactor = partial(reactor.callFromThread, reactor.callLater, 0)
    return SQLiteStore(path, in_reactor, settings.sync, reactor.callLater)
