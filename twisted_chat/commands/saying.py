"""
Saying: what users type that is no command, and what they type behind a line that waits.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import Factory, define, field

from twisted_chat import errors
from twisted_chat.commands.parsing import mention_of
from twisted_chat.commands.rates import Rates
from twisted_chat.commands.table import CommandTable
from twisted_chat.delivery.labels import keep, label_of, labelled, request_now
from twisted_chat.errors import ChatError
from twisted_chat.replies.reply import Done
from twisted_chat.text.clean import clean_lines, is_plain, short_blanks

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred

    from twisted_chat.world.model import Session

# What is refused as invisible.
_NOTHING = " "


@define(eq=False, repr=False)
class Says(CommandTable):
    """
    Says lines in rooms for users.

    Attributes:
        rates: count what is typed; doors let lines wait by them.
    """

    rates: Rates = field(
        init=False, default=Factory(lambda self: Rates(self.hub.world), takes_self=True)
    )

    def say(
        self,
        session: Session,
        text: str,
        label: str = "",
        *,
        room: str = "",
        is_action: bool = False,
    ) -> None:
        """
        Say ``text`` in a room, whatever it begins with.

        Args:
            text: as for `Dispatcher.dispatch`.
            label: as for `Dispatcher.dispatch`.
            room: the name of the room; that in which the user of ``session`` talks if empty.
            is_action: it is what they do, as in ``/me waves``.
        """
        if label:
            with labelled(session, label):
                self.say(session, text, room=room, is_action=is_action)
        elif not session.closed:
            self.rates.spend(session, text)
            # A blank line is said among others that were pasted only.
            self._say(session, text if text.strip() else _NOTHING, room, is_action=is_action)

    def _asks_back(self, session: Session, text: str) -> bool:
        """
        Return whether ``text`` may be meant for one user alone; typed again, it is said.
        """
        nick, rest = mention_of(text)
        if not nick or session.is_sure or session.current is None:
            return False
        if text == session.asked_back:
            session.is_sure = True
            return False
        world = self.hub.world
        user, account = world.users.get(world.key_of(nick)), world.find_account(nick)
        name = user.nick if user else account.name if account else ""
        if not name or user is session.user:
            return False
        session.asked_back = text
        self.hub.refuse(session, errors.MaybeMessage(name, rest))
        return True

    def _say(
        self, session: Session, text: str, name: str = "", *, is_action: bool = False
    ) -> None:
        # Nearly every line is said in a room, so this is the shortest way.
        if session.queued:
            self.put_behind(session, partial(self._say, session, text, name, is_action=is_action))
            return
        try:
            room = self.hub.find_room(name, seen_by=session.user) if name else session.current
            if room is None:
                raise errors.NoCurrentRoom
            fit = text if is_plain(text) else short_blanks(clean_lines(text))
            # Of what shows nothing, nothing may be left: it is not a blank line, but refused.
            speak = self.hub.talk.act if is_action else self.hub.talk.say
            waits = speak(session, room, fit or text)
            if waits is not None:
                self._await(session, waits, text)
            elif request_now() is not None:
                self._acknowledge(session)
        except ChatError as refusal:
            self.hub.refuse(session, refusal)
        except Exception:
            self.hub.isolation.log.report("A line could not be said", secret=text)
            self.hub.refuse(session, errors.Failed())

    def _await(self, session: Session, waits: Deferred[None], text: str) -> None:
        """
        Await that a line is said, which a filter in another process checks first.
        """
        session.running += 1

        def done(_: object) -> None:
            if request_now() is not None:
                self._acknowledge(session)

        self.hub.isolation.run(
            "a filter of a program",
            lambda: waits,
            done=done,
            refused=partial(self.hub.refuse, session),
            failed=lambda: self.hub.refuse(session, errors.Failed()),
            ended=partial(self._end, session),
            secret=text,
            counts=False,
        )

    def put_behind(self, session: Session, do: Callable[[], None]) -> None:
        """
        Do what was typed behind a line that waits for a filter in another process, behind it.

        So is done what is typed behind that: no line is said in a room that was to be left first.
        """
        session.running += 1
        session.queued = (*session.queued, keep(do))
        if len(session.queued) == 1:
            self._await_line(session)

    def _await_line(self, session: Session) -> None:
        assert session.unsaid is not None
        session.unsaid.addCallback(lambda _: self._do_behind(session))

    def _do_behind(self, session: Session) -> None:
        waiting, session.queued = list(session.queued), ()
        while waiting and session.unsaid is None:
            do = waiting.pop(0)
            if not session.closed:
                do()
            self._end(session)
        if waiting:
            session.queued = tuple(waiting)
            self._await_line(session)

    def _end(self, session: Session) -> None:
        session.running -= 1
        if not session.running and not session.closed:
            # The end of what comes may wait for that.
            session.client.resume()

    def _acknowledge(self, session: Session) -> None:
        if label := label_of(session):
            self.hub.requests.note_done(session, label)
            self.hub.fanout.tell(session, Done(self.hub.now()))
