"""
Calls: commands of a program that users have typed, and its answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen
from twisted.internet.defer import Deferred

from twisted_chat.calls import ANSWER_WITHIN
from twisted_chat.errors import ChatError
from twisted_chat.replies.programs import Call
from twisted_chat.text.checks import require_few_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.commands.dispatcher import Context
    from twisted_chat.plugins.programs.link import Link
    from twisted_chat.world.model import Room

#: Calls of the commands of one program that may wait for its answer.
MOST_CALLS = 1000
#: Calls in a row that a program does not answer until it is taken for one that hangs.
MOST_UNANSWERED = 3


@frozen
class _Called:
    ctx: Context
    room: Room | None
    answer: Deferred[str | None]
    timer: IDelayedCall


@define(eq=False)
class Calls:
    """
    The calls of one program that wait for its answer.

    Args:
        link: sends them.
        on_hung: called when the program hangs, and again after as many calls more.

    Attributes:
        unanswered: how many calls in a row were not answered in time, also by the process before.
    """

    _link: Link
    _on_hung: Callable[[], None]
    unanswered: int = field(init=False, default=0)
    _waiting: dict[int, _Called] = field(init=False, factory=dict)

    def call(self, ctx: Context, args: dict[str, Any]) -> Deferred[str | None]:
        """
        Call a command.

        Returns:
            fires with what its user is answered, if anything, within `ANSWER_WITHIN` seconds.

        Raises:
            ChatError: the program is gone, or has too much to do.
        """
        link, name = self._link, ctx.command.name
        if link.session is None or link.session.closed:
            raise _gone(name)
        if len(self._waiting) >= MOST_CALLS:
            raise ChatError(f"/{name} is busy. Please try again later.", code="program-busy")
        number, room = link.next_number(), ctx.session.current
        answer: Deferred[str | None] = Deferred()
        timer = link.hub.clock.callLater(ANSWER_WITHIN, self._give_up, number)
        self._waiting[number] = _Called(ctx, room, answer, timer)
        where, user = room.name if room else "", ctx.user
        link.send(Call(link.hub.now(), number, name, args, user.nick, user.account_name, where))
        return answer

    def answer(self, number: int, text: str, refusal: str, *, to_room: bool) -> None:
        """
        Answer a call.

        Args:
            number: of the call.
            text: of the answer; may be empty.
            refusal: why the command is not done; empty if it is.
            to_room: the answer is for everybody in the room, and not for the user alone.

        Raises:
            ChatError: there is no such call, or the answer cannot be given.
        """
        # One that answers too late does not hang.
        self.unanswered = 0
        if number not in self._waiting:
            raise ChatError(f"No call {number} waits for an answer.", code="no-such-call")
        require_few_lines(text)
        called = self._end(number)
        try:
            if refusal:
                raise ChatError(refusal)
            if to_room and text:
                _tell_room(called, text)
                text = ""
        except ChatError as why:
            called.answer.errback(why)
        else:
            called.answer.callback(text or None)

    def end_all(self) -> None:
        """
        Tell all users who wait that the program has ended.
        """
        for number in tuple(self._waiting):
            called = self._end(number)
            called.answer.errback(_gone(called.ctx.command.name))

    def _end(self, number: int) -> _Called:
        called = self._waiting.pop(number)
        if called.timer.active():
            called.timer.cancel()
        return called

    def _give_up(self, number: int) -> None:
        called = self._end(number)
        command = called.ctx.command.name
        self._link.log.warn(  # noqa: G010  # not one of the logging module's
            "Program {name} did not answer /{command} within {seconds:g} s",
            name=self._link.name,
            command=command,
            seconds=ANSWER_WITHIN,
        )
        sentence = f"/{command} did not answer within {ANSWER_WITHIN:g} s."
        called.answer.errback(ChatError(sentence, code="no-answer"))
        self.unanswered += 1
        if self.unanswered % MOST_UNANSWERED == 0:
            self._on_hung()


def _tell_room(called: _Called, text: str) -> None:
    """
    Announce the answer of a command in the room in which its user typed it.

    Raises:
        ChatError: they may not speak there, or are not there any more.
    """
    room, user = called.room, called.ctx.user
    if room is None or user not in room.members or not user.may_speak(room):
        raise ChatError("The answer is for a room in which you may not speak.")
    room.announce(text)


def _gone(command: str) -> ChatError:
    return ChatError(f"/{command} failed: its program has ended.", code="program-gone")
