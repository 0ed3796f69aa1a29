"""
Asking: a command waits for what its user answers, typed as parameters are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.defer import Deferred

from twisted_chat.calls import has_ended, waiting_for_user
from twisted_chat.commands.parameters.arguments import problem_of
from twisted_chat.commands.parameters.params import Param, param_for, type_name
from twisted_chat.errors import BadArgument, ChatError, Unanswered
from twisted_chat.text.names import fold, narrow, shortened
from twisted_chat.world.client import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted_chat.commands.command import Command
    from twisted_chat.hub import Hub
    from twisted_chat.world.client import Question
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.world import World

#: Seconds for which a question is open, if the command does not say.
ANSWER_WITHIN = 60.0
#: Seconds for which one may be open.
LONGEST = 3600.0
#: How many options one may have, and how many characters each.
MOST_OPTIONS, LONGEST_OPTION = 50, 100
# What an answer is called in errors.
_ANSWER = "The answer"
# In the place of an answer that is asked for again.
_AGAIN = object()
# Of more options, an error does not repeat all.
_FEW = 5


@define(eq=False)
class Asking:
    """
    One question of a command, asked until there is an answer that can be read.

    Args:
        session: who is asked.
        param: reads an answer.
        default: what an empty answer stands for; None for nothing, then it cancels.
        name: of the command, for the log.
    """

    _hub: Hub
    _session: Session
    _prompt: Prompt
    _param: Param
    _default: Any
    _within: float
    _name: str
    _question: Question = field(init=False)
    _answer: Deferred[Any] = field(init=False, factory=Deferred)

    async def run(self) -> Any:
        """
        Ask, and return the answer.

        Raises:
            Unanswered: none came in time, the user cancelled, or they have left; or the command
                has ended meanwhile.
            NotAllowed: they are asked something else.
            CannotBeAsked: their client shows no questions.
        """
        if has_ended():
            raise _ended()
        self._ask()
        with waiting_for_user(self._end):
            try:
                # In a tuple: a Deferred looks at what it is given, which may fail.
                (answer,) = await self._answer
                return answer
            finally:
                self._end()

    def _end(self) -> None:
        """
        Withdraw the question, if it is open: its command has ended.
        """
        self._question.cancel(_ended())

    def _ask(self) -> None:
        self._question = self._hub.questions.put(
            self._session,
            self._prompt,
            self._take,
            within=self._within,
            name=self._name,
            takes_commands=not self._prompt.secret,
            withdrawn=self._withdraw,
        )

    def _take(self, text: str) -> None:
        try:
            value = self._try(text)
        except BaseException:  # noqa: BLE001  # it fails the command
            # Whatever it is, also of a type that fails: the command must not wait for ever.
            self._answer.errback()
        else:
            if value is not _AGAIN:
                self._answer.callback((value,))

    def _try(self, text: str) -> Any:
        """
        Return the answer, or `_AGAIN` where it cannot be read and is asked for again.
        """
        question = self._question
        try:
            return self._read(question.session, text)
        except Unanswered:
            raise
        except ChatError as refusal:
            question.is_refused = True
            self._hub.refuse(question.session, refusal)
            self._session = question.session
            self._ask()
            return _AGAIN

    def _read(self, session: Session, text: str) -> Any:
        if not text.strip():
            if self._default is not None:
                return self._default
            raise Unanswered("Cancelled.")
        try:
            return self._param.read(self._hub.world, session.require_user(), text.strip())
        except ValueError:
            raise BadArgument(
                problem_of(self._param, text),
                "",
                code="bad-argument",
                command="",
                argument="answer",
                typed=shortened(text),
            ) from None

    def _withdraw(self, why: str | ChatError) -> None:
        if not self._answer.called:
            left = Unanswered("Who was asked has left.", code="asked-has-left")
            self._answer.errback(why if isinstance(why, ChatError) else left)


class Asks:
    """
    The part of a `Context` that asks the user.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        hub: Hub
        session: Session
        command: Command

    async def ask(
        self,
        text: str,
        type: Any = str,  # noqa: A002  # as everybody calls it
        *,
        default: Any = None,
        within: float = ANSWER_WITHIN,
    ) -> Any:
        """
        Ask the user, and return what they answer, read as a parameter of ``type`` is.

        An answer that cannot be read is refused in the same words, and asked for again.  While
        the user is asked, the time of the command stands still.

        Args:
            text: the question, in one line: ``Which day?``.
            default: what an empty line stands for; None for nothing: then it cancels.
            within: seconds after which nobody waits any more, at most 3600.

        Raises:
            Unanswered: no answer came in time, the user cancelled, or has left.
            NotAllowed: they are asked something else.
            CannotBeAsked: their client shows no questions.
        """
        name = f"/{self.command.name} (asking)"
        here = self.hub.requests.current(self.session)
        return await typed(self.hub, here, text, type, default, within, name).run()

    async def confirm(self, text: str, *, within: float = ANSWER_WITHIN) -> bool:
        """
        Ask the user a question that is answered by yes or no; otherwise as `ask`.
        """
        return bool(await self.ask(text, bool, within=within))

    async def choose(
        self, text: str, options: Sequence[str], *, within: float = ANSWER_WITHIN
    ) -> str:
        """
        Ask the user for one of ``options``, by its words or its number; otherwise as `ask`.

        Args:
            options: at most 50, of at most 100 characters each.
        """
        name = f"/{self.command.name} (asking)"
        here = self.hub.requests.current(self.session)
        return str(await choice(self.hub, here, text, options, within, name).run())


