"""
Monitors: who wants to know when which users come and go (IRCv3, monitor).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.doors.irc.formatting import words_in
from twisted_chat.doors.irc.numerics import RPL_MONOFFLINE, RPL_MONONLINE
from twisted_chat.doors.irc.replies import Numerics
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twisted_chat.hub import Hub
    from twisted_chat.signals import Signal
    from twisted_chat.world.model import Session, User

#: Names that one client may monitor.
MAX_MONITORED = 100
# Bytes of names in one message.
_IN_A_LINE = 400


@define(eq=False)
class Monitors:
    """
    Tells clients who comes and who goes, of those that they have named.

    Args:
        hub: knows who is here.
        host: what stands behind the nicks of users who are here.
    """

    _hub: Hub
    _host: str
    # By the folded names, and by who monitors them, each as it was typed.
    _watching: dict[str, dict[Session, None]] = field(init=False, factory=dict)
    _watched: dict[Session, dict[str, str]] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self._hub.world.watchers.append(self._tell)
        self._hub.world.followers.append(self._follow)

    def names(self, session: Session) -> list[str]:
        """
        Return the names that ``session`` monitors, as they were typed.
        """
        return list(self._watched.get(session, {}).values())

    def add(self, session: Session, names: Iterable[str]) -> list[str]:
        """
        Monitor ``names`` for ``session``, and return those that are too many.
        """
        watched = self._watched.setdefault(session, {})
        rest: list[str] = []
        for name in names:
            key = fold(name[:64])
            if key not in watched and len(watched) >= MAX_MONITORED:
                rest.append(name)
                continue
            watched[key] = name[:64]
            self._watching.setdefault(key, {})[session] = None
        return rest

    def remove(self, session: Session, names: Iterable[str]) -> None:
        """
        Undo `add`.
        """
        watched = self._watched.get(session, {})
        for key in [fold(name[:64]) for name in names]:
            if watched.pop(key, None) is not None:
                del self._watching[key][session]
                if not self._watching[key]:
                    del self._watching[key]

    def forget(self, session: Session) -> None:
        """
        Monitor nothing for ``session`` any more.
        """
        self.remove(session, self.names(session))
        self._watched.pop(session, None)

    def status(self, names: Iterable[str]) -> Iterator[tuple[str, ...]]:
        """
        Yield which of ``names`` are here and which are not, as numerics.
        """
        users = self._hub.world.users
        here, gone = list[str](), list[str]()
        for name in names:
            user = users.get(fold(name[:64]))
            if user is None:
                gone.append(name[:64])
            else:
                here.append(f"{user.nick}!{self._host}")
        for numeric, found in ((RPL_MONONLINE, here), (RPL_MONOFFLINE, gone)):
            for line in words_in(found, _IN_A_LINE):
                yield numeric, line.replace(" ", ",")

    def _follow(self, user: User, signal: Signal) -> None:
        """
        Tell ``signal`` to those who monitor ``user`` (IRCv3, extended-monitor).

        Not to those who are in a room with them, or ignore them: the first are told it there.
        """
        for session in tuple(self._watching.get(user.key, ())):
            reader = session.user
            if reader is None or reader is user or reader.ignores(user):
                continue
            wants_more = "extended-monitor" in getattr(session.view.dialect, "caps", ())
            if wants_more and not any(reader in room.members for room in user.rooms):
                self._hub.tell(session, signal)

    def _tell(self, user: User, is_here: bool) -> None:
        nick = user.nick
        line = (RPL_MONONLINE, f"{nick}!{self._host}") if is_here else (RPL_MONOFFLINE, nick)
        for session in tuple(self._watching.get(fold(nick), ())):
            self._hub.tell(session, Numerics(self._hub.now(), (line,)))
