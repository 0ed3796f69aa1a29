"""
The plugin of twistd: the options of the command line, and the server made from them.
"""

from __future__ import annotations

import os
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from twisted.logger import Logger
from twisted.python import usage

from twisted_chat.server.garbage import paused

with paused():
    from twisted_chat.commands.builtin import BUILTIN
    from twisted_chat.log import show_all
    from twisted_chat.options import BadSetting, is_flag, is_repeatable, key, shown
    from twisted_chat.plugins.loader import require_names
    from twisted_chat.plugins.plugin import PluginError
    from twisted_chat.plugins.programs.grant import Grant
    from twisted_chat.plugins.sources import find
    from twisted_chat.plugins.tables import options_of
    from twisted_chat.server import settings as config
    from twisted_chat.server.identity import Identity
    from twisted_chat.server.imports import unused_left_out
    from twisted_chat.server.logfile import open_log
    from twisted_chat.server.settings import Settings
    from twisted_chat.store.sqlite.database import BadDatabase
    from twisted_chat.text.clean import sentence
    from twisted_chat.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attrs import AttrsInstance

    from twisted_chat.server.service import ChatService

# Descriptors kept free: for the log, plugins, and connections on their way out.  Of a low limit it
# is half.
_RESERVED_DESCRIPTORS = 128
# With room for fewer connections, the descriptor limit is named even to who asked for no number.
# The usual limit, 1,024, leaves more.
_FEW_CONNECTIONS = 500

_log = Logger()


def _parameter(attribute: attrs.Attribute[Any]) -> list[Any]:
    default = shown(attribute.default)
    suffix = f" [default: {default}]" if default else ""
    return [key(attribute), None, None, attribute.metadata["help"] + suffix]


class Options(usage.Options):
    """
    The command line, made from the settings.

    Attributes:
        settings: the operator's settings, once the command line is read.
        directory: where the server was started, and relative paths begin.
    """

    synopsis = "[options]"
    longdesc = "A chat server for telnet and nc.  For every limit, 0 is no limit."
    optParameters = [
        ["config", None, None, "TOML file with any of these options; the command line wins."],
        *[
            _parameter(each)
            for each in config.options()
            if not is_repeatable(each) and not is_flag(each)
        ],
    ]
    optFlags = [
        ["check-config", None, "Print every value and where it came from, and exit."],
        *[[key(each), None, each.metadata["help"]] for each in config.options() if is_flag(each)],
    ]

    def __init__(self) -> None:
        super().__init__()
        self["listen"] = []
        self["plugin-http-allow"] = []
        self["plugins"] = []
        self["reserved-names"] = []
        self["tls-certificate"] = []
        self["tls-key"] = []
        self["trusted-proxy"] = []
        self["web-origin"] = []
        self.settings = Settings()
        # A daemon, or one with --rundir, is in another folder when it reloads the file.
        self.directory = Path.cwd()

    def opt_listen(self, endpoint: str) -> None:
        """Endpoint to listen on instead of the port; may be repeated."""
        self["listen"].append(endpoint)

    def opt_plugin_http_allow(self, network: str) -> None:
        """Address or network that plugins may ask by HTTP, if not public; may be repeated."""
        self["plugin-http-allow"].append(network)

    def opt_plugins(self, source: str) -> None:
        """Module, .py file or folder of .py files to load; may be repeated."""
        self["plugins"].append(source)

    def opt_reserved_names(self, name: str) -> None:
        """Name that no new user may have, nor one like it; may be repeated."""
        self["reserved-names"].append(name)

    def opt_tls_certificate(self, file: str) -> None:
        """File of a certificate with its chain, in PEM; may be repeated, for several names."""
        self["tls-certificate"].append(file)

    def opt_tls_key(self, file: str) -> None:
        """File of its private key; as often as tls-certificate."""
        self["tls-key"].append(file)

    def opt_trusted_proxy(self, address: str) -> None:
        """Address, network or unix, of a proxy whose headers count; may be repeated."""
        self["trusted-proxy"].append(address)

    def opt_web_origin(self, site: str) -> None:
        """Site whose pages may connect, besides the server's own; may be repeated."""
        self["web-origin"].append(site)

    def opt_version(self) -> None:
        """Print the version, and exit."""
        print(f"Twisted Chat {VERSION}")
        raise SystemExit(0)

    def parseOptions(self, options: Any = None) -> None:
        """
        Read the command line and the file.

        Raises:
            SystemExit: something of it cannot be used; with one sentence.
        """
        try:
            super().parseOptions(options)
        except usage.UsageError as error:
            raise SystemExit(sentence(f"twistd chat: {error}")) from None

    def parseArgs(self, *words: str) -> None:
        """
        Refuse words that belong to no option.
        """
        if words:
            raise usage.UsageError(f"unexpected argument {' '.join(words)!r}, see --help.")

    def postOptions(self) -> None:
        """
        Make the settings; print them if asked to.
        """
        try:
            self.settings = self.load()
            if self["check-config"]:
                _check_places(self.settings)
        except BadSetting as error:
            raise usage.UsageError(str(error)) from error
        if self["check-config"]:
            for line in self.settings.lines(self._plugin_options()):
                print(_writable(line, sys.stdout.encoding))
            raise SystemExit(0)

    def _plugin_options(self) -> dict[str, AttrsInstance]:
        """
        Return the options of all plugins; their code is run, but they are not set up.
        """
        try:
            plugins = [source.load() for source in find(self.settings.plugins)]
            require_names(BUILTIN, plugins)
            found = options_of(plugins, self.settings.plugin_tables)
            _check_programs(found, self.directory)
        except (PluginError, BadSetting) as error:
            raise usage.UsageError(str(error)) from error
        return found

    def load(self) -> Settings:
        """
        Return the settings as the command line, and the file as it is now, say.

        Raises:
            BadSetting: something of it cannot be used.
        """
        names = map(key, config.options())
        given = {name: self[name] for name in names if self[name] not in (None, [], 0)}
        return _bounded(config.load(given, self["config"], self.directory))


