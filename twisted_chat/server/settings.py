"""
Every option of the server, once: its type, default and sentence of help.

The limits stand with what keeps them (`Limits`, `LineLimits`, `MessageLimits`) and become options
here too.  A value comes from the command line, else from the TOML file, else it is the default.
"""

from __future__ import annotations

import difflib
import json
import math
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from attrs import field, frozen

from twisted_chat.commands.plugins import anchored
from twisted_chat.doors.json.limits import MessageLimits
from twisted_chat.doors.line.protocol import LineLimits
from twisted_chat.doors.web.forwarded import Proxies
from twisted_chat.doors.websocket.origin import check_sites
from twisted_chat.errors import ChatError
from twisted_chat.history.retention import read_age
from twisted_chat.limits import Limits, Rate, option
from twisted_chat.store.sqlite.errors import BadDatabase
from twisted_chat.store.sqlite.files.location import path_of
from twisted_chat.text.clean import sentence
from twisted_chat.text.durations import Duration
from twisted_chat.text.name_rules import read_room
from twisted_chat.text.sizes import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: Where a value came from, where the operator said nothing.
DEFAULT = "default"
COMMAND_LINE = "command line"


class BadSetting(Exception):
    """
    A setting cannot be used.  The text is one sentence that says which, why, and what would do.
    """


