"""
Profile: how users are here, and how they read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve

from twisted_chat import errors
from twisted_chat.limits import MAX_REASON, require_short
from twisted_chat.replies.people import Away, Ignoring, SettingChanged
from twisted_chat.text.names import meant_of, shortened
from twisted_chat.world import policy
from twisted_chat.world.model import view_of

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.world import World


@define(eq=False)
class Profile:
    """
    Changes users' preferences: away, ignored users, the look of lines.

    Args:
        world: for the limit of ignored users.
        fanout: serves them so from then on.
    """

    _world: World
    _fanout: Fanout

    def set_away(self, user: User, reason: str | None) -> Away:
        """
        Mark ``user`` as away for ``reason`` (may be empty), or as back with None.

        Raises:
            Sanctioned: they are muted on the server, and so cannot give a reason.
            TooMuch: the reason is too long.
        """
        if reason:
            policy.check_voice(user)
        require_short("reason", reason or "", MAX_REASON)
        user.away = reason
        return Away(self._world.now(), user.nick, reason, is_yours=True)

    def ignore(self, user: User, other: User) -> Ignoring:
        """
        Hide what ``other`` says from ``user``.

        Raises:
            TooMuch: they have reached the limit of ignored users.
        """
        if other is user:
            raise errors.NotAllowed("You cannot ignore yourself.", code="yourself")
        most = self._world.limits.max_ignored
        if most and len(user.ignored) >= most:
            raise errors.TooMuch(
                f"You already ignore {most} users; /unignore one of them first.",
                code="too-many-ignored",
                most=most,
            )
        self._world.ignore(user, other.key)
        self._fanout.refresh(user)
        return Ignoring(self._world.now(), other.nick, is_ignored=True)

    def unignore(self, user: User, nick: str) -> Ignoring:
        """
        Undo `ignore`; the other user need not be here.

        Raises:
            NotAllowed: no user of this name is ignored.
        """
        key = meant_of(nick, user.ignored)
        if key not in user.ignored:
            raise errors.NotAllowed(
                f"You do not ignore {shortened(nick)}.", code="not-ignored", nick=shortened(nick)
            )
        self._world.unignore(user, key)
        self._fanout.refresh(user)
        return Ignoring(self._world.now(), nick, is_ignored=False)

    def prefer(self, session: Session, name: str, *, is_on: bool) -> SettingChanged:
        """
        Turn a setting of ``session`` on or off.

        Args:
            name: a field of `Preferences`.
        """
        session.preferences = evolve(session.preferences, **{name: is_on})
        self._fanout.look(session, view_of(session))
        return SettingChanged(self._world.now(), name, is_on)
