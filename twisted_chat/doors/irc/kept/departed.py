"""
The departed: who was here not long ago, for WHOWAS and for the account of who leaves.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.world.model import User

#: Users that are known; of more, the earliest are forgotten.
MOST_DEPARTED = 1000


@frozen
class Gone:
    """
    A user who has left, or has another nick.

    Attributes:
        author: their author number.
        username: as their client gave it; empty if nobody may read it.
        realname: likewise.
        account: that they were logged in to; empty for a guest.
        at: when that was, in seconds since the epoch.
    """

    nick: str
    author: int
    username: str
    realname: str
    account: str
    at: float


# How many of the latest may have left just now.
_JUST_NOW = 100


@define(eq=False)
class Departed:
    """
    Knows who has left.

    Args:
        now: returns the time, in seconds since the epoch.
    """

    _now: Callable[[], float]
    # The latest last.
    _gone: deque[Gone] = field(init=False, factory=lambda: deque(maxlen=MOST_DEPARTED))

    def note(self, user: User, names: tuple[str, str]) -> None:
        """
        Note that ``user`` has left, or gives up their nick.

        Args:
            names: a user name and a real name, as all may read them.
        """
        self._gone.append(Gone(user.nick, user.author, *names, user.account_name, self._now()))

    def account_of(self, nick: str) -> str:
        """
        Return the account of who was just called exactly ``nick``; empty for none.
        """
        gone = self.latest(nick)
        return "" if gone is None else gone.account

    def latest(self, nick: str) -> Gone | None:
        """
        Return who was just called exactly ``nick``; None for nobody.

        Where hundreds leave at one moment, the first ones are not looked for.
        """
        latest = islice(reversed(self._gone), _JUST_NOW)
        return next((each for each in latest if each.nick == nick), None)

    def called(self, nick: str, count: int) -> list[Gone]:
        """
        Return those who were called ``nick``, the latest first.

        Args:
            count: at most so many of them; all if it is not positive.
        """
        key = fold(nick)
        found = [each for each in reversed(self._gone) if fold(each.nick) == key]
        return found[:count] if count > 0 else found
