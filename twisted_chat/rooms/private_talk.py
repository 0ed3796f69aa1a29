"""
Private talk: messages that users write to each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve

from twisted_chat import errors
from twisted_chat.delivery.labels import is_shown, unlabelled
from twisted_chat.events import Told, ToldAsNotice
from twisted_chat.replies.people import Away, MessageWaits
from twisted_chat.text.checks import require_words
from twisted_chat.world import sanctioned

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.hooks import Hooks
    from twisted_chat.history.messages import Messages
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.world import World


@define(eq=False)
class PrivateTalk:
    """
    Takes a private message past the filters and the policy to its reader, who may be away.

    Args:
        world: knows who is here.
        fanout: takes it to who reads it.
        hooks: see it before, and after.
        recorder: numbers what is kept.
        messages: keep those of accounts.
    """

    _world: World
    _fanout: Fanout
    _hooks: Hooks
    _recorder: Recorder
    _messages: Messages

    def tell(
        self, session: Session, recipient: User, text: str, *, kind: type[Told] = Told
    ) -> Told:
        """
        Write ``text`` from the session's user to ``recipient`` alone, and return what was told.

        Args:
            kind: `ToldAsNotice` for what a program writes, or `ToldAsAction`.

        Raises:
            NoSuchUser: the recipient is gone.
            NotAllowed: they are muted on the whole server.
            ChatError: a filter refuses it.
        """
        sender = session.require_user()
        if not recipient.is_here:
            raise errors.NoSuchUser(recipient.nick)
        is_kept = sender.account is not None or recipient.account is not None
        event = self._message(session, sender, recipient.nick, text, is_kept, kind)
        if is_kept:
            self._messages.keep(sender, event, recipient.author)
        # An ignored user is not told so.
        if recipient is not sender and not recipient.ignores(sender):
            for other in recipient.sessions:
                other.correspondent = sender
                if is_kept:
                    other.note_letter(event.nick, event.kept_id)
                self._fanout.tell(other, event)
        away = None if kind is ToldAsNotice else sanctioned.away_reason(recipient)
        if away is not None:
            why = "" if sender.ignores(recipient) else away
            self._fanout.tell(session, Away(event.at, recipient.nick, why))
        self._hooks.after(event)
        return event

    def write_to(self, session: Session, nick: str, text: str, *, kind: type[Told] = Told) -> Told:
        """
        Write ``text`` to the user called ``nick``; the owner of an account may be away.

        Args:
            kind: as for `tell`.

        Raises:
            NoSuchUser: there is none.
            NotAllowed: the session's user is muted on the whole server.
            ChatError: a filter refuses it.
        """
        world = self._world
        key = world.key_of(nick)
        recipient, account = world.users.get(key), world.accounts.get(key)
        if recipient is None and account is not None:
            recipient = account.user
        if recipient is not None or account is None:
            found = recipient or world.find_user(nick)
            return self.tell(session, found, text, kind=kind)
        sender = session.require_user()
        event = self._message(session, sender, account.name, text, True, kind)
        self._messages.keep(sender, event, account.id, waits=True)
        if kind is not ToldAsNotice:
            self._fanout.tell(session, MessageWaits(event.at, account.name))
        self._hooks.after(event)
        return event

    def _message(
        self,
        session: Session,
        sender: User,
        recipient: str,
        text: str,
        is_kept: bool,
        kind: type[Told],
    ) -> Told:
        """
        Return what ``sender``, the session's user, writes, once they have read it.
        """
        require_words(text)
        sanctioned.check_voice(sender)
        now, account = self._world.now(), sender.account_name
        event = self._hooks.before(kind(now, sender.nick, recipient, text, account))
        if is_kept:
            event = evolve(event, kept_id=self._recorder.next_id(event.at))
        for own in sender.sessions:
            if own is not session or not is_shown(own):
                self._fanout.tell(own, event)
            elif recipient == sender.nick:
                # What users write to themselves comes to them too, and is no answer to anything.
                with unlabelled():
                    self._fanout.tell(own, event)
        return event