def _writable(line: str, encoding: str) -> str:
    """
    Return a line of TOML as it can be written in ``encoding``, with escapes if need be.
    """
    try:
        line.encode(encoding)
    except UnicodeEncodeError:
        return "".join(each if each.isascii() else _escaped(each) for each in line)
    return line


def _escaped(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _check_places(settings: Settings) -> None:
    """
    Check every endpoint, as far as that is possible without listening.

    Raises:
        BadSetting: one cannot be used.
    """
    from twisted.internet import reactor  # noqa: PLC0415  # as in `makeService`

    from twisted_chat.server.endpoints import places  # noqa: PLC0415  # likewise

    for _ in places(reactor, settings):
        pass


def _check_programs(options: Mapping[str, AttrsInstance], where: Path) -> None:
    """
    Check that every program can be started that the server is to start.

    Args:
        options: of all plugins, by the names of their tables.
        where: where the server is started.

    Raises:
        BadSetting: one cannot.
    """
    for name, grant in options.items():
        if isinstance(grant, Grant) and grant.run:
            # Most servers have none.
            from twisted_chat.server.programs.process import (  # noqa: PLC0415  # once used
                environment,
                unable,
            )

            variables = environment(grant.environment, name, os.environ)
            if reason := unable(grant.run, variables, where):
                raise BadSetting(
                    sentence(f"[plugins.{name}]: {grant.run[0]!r} cannot be run: {reason}")
                )


def _bounded(settings: Settings) -> Settings:
    """
    Return ``settings`` with no more connections than there are descriptors.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = limit - min(_RESERVED_DESCRIPTORS, limit // 2)
    if limit == resource.RLIM_INFINITY or 0 < settings.max_clients <= room:
        return settings
    if "max_clients" in settings.origins or room < _FEW_CONNECTIONS:
        _log.warn(
            "The limit of {limit} descriptors leaves room for {room} connections only; "
            "raise it with `ulimit -n`, or LimitNOFILE= in a systemd unit",
            limit=limit,
            room=room,
        )
    origins = {**settings.origins, "max_clients": f"the limit of {limit} descriptors"}
    return attrs.evolve(settings, max_clients=room, origins=origins)


def makeService(options: Options) -> ChatService:
    """
    Return the server, with its plugins loaded and its endpoints bound.

    Raises:
        SystemExit: that cannot be; with one sentence, after a traceback if a plugin is at fault.
    """
    with paused(), unused_left_out(options.settings):
        from twisted.internet import reactor  # noqa: PLC0415  # twistd chooses which, by now

        from twisted_chat.server.service import ChatService  # noqa: PLC0415  # it imports TLS
    # Before any timer is set: the wall clock may step, and must not fire them.
    reactor.seconds = time.monotonic  # type: ignore[method-assign]  # its own way to be given a clock
    # With -n, the log goes there.
    show_all(sys.stdout)
    try:
        identity = Identity.of(options.parent)
        with paused():
            service = ChatService(reactor, options.settings, options.load, identity)
            service.listen()
        service.log_file = open_log(options.parent or {"nodaemon": True})
    except PluginError as error:
        if error.__cause__ is not None:
            traceback.print_exception(error.__cause__)
        raise SystemExit(f"twistd chat: {error}") from None
    except (BadSetting, BadDatabase) as error:
        raise SystemExit(f"twistd chat: {error}") from None
    return service
