"""
Puts the parts together, for twistd: the only module that knows them all.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import socket
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any

import attrs
from twisted.application.service import Service
from twisted.internet import endpoints
from twisted.internet.defer import Deferred, DeferredList, fail, succeed
from twisted.logger import Logger
from twisted.python import usage
from twisted.python.failure import Failure

from twisted_chat import settings as config
from twisted_chat.commands import Dispatcher
from twisted_chat.hub import Hub
from twisted_chat.log import report
from twisted_chat.plugins import PluginError, Plugins
from twisted_chat.protocols.line import CLOSE_WITHIN, ChatFactory
from twisted_chat.settings import BadSetting, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted.internet.interfaces import IListeningPort

#: The modules of commands that every server has.
BUILTIN = (
    "twisted_chat.builtin.rooms",
    "twisted_chat.builtin.people",
    "twisted_chat.builtin.talk",
    "twisted_chat.builtin.reading",
    "twisted_chat.builtin.server",
)
#: Connections that may wait to be accepted, so that a crowd that comes back is not turned away.
BACKLOG = 1024
# Descriptors kept free: for the log, plugins, and connections on their way out.
_RESERVED_DESCRIPTORS = 128
# Seconds between two looks at the wall clock, and how far it may step before that is told.
_CLOCK_INTERVAL = 10.0
_CLOCK_STEP = 2.0

_log = Logger()


def _parameter(attribute: attrs.Attribute[Any]) -> list[Any]:
    default = attribute.default
    shown = f"{default:g}" if isinstance(default, float) else str(default)
    suffix = f" [default: {shown}]" if shown else ""
    return [config.key(attribute), None, None, attribute.metadata["help"] + suffix]


class Options(usage.Options):
    """
    The command line, made from the settings.

    Attributes:
        settings: what the operator decided, once the command line is read.
    """

    synopsis = "[options]"
    longdesc = "A chat server: people come with telnet or nc.  For every limit, 0 is no limit."
    optParameters = [
        ["config", None, None, "TOML file with any of these options; the command line wins."],
        *[_parameter(each) for each in config.options() if not config.is_repeatable(each)],
    ]
    optFlags = [["check-config", None, "Print every value and where it came from, and exit."]]

    def __init__(self) -> None:
        super().__init__()
        self["listen"] = []
        self["plugins"] = []
        self.settings = Settings()

    def opt_listen(self, endpoint: str) -> None:
        """Endpoint to listen on instead of the port; may be repeated."""
        self["listen"].append(endpoint)

    def opt_plugins(self, source: str) -> None:
        """Module, .py file or folder of .py files to load; may be repeated."""
        self["plugins"].append(source)

    def parseOptions(self, options: Any = None) -> None:
        """
        Read the command line and the file.

        Raises:
            SystemExit: something of it cannot be used; with one sentence.
        """
        try:
            super().parseOptions(options)
        except usage.UsageError as error:
            raise SystemExit(f"twistd chat: {error}") from None

    def parseArgs(self, *words: str) -> None:
        """
        Refuse words that belong to no option.
        """
        if words:
            raise usage.UsageError(f"there is nothing to do with {' '.join(words)!r}, see --help.")

    def postOptions(self) -> None:
        """
        Make the settings; print them if asked to.
        """
        try:
            self.settings = self.load()
        except BadSetting as error:
            raise usage.UsageError(str(error)) from error
        if self["check-config"]:
            print("\n".join(self.settings.lines()))
            raise SystemExit(0)

    def load(self) -> Settings:
        """
        Return the settings as the command line, and the file as it is now, say.

        Raises:
            BadSetting: something of it cannot be used.
        """
        names = map(config.key, config.options())
        given = {name: self[name] for name in names if self[name] not in (None, [])}
        return _bounded(config.load(given, self["config"]))


class ChatService(Service):
    """
    The running server: hub, dispatcher, plugins and the doors around them.

    Args:
        reactor: provides time, sockets, and the moment of the start.
        settings: what the operator decided.
        reread: returns the settings as they are now, for a reload.
    """

    name = "chat"

    def __init__(self, reactor: Any, settings: Settings, reread: Any = None) -> None:
        self._reactor = reactor
        self._reread = reread or (lambda: settings)
        self.settings = settings
        self.hub = Hub(reactor, self.settings, settings.room)
        self.dispatcher = Dispatcher(self.hub)
        self.plugins = Plugins(self.dispatcher, BUILTIN, settings.plugins)
        self.ports: list[IListeningPort] = []
        self._factories: list[ChatFactory] = []
        self._clock_offset = 0.0
        self._had_terminal = False

    def listen(self) -> None:
        """
        Load the plugins and bind every endpoint.

        That is before twistd becomes a daemon, so that whoever started it reads what is wrong.

        Raises:
            PluginError: a plugin cannot be loaded.
            BadSetting: an endpoint cannot be bound.
        """
        self.plugins.load()
        descriptions: Sequence[str] = self.settings.listen
        if not descriptions:
            port = self.settings.port
            self._bind("port", str(port), _DualStackEndpoint(self._reactor, port))
        for description in descriptions:
            try:
                endpoint = endpoints.serverFromString(self._reactor, description)
            except Exception as error:
                raise BadSetting(f"listen: {description!r} is no endpoint: {error}.") from error
            self._bind("listen", description, endpoint)

    def _bind(self, option: str, description: str, endpoint: Any) -> None:
        factory = ChatFactory(
            self.hub,
            self.dispatcher,
            self.settings,
            motd=self.settings.greeting(),
            is_proxied=description.startswith("haproxy:"),
        )
        outcome: list[Any] = []
        endpoint.listen(factory).addBoth(outcome.append)
        if not outcome:
            raise BadSetting(f"{option}: {description} did not answer at once.")
        if isinstance(outcome[0], Failure):
            error = outcome[0].value
            raise BadSetting(
                f"{option}: cannot listen on {description}: {_words(error)}."
            ) from error
        self.ports.append(outcome[0])
        self._factories.append(factory)

    def startService(self) -> None:
        """
        Take signals and watch the clock; the endpoints are bound already.
        """
        super().startService()
        self._reactor.callWhenRunning(self._take_signals)
        self._clock_offset = time.time() - self._reactor.seconds()
        self._reactor.callLater(_CLOCK_INTERVAL, self._watch_clock)
        _log.info(
            "Chat is ready: {commands} commands, {clients} connections at most",
            commands=len(self.dispatcher.commands),
            clients=self.settings.max_clients,
        )

    def _take_signals(self) -> None:
        # twistd would hand SIGTERM on to itself after the shutdown, and so exit with its number.
        self._had_terminal = sys.stdin is not None and sys.stdin.isatty()
        signal.signal(signal.SIGTERM, self._on_terminate)
        signal.signal(signal.SIGHUP, self._on_hangup)

    def _on_terminate(self, *_: object) -> None:
        self._reactor.callFromThread(self._stop)

    def _stop(self) -> None:
        # Once it is stopping, a second signal changes nothing.
        if self.running:
            self._reactor.stop()

    def _on_hangup(self, *_: object) -> None:
        # Either somebody asks for a reload, or the terminal in which this was started is closed.
        is_lost = self._had_terminal and not os.isatty(sys.stdin.fileno())
        self._reactor.callFromThread(self._stop if is_lost else self.reload)

    def reload(self) -> None:
        """
        Read the configuration, the motd and the plugins anew; nobody is disconnected.

        What cannot be used is logged, and what was before stays.  Ports stay as they are.
        """
        if not self.running:
            return
        sources = self.plugins.sources
        try:
            settings = self._reread()
            greeting = settings.greeting()
            self.plugins.sources = settings.plugins
            self.plugins.load()
        except (BadSetting, PluginError) as error:
            _log.error("Not reloaded: {error}", error=str(error))
            self.plugins.sources = sources
            return
        except Exception:
            report(_log, "Not reloaded")
            self.plugins.sources = sources
            return
        for name in ("port", "listen", "room"):
            if getattr(settings, name) != getattr(self.settings, name):
                _log.warn("A new {name} needs a restart", name=name)
        self.settings = self.hub.limits = settings
        for factory in self._factories:
            factory.limits = settings
            factory.greet_with(greeting)
        _log.info("Reloaded: {commands} commands", commands=len(self.dispatcher.commands))

    def stopService(self) -> Deferred[None]:
        """
        Stop listening, say goodbye, and wait until everybody has read it, for 5 s at most.
        """
        super().stopService()
        stopped = [
            deferred
            for deferred in (port.stopListening() for port in self.ports)
            if isinstance(deferred, Deferred)
        ]
        self.hub.shut_down()
        self.plugins.unload()
        done: Deferred[None] = Deferred()
        self._await_goodbyes(done, self._reactor.seconds() + CLOSE_WITHIN)
        return DeferredList([*stopped, done]).addCallback(lambda _: None)

    def _await_goodbyes(self, done: Deferred[None], until: float) -> None:
        if self.hub.sessions and self._reactor.seconds() < until:
            self._reactor.callLater(0.05, self._await_goodbyes, done, until)
        else:
            done.callback(None)

    def _watch_clock(self) -> None:
        if not self.running:
            return
        self._reactor.callLater(_CLOCK_INTERVAL, self._watch_clock)
        offset = time.time() - self._reactor.seconds()
        step, self._clock_offset = offset - self._clock_offset, offset
        if abs(step) > _CLOCK_STEP:
            _log.warn("The wall clock stepped by {step:.1f} s; timers are not affected", step=step)


class _DualStackEndpoint:
    """
    A TCP port on every IPv4 and IPv6 address, by one socket where the machine can.
    """

    def __init__(self, reactor: Any, port: int) -> None:
        self._reactor = reactor
        self._port = port

    def listen(self, factory: ChatFactory) -> Deferred[IListeningPort]:
        """
        Bind it.
        """
        try:
            listening = _dual_stack_socket(self._port)
        except OSError as error:
            return fail(error)
        with listening:
            listening.setblocking(False)
            return succeed(
                self._reactor.adoptStreamPort(listening.fileno(), listening.family, factory)
            )


def _dual_stack_socket(port: int) -> socket.socket:
    if socket.has_dualstack_ipv6():
        try:
            return socket.create_server(
                ("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=BACKLOG
            )
        except OSError as error:
            # The kernel may know of IPv6 and yet have it switched off.
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
    return socket.create_server(("", port), backlog=BACKLOG)


def _bounded(settings: Settings) -> Settings:
    """
    Return ``settings`` with no more connections than there are descriptors for.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = max(1, limit - _RESERVED_DESCRIPTORS)
    if limit == resource.RLIM_INFINITY or 0 < settings.max_clients <= room:
        return settings
    origins = {**settings.origins, "max_clients": f"the limit of {limit} descriptors"}
    return attrs.evolve(settings, max_clients=room, origins=origins)


def _words(error: BaseException | None) -> str:
    # Twisted wraps what the socket said.
    error = getattr(error, "socketError", error)
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error).rstrip(".")


def makeService(options: Options) -> ChatService:
    """
    Return the server, with its plugins loaded and its endpoints bound.

    Raises:
        SystemExit: that cannot be; with one sentence, after a traceback if a plugin is at fault.
    """
    from twisted.internet import reactor  # noqa: PLC0415  # twistd chooses which, by now

    # Before any timer is set: the wall clock may step, and must not fire them.
    reactor.seconds = time.monotonic  # type: ignore[method-assign]  # its own way to be given a clock
    service = ChatService(reactor, options.settings, options.load)
    try:
        service.listen()
    except PluginError as error:
        if error.__cause__ is not None:
            traceback.print_exception(error.__cause__)
        raise SystemExit(f"twistd chat: {error}") from None
    except BadSetting as error:
        raise SystemExit(f"twistd chat: {error}") from None
    return service
