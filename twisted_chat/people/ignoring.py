"""
Ignoring: users hide what others say, whatever these are called later.

A user is ignored as a person (their account, or their visit) and by name: so another nick does not
bring their words back, and neither does a new visit under the old name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.delivery.turn import Decision
from twisted_chat.replies.people import Ignoring
from twisted_chat.store.records import bot_author
from twisted_chat.store.settings import Ignored, IgnoreEnded, IgnoreKept
from twisted_chat.text.marks import is_marked
from twisted_chat.text.names import fold, meant_of, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.world.model import User
    from twisted_chat.world.world import World


@define(eq=False)
class Ignores:
    """
    Adds users whom others ignore, takes them out, and follows them.

    Args:
        world: knows who is here, and the limit of ignored users.
        fanout: serves those who ignore them from then on, and keeps it.
    """

    _world: World
    _fanout: Fanout

    def ignore(self, user: User, other: User) -> Ignoring:
        """
        Hide what ``other`` says from ``user``.

        Raises:
            TooMuch: they have reached the limit of ignored users.
        """
        if other is user:
            raise errors.NotAllowed("You cannot ignore yourself.", code="yourself")
        return self._ignore(user, other.nick, other.author)

    def ignore_called(self, user: User, nick: str) -> Ignoring:
        """
        Hide what the user of this ``nick``, or who is marked with it, says from ``user``.

        Raises:
            NoSuchUser: there is no such user.
            TooMuch: as for `ignore`.
        """
        if is_marked(fold(nick)):
            return self._ignore(user, nick, bot_author(nick))
        return self.ignore(user, self._world.find_user(nick))

    def _ignore(self, user: User, nick: str, author: int) -> Ignoring:
        key, most = fold(nick), self._world.limits.max_ignored
        if most and key not in user.ignored and len(user.ignored) >= most:
            raise errors.TooMuch(
                f"You already ignore {most} users; /unignore one of them first.",
                code="too-many-ignored",
                most=most,
            )
        before = user.ignored.get(key, Ignored(key, nick, ()))
        decision = Decision(user, None, "ignore", nick, is_private=True)
        self._put(user, before.also(author), decision)
        self.refresh(user)
        return Ignoring(self._world.now(), nick, is_ignored=True)

    def unignore(self, user: User, nick: str) -> Ignoring:
        """
        Undo `ignore`; the other user need not be here, and may have another nick now.

        Raises:
            NotAllowed: no user of this name is ignored.
        """
        key = meant_of(nick, user.ignored)
        other = self._world.users.get(self._world.key_of(nick))
        keys = [
            each.key
            for each in user.ignored.values()
            if each.key == key or (other is not None and _is_one_of(other, each))
        ]
        if not keys:
            raise errors.NotAllowed(
                f"You do not ignore {shortened(nick)}.", code="not-ignored", nick=shortened(nick)
            )
        decision = Decision(user, None, "unignore", shortened(nick), is_private=True)
        left = {key: each for key, each in user.ignored.items() if key not in keys}
        user.settings.ignored = left
        for each in keys:
            if user.account is not None:
                self._fanout.keep(IgnoreEnded(user.account.id, each), decision)
        self.refresh(user)
        return Ignoring(self._world.now(), nick, is_ignored=False)

    def add(self, user: User, ignored: Iterable[Ignored]) -> None:
        """
        Let ``user``, who has an account now, ignore these users too, and keep it.
        """
        for each in ignored:
            self._put(user, each)

    def _put(self, user: User, ignored: Ignored, decision: Decision | None = None) -> None:
        user.settings.ignored = {**user.ignored, ignored.key: ignored}
        if user.account is not None:
            self._fanout.keep(IgnoreKept(user.account.id, ignored), decision)

    def refresh(self, user: User) -> None:
        """
        Hide from ``user``, who is here, all the names that those have whom they ignore.
        """
        authors = {author for each in user.ignored.values() for author in each.authors}
        here = authors & self._world.present.keys()
        named = {self._world.present[author].key for author in here}
        # They may have taken the name of one who has gone.
        user.hidden = (frozenset(user.ignored) | named) - {user.key}
        user.hidden_authors = frozenset(authors)
        # A visit that has ended does not come back, but the owner of an account does.
        coming = {author for author in authors if author > 0} | here
        self._world.note_ignored(user, frozenset(user.ignored) | coming)
        self._fanout.refresh(user)

    def follow(self, user: User, before: int = 0) -> None:
        """
        Hide the words of ``user``, who has come or has another name or account, from now on.

        Args:
            before: the number of an account that was theirs; 0 for none.
        """
        if user.ignored:
            self.refresh(user)
        if not self._world.ignoring:
            # Nobody here ignores anybody.
            return
        for other in self._world.who_ignore(user) | self._world.ignoring.get(before, {}):
            # Who takes the name of a user they ignore is not that user.
            theirs = [
                each
                for each in other.ignored.values()
                if other is not user and (before in each.authors or self._is(each, user))
            ]
            moved = [each for each in theirs if user.author not in each.authors]
            for each in moved:
                self._put(other, each.also(user.author))
            if moved or (theirs and user.key not in other.hidden):
                self.refresh(other)

    def _is(self, ignored: Ignored, user: User) -> bool:
        """
        Return whether ``user`` is a user who is ignored: the same, or a guest under that name.
        """
        if _is_one_of(user, ignored):
            return True
        # Who was ignored as a guest and has gone may be who comes under that name.
        return ignored.key == user.key and all(
            author < 0 and author not in self._world.present for author in ignored.authors
        )

    def forget(self, user: User) -> None:
        """
        Let others have the name of ``user``, who has left or has another one, if only they did.
        """
        for other in self._world.who_ignore(user):
            if user.key in other.hidden and user.key not in other.ignored:
                self.refresh(other)


def _is_one_of(user: User, ignored: Ignored) -> bool:
    """
    Return whether ``user`` has an author number by which a user is ignored.
    """
    return any(map(user.owns, ignored.authors))
