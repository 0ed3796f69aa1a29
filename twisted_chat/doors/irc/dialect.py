"""
The dialect of IRC: an event becomes messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from twisted_chat.doors.irc.formatting import cut
from twisted_chat.doors.irc.lines.events import KICKED, lines_of_event
from twisted_chat.doors.irc.lines.pages import lines_of_page
from twisted_chat.doors.irc.lines.replies import lines_of_answer, lines_of_reply
from twisted_chat.doors.irc.lines.said import WITHIN, Line, lines_of_text, with_account
from twisted_chat.doors.irc.lines.signals import lines_of_signal
from twisted_chat.doors.irc.lines.times import time_tag
from twisted_chat.doors.irc.message import MAX_BODY, written_tags
from twisted_chat.doors.irc.negotiated import Negotiated
from twisted_chat.doors.irc.replies import IrcReply
from twisted_chat.events import Acted, Event, Left, Quit, Renamed, Said, Told
from twisted_chat.replies.moderation import Kicked, Sanctioned
from twisted_chat.replies.pages import NewDay, Transcript
from twisted_chat.replies.reply import Labelled, Reply
from twisted_chat.replies.rooms import RoomsRestored
from twisted_chat.signals import Signal
from twisted_chat.world.settings import Preferences

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOTHING = Preferences()


@frozen(cache_hash=True)
class IrcDialect(Negotiated):
    """
    Messages for clients that have negotiated the same.
    """

    #: All read the same of a line, and each join and leave by itself.
    is_personal: ClassVar[bool] = False
    merges_presence: ClassVar[bool] = False
    follows_names: ClassVar[bool] = True

    @property
    def preferences(self) -> Preferences:
        """
        How it is: nothing that users set makes a difference.
        """
        return _NOTHING

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> IrcDialect:
        """
        Return this dialect: every line names its room, and clients have settings of their own.
        """
        return self

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return ``event`` as messages, each with its end.
        """
        if type(event) is Said:
            # By far the most frequent event.
            return self._written(event.at, lines_of_text(self, event))
        label = ""
        if isinstance(event, Labelled):
            label, event = event.label, event.event
        if isinstance(event, Transcript):
            page = lines_of_page(self, event, reader)
            return b"".join(
                [self._written(at or event.at, [_whole(line)], label) for line, at in page]
            )
        lines = map(_whole, self._lines(event, reader))
        return self._written(event.at, lines, label)

    def _lines(self, event: Event, reader: str) -> Iterable[Line]:
        match event:
            case IrcReply():
                return lines_of_answer(self, event, reader or "*")
            case Reply():
                return self._with_account(
                    event, lines_of_reply(self, event, reader or "*"), reader
                )
            case Signal():
                return self._with_account(event, lines_of_signal(self, event, reader), reader)
            case NewDay():
                return ()
            case _:
                return self._with_account(event, lines_of_event(self, event, reader), reader)

    def _with_account(self, event: Event, lines: Iterable[Line], reader: str) -> Iterable[Line]:
        """
        Return ``lines`` with the account of who does it (IRCv3, account-tag); what is said has it.
        """
        nick = _doer(event, reader)
        if not self.has_account or not nick or isinstance(event, Said | Acted | Told):
            return lines
        match event:
            case Quit():
                account = self.site.departed.account_of(nick) or "*"
            case Renamed():
                # By now they are called so.
                account = self.site.account_of(event.new_nick)
            case _:
                account = self.site.account_of(nick)
        if account == "*":
            return lines
        return with_account(self, lines, nick, account)

    def _written(self, at: float, lines: Iterable[Line], label: str = "") -> bytes:
        before = f"time={time_tag(at)}" if self.has_time else ""
        if label:
            label = written_tags({"label": label})
            before = f"{label};{before}" if before else label
        return "".join(
            [
                _with_tags(label if tags.startswith(WITHIN) else before, text, tags)
                for text, tags in lines
            ]
        ).encode()


def _doer(event: Event, reader: str) -> str:
    """
    Return the nick of the user who did ``event``; empty if nobody did.
    """
    if isinstance(event, Kicked) or (isinstance(event, Left) and event.cause in KICKED):
        return event.by
    if isinstance(event, Sanctioned):
        return event.sanction.by if event.begins else ""
    # That they are back in their rooms is told to them alone.
    return reader if isinstance(event, RoomsRestored) else getattr(event, "nick", "")


def _whole(line: Line) -> Line:
    """
    Return ``line`` as long as a message may be; what users said was split before.
    """
    text, tags = line
    return cut(text, MAX_BODY - 2), tags


def _with_tags(before: str, text: str, tags: str) -> str:
    if not before and not tags:
        return f"{text}\r\n"
    if before and tags:
        return f"@{before};{tags} {text}\r\n"
    return f"@{before}{tags} {text}\r\n"
