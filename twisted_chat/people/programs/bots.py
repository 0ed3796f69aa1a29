"""
Bots: plugins that speak in rooms under a name of their own.

A bot is a user without a connection, so all that holds for users holds for it: nobody else has its
name or one that looks like it, operators of a room mute it and put it out, and users ignore it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.errors import ChatError, NotAllowed
from twisted_chat.events import SaidByBot
from twisted_chat.limits import TokenBucket
from twisted_chat.store.records import bot_author
from twisted_chat.text.clean import clean_lines, short_blanks
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.names import fold
from twisted_chat.world.held import Held
from twisted_chat.world.model import Session, User, View

if TYPE_CHECKING:
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.nicks import Nicks
    from twisted_chat.rooms.membership import Membership
    from twisted_chat.rooms.talk import Talk
    from twisted_chat.world.model import Room
    from twisted_chat.world.world import World


@define(eq=False, repr=False)
class Bot:
    """
    A name under which a plugin speaks; `Hub.bot` makes it.

    Attributes:
        user: as which it is here.
        module: of the plugin that asked for it last.
        entered: the numbers of the rooms that it has entered, and may have been put out of since.
    """

    user: User
    _bots: Bots
    module: str
    entered: set[int] = field(init=False, factory=set)

    def __repr__(self) -> str:
        return f"<Bot {self.user.nick!r}>"

    @property
    def is_here(self) -> bool:
        """
        Whether it has not been removed, as by ``/kick`` of an operator of the server.
        """
        return self.user.is_here

    def enter(self, room: Room) -> None:
        """
        Enter ``room``, if it is not there.

        Raises:
            NotAllowed: it may not, or an operator of the room has put it out; ``/invite`` lets it
                in again.
            TooMuch: the room is full.
        """
        self._bots.enter(self, room)

    def say(self, room: Room, text: str) -> None:
        """
        Say ``text``, of one line or several, in ``room``, which it enters for that.

        Raises:
            NotAllowed: it may not speak there, as `enter`, or because it is muted, or because the
                room is moderated and it has no voice.
            TooMuch: the room is slow, or ``text`` too long.
            ChatError: a filter refuses it; one in another process may do so later, unheard.
        """
        self._bots.say(self, room, text)

    def leave(self, room: Room) -> None:
        """
        Leave ``room``; nothing is done if it is not there.
        """
        self.entered.discard(room.timeline.id)
        if room in self.user.rooms:
            self._bots.leave(self, room)


@define(eq=False)
class Bots:
    """
    Makes bots, brings them into rooms, and removes them.

    Args:
        world: holds users.
        connections: end sessions.
        nicks: say which names are free.
        membership: brings users into rooms.
        talk: takes what they say to its readers.
    """

    _world: World
    _connections: Connections
    _nicks: Nicks
    _membership: Membership
    _talk: Talk
    _bots: dict[str, Bot] = field(init=False, factory=dict)
    # Those that no plugin has asked for since the last reload began.
    _unclaimed: dict[str, Bot] = field(init=False, factory=dict)

    def make(self, name: str) -> Bot:
        """
        Return the bot called ``name``; the one that is there already, if there is one.

        It is removed with the plugin whose code calls this, and stays over its reload if that
        calls it in ``setup``.

        Raises:
            BadName: the name is not valid, looks like another one, or is registered.
            NickInUse: a user has it.
        """
        module = str(sys._getframe(1).f_globals.get("__name__", ""))  # noqa: SLF001  # documented
        nick = read_nick(name)
        key = fold(nick)
        self._unclaimed.pop(key, None)
        found = self._bots.get(key)
        if found is not None and found.is_here:
            found.module = module
            return found
        self._nicks.require_free(nick)
        user = User(self._world, nick, self._world.now(), bot_author(nick))
        client = Held()
        session = Session(client, None, 0, self._world.seconds(), TokenBucket(0, 0), View(client))
        session.user = user
        user.sessions.append(session)
        self._world.add_user(user)
        bot = self._bots[key] = Bot(user, self, module)
        return bot

    def enter(self, bot: Bot, room: Room) -> None:
        """
        As `Bot.enter`.
        """
        user = bot.user
        if not bot.is_here:
            raise NotAllowed(
                f"{user.nick} was removed from the server.", code="bot-removed", nick=user.nick
            )
        if user in room.members:
            return
        if room.timeline.id in bot.entered:
            raise NotAllowed(
                f"{user.nick} was put out of #{room.name}; /invite {user.nick} lets it in again.",
                code="bot-put-out",
                nick=user.nick,
                room=room.name,
            )
        self._membership.require_may_enter(user, room, room.name)
        self._membership.bring(user.sessions[0], room, is_told=False)
        bot.entered.add(room.timeline.id)

    def invited(self, user: User, room: Room) -> None:
        """
        Bring the bot that is ``user`` to ``room``, to which it was invited.
        """
        bot = self._bots.get(user.key)
        if bot is not None:
            bot.entered.discard(room.timeline.id)
            self.enter(bot, room)

    def alone(self, user: User, room: Room) -> None:
        """
        Take the bot that is ``user`` out of ``room``, where no person is any more.
        """
        bot = self._bots.get(user.key)
        if bot is not None:
            bot.leave(room)

    def say(self, bot: Bot, room: Room, text: str) -> None:
        """
        As `Bot.say`.
        """
        self.enter(bot, room)
        fit = short_blanks(clean_lines(text))
        waits = self._talk.say(bot.user.sessions[0], room, fit or text or " ", kind=SaidByBot)
        if waits is not None:
            # There is no user to tell of a refusal that comes later.
            waits.addErrback(lambda failure: failure.trap(ChatError))

    def leave(self, bot: Bot, room: Room) -> None:
        """
        As `Bot.leave`.
        """
        self._membership.leave(bot.user, room)

    # -- plugins that come and go -----------------------------------------------------------------

    def release(self, module: str) -> None:
        """
        Expect the bots of ``module``, which is removed or reloaded, to be asked for again.
        """
        self._unclaimed |= {key: bot for key, bot in self._bots.items() if bot.module == module}

    def remove_unclaimed(self) -> None:
        """
        Remove the bots that were not.
        """
        unclaimed, self._unclaimed = self._unclaimed, {}
        for key, bot in unclaimed.items():
            del self._bots[key]
            for session in tuple(bot.user.sessions):
                self._connections.close(session, "", "")

    def remove_all(self) -> None:
        """
        Remove all bots.
        """
        self._unclaimed = dict(self._bots)
        self.remove_unclaimed()
