"""
Names of webhooks, which are nobody else's and look like nobody else's.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from twisted_chat import errors
from twisted_chat.text.marks import read_marked
from twisted_chat.text.name_rules import require_ascii
from twisted_chat.text.names import Taken, fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from twisted_chat.world.model import Account
    from twisted_chat.world.world import World

# What one is called that its maker gives no name; the next has a number behind it.
_USUAL = "news"


def read_name(world: World, typed: str, maker: Account, others: Iterable[str] = ()) -> str:
    """
    Read a name that is not that of a user, nor looks like one, except ``maker`` themselves.

    Args:
        others: names of webhooks that it may not look like either.

    Raises:
        BadName: it is not valid, or is or looks like such a name.
    """
    try:
        name = read_marked(typed, world.limits.reserved_names)
        if world.limits.ascii_names:
            require_ascii(name)
        for taken, own, free, why in (
            (world.nicks, maker.user.nick if maker.user else "", maker.key, "who is here"),
            (world.registered, maker.name, maker.key, "which is registered"),
            (_taken(others), "", "", "another webhook of the room"),
        ):
            other = taken.like(name, own=own)
            if other is not None and fold(other) != free:
                raise errors.LooksLike(name, other, why)
    except errors.BadName as refusal:
        # Nobody who names a webhook thinks that a password is asked for.
        refusal.password_may_follow = False
        raise
    return name


def unused_name(names: Collection[str]) -> str:
    """
    Return the name of a webhook that is given none, which is not among ``names``.
    """
    if _USUAL not in names:
        return _USUAL
    numbered = (f"{_USUAL}{number}" for number in count(2))
    return next(name for name in numbered if name not in names)


def _taken(names: Iterable[str]) -> Taken:
    taken = Taken()
    for name in names:
        taken.add(name)
    return taken
