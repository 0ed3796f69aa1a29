"""
The doors by name: who comes to each, and the factory that serves them.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from attrs import frozen

from twisted_chat.doors.line.factory import ChatFactory
from twisted_chat.doors.port.factory import PortFactory
from twisted_chat.doors.port.later import Later
from twisted_chat.doors.recognise import Kind
from twisted_chat.doors.web.forwarded import Proxies
from twisted_chat.options import BadSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from twisted.internet.interfaces import IProtocolFactory

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.port.admission import Admission
    from twisted_chat.hub import Hub
    from twisted_chat.plugins.programs.services import Services
    from twisted_chat.server.settings import Settings


@frozen
class Given:
    """
    What a door is made from.

    Attributes:
        is_proxied: a proxy sends the client's address ahead of the first bytes.
        host_key: returns that of SSH, in the form of OpenSSH.
        services: know the programs that are plugins.
    """

    hub: Hub
    dispatcher: Dispatcher
    settings: Settings
    is_proxied: bool = False
    host_key: Callable[[], bytes] = bytes
    services: Services | None = None


def _line(given: Given, settings: Settings, motd: str) -> ChatFactory:
    return ChatFactory(
        given.hub, given.dispatcher, settings, motd=motd, is_proxied=given.is_proxied
    )


def _json(given: Given, settings: Settings, _: str) -> Any:
    from twisted_chat.doors.json.protocol import JsonFactory  # noqa: PLC0415  # see `_OTHERS`

    hub, dispatcher, services = given.hub, given.dispatcher, given.services
    return JsonFactory(hub, dispatcher, settings, services, is_proxied=given.is_proxied)


def _irc(given: Given, settings: Settings, motd: str) -> Any:
    from twisted_chat.doors.irc.protocol import IrcFactory  # noqa: PLC0415  # see `_OTHERS`
    from twisted_chat.doors.irc.site import Site  # noqa: PLC0415  # likewise

    # Lines that end with the server are numbered from 1 again by the next one.
    era = f"{int(given.hub.now()):x}." if settings.database == "memory:" else ""
    site = Site(given.hub, settings.irc_name, motd, era)
    return IrcFactory(
        given.hub,
        given.dispatcher,
        site,
        settings,
        is_proxied=given.is_proxied,
        trusts=lambda limits, peer: Proxies.read(limits.trusted_proxy).trusts(peer),
    )


def _web(given: Given, settings: Settings, motd: str) -> Any:
    from twisted_chat.doors.web.factory import WebFactory  # noqa: PLC0415  # see `_OTHERS`

    web = WebFactory(given.hub, is_proxied=given.is_proxied)
    web.refresh(settings, motd)
    return web


def _ssh(given: Given, settings: Settings, motd: str) -> Any:
    from twisted_chat.doors.json.dialect import LINES  # noqa: PLC0415  # see `_OTHERS`
    from twisted_chat.doors.ssh.factory import SshFactory  # noqa: PLC0415  # likewise

    # Lines that come within SSH are no connections of the door for telnet.
    lines = _line(given, settings, motd)
    return SshFactory(given.hub, lines, given.host_key, LINES.render, settings.max_message)


# The door that shows its prompt to who says nothing, so that it is there from the beginning.
_FIRST = "line"
# Each of the others is imported and made with its first client: most servers have none of some.
_OTHERS: Mapping[str, tuple[Kind, Callable[[Given, Settings, str], Any]]] = {
    "web": (Kind.HTTP, _web),
    "json": (Kind.JSON, _json),
    "ssh": (Kind.SSH, _ssh),
    "irc": (Kind.IRC, _irc),
}
_NAMES = (_FIRST, *_OTHERS)
# The subprotocols of WebSockets by the kinds of clients that come so: those of programs carry the
# same objects as lines of JSON do, those of IRC are IRCv3's.
_SUBPROTOCOLS = {
    Kind.JSON: ("chat.json",),
    Kind.IRC: ("text.ircv3.net", "binary.ircv3.net"),
}
# Some clients of IRC, such as gamja, ask for none (IRCv3, websocket): they come to this path, as
# programs that ask for none come to the other one.
_UNASKED = {"/": "text.ircv3.net"}


def names_of(text: str) -> tuple[str, ...]:
    """
    Read names of doors, such as ``line,web``.

    Raises:
        BadSetting: there is no such door.
    """
    names = tuple(name.strip() for name in text.split(","))
    for name in names:
        if not is_door(name):
            raise BadSetting(f"doors must be some of {','.join(_NAMES)}, not {name!r}.")
    return names


def is_door(name: str) -> bool:
    """
    Return whether there is a door called ``name``.
    """
    return name in _NAMES


def open_doors(names: Iterable[str], given: Given) -> dict[Kind, Any]:
    """
    Return the factory for each kind of client that comes to one of ``names``.
    """
    settings, motd = given.settings, given.settings.greeting()
    doors: dict[Kind, Any] = {}
    for name in names:
        if name == _FIRST:
            doors[Kind.LINES] = _line(given, settings, motd)
        else:
            kind, make = _OTHERS[name]
            doors[kind] = Later(partial(make, given), settings, motd)
    return doors


def _complete(doors: Mapping[Kind, Any], admission: Admission, web: Any) -> None:
    """
    Give the web door, once it is made, the count of waiting connections and the other ``doors``.

    It has WebSockets for them, and with the one for programs the page, which connects by that.
    """
    web.waiting = admission
    within = {
        name: doors[kind]
        for kind, names in _SUBPROTOCOLS.items()
        if kind in doors
        for name in names
    }
    if within:
        web.sockets = _sockets(within, admission, web)
    if Kind.JSON in doors:
        from twisted_chat.doors.web.page import read_page  # noqa: PLC0415  # see `_OTHERS`

        web.page = read_page()


def _sockets(within: Mapping[str, Any], admission: Admission, web: Any) -> Callable[[], Any]:
    """
    Return what returns the factory of WebSockets for doors, which are there by their subprotocols.
    """

    @cache
    def sockets() -> Any:
        # Most servers open none, and would wait for the library.
        from twisted_chat.doors.websocket.protocol import WebSocketFactory  # noqa: PLC0415  # once used

        by_path = {path: name for path, name in _UNASKED.items() if name in within}
        made = WebSocketFactory(web.hub.clock, within, lambda: web.origins, by_path)
        admission.doors.append(made)
        return made

    return sockets


def open_port(
    names: Iterable[str],
    given: Given,
    admission: Admission,
    encrypt: Callable[[IProtocolFactory], IProtocolFactory] | None = None,
    *,
    is_encrypted: bool = False,
) -> PortFactory:
    """
    Return the factory of a port with the doors called ``names``; the rest is as for `PortFactory`.
    """
    doors = open_doors(names, given)
    admission.doors += doors.values()
    if Kind.HTTP in doors:
        doors[Kind.HTTP].on_made = partial(_complete, doors, admission)
    return PortFactory(given.hub, doors, admission, encrypt, is_encrypted=is_encrypted)
