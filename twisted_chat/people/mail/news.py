"""
News: who wrote to users who are away, told by mail once it has been unread for a while.

What is gathered here is in memory: if the server ends before a mail was sent, that mail is not
sent, and what it would have told of is unread in the chat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.events import Acted, Said, ToldAsNotice
from twisted_chat.people.mail.addresses import APART
from twisted_chat.people.mail.letters import Missed, news_letter
from twisted_chat.signals import AccountSet, AwayChanged
from twisted_chat.store.settings import EVERYBODY
from twisted_chat.text.names import fold
from twisted_chat.world.model import User
from twisted_chat.world.policy import Permission, may

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.delivery.turn import Turn
    from twisted_chat.events import Told
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.people.mail.addresses import Addresses
    from twisted_chat.people.settings import Settings
    from twisted_chat.signals import Signal
    from twisted_chat.store.snapshot import Snapshot
    from twisted_chat.text.words import Heard
    from twisted_chat.world.model import Account, Room
    from twisted_chat.world.settings import UserSettings
    from twisted_chat.world.world import World

#: Seconds after which what was written is still unread.
UNREAD_FOR = 300.0
#: Writers that one mail names, each for one room; those beyond are counted.
MOST_NAMED = 20


@define(eq=False)
class _Row:
    """
    What one user wrote in one place.

    Attributes:
        nick: as it is shown.
        room: the name of the room; empty for privately.
        count: how often.
        number: of the last line, in the room, or the id of the last message.
    """

    nick: str
    room: str
    count: int = 0
    number: int = 0


@define(eq=False)
class _Gathered:
    """
    What the owner of one account missed.

    Attributes:
        timer: sends the mail.
        rows: by the number of the room, 0 for none, and the folded nick.
        more: how much is in no row.
        last_at: when the last of it was written, in seconds of the world's clock.
    """

    timer: IDelayedCall
    rows: dict[tuple[int, str], _Row] = field(init=False, factory=dict)
    more: int = field(init=False, default=0)
    last_at: float = field(init=False, default=0.0)


def is_reached(account: Account) -> bool:
    """
    Return whether the owner of ``account`` is here, and not away.
    """
    user = account.user
    return user is not None and not user.is_away


def is_told(account: Account, nick: str, author: int, heard: Heard | None, room: int = 0) -> bool:
    """
    Return whether the owner of ``account`` is to be told that a user wrote.

    Args:
        author: the author number of the account of ``nick``; 0 for a guest.
        heard: what was said in a room; None for a message to them alone.
        room: its number in the store.
    """
    settings, user = account.settings, account.user
    if author == account.id:
        return False
    if settings is not None and (
        fold(nick) in settings.ignored
        or (author and any(author in each.authors for each in settings.ignored.values()))
    ):
        return False
    if heard is None:
        return True
    key = user.key if user else account.key
    return heard.names(key) if settings is None else settings.deserves(key, room, heard)


@define(eq=False)
class News:
    """
    Notes who writes to users who are away, and sends them a mail, at most one an hour.

    Args:
        world: knows who is here.
        addresses: of those who want mail.
        settings: say whom they ignore.
        timelines: know the rooms that are asleep.
    """

    _world: World
    _addresses: Addresses
    _settings: Settings
    _timelines: Timelines
    _gathered: dict[Account, _Gathered] = field(init=False, factory=dict)
    # The last letters to users who have not come back since.
    _sent: dict[Account, object] = field(init=False, factory=dict)
    # Those who want mail and are away, by the rooms that they come back to; and these rooms.
    _watchers: dict[int, dict[Account, None]] = field(init=False, factory=dict)
    _rooms: dict[Account, tuple[int, ...]] = field(init=False, factory=dict)
    # The rooms of those who have gone.
    _seats: dict[Account, tuple[int, ...]] = field(init=False, factory=dict)

    def begin(self, kept: Snapshot) -> None:
        """
        Load what must be known of those who want mail.
        """
        for address, credentials in kept.addresses:
            account = self._world.account_called(address.account)
            if account is not None:
                self._settings.load(account, credentials)
                self._seats[account] = credentials.seats
                self.place(account)

    # -- who is away ------------------------------------------------------------------------------

    def watch(self, user: User, is_here: bool) -> None:
        """
        Note that ``user`` has come or gone.
        """
        account = user.account
        if account in self._addresses.kept and account is not None:
            if not is_here:
                self._seats[account] = tuple(room.timeline.id for room in user.rooms)
            self.place(account, is_gone=not is_here)

    def follow(self, user: User, signal: Signal) -> None:
        """
        Note that ``user`` is away or back, or has logged in.
        """
        account = user.account
        if isinstance(signal, (AwayChanged, AccountSet)) and account in self._addresses.kept:
            assert account is not None
            self.place(account)

    def move(self, user: User, _: Room) -> None:
        """
        Note that ``user`` has entered or left a room.
        """
        account = user.account
        if account in self._addresses.kept and account is not None:
            self.place(account)

    def place(self, account: Account, *, is_gone: bool = False) -> None:
        """
        Note where the owner of ``account`` is now, or that they want no mail any more.

        Args:
            is_gone: they are leaving at this moment.
        """
        for number in self._rooms.pop(account, ()):
            watchers = self._watchers[number]
            del watchers[account]
            if not watchers:
                del self._watchers[number]
        is_wanted = account in self._addresses.kept
        if not is_wanted:
            self._seats.pop(account, None)
        if not is_wanted or (is_reached(account) and not is_gone):
            self.forget(account)
            return
        user = account.user
        rooms = (
            self._seats.get(account, ())
            if user is None or is_gone
            else tuple(room.timeline.id for room in user.rooms)
        )
        if rooms:
            self._rooms[account] = rooms
        for number in rooms:
            self._watchers.setdefault(number, {})[account] = None

    def forget(self, account: Account, *_: object) -> None:
        """
        Send nothing of what was gathered for ``account``, nor a letter that waits to be sent.
        """
        self._sent.pop(account, None)
        gathered = self._gathered.pop(account, None)
        if gathered is not None and gathered.timer.active():
            gathered.timer.cancel()

    # -- what is written --------------------------------------------------------------------------

    def observe(self, turn: Turn) -> None:
        """
        Find those who are away, and named, in what rooms are told.
        """
        if not self._watchers:
            return
        for room, positions in turn.positions.items():
            watchers = self._watchers.get(room.timeline.id)
            if watchers:
                self._look(turn, room, watchers, positions)

    def _look(
        self, turn: Turn, room: Room, watchers: Iterable[Account], places: Iterable[int]
    ) -> None:
        for place in places:
            event = turn.log[place][0]
            # What programs say is for nobody to answer.
            if type(event) is Said or type(event) is Acted:
                heard, author = turn.heard(place), self._author(event.account)
                for account in watchers:
                    if is_told(account, event.nick, author, heard, room.timeline.id):
                        self._note(account, event.nick, room, event.number)

    def _author(self, name: str) -> int:
        account = self._world.find_account(name) if name else None
        return account.id if account else 0

    def hear(self, sender: User, event: Told, addressee: int) -> None:
        """
        Note that ``sender`` wrote to the user with the author number ``addressee`` alone.
        """
        if not self._addresses.kept or isinstance(event, ToldAsNotice):
            return
        account = self._world.account_called(addressee)
        if account is None or account not in self._addresses.kept or is_reached(account):
            return
        if is_told(account, sender.nick, sender.account.id if sender.account else 0, None):
            self._note(account, sender.nick, number=event.kept_id)

    def _note(
        self, account: Account, nick: str, room: Room | None = None, number: int = 0
    ) -> None:
        gathered = self._gathered.get(account)
        if gathered is None:
            mailed_at = self._addresses.kept[account].mailed_at
            # The clock may have stepped back.
            rest = min(mailed_at + APART - self._world.now(), APART)
            timer = self._world.clock.callLater(max(UNREAD_FOR, rest), self._send, account)
            gathered = self._gathered[account] = _Gathered(timer)
        gathered.last_at = self._world.seconds()
        key = room.timeline.id if room else 0, fold(nick)
        row = gathered.rows.get(key)
        if row is None:
            if len(gathered.rows) >= MOST_NAMED:
                gathered.more += 1
                return
            row = gathered.rows[key] = _Row(nick, room.name if room else "")
        row.count += 1
        row.number = number

    # -- what is sent -----------------------------------------------------------------------------

    def _send(self, account: Account) -> None:
        gathered = self._gathered.pop(account)
        address, post = self._addresses.kept[account], self._addresses.post
        user = account.user
        has_typed = (
            user is not None
            and user.is_here
            and self._world.seconds() - user.idle > gathered.last_at
        )
        now = self._world.now()
        is_banned = self._world.bans.find((account.key, account.id), (), now) is not None
        missed = [] if has_typed or is_banned else self._unread(account, gathered)
        if not missed or not post.place:
            return
        mark = self._sent[account] = object()

        def is_wanted() -> bool:
            return self._sent.get(account) is mark

        self._addresses.mailed(account)
        post.send(news_letter(address.address, post.place, missed, gathered.more, is_wanted))

    def _unread(self, account: Account, gathered: _Gathered) -> list[Missed]:
        """
        Return what the owner of ``account`` has not read, and may know of now.
        """
        found, reader = [], account.user
        if reader is None:
            # The policy asks a user, who is nowhere yet.
            reader = User(self._world, account.name, self._world.now(), 0)
            reader.belong_to(account)
        for (number, key), row in gathered.rows.items():
            is_read = account.settings is not None and _is_read(account.settings, number, key, row)
            if not is_read and (not number or self._may_read(reader, number, row)):
                found.append(Missed(row.nick, row.room, row.count))
        return found

    def _may_read(self, reader: User, number: int, row: _Row) -> bool:
        room = self._world.numbered.get(number) or self._timelines.asleep(row.room)
        return (
            room is not None
            and may(reader, Permission.READ, room)
            and (room.has_let_in(reader) or row.number >= room.public_from)
        )


def _is_read(settings: UserSettings, room: int, key: str, row: _Row) -> bool:
    """
    Return whether a user with ``settings`` has read the last line of ``row``, as they marked it.
    """
    if room:
        read = settings.read_up_to(room)
    else:
        marks = settings.read_in_private
        read = max(marks[each].number if each in marks else 0 for each in (key, EVERYBODY))
    return read >= row.number > 0
