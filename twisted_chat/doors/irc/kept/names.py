"""
Names: who is in each channel, in lines, for all who enter it at the same moment.

Where thousands enter one channel, each is told all who are there.  The lines are made once in a
turn, and go on with who has entered since.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, ref

from attrs import define, field

from twisted_chat.events import Acted, Joined, Said
from twisted_chat.store.decisions import Rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

    from twisted_chat.delivery.turn import Turn
    from twisted_chat.delivery.turns import Turns
    from twisted_chat.world.model import Room, User

#: The prefix of each rank (ISUPPORT's PREFIX), the highest first.
PREFIXES = {Rank.OWNER: "~", Rank.OPERATOR: "@", Rank.VOICED: "+"}
# What does not change how those are listed who were there before.
_ADDING = (Joined, Said, Acted)

_Lists: TypeAlias = "WeakKeyDictionary[Room, dict[tuple[str, int], _List]]"


@define(eq=False)
class _List:
    """
    The members of one room, as they were in a turn.

    Attributes:
        turn: None for a list that does not go on.
        heard: how many events of the room were looked at.
        members: how many members are listed.
        lines: the full ones; ``rest`` is that which is not, and ``size`` its length in bytes.
    """

    turn: ref[Turn] | None
    behind: str
    most: int
    heard: int = 0
    members: int = 0
    lines: list[str] = field(factory=list)
    rest: list[str] = field(factory=list)
    size: int = 0

    @property
    def all(self) -> list[str]:
        """
        All lines.
        """
        return [*self.lines, " ".join(self.rest)] if self.rest else self.lines

    def add(self, names: Iterable[str]) -> None:
        """
        Add ``names``.
        """
        for each in names:
            name = each + self.behind
            size = len(name) if name.isascii() else len(name.encode())
            if self.rest and self.size + size > self.most:
                self.lines.append(" ".join(self.rest))
                self.rest, self.size = [], 0
            self.rest.append(name)
            self.size += size + 1
            self.members += 1


@define(eq=False)
class Names:
    """
    Lists members.

    Args:
        turns: tell what has happened in a room.
    """

    _turns: Turns
    _lists: _Lists = field(init=False, factory=WeakKeyDictionary)

    def lines(self, room: Room, behind: str, most: int) -> list[str]:
        """
        Return the members of ``room``, each with the prefix of their rank.

        Args:
            behind: what stands behind each nick.
            most: the most bytes of a line.
        """
        turn = self._turns.current
        if turn is None:
            # Nothing has happened that many would be told of.
            alone = _List(None, behind, most)
            alone.add(_named(room, room.members))
            return alone.all
        lists = self._lists.setdefault(room, {})
        found = lists.get((behind, most))
        events = turn.positions.get(room, ())
        if found is None or not _goes_on(found, turn, events):
            found = lists[behind, most] = _List(ref(turn), behind, most)
        found.heard = len(events)
        found.add(_named(room, islice(room.members, found.members, None)))
        return found.all


def _goes_on(found: _List, turn: Turn, events: Sequence[int]) -> bool:
    """
    Return whether the members in ``found`` are still listed so, and others stand behind them.
    """
    return (
        found.turn is not None
        and found.turn() is turn
        and all(isinstance(turn.log[place][0], _ADDING) for place in events[found.heard :])
    )


def _named(room: Room, members: Iterable[User]) -> Iterator[str]:
    ranked = {
        author: PREFIXES[standing.rank]
        for author, standing in room.standings.items()
        if standing.rank in PREFIXES
    }
    if not ranked:
        return (user.nick for user in members)
    return (ranked.get(user.author, "") + user.nick for user in members)


def prefix_in(room: Room, user: User) -> str:
    """
    Return the prefix of the rank of ``user`` in ``room``; empty for none.
    """
    standing = room.standings.get(user.author)
    return "" if standing is None else PREFIXES.get(standing.rank, "")
