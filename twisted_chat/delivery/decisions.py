"""
Decisions: whether those of users are saved when they are told.

A decision holds at once, also while the disk fails: a flood must end however full a disk is.  But
then it ends with the server, so users are told that it is not saved yet, and when it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.replies.moderation import Saved
from twisted_chat.store.decisions import Rank
from twisted_chat.world import policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.journal import Journal
    from twisted_chat.delivery.turn import Decision, Turn
    from twisted_chat.world.model import Room, User
    from twisted_chat.world.world import World


@define(eq=False)
class Decisions:
    """
    Tells users of the decisions that are not saved yet.

    That is the user who decides, and the owners of the room; for the whole server, its operators.

    Args:
        world: knows who is here.
        fanout: tells them.
        journal: says whether the store fails.
    """

    _world: World
    _fanout: Fanout
    _journal: Journal
    # Those that were told to be unsaved.
    _unsaved: list[Decision] = field(init=False, factory=list)

    def observe(self, turn: Turn) -> None:
        """
        Tell of the decisions of ``turn``, which is about to be sent, if it was not kept.
        """
        if turn.decisions and self._journal.is_failing:
            self._unsaved += turn.decisions
            for decision in turn.decisions:
                for user, event in self._told(decision, is_saved=False):
                    # With what they are told of it, so that they are never told without.
                    self._fanout.add(turn, user, event)
        self.settle()

    def settle(self) -> None:
        """
        Tell that all decisions are saved, if some were not and now are.
        """
        if self._unsaved and not self._journal.is_failing:
            saved, self._unsaved = self._unsaved, []
            for decision in saved:
                for user, event in self._told(decision, is_saved=True):
                    self._fanout.tell_all(user, event)

    def _told(self, decision: Decision, *, is_saved: bool) -> Iterator[tuple[User, Saved]]:
        """
        Yield who is told of ``decision``, and what.
        """
        now, room = self._world.now(), decision.room.name if decision.room else ""
        for user in {decision.user: None} | self._owners(decision):
            target = policy.shown_to(user, decision.target)
            yield user, Saved(now, decision.user.nick, decision.deed, target, room, is_saved)

    def _owners(self, decision: Decision) -> dict[User, None]:
        if decision.is_private:
            return {}
        if decision.room is None:
            return {user: None for user in self._world.users.values() if user.is_staff}
        return dict.fromkeys(self._owners_of(decision.room))

    def _owners_of(self, room: Room) -> list[User]:
        owners = [each.name for each in room.standings.values() if each.rank is Rank.OWNER]
        accounts = [self._world.find_account(name) for name in owners]
        return [account.user for account in accounts if account and account.user]