@frozen(kw_only=True, slots=False)
class Settings(Limits, LineLimits, MessageLimits):
    """
    The settings of the operator.
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
    room: str = option("lobby", "Room in which new users arrive.")
    motd: str = option("", "File that is shown to everyone who connects.")
    irc_name: str = option(
        "chat.server", "Name of the server, with a dot, as clients of IRC read it."
    )
    plugins: tuple[str, ...] = option((), "Module, .py file or folder of .py files to load.")
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
    origins: Mapping[str, str] = field(factory=dict, repr=False, eq=False)

    def greeting(self) -> str:
        """
        Return the text of the motd file; empty if there is none.

        Raises:
            BadSetting: it cannot be read.
        """
        if not self.motd:
            return ""
        return _read_text("motd", Path(self.motd))

    def lines(self) -> Iterator[str]:
        """
        Yield every value as a line of TOML, with where it came from as its comment.
        """
        for attribute in options():
            value = _toml(getattr(self, attribute.name))
            origin = self.origins.get(attribute.name, DEFAULT)
            if not origin.isprintable():
                # A path may hold any character; a comment ends with its line.
                origin = json.dumps(origin, ensure_ascii=False)
            yield f"{key(attribute)} = {value}  # {origin}"


def options() -> list[attrs.Attribute[Any]]:
    """
    Return the fields that are options.
    """
    fields = [attribute for attribute in attrs.fields(Settings) if "help" in attribute.metadata]
    first = [attribute.name for attribute in fields].index("port")
    return fields[first:] + fields[:first]


def key(attribute: attrs.Attribute[Any]) -> str:
    """
    Return an option's name on the command line and in the file.
    """
    return attribute.name.replace("_", "-")


def is_repeatable(attribute: attrs.Attribute[Any]) -> bool:
    """
    Return whether an option may be given more than once.
    """
    return isinstance(attribute.default, tuple)


def is_flag(attribute: attrs.Attribute[Any]) -> bool:
    """
    Return whether an option stands on the command line without a value.
    """
    return isinstance(attribute.default, bool)


def shown(value: Any) -> str:
    """
    Return a value as the operator writes it on the command line.
    """
    if isinstance(value, float):
        return f"{value:g}"
    return "0" if value == Duration(0) else str(value)


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
    known = {key(attribute): attribute for attribute in options()}
    if config is not None:
        config = str(directory / config)
        for name, value in _read_file(Path(config)).items():
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f" Did you mean {near[0]}?" if near else ""
                raise BadSetting(f"{config}: there is no option {name!r}.{hint}")
            attribute = known[name]
            values[attribute.name] = _from_toml(attribute, value, config)
            origins[attribute.name] = config
    for name, text in given.items():
        attribute = known[name]
        values[attribute.name] = _from_words(attribute, text)
        origins[attribute.name] = COMMAND_LINE
    settings = Settings(**values, origins=origins)
    settings = attrs.evolve(
        settings,
        motd=str(directory / settings.motd) if settings.motd else "",
        database=_anchored_database(settings.database, directory),
        exports=str(directory / settings.exports),
        plugin_data=str(directory / settings.plugin_data),
        plugins=tuple(anchored(source, directory) for source in settings.plugins),
        tls_certificate=tuple(str(directory / file) for file in settings.tls_certificate),
        tls_key=tuple(str(directory / file) for file in settings.tls_key),
    )
    _check(settings)
    return settings


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
    certificates, keys = len(settings.tls_certificate), len(settings.tls_key)
    if certificates != keys:
        raise BadSetting(
            "tls-certificate and tls-key belong together: give both as often, "
            f"not {certificates} and {keys} times."
        )
    if settings.tls == "self-signed" and certificates:
        raise BadSetting("tls cannot be self-signed with a tls-certificate; give one of them.")
    try:
        Proxies.read(settings.trusted_proxy)
        check_sites(settings.web_origin)
    except ValueError as error:
        raise BadSetting(str(error)) from error


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read_text("config", path))
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(sentence(f"{path} is not TOML: {error}")) from error


def _read_text(what: str, path: Path) -> str:
    try:
        # Without the byte order mark with which some editors begin a file.
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise BadSetting(f"{what}: cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadSetting(f"{what}: {path} is not UTF-8 text.") from error
    except ValueError as error:
        # Its name holds a NUL, or what the system's encoding cannot write.
        raise BadSetting(sentence(f"{what}: {str(path)!r} cannot be a file: {error}")) from error


def _from_toml(attribute: attrs.Attribute[Any], value: Any, config: str) -> Any:
    name = key(attribute)
    if is_repeatable(attribute):
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise BadSetting(f"{config}: {name} must be a list of strings, not {value!r}.")
        return tuple(value)
    if is_flag(attribute):
        if not isinstance(value, bool):
            raise BadSetting(f"{config}: {name} must be true or false, not {value!r}.")
        return value
    fits = (
        isinstance(value, str) if type(attribute.default) is str else not isinstance(value, bool)
    )
    if not fits or not isinstance(value, (str, int, float)):
        wanted = "a string" if type(attribute.default) is str else "a number"
        raise BadSetting(f"{config}: {name} must be {wanted}, not {value!r}.")
    return _from_words(attribute, str(value), f"{config}: ")


def _from_words(
    attribute: attrs.Attribute[Any], text: str | list[str] | int, where: str = ""
) -> Any:
    if isinstance(text, int):
        return bool(text)
    if isinstance(text, list):
        return tuple(text)
    name = where + key(attribute)
    kind = type(attribute.default)
    if kind in _PARSERS:
        try:
            return _PARSERS[kind](text)
        except ValueError as error:
            raise BadSetting(f"{name} {error}, not {text!r}.") from error
    if kind is int:
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise BadSetting(f"{name} must be a whole number, 0 or more, not {text!r}.")
        return int(text)
    if kind is float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and number >= 0):
            raise BadSetting(f"{name} must be a number, 0 or more, not {text!r}.")
        return number
    return _chosen(attribute, text, name)


def _chosen(attribute: attrs.Attribute[Any], text: str, name: str) -> str:
    choices = attribute.metadata.get("choices", (text,))
    if text not in choices:
        raise BadSetting(f"{name} must be {' or '.join(choices)}, not {text!r}.")
    return text


# A function that parses a word, or raises a ValueError that says what it must be.
_PARSERS: dict[type, Callable[[str], Any]] = {
    Rate: Rate.parse,
    Duration: read_age,
    Size: Size.parse,
}


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, Rate, Duration, Size)):
        return json.dumps(shown(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
