"""
Questions: what only the user knows, such as a name or a password.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Sequence

from attrs import define, field, frozen

from twisted_chat.client.show.clean import clean
from twisted_chat.client.show.line import Message


@frozen
class Question:
    """
    A question at the user.

    Attributes:
        prompt: what is shown, clean.
        is_secret: what is typed is not shown.
    """

    prompt: str = field(converter=clean)
    is_secret: bool = False


@define(eq=False)
class Questions:
    """
    Holds the question that the user is asked, one at a time.

    Attributes:
        current: what is asked; None for nothing.
    """

    current: Question | None = field(init=False, default=None)
    _answered: Callable[[str], None] | None = field(init=False, default=None)

    def ask(self, question: Question, answered: Callable[[str], None]) -> None:
        """
        Ask ``question``; ``answered`` is called with what the user types.
        """
        self.current, self._answered = question, answered

    def answer(self, text: str) -> None:
        """
        Take what the user typed.
        """
        answered, self._answered, self.current = self._answered, None, None
        if answered is not None:
            answered(text)

    def give_up(self) -> None:
        """
        Take back the question.
        """
        self.current = self._answered = None


@frozen
class Secret:
    """
    A password that a command needs.

    Attributes:
        member: what the argument is called.
        prompt: what is asked.
        is_new: it is asked twice.
    """

    member: str
    prompt: str = "Password"
    is_new: bool = False


_NEW = Secret("password", "New password", is_new=True)
_OLD = Secret("password")
# What the server would ask a person for, by command.
SECRETS: dict[str, tuple[Secret, ...]] = {
    "register": (_NEW,),
    "lock": (_NEW,),
    "login": (_OLD,),
    "ghost": (_OLD,),
    "unregister": (_OLD,),
    "join": (_OLD,),
    "passwd": (Secret("old", "Current password"), Secret("new", "New password", is_new=True)),
}
# And the one behind which a code is typed, which opens the account for a while.
_WITH_SECRETS = (*SECRETS, "link")
_ALIASES = {"j": "join"}
# A slash, also as the same key writes it in Chinese and Japanese; what was hit before it by
# mistake is no part of the command.
_SLASH = re.compile(r"\W*[/\uff0f\u3001\u30fb\uff64\uff65]\s*")
# What the word behind the command is called.
_ARGUMENTS = {"login": "nick", "ghost": "nick", "join": "room"}
# The same, where it must not be kept either.
_CODES = {"register": "code"}


def command_of(text: str) -> tuple[str, str]:
    """
    Return the command that ``text`` is, without its slash or alias, and what stands behind it.

    The command is empty if it is none.
    """
    text = text.strip()
    slash = _SLASH.match(text)
    if slash is None:
        return "", text
    name, rest = [*text[slash.end() :].split(maxsplit=1), "", ""][:2]
    name = unicodedata.normalize("NFKC", name).casefold()
    return _ALIASES.get(name, name), rest


def is_secret(text: str) -> bool:
    """
    Return whether a line may hold a password, so that it must not be kept.

    It may also where the name of a command was cut off, written together with what is behind it,
    or mistyped.
    """
    name, rest = command_of(text)
    if not name:
        return False
    if name not in _WITH_SECRETS and name.startswith(_WITH_SECRETS):
        return True
    begun = [known for known in _WITH_SECRETS if known.startswith(name)]
    is_one = name in _WITH_SECRETS
    meant = [name] if is_one else begun + difflib.get_close_matches(name, _WITH_SECRETS)
    # A room is named behind /join; with a second word it may be meant as the password.
    return any(len(rest.split()) > (each in _ARGUMENTS) for each in meant)


@define(eq=False)
class Passwords:
    """
    Asks for the passwords that commands need.

    Args:
        questions: ask them.
        send: sends the command then.
    """

    _questions: Questions
    _send: Callable[[Message], object]

    def ask_for(self, request: Message) -> bool:
        """
        Ask for what ``request``, which was refused, lacks; return whether that is known.
        """
        name, rest = command_of(str(request.get("text", "")))
        name = str(request.get("name", name))
        if name not in SECRETS:
            return False
        args = dict(request.get("args", {}))
        argument = _ARGUMENTS.get(name) or _CODES.get(name)
        if rest and argument:
            args[argument] = rest
        self._ask(name, args, SECRETS[name])
        return True

    def _ask(self, name: str, args: dict[str, object], needed: Sequence[Secret]) -> None:
        if not needed:
            self._send({"request": "command", "name": name, "args": args})
            return
        secret = needed[0]

        def once(typed: str) -> None:
            if not typed:
                return
            args[secret.member] = typed
            if secret.is_new:
                self._questions.ask(Question(f"{secret.prompt} again: ", is_secret=True), again)
            else:
                self._ask(name, args, needed[1:])

        def again(typed: str) -> None:
            if typed == args[secret.member]:
                self._ask(name, args, needed[1:])
            elif typed:
                prompt = f"The two passwords differ. {secret.prompt}: "
                self._questions.ask(Question(prompt, is_secret=True), once)

        self._questions.ask(Question(f"{secret.prompt}: ", is_secret=True), once)
