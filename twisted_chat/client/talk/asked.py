"""
What commands ask the user: the server tells it, and takes the answer.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from twisted_chat.client.show.line import Message
from twisted_chat.client.talk.questions import Question, Questions


@define(eq=False)
class Asked:
    """
    Shows the user what a command asks, one at a time.

    Args:
        questions: what the user is asked.
        send: sends the answer.
        do: does a command that the user types in the place of an answer.

    Attributes:
        number: of the question; 0 while there is none.
    """

    _questions: Questions
    _send: Callable[[Message], object]
    _do: Callable[[str], object]
    number: int = field(init=False, default=0)

    def take(self, told: Message) -> list[str]:
        """
        Ask the user what ``told`` says, and return the options there are.
        """
        self.number = int(told["question"])
        hint = " (yes/no)" if told["type"] == "boolean" else ""
        default = f" [{told['default']}]" if told["default"] else ""
        self._ask(f"{told['text']}{hint}{default} ", is_secret=bool(told["is_secret"]))
        return [f"{number} {option}" for number, option in enumerate(told["options"], 1)]

    def _ask(self, prompt: str, *, is_secret: bool) -> None:
        number = self.number

        def answered(text: str) -> None:
            typed = text.lstrip()
            if is_secret or not typed.startswith("/") or typed.startswith("//"):
                answer = text if is_secret or not typed.startswith("//") else typed[1:]
                self.number = 0
                self._send({"request": "respond", "question": number, "text": answer})
            elif typed.rstrip().lower() == "/cancel":
                self.cancel()
            else:
                # A command is no answer; the question stands behind it.
                self._do(text)
                self._ask(prompt, is_secret=is_secret)

        self._questions.ask(Question(prompt, is_secret=is_secret), answered)

    def cancel(self) -> None:
        """
        Answer nothing: the command ends.
        """
        if self.number:
            self._send({"request": "respond", "question": self.number, "cancel": True})
        self.forget()

    def ended(self, number: int) -> None:
        """
        Take back the question of this ``number``, which is asked no more.
        """
        if number == self.number:
            self.forget()

    def forget(self) -> None:
        """
        Take back the question; on another connection it is asked again.
        """
        if self.number:
            self.number = 0
            self._questions.give_up()
