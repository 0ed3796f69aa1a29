"""
The doors by name: who comes to each, and the factory that serves them.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from attrs import frozen

from twisted_chat.doors.json.dialect import LINES
from twisted_chat.doors.json.protocol import JsonFactory
from twisted_chat.doors.line.factory import ChatFactory
from twisted_chat.doors.port.later import Later
from twisted_chat.doors.port.protocol import PortFactory
from twisted_chat.doors.recognise import Kind
from twisted_chat.doors.ssh.factory import SshFactory
from twisted_chat.doors.web.forwarded import Proxies
from twisted_chat.doors.web.page import read_page
from twisted_chat.doors.web.protocol import WebFactory
from twisted_chat.options import BadSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from twisted.internet.interfaces import IProtocolFactory

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.port.admission import Admission
    from twisted_chat.hub import Hub
    from twisted_chat.server.settings import Settings


@frozen
class Given:
    """
    What a door is made from.

    Attributes:
        is_proxied: a proxy sends the client's address ahead of the first bytes.
        host_key: returns that of SSH, in the form of OpenSSH.
    """

    hub: Hub
    dispatcher: Dispatcher
    settings: Settings
    is_proxied: bool = False
    host_key: Callable[[], bytes] = bytes


def _line(given: Given) -> ChatFactory:
    return ChatFactory(
        given.hub,
        given.dispatcher,
        given.settings,
        motd=given.settings.greeting(),
        is_proxied=given.is_proxied,
    )


def _json(given: Given) -> JsonFactory:
    return JsonFactory(given.hub, given.dispatcher, given.settings, is_proxied=given.is_proxied)


def _irc(given: Given) -> Later[Settings]:
    return Later(partial(_make_irc, given), given.settings, given.settings.greeting())


def _make_irc(given: Given, settings: Settings, motd: str) -> Any:
    from twisted_chat.doors.irc.protocol import IrcFactory  # noqa: PLC0415  # with its first client
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


def _web(given: Given) -> WebFactory:
    settings = given.settings
    return WebFactory(
        given.hub,
        Proxies.read(settings.trusted_proxy),
        settings.web_origin,
        is_proxied=given.is_proxied,
        has_page=settings.web == "on",
    )


def _ssh(given: Given) -> SshFactory:
    # Lines that come within SSH are no connections of the door for telnet.
    return SshFactory(given.hub, _line(given), given.host_key, LINES.render)


# A new door is one line here.
_DOORS = {
    "line": (Kind.LINES, _line),
    "web": (Kind.HTTP, _web),
    "json": (Kind.JSON, _json),
    "ssh": (Kind.SSH, _ssh),
    "irc": (Kind.IRC, _irc),
}
# The subprotocols of WebSockets by the kinds of clients that come so: those of programs carry the
# same objects as lines of JSON do, those of IRC are IRCv3's.
_SUBPROTOCOLS = {
    Kind.JSON: ("chat.json",),
    Kind.IRC: ("text.ircv3.net", "binary.ircv3.net"),
}


def names_of(text: str) -> tuple[str, ...]:
    """
    Read names of doors, such as ``line,web``.

    Raises:
        BadSetting: there is no such door.
    """
    names = tuple(name.strip() for name in text.split(","))
    for name in names:
        if not is_door(name):
            raise BadSetting(f"doors must be some of {','.join(_DOORS)}, not {name!r}.")
    return names


def is_door(name: str) -> bool:
    """
    Return whether there is a door called ``name``.
    """
    return name in _DOORS


def refresh(factory: Any, settings: Settings) -> None:
    """
    Apply new settings to an open door.
    """
    if isinstance(factory, SshFactory):
        refresh(factory.lines, settings)
    if isinstance(factory, ChatFactory):
        factory.limits = settings
        factory.greet_with(settings.greeting())
    if isinstance(factory, JsonFactory):
        factory.limits = settings
    if isinstance(factory, WebFactory):
        factory.proxies = Proxies.read(settings.trusted_proxy)
        factory.origins = settings.web_origin
        factory.has_page = settings.web == "on"
    if isinstance(factory, Later):
        factory.refresh(settings, settings.greeting())


def open_doors(names: Iterable[str], given: Given) -> dict[Kind, Any]:
    """
    Return the factory for each kind of client that comes to one of ``names``.
    """
    return {kind: make(given) for kind, make in map(_DOORS.__getitem__, names)}


def _let_web_open_sockets(web: WebFactory, doors: Mapping[str, Any], admission: Admission) -> None:
    """
    Give the web door WebSockets for ``doors``, which are there by their subprotocols.
    """

    @cache
    def sockets() -> Any:
        # Most servers open none, and would wait for the library at each start.
        from twisted_chat.doors.websocket.protocol import WebSocketFactory  # noqa: PLC0415

        made = WebSocketFactory(web.hub.clock, doors, lambda: web.origins)
        admission.doors.append(made)
        return made

    web.sockets = sockets


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
    within = {
        name: doors[kind]
        for kind, names in _SUBPROTOCOLS.items()
        if kind in doors
        for name in names
    }
    if Kind.HTTP in doors:
        doors[Kind.HTTP].waiting = admission
    if within and Kind.HTTP in doors:
        _let_web_open_sockets(doors[Kind.HTTP], within, admission)
    if Kind.JSON in doors and Kind.HTTP in doors:
        # It connects by that.
        doors[Kind.HTTP].page = read_page()
    return PortFactory(given.hub, doors, admission, encrypt, is_encrypted=is_encrypted)
