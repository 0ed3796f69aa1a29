"""
What a message asks for: who sent it, with what, and how it is answered.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen

from twisted_chat.delivery.labels import commanded
from twisted_chat.doors.irc.formatting import read_line, words_in
from twisted_chat.doors.irc.message import MAX_BODY
from twisted_chat.doors.irc.replies import Denied, Numerics, Sent, Written
from twisted_chat.errors import ChatError, Failed, NoSuchRoom, NotAllowed, PasswordRequired
from twisted_chat.replies.reply import Refused
from twisted_chat.text.clean import one_line
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.irc.site import Site
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Room, Session, User

# So many rows of an answer count as a line that is said.
_ROWS_AS_LINE = 25
# Our commands that ask for a password, what they do, and how that is typed here: a client of IRC
# is asked for none.
_WITH_PASSWORD = {
    "ghost": ("close your other connections", "/msg NickServ GHOST nick password"),
    "lock": ("lock a channel", "/mode #channel +k password"),
    "login": ("log in", "/msg NickServ IDENTIFY nick password"),
    "passwd": ("change your password", "/msg NickServ PASSWD old new"),
    "register": ("register your name", "/msg NickServ REGISTER password"),
    "unregister": ("delete your account", "/msg NickServ UNREGISTER password"),
}


@frozen(repr=False)
class Ask:
    """
    A message of a client that has a nick.

    Attributes:
        site: the server.
        session: whose message it is.
        user: theirs.
        verb: in capitals.
        params: as they came.
        tags: as they came.
        caps: what the client has negotiated.
        attempt: does a part of it, such as for one of several channels, which has a name: what is
            refused of it concerns that name alone.
    """

    hub: Hub
    dispatcher: Dispatcher
    site: Site
    session: Session
    user: User
    verb: str
    params: tuple[str, ...]
    tags: Mapping[str, str]
    caps: frozenset[str]
    attempt: Callable[[str, Callable[[], Any]], None]

    def param(self, place: int) -> str:
        """
        Return the parameter at ``place``, from 0; empty if there is none.
        """
        return self.params[place] if place < len(self.params) else ""

    def words(self, place: int) -> str:
        """
        Return the parameter at ``place`` as a line that others may read; empty if there is none.
        """
        return read_line(self.param(place))

    def room(self, channel: str) -> Room:
        """
        Return the room that a channel is, if the user may know of it.

        Raises:
            NoSuchRoom: there is none, or they may not.
        """
        if not channel.startswith("#"):
            raise NoSuchRoom(channel)
        return self.hub.find_room(channel, seen_by=self.user)

    def answer(self, *lines: tuple[str, ...]) -> None:
        """
        Answer with numerics, each with its parameters behind the reader's nick.
        """
        self.spend(len(lines))
        self.hub.tell(self.session, Numerics(self.hub.now(), lines))

    def fitting(self, words: Iterable[str], numeric: str, *params: str) -> list[tuple[str, ...]]:
        """
        Return so many of a numeric that ``words`` are in the last parameters, each of them whole.

        One at least; each is at most as long as a message may be (RFC 2812, section 2.3).

        Args:
            params: of each of them, behind the reader's nick.
        """
        start = " ".join([f":{self.site.name}", numeric, self.user.nick, *params, ":"])
        lines = words_in(words, MAX_BODY - len(f"{start}\r\n".encode()))
        return [(numeric, *params, line) for line in lines] or [(numeric, *params, "")]

    def spend(self, rows: int) -> None:
        """
        Count an answer of so many rows; a short one is in the price of its question.
        """
        if rows > _ROWS_AS_LINE:
            self.session.line_bucket.spend(rows / _ROWS_AS_LINE)

    def send_lines(self, lines: Iterable[str]) -> None:
        """
        Answer with numerics that are written already, but for their beginning.
        """
        self.hub.tell(self.session, Written(self.hub.now(), tuple(lines)))

    def send_batch(self, name: str, kind: str, lines: Iterable[tuple[str, ...]]) -> None:
        """
        Answer with a batch of messages that are no numerics (IRCv3, batch).

        Args:
            name: of the batch.
            kind: of the batch.
        """
        now, is_batch = self.hub.now(), "batch" in self.caps
        if is_batch:
            self.send(("BATCH", f"+{name}", kind))
        batch = name if is_batch else ""
        self.hub.tell(self.session, Sent(now, tuple(lines), batch=batch))
        if is_batch:
            self.send(("BATCH", f"-{name}"))

    def send(self, *lines: tuple[str, ...], source: str = "") -> None:
        """
        Answer with messages that are no numerics, from ``source`` or else from the server.
        """
        self.hub.tell(self.session, Sent(self.hub.now(), lines, source))


def is_like(text: str, mask: str) -> bool:
    """
    Return whether ``text`` is as ``mask`` says, with its wildcards (RFC 2812, section 2.5).

    ``*`` stands for any text, ``?`` for one character, and a bracket for itself.
    """
    return fnmatchcase(text, mask.replace("[", "[[]"))


def deny(hub: Hub, session: Session, verb: str, subject: str, refusal: ChatError) -> None:
    """
    Tell ``session`` that what a message asked for is not done.
    """
    if verb == "NOTICE":
        # Nothing answers a notice (RFC 2812, section 3.3.2).
        return
    refused = Refused.of(refusal, hub.now())
    hub.tell(session, Denied(hub.now(), verb, subject, refused))


def run(
    hub: Hub,
    session: Session,
    verb: str,
    subject: str,
    call: Callable[[], Any],
    ended: Callable[[], None],
    secret: str = "",
) -> None:
    """
    Do ``call``, which may wait for the disk, and tell ``session`` if it is refused.

    Args:
        verb: of the message.
        subject: the channel or nick that it is about; may be empty.
        ended: called once, behind all else.
        secret: kept out of the log.
    """
    hub.isolation.run(
        verb,
        call,
        refused=partial(deny, hub, session, verb, subject),
        failed=lambda: deny(hub, session, verb, subject, Failed()),
        ended=ended,
        secret=secret,
        counts=False,
    )


def do_command(dispatcher: Dispatcher, session: Session, name: str, typed: str) -> None:
    """
    Run a command of ours, such as ``search tea``.

    What its user says by that is told to ``session`` too, as its client has not shown it.  Before
    the rest may stand the channel that it is about: ``re #den 12 yes``.

    Args:
        typed: without formatting.
    """
    text = one_line(typed)
    key = fold(name.removeprefix("/"))
    if key == "ghost" and _is_own(dispatcher, session, text.partition(" ")[0]):
        # No password is asked for, and what stands behind the name may be one.
        text = text.partition(" ")[0]
    elif (deed := _WITH_PASSWORD.get(key)) is not None:
        # Whatever stands behind it may be a password: it goes no further.
        dispatcher.rates.spend(session, "")
        dispatcher.hub.refuse(session, _needs_password(session, *deed))
        return
    channel, _, rest = text.partition(" ")
    room = _room_before(dispatcher, session, name, channel) if channel[:1] == "#" else None
    if room is not None:
        # Nothing in a client of IRC shows in which one commands are done.
        session.current, text = room, rest.strip()
    with commanded(session):
        dispatcher.run(session, name, text)


def _needs_password(session: Session, deed: str, typed: str) -> ChatError:
    # NickServ would refuse it there, and others might read it.
    first = "" if session.client.is_private else "connect over TLS and "
    sentence = f"To {deed}, {first}type {typed}."
    return NotAllowed(sentence, code=PasswordRequired.code)


def _is_own(dispatcher: Dispatcher, session: Session, name: str) -> bool:
    """
    Return whether the user of ``session`` is logged in to the account called ``name``.
    """
    account = session.require_user().account
    return account is not None and dispatcher.hub.world.find_account(name) is account


def _room_before(dispatcher: Dispatcher, session: Session, name: str, channel: str) -> Room | None:
    """
    Return the room of its user that ``channel`` is, if the command ``name`` is done in a room.

    Not if the channel may be a part of what the command takes.
    """
    try:
        command = dispatcher.find(name)
    except ChatError:
        return None
    first = command.params[0] if command.params else None
    if not command.in_room or (first is not None and (first.rest or first.kind == "room")):
        return None
    key = fold(channel.removeprefix("#"))
    return next((room for room in session.require_user().rooms if room.key == key), None)


#: Does what a message asks for; what it returns is awaited.
Do: TypeAlias = "Callable[[Ask], Awaitable[object] | None]"


@frozen
class Verb:
    """
    What a verb does.

    Attributes:
        do: what.
        least: parameters that it needs.
        about: how many of its first parameters name what it is about, in a refusal.
        is_counted: each message of it counts as a line that is said; else `do` counts it.
    """

    do: Do
    least: int = 0
    about: int = 1
    is_counted: bool = True
