"""
An option that the server offers, and what the client has said of it.
"""

from __future__ import annotations

from attrs import define, field

from twisted_chat.doors.line.telnet.codes import IAC, WILL, WONT


@define(eq=False)
class Offer:
    """
    One option of ours (RFC 1143); an answer is neither awaited nor answered again.

    RFC 1143 would wait for the answer to an offer before it is taken back.  Typing would then stay
    hidden at a client that does not answer.  So answers are counted: offers and their ends take
    turns, so the number of those that are not answered tells which one is next.

    Attributes:
        option: its number.
        is_made: we have said that we use it.
        is_agreed: the client has agreed to that.
    """

    option: int
    is_made: bool = field(init=False, default=False)
    is_agreed: bool = field(init=False, default=False)
    # How often we have said something that the client has still to answer, the last time
    # `is_made`.  Some clients, such as nc, answer nothing.
    _unanswered: int = field(init=False, default=0)

    def make(self) -> bytes:
        """
        Return the bytes that offer it; empty where it is offered already.
        """
        if self.is_made:
            return b""
        self.is_made = True
        self._unanswered += 1
        return bytes([IAC, WILL, self.option])

    def take_back(self) -> bytes:
        """
        Return the bytes that undo `make`; empty where that is done already.
        """
        if not self.is_made:
            return b""
        self.is_made = False
        if self._unanswered or self.is_agreed:
            self._unanswered += 1
        self.is_agreed = False
        return bytes([IAC, WONT, self.option])

    @property
    def is_discussed(self) -> bool:
        """
        Whether what the client says of it is an answer, and no request of its own.
        """
        return self.is_made or self._unanswered > 0

    @property
    def is_refused(self) -> bool:
        """
        Whether it is offered, and the client has answered that it does not agree.
        """
        return self.is_made and not self.is_agreed and not self._unanswered

    def hear(self, *, agrees: bool) -> None:
        """
        Take an answer of the client, or that it does not agree any more.
        """
        # The first of them is as the last one if their number is odd.
        is_offer = self.is_made == (self._unanswered % 2 == 1 or not self._unanswered)
        self._unanswered = max(0, self._unanswered - 1)
        if is_offer and not agrees and self._unanswered:
            # A refused option need not be taken back, so the client does not answer that.
            self._unanswered -= 1
        if not self._unanswered:
            # Otherwise it is of an earlier offer.
            self.is_agreed = self.is_made and agrees
