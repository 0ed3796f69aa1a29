"""
Every option of the server, once: its type, default and sentence of help.

The limits stand with what keeps them (`Limits`, `LineLimits`, `MessageLimits`) and become options
here too.  A value comes from the command line, else from the TOML file, else it is the default.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from attrs import field, frozen

from twisted_chat.doors.json.limits import MessageLimits
from twisted_chat.doors.line.factory import LineLimits
from twisted_chat.doors.web.forwarded import Proxies
from twisted_chat.errors import ChatError
from twisted_chat.http.addresses import Allowed
from twisted_chat.http.origin import check_sites
from twisted_chat.limits import Limits
from twisted_chat.options import (
    DEFAULT,
    BadSetting,
    as_line,
    from_toml,
    from_words,
    is_secret,
    key,
    option,
    option_called,
    read_text,
)
from twisted_chat.plugins.sources import anchored
from twisted_chat.store.sqlite.errors import BadDatabase
from twisted_chat.store.sqlite.files.location import path_of
from twisted_chat.text.clean import sentence
from twisted_chat.text.name_rules import read_room

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twisted_chat.doors.irc.registration.sts import Sts
    from twisted_chat.server.mail.place import MailServer

#: Where a value came from that the file does not give.
COMMAND_LINE = "command line"


@frozen(kw_only=True, slots=False)
class Settings(Limits, LineLimits, MessageLimits):
    """
    The settings of the operator.

    Attributes:
        directory: where every relative path begins, and programs are started.
        origins: where each value came from, by its field.
        plugin_tables: the values of the options of plugins, by the names of their tables.
    """

    port: int = option(7342, "TCP port to listen on, IPv4 and IPv6.")
    listen: tuple[str, ...] = option(
        (), "Endpoint to listen on instead of the port, such as tcp:7342:interface=127.0.0.1."
    )
    doors: str = option(
        "line,web,json,ssh,irc",
        "Doors that are open on a port: line (telnet, nc), web (HTTP), json (programs, also "
        "within WebSockets if web is open), ssh and irc.",
    )
    web: str = option(
        "on",
        "The page for browsers, on a port with the doors web and json: on or off.",
        choices=("on", "off"),
    )
    tls_certificate: tuple[str, ...] = option(
        (), "File of a certificate with its chain, in PEM, for TLS on every port."
    )
    tls_key: tuple[str, ...] = option((), "File of its private key; one for each tls-certificate.")
    tls: str = option(
        "files",
        "Where the certificate is from: files (the two options above), or self-signed (made at "
        "the first start, for clients to pin).",
        choices=("files", "self-signed"),
    )
    trusted_proxy: tuple[str, ...] = option(
        (),
        "Address or network, or unix, of a proxy whose X-Forwarded-For, -Proto and -Host count.",
    )
    web_origin: tuple[str, ...] = option(
        (), "Site whose pages may connect, besides the server's own, as https://chat.example.org."
    )
    web_address: str = option(
        "",
        "Address of this server for people elsewhere, such as https://chat.example.org, for links "
        "to it; if empty, localhost and its port.",
    )
    room: str = option("lobby", "Room in which new users arrive.")
    motd: str = option("", "File that is shown to everyone who connects.")
    smtp: str = option(
        "",
        "Mail server, as host or host:port, by which users are told what they missed; none by "
        "default.",
    )
    smtp_tls: str = option(
        "starttls",
        "TLS to the mail server: starttls (port 587 by default), tls (465), or off (25).",
        choices=("starttls", "tls", "off"),
    )
    smtp_login: str = option(
        "", "File with the user name and the password for the mail server, on a line each."
    )
    smtp_sender: str = option("", "Address that mails come from, such as chat@example.org.")
    irc_name: str = option(
        "chat.server", "Name of the server, with a dot, as clients of IRC read it."
    )
    irc_sts: str = option(
        "",
        "What clients of IRC are told to keep to, such as port=6697,duration=86400: for so many "
        "seconds they come with TLS alone, by that port (IRCv3, sts); empty for nothing.",
    )
    plugins: tuple[str, ...] = option((), "Module, .py file or folder of .py files to load.")
    plugin_http_allow: tuple[str, ...] = option(
        (),
        "Address or network that plugins may ask by HTTP, besides those of the public internet.",
    )
    database: str = option(
        "sqlite:///chat.db",
        "Where everything is kept; memory: keeps it only until the server stops.",
    )
    sync: str = option(
        "normal",
        "How much survives a loss of power: normal (all but the last lines) or full (all of it).",
        choices=("normal", "full"),
    )
    exports: str = option("exports", "Folder for the files of /export; made when needed.")
    plugin_data: str = option(
        "plugin-data", "Folder in which plugins keep their files; made when needed."
    )
    lame_duck: float = option(
        30.0, "Seconds over which SIGUSR2 disconnects everybody before it stops; 0 stops at once."
    )
    stuck_after: float = option(
        30.0,
        "Seconds in one turn, such as in a plugin's endless loop, after which the server ends "
        "so that it can be started again; 0 for never.",
    )
    directory: Path = field(default=Path(), repr=False, eq=False)
    origins: Mapping[str, str] = field(factory=dict, repr=False, eq=False)
    plugin_tables: Mapping[str, Mapping[str, Any]] = field(factory=dict, repr=False, eq=False)

    def greeting(self) -> str:
        """
        Return the text of the motd file; empty if there is none.

        Raises:
            BadSetting: it cannot be read.
        """
        if not self.motd:
            return ""
        return read_text("motd", Path(self.motd))

    def mail_server(self) -> MailServer | None:
        """
        Return the mail server; None where there is none.

        Raises:
            BadSetting: it cannot be used as it is given.
        """
        if not (self.smtp or self.smtp_login or self.smtp_sender):
            return None
        # Few servers send mail.
        from twisted_chat.server.mail.place import MailServer  # noqa: PLC0415  # of mail alone

        login = read_text("smtp-login", Path(self.smtp_login)) if self.smtp_login else ""
        return MailServer.read(self.smtp, self.smtp_tls, login, self.smtp_sender)

    def sts(self) -> Sts | None:
        """
        Return what clients of IRC are promised of TLS; None for nothing.

        Raises:
            ValueError: it is no such promise.
        """
        if not self.irc_sts:
            return None
        # Few servers promise that, and the others start without it.
        from twisted_chat.doors.irc.registration.sts import Sts  # noqa: PLC0415  # of IRC alone

        return Sts.read(self.irc_sts)

    def lines(self, plugins: Mapping[str, attrs.AttrsInstance]) -> Iterator[str]:
        """
        Yield every value as a line of TOML, with where it came from as its comment.

        Args:
            plugins: the options of plugins, by the names of their tables.
        """
        for attribute in options():
            # A file cannot have both a list of this name and the tables.
            if attribute.name != "plugins" or not plugins:
                value, origin = self._value(attribute.name)
                yield as_line(key(attribute), value, origin, is_secret=is_secret(attribute))
        if not plugins:
            return
        yield "[plugins]"
        yield as_line("load", *self._value("plugins"))
        for name, values in plugins.items():
            yield f"[plugins.{name}]"
            given = self.plugin_tables.get(name, {})
            for attribute in attrs.fields(type(values)):
                value, where = getattr(values, attribute.name), key(attribute)
                origin = self._origin("plugin_tables", given=where in given)
                yield as_line(where, value, origin, is_secret=is_secret(attribute))

    def _value(self, name: str) -> tuple[Any, str]:
        return getattr(self, name), self._origin(name)

    def _origin(self, name: str, *, given: bool = True) -> str:
        return self.origins.get(name, DEFAULT) if given else DEFAULT


def options() -> list[attrs.Attribute[Any]]:
    """
    Return the fields that are options.
    """
    fields = [attribute for attribute in attrs.fields(Settings) if "help" in attribute.metadata]
    first = [attribute.name for attribute in fields].index("port")
    return fields[first:] + fields[:first]


def load(
    given: Mapping[str, str | list[str] | int],
    config: str | None = None,
    directory: Path = Path(),
) -> Settings:
    """
    Put the settings together.

    Args:
        given: what stands on the command line, by option; lists for repeatable ones, and 1 for
            those that take no value.
        config: the path of the TOML file, if there is one.
        directory: where every relative path begins, on the command line and in the file.

    Raises:
        BadSetting: something of it cannot be used.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    tables: dict[str, dict[str, Any]] = {}
    known = {key(attribute): attribute for attribute in options()}
    if config is not None:
        config = str(directory / config)
        for name, value in _read_file(Path(config)).items():
            attribute = option_called(name, known, config)
            if name == "plugins" and isinstance(value, dict):
                value, tables = _plugins(value, config)  # noqa: PLW2901  # its other form
                origins["plugin_tables"] = config
            values[attribute.name] = from_toml(attribute, value, config)
            origins[attribute.name] = config
    for name, text in given.items():
        attribute = known[name]
        values[attribute.name] = from_words(attribute, text)
        origins[attribute.name] = COMMAND_LINE
    settings = Settings(**values, origins=origins, plugin_tables=tables)
    settings = attrs.evolve(
        settings,
        directory=directory,
        motd=str(directory / settings.motd) if settings.motd else "",
        database=_anchored_database(settings.database, directory),
        exports=str(directory / settings.exports),
        plugin_data=str(directory / settings.plugin_data),
        plugins=tuple(anchored(source, directory) for source in settings.plugins),
        tls_certificate=tuple(str(directory / file) for file in settings.tls_certificate),
        tls_key=tuple(str(directory / file) for file in settings.tls_key),
        smtp_login=settings.smtp_login and str(directory / settings.smtp_login),
    )
    _check(settings)
    return settings


