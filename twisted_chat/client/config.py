"""
The configuration: what a user has written in ``config.toml``.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, field, fields, frozen

from twisted_chat.client.errors import UsageError
from twisted_chat.client.net.address import Address, parse
from twisted_chat.client.show.alert import ALERTS
from twisted_chat.client.show.look import COLOURS, PARTS


@frozen
class ServerConfig:
    """
    What the configuration says of one server.

    Attributes:
        address: where it is, as on the command line.
        name: of the user there.
        rooms: to be entered; the first one is talked in.
        notify: words that count as the name of the user, besides those for all servers.
    """

    address: str = ""
    name: str = ""
    rooms: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()


@frozen
class Config:
    """
    All of the configuration.

    Attributes:
        servers: by the names that the user gave them.
        notify: words that count as the name of the user.
        alert: what happens when the user is named; one of `ALERTS`.
        times: each line begins with its time.
        numbers: each line of talk has its number.
        links: addresses are hyperlinks, where the terminal follows them.
        colours: of the parts of a line, by name; those that are not named have their own.
        has_colours: false for ``colours = false``.
        device: what the server calls this computer in /devices.
    """

    servers: Mapping[str, ServerConfig] = field(factory=dict)
    notify: tuple[str, ...] = ()
    alert: str = "bell"
    times: bool = True
    numbers: bool = False
    links: bool = True
    colours: Mapping[str, str] = field(factory=dict)
    has_colours: bool = True
    device: str = ""

    def find(self, target: str, port: str = "") -> tuple[Address, ServerConfig]:
        """
        Return the address that ``target`` stands for, and what is configured for it.

        Args:
            target: a name of a server here, a host or a URL.
            port: as given behind it; empty for none.

        Raises:
            UsageError: it is not an address.
        """
        server = self.servers.get(target)
        if server is not None:
            return parse(server.address, port), server
        address = parse(target, port)
        for server in self.servers.values():
            known = parse(server.address)
            if evolve(known, name="") == evolve(address, name=""):
                return evolve(known, name=address.name or known.name), server
        return address, ServerConfig()


def folder(environment: Mapping[str, str] = os.environ) -> Path:
    """
    Return the folder of the user's configuration of this program (XDG Base Directory, 0.8).

    Raises:
        UsageError: the user has no home.
    """
    base = environment.get("XDG_CONFIG_HOME", "")
    # A relative path there is to be ignored.
    home = Path(environment.get("HOME") or "~")
    place = Path(base) if base.startswith("/") else home / ".config"
    try:
        return place.expanduser() / "twisted-chat"
    except RuntimeError:
        raise UsageError("You have no home folder; set HOME or XDG_CONFIG_HOME.") from None


def load(path: Path, *, must_exist: bool = False) -> Config:
    """
    Return the configuration that a file holds; the default one if there is no such file.

    Raises:
        UsageError: it is not TOML, or says what is not known.
    """
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        if must_exist:
            raise UsageError(f"{path}: there is no such file.") from None
        return Config()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not in UTF-8.") from None
    try:
        return read(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML ({error}).") from None
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


def read(given: Mapping[str, Any]) -> Config:
    """
    Return the configuration of a table of TOML.

    Raises:
        UsageError: a key is not known, or its value is of the wrong kind.
    """
    servers = {}
    for name, table in _table(given, "servers").items():
        if not isinstance(table, dict) or not isinstance(table.get("address"), str):
            raise UsageError(f'servers.{name} needs an address, such as "chat.example".')
        servers[name] = ServerConfig(**_checked(ServerConfig, table, f"servers.{name}."))
        try:
            parse(servers[name].address)
        except UsageError as error:
            raise UsageError(f"servers.{name}.address: {error}") from None
    has_colours = given.get("colours") is not False
    colours = _table(given, "colours", "a table, or false") if has_colours else {}
    for part, colour in colours.items():
        if part not in PARTS:
            raise UsageError(f"colours.{part} is not known; parts are {', '.join(PARTS)}.")
        if not isinstance(colour, str) or (colour and colour not in COLOURS):
            raise UsageError(f"colours.{part} must be one of {', '.join(COLOURS)}, or empty.")
    rest = {key: value for key, value in given.items() if key not in {"servers", "colours"}}
    checked = _checked(Config, rest, "")
    if checked.get("alert", "bell") not in ALERTS:
        raise UsageError(f"alert must be one of {', '.join(ALERTS)}.")
    return Config(servers=servers, colours=colours, has_colours=has_colours, **checked)


def _table(given: Mapping[str, Any], key: str, kind: str = "a table") -> dict[str, Any]:
    found = given.get(key, {})
    if not isinstance(found, dict):
        raise UsageError(f"{key} must be {kind}.")
    return found


# What is read by itself.
_TABLES = frozenset({"servers", "colours", "has_colours"})
_KINDS = {"str": (str, "a text"), "bool": (bool, "true or false")}


def _checked(kind: type, given: Mapping[str, Any], where: str) -> dict[str, Any]:
    known = {each.name: str(each.type) for each in fields(kind)}
    found: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known or key in _TABLES:
            names = ", ".join(each for each in known if each not in _TABLES)
            raise UsageError(f"{where}{key} is not known; known are {names}.")
        if known[key].startswith("tuple"):
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise UsageError(f"{where}{key} must be a list of texts.")
            found[key] = tuple(value)
            continue
        type_, words = _KINDS[known[key]]
        if not isinstance(value, type_):
            raise UsageError(f"{where}{key} must be {words}.")
        found[key] = value
    return found