def typed(
    hub: Hub, session: Session, text: str, annotation: Any, default: Any, within: float, name: str
) -> Asking:
    """
    Return a question for a value of the type ``annotation``; the others are as for `Asking`.

    Raises:
        TypeError: nothing can read that type.
        ValueError: ``within`` is not possible.
    """
    param = param_for(_ANSWER, annotation)
    options = () if param.open or annotation is bool else param.choices
    if annotation is bool:
        param = Param(_ANSWER, param.read, "yes or no", required=True, rest=False)
    elif options:
        param = _numbered(param)
    shown = "" if default is None else str(default)
    prompt = Prompt(f"{text.strip()} ", type=type_name(annotation), options=options, default=shown)
    return Asking(hub, session, prompt, param, default, _checked(within), name)


def choice(
    hub: Hub, session: Session, text: str, options: Sequence[str], within: float, name: str
) -> Asking:
    """
    Return a question for one of ``options``, by its words or its number.

    Raises:
        ValueError: there are none, or too many, one is too long, or two are the same.
    """
    known = {fold(narrow(each.strip())): each for each in options}
    if not 0 < len(known) <= MOST_OPTIONS or len(known) < len(options):
        raise ValueError(f"choose takes 1 to {MOST_OPTIONS} options, no two the same")
    if not all(0 < len(each.strip()) <= LONGEST_OPTION for each in options):
        raise ValueError(f"an option has 1 to {LONGEST_OPTION} characters")

    def read(_world: World, _user: User, word: str) -> str:
        try:
            return known[fold(narrow(word))]
        except KeyError:
            raise ValueError(word) from None

    many = f"one of 1 to {len(options)}, or its words"
    wanted = " or ".join(options) if len(options) <= _FEW else many
    param = Param(_ANSWER, read, wanted, required=True, rest=False, choices=tuple(options))
    prompt = Prompt(f"{text.strip()} ", type="choice", options=tuple(options))
    return Asking(hub, session, prompt, _numbered(param), None, _checked(within), name)


def _numbered(param: Param) -> Param:
    """
    Return ``param``, which takes the number of one of its choices too.
    """
    read: Callable[[World, User, str], Any] = param.read

    def read_number(world: World, user: User, word: str) -> Any:
        try:
            return read(world, user, word)
        except ValueError:
            number = narrow(word)
            if number.isdecimal() and 0 < int(number[:4]) <= len(param.choices):
                return read(world, user, param.choices[int(number[:4]) - 1])
            raise

    return Param(param.name, read_number, param.wanted, required=True, rest=False)


def _ended() -> Unanswered:
    return Unanswered("The command has ended.")


def _checked(within: float) -> float:
    if not 0 < within <= LONGEST:
        raise ValueError(f"within must be more than 0 and at most {LONGEST:g} seconds")
    return within