def _plugins(table: dict[str, Any], config: str) -> tuple[object, dict[str, dict[str, Any]]]:
    """
    Split the table ``[plugins]`` into what to load, and the tables of single plugins.
    """
    tables = {name: value for name, value in table.items() if name != "load"}
    for name, value in tables.items():
        if not isinstance(value, dict):
            raise BadSetting(
                f"{config}: plugins.{name} must be the table of a plugin's options, "
                f"[plugins.{name}], not {value!r}; what to load is plugins.load."
            )
    return table.get("load", []), tables


def _anchored_database(url: str, directory: Path) -> str:
    try:
        path = path_of(url, directory)
    except BadDatabase as error:
        raise BadSetting(f"database: {error}") from error
    return url if path is None else f"sqlite:///{path}"


def _check(settings: Settings) -> None:
    if settings.port > 65535:
        raise BadSetting(f"port must be from 0 to 65535, not {settings.port}.")
    try:
        read_room(settings.room)
    except ChatError as error:
        raise BadSetting(f"room cannot be {settings.room!r}: {error}") from error
    settings.greeting()
    settings.mail_server()
    certificates, keys = len(settings.tls_certificate), len(settings.tls_key)
    if certificates != keys:
        raise BadSetting(
            "tls-certificate and tls-key belong together: give both as often, "
            f"not {certificates} and {keys} times."
        )
    if settings.tls == "self-signed" and certificates:
        raise BadSetting("tls cannot be self-signed with a tls-certificate; give one of them.")
    try:
        if settings.sts() is not None and not _has_certificate(settings):
            raise BadSetting(
                "irc-sts needs a certificate that clients can verify: give tls-certificate and "
                "tls-key. With a self-signed one nobody could come in."
            )
        Proxies.read(settings.trusted_proxy)
        Allowed.read(settings.plugin_http_allow)
        check_sites("web-origin", settings.web_origin)
        check_sites("web-address", filter(None, [settings.web_address]))
    except ValueError as error:
        raise BadSetting(str(error)) from error


def _has_certificate(settings: Settings) -> bool:
    return bool(settings.tls_certificate) or any("ssl:" in each for each in settings.listen)


def _read_file(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  # many servers have no such file

    try:
        return tomllib.loads(read_text("config", path))
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(sentence(f"{path} is not TOML: {error}")) from error
