"""
The site: the server as clients of IRC see it.

What a message of IRC says and an event does not hold is looked up here: who is in a channel, with
which rank, and under which account.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakSet

from attrs import define, field

from twisted_chat.doors.irc.kept.census import Census
from twisted_chat.doors.irc.kept.departed import Departed
from twisted_chat.doors.irc.kept.markers import marked_at
from twisted_chat.doors.irc.kept.names import Names
from twisted_chat.doors.irc.message import MAX_BODY
from twisted_chat.doors.irc.monitor import MAX_MONITORED, Monitors
from twisted_chat.errors import ChatError
from twisted_chat.text.checks import MAX_REASON
from twisted_chat.text.marks import is_marked
from twisted_chat.text.names import MAX_NICK, MAX_ROOM, fold
from twisted_chat.version import VERSION
from twisted_chat.world.model import User
from twisted_chat.world.sanctioned import check_voice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Room, Session

#: What stands for a user's own name and address, which nobody is told.
USER = "~u"
HOST = "chat"
#: The letter of the mode for each rank, by its name in events.
RANK_MODES = {"owner": "q", "operator": "o", "voiced": "v"}
#: The letters of the modes of a room, by their names in events; who sets ``s`` makes it private.
ROOM_MODES = {
    "private": "i", "lock": "k", "moderated": "m", "members": "R", "topiclock": "t",
    "slow": "S", "limit": "l", "keephistory": "N",
}  # fmt: skip
#: The mode of users who are programs (IRCv3, bot-mode).
BOT = "B"
#: Targets of one message.
MAX_TARGETS = 4
#: Lines in one answer to CHATHISTORY.
MAX_HISTORY = 100
_TOKENS_IN_A_LINE = 13
_LONGEST_USERNAME = 10
#: Characters of a real name.
LONGEST_REALNAME = 64


@define(eq=False)
class Site:
    """
    What is the same for all clients of one server.

    Args:
        hub: knows who is here.
        name: the server's own.
        motd: the text that is shown to all who come; may be empty.

    Attributes:
        era: distinguishes the lines of one start from those of another, where they are kept only
            until the server stops; empty where they stay.
        monitors: who wants to know who comes and goes.
        departed: who was here.
        census: how many are here.
    """

    _hub: Hub
    name: str = "chat.server"
    motd: str = ""
    era: str = ""
    monitors: Monitors = field(init=False)
    departed: Departed = field(init=False)
    census: Census = field(init=False)
    _names: Names = field(init=False)
    _started_at: float = field(init=False)
    # What clients gave as their users' own names: a short one, and a real one.
    _own_names: WeakKeyDictionary[User, tuple[str, str]] = field(
        init=False, factory=WeakKeyDictionary
    )
    # The same by session, which may have no user yet, or another one later.
    _given: WeakKeyDictionary[Session, tuple[str, str]] = field(
        init=False, factory=WeakKeyDictionary
    )
    # Users who are programs, as their clients say (IRCv3, bot-mode).
    _bots: WeakSet[User] = field(init=False, factory=WeakSet)

    def __attrs_post_init__(self) -> None:
        # The door is made when its first client comes, which may be long after the start.
        self._started_at = self._hub.now() - self._hub.directory.uptime
        self.monitors = Monitors(self._hub, f"{USER}@{HOST}")
        self.departed = Departed(self._hub.now)
        self.census = Census(self._hub)
        self._names = Names(self._hub.turns)
        self._hub.world.watchers.append(self._watch)

    def _watch(self, user: User, is_here: bool) -> None:
        if is_here:
            self.census.note()
        else:
            self.departed.note(user, self._names_for_all(user))

    # -- names ------------------------------------------------------------------------------------

    def expect(self, session: Session, username: str, realname: str) -> None:
        """
        Note what the client of ``session`` gave as the names of its user.

        They are read as that user comes in already, before `introduce` can note them as theirs.
        """
        self._given[session] = f"~{username[:_LONGEST_USERNAME]}", realname[:LONGEST_REALNAME]

    def introduce(self, session: Session, user: User) -> None:
        """
        Note as the names of ``user`` what their client ``session`` gave.
        """
        names = self._given.get(session)
        if names is not None:
            self._own_names[user] = names

    def rename(self, session: Session, user: User, realname: str) -> None:
        """
        Note another real name of ``user`` and of their client ``session``; the short ones stay.

        The client may log in to another user later, and the old name must not come back with that.
        """
        given = self._given.get(session, (USER, ""))
        before, _ = self._own_names.get(user, given)
        self._own_names[user] = before, realname
        self._given[session] = given[0], realname

    def names_of(self, asker: User, user: User) -> tuple[str, str]:
        """
        Return the user name and the real name of ``user``, as ``asker`` reads them.

        Both are words of theirs: of users who are ignored, or may not speak, nobody reads them.
        """
        return (USER, user.nick) if asker.ignores(user) else self._names_for_all(user)

    def _names_for_all(self, user: User) -> tuple[str, str]:
        found = self._own_names.get(user)
        if found is None:
            given = (self._given.get(session) for session in user.sessions)
            found = next(filter(None, given), None)
        if found is None:
            return USER, user.nick
        try:
            check_voice(user)
        except ChatError:
            return USER, user.nick
        return found

    def realname_of(self, nick: str) -> str:
        """
        Return the real name of the user of this nick, as all read it; the nick if they have none.

        Of a user whom anybody ignores, or who may not speak, nobody reads it.
        """
        user = self._user_then(nick)
        if user is None or self._hub.world.who_ignore(user):
            return nick
        return self._names_for_all(user)[1]

    def own_realname(self, nick: str) -> str:
        """
        Return the real name of the user of this nick, as they read it themselves.
        """
        user = self._user_then(nick)
        return nick if user is None else self._names_for_all(user)[1]

    def mark_bot(self, user: User, *, is_bot: bool) -> None:
        """
        Note whether ``user`` is a program, for the rest of their visit.
        """
        (self._bots.add if is_bot else self._bots.discard)(user)

    def is_bot(self, nick: str) -> bool:
        """
        Return whether a webhook speaks as ``nick``, or the user of this nick here is a program.
        """
        # Nearly always there is none, and this is asked for each line.
        if nick[-1:] == "]":
            return is_marked(nick)
        return bool(self._bots) and self.user_called(nick) in self._bots

    def marks_bot(self, user: User) -> bool:
        """
        Return whether ``user`` is a program, or a plugin under a name of its own.
        """
        return user.is_bot or user in self._bots

    @staticmethod
    def source(nick: str) -> str:
        """
        Return the source of what ``nick`` says; it holds nothing of where they are.
        """
        return f"{nick}!{USER}@{HOST}"

    def user_called(self, nick: str) -> User | None:
        """
        Return the user of exactly this nick who is here; None if there is none.
        """
        return self._hub.world.users.get(fold(nick))

    def _user_then(self, nick: str) -> User | None:
        """
        Return the user of exactly this nick, or who was just called so and is here by another one.

        What happens in a turn is told at its end, when they may have another one.
        """
        user = self.user_called(nick)
        if user is None and (gone := self.departed.latest(nick)) is not None:
            user = self._hub.world.present.get(gone.author)
        return user

    def account_of(self, nick: str) -> str:
        """
        Return the account of who is called ``nick``, or was just; ``*`` for none.
        """
        user = self._user_then(nick)
        found = self.departed.account_of(nick) if user is None else user.account_name
        return found or "*"

    def who_reacted(self, author: int, room: Room, number: int) -> tuple[str, str]:
        """
        Return the nick and the account by which ``room`` may know who reacted to a line of it.

        An author number tells of more than the room does: a guest may have gone, and be back under
        another nick or with an account.  So who reacted as a guest is known only if they are that
        guest still, and in the room since before the line: it was told of each nick of theirs.
        Whether they came and went between, if they entered later, is not kept.  Who reacted with
        an account is called by it, as nobody else may have that for a nick, or by the nick with
        which they are in the room.

        Args:
            author: the author number that is kept with the reaction.
            number: of the line.

        Returns:
            two empty strings if the room may not know.
        """
        world = self._hub.world
        user = world.present.get(author)
        # A user is here under the number of their visit too when they have an account by now.
        if (
            user is not None
            and user.author == author
            and user in room.members
            and (author > 0 or room.members[user] < number)
        ):
            return user.nick, user.account_name
        account = world.account_called(author)
        return ("", "") if account is None else (account.name, account.name)

    def room_called(self, name: str) -> Room | None:
        """
        Return the room of exactly this name; None if there is none.
        """
        return self._hub.world.rooms.get(fold(name))

    def message_id(self, room: str, number: int) -> str:
        """
        Return the id of line ``number`` of ``room`` (message-ids); empty if it has none.
        """
        found = self.room_called(room) if number else None
        return "" if found is None else f"{self.era}{found.timeline.id}-{number}"

    def number_of(self, room: Room, message_id: str) -> int:
        """
        Return the number of the line of ``room`` that has this id; 0 if none has.
        """
        before, _, number = message_id.rpartition("-")
        if before != f"{self.era}{room.timeline.id}" or not number.isascii():
            return 0
        return int(number) if number.isdigit() and len(number) <= 18 else 0

    def change_id(self, room: str, id_: int) -> str:
        """
        Return the id of what is no line that is said in ``room``, such as a new topic.

        Args:
            id_: of it in the store; 0 if it is not kept, and has none.
        """
        found = self.room_called(room) if id_ else None
        return "" if found is None else f"{self.era}{found.timeline.id}-c{id_}"

    def change_of(self, room: Room, message_id: str) -> int:
        """
        Return the id in the store of what `change_id` returned this for; 0 if it was nothing.
        """
        before, _, id_ = message_id.rpartition("-c")
        if before != f"{self.era}{room.timeline.id}" or not id_.isascii():
            return 0
        return int(id_) if id_.isdigit() and len(id_) <= 18 else 0

    # -- what is shown ----------------------------------------------------------------------------

    def welcome(self, nick: str) -> Iterator[str]:
        """
        Yield what a client reads first: numerics without their beginning.
        """
        started = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(self._started_at))
        letters = "".join(sorted("bns" + "".join((*ROOM_MODES.values(), *RANK_MODES.values()))))
        yield f"001 {nick} :Welcome to the chat, {self.source(nick)}"
        yield f"002 {nick} :Your host is {self.name}, running Twisted Chat {VERSION}"
        yield f"003 {nick} :This server was started at {started}"
        yield f"004 {nick} {self.name} twisted-chat-{VERSION} {BOT}io {letters} bklqovS"
        yield from self.isupport(nick)
        yield from self.census.lines(nick, is_exact=False)
        yield from self.message_of_the_day(nick)
        room = self._hub.world.arrival_room
        yield f"NOTICE {nick} :People meet in #{room}: /join #{room}"

    def isupport(self, nick: str) -> Iterator[str]:
        """
        Yield what is supported here (RPL_ISUPPORT, modern.ircdocs.horse).
        """
        limits = self._hub.world.limits
        tokens = [
            "CASEMAPPING=ascii", "CHANTYPES=#", "PREFIX=(qov)~@+", "CHANMODES=b,k,Sl,imnstRN",
            f"NICKLEN={MAX_NICK}", f"CHANNELLEN={MAX_ROOM + 1}",
            f"TOPICLEN={self._topic_bytes()}", f"KICKLEN={self._kick_bytes()}",
            f"AWAYLEN={self._away_bytes()}", "NETWORK=Chat", "MODES=4",
            "EXTBAN=,m", "UTF8ONLY", "SAFELIST", "WHOX",
            "ELIST=MNU", f"BOT={BOT}", f"NAMELEN={LONGEST_REALNAME}",
            f"MONITOR={MAX_MONITORED}", f"CHATHISTORY={MAX_HISTORY}",
            "MSGREFTYPES=msgid,timestamp", f"CHANLIMIT=#:{limits.max_rooms or ''}",
            f"TARGMAX=PRIVMSG:{MAX_TARGETS},NOTICE:{MAX_TARGETS},KICK:{MAX_TARGETS},JOIN:,PART:",
            "CLIENTTAGDENY=*,-reply,-draft/reply,-draft/react,-draft/unreact,-typing",
        ]  # fmt: skip
        for start in range(0, len(tokens), _TOKENS_IN_A_LINE):
            some = " ".join(tokens[start : start + _TOKENS_IN_A_LINE])
            yield f"005 {nick} {some} :are supported by this server"

    def _topic_bytes(self) -> int:
        """
        Return how many bytes of a topic fit into every message that has one.

        That is with the longest names of its channel, of who sets it and of who reads it.  Most
        clients that heed TOPICLEN count bytes.
        """
        changed = f":{self.source('')} TOPIC # :"
        # LIST has the longest numeric.
        listed = f":{self.name} 322  # {self._hub.world.limits.room_size or 10**6} :"
        return min(_left_beside(each, MAX_NICK + MAX_ROOM) for each in (changed, listed))

    def _kick_bytes(self) -> int:
        """
        Return how many bytes of a reason to kick are taken, and fit beside the longest names.

        As many bytes are at most as many letters, so that it is never refused for its length.
        """
        told = f":{self.source('')} KICK #  :"
        return min(MAX_REASON, _left_beside(told, 2 * MAX_NICK + MAX_ROOM))

    def _away_bytes(self) -> int:
        """
        Return how many bytes of a reason to be away are taken, and fit beside the longest names.
        """
        told = f":{self.name} 301   :"
        return min(MAX_REASON, _left_beside(told, 2 * MAX_NICK))

    def message_of_the_day(self, nick: str) -> Iterator[str]:
        """
        Yield the MOTD, or that there is none.
        """
        if not self.motd:
            yield f"422 {nick} :There is no message of the day"
            return
        yield f"375 {nick} :- {self.name} Message of the day -"
        for line in self.motd.splitlines():
            yield f"372 {nick} :- {line}"
        yield f"376 {nick} :End of the message of the day"

    def topic_for(self, nick: str, room: str) -> str:
        """
        Return the topic of ``room`` as ``nick`` reads it; may be empty.
        """
        user, found = self.user_called(nick), self.room_called(room)
        return found.topic_for(user) if user is not None and found is not None else ""

    def topic_set(self, room: str) -> tuple[str, float]:
        """
        Return who set the topic of ``room``, and when; nothing where that is not known.
        """
        found = self.room_called(room)
        return ("", 0.0) if found is None else (found.topic_by[0], found.topic_at)

    def marker(self, nick: str, target: str) -> float | None:
        """
        Return up to which time ``nick`` has read a channel, or messages with a user.
        """
        user = self.user_called(nick)
        room = self.room_called(target[1:]) if target.startswith("#") else None
        return None if user is None else marked_at(user, target, room)

    def names(self, room: str, reader: str, *, with_host: bool) -> list[str]:
        """
        Return who is in ``room``, the reader too, as numerics without their beginning.

        A user has one rank here, so multi-prefix makes no difference.

        Args:
            with_host: with their sources (userhost-in-names).
        """
        found = self.room_called(room)
        start = f"353 {reader} {'@' if found and not found.is_public else '='} #{room} :"
        # The same for all readers but those of few, long letters.
        used = max(len(reader.encode()), MAX_NICK) + len(start.encode()) - len(reader.encode())
        host = f"!{USER}@{HOST}" if with_host else ""
        lines = (
            [] if found is None else self._names.lines(found, host, 500 - len(self.name) - used)
        )
        return [
            *[start + names for names in lines],
            f"366 {reader} #{room} :End of /NAMES list",
        ]


def _left_beside(message: str, letters: int) -> int:
    """
    Return how many bytes of a message are left beside ``message`` and names of so many letters.
    """
    return MAX_BODY - 2 - len(message.encode()) - 4 * letters
