"""
Outgoing: requests on their way to the server, and what was asked and is not answered yet.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from attrs import define, field

from twisted_chat.client.show.line import Message
from twisted_chat.client.talk.typed import text_of

#: What is called with all that answers a request; with nothing if the connection is lost.
Answered = Callable[[list[Message]], None]


@define(eq=False)
class Outgoing:
    """
    Sends requests, each with a label of its own, and sends those again that were not answered.

    Attributes:
        outbox: to be sent now, in order.
        is_open: the server knows the user, and takes requests.
    """

    outbox: list[Message] = field(init=False, factory=list)
    is_open: bool = field(init=False, default=False)
    # In the order in which they were made.
    _waiting: dict[str, Message] = field(init=False, factory=dict)
    _asked: dict[str, tuple[list[Message], Answered]] = field(init=False, factory=dict)
    # No other run of the program has these labels.
    _run: str = field(init=False, factory=lambda: secrets.token_hex(4))
    _count: int = field(init=False, default=0)

    @property
    def waiting(self) -> int:
        """
        How many requests have no answer yet.
        """
        return len(self._waiting)

    @property
    def is_moving(self) -> bool:
        """
        Whether the user may talk in another room when what waits is answered.
        """
        return any(request.get("name") == "join" for request in self._waiting.values())

    @property
    def is_saying(self) -> bool:
        """
        Whether something that the user said is not answered yet.
        """
        return any(request.get("request") == "say" for request in self._waiting.values())

    def forget(self) -> None:
        """
        Forget all that waits: another user comes.
        """
        self._waiting.clear()

    def label(self) -> str:
        """
        Return a label that no other request has.
        """
        self._count += 1
        return f"{self._run}-{self._count}"

    def send(self, request: Message) -> str:
        """
        Send ``request``, now or when there is a connection; also again, until it is answered.

        Returns:
            its label.
        """
        label = self.label()
        self._waiting[label] = {**request, "label": label}
        if self.is_open:
            self.outbox.append(self._waiting[label])
        return label

    def ask(self, request: Message, answered: Answered) -> None:
        """
        Send ``request`` if there is a connection, and call ``answered`` with what comes.
        """
        if not self.is_open:
            answered([])
            return
        label = self.label()
        self._asked[label] = ([], answered)
        self.outbox.append({**request, "label": label})

    def tell(self, request: Message) -> None:
        """
        Send ``request`` if there is a connection; nobody waits for an answer.
        """
        if self.is_open:
            self.outbox.append(request)

    def collect(self, told: Message) -> bool:
        """
        Return whether ``told`` answers what was asked with `ask`, which alone is told then.
        """
        label = told.get("label", "")
        if label not in self._asked:
            return False
        collected, answered = self._asked[label]
        is_done = told.get("event") == "done"
        if not is_done:
            collected.append(told)
        if is_done or "error" in told:
            del self._asked[label]
            answered(collected)
        return True

    def answered(self, told: Message) -> Message | None:
        """
        Return the request that ``told``, a refusal or ``done``, is the end of; None for none.
        """
        return self._waiting.pop(str(told.get("label", "")), None)

    def open(self) -> None:
        """
        Send all that waits for an answer.
        """
        self.is_open = True
        self.outbox += self._waiting.values()

    def take_waiting(self) -> list[str]:
        """
        Return what the user typed that has no answer, and stop waiting for any.
        """
        waiting, self._waiting = list(self._waiting.values()), {}
        return [text for request in waiting if (text := text_of(request))]

    def close(self) -> None:
        """
        Note that the connection is lost.
        """
        self.is_open = False
        self.outbox.clear()
        asked, self._asked = list(self._asked.values()), {}
        for _, answered in asked:
            answered([])
