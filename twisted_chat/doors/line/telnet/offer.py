"""
An option that the server offers, and what the client has said of it.
"""

from __future__ import annotations

from collections import deque

from attrs import define, field

from twisted_chat.doors.line.telnet.codes import IAC, WILL, WONT

# Offers that a client may leave unanswered and that are remembered: nc answers none.
_MOST = 16


@define(eq=False)
class Offer:
    """
    One option of ours (RFC 1143); an answer is neither awaited nor answered again.

    Attributes:
        option: its number.
        is_made: we have said that we use it.
        is_agreed: the client has agreed to that.
    """

    option: int
    is_made: bool = field(init=False, default=False)
    is_agreed: bool = field(init=False, default=False)
    # What we have said, and the client has still to answer.
    _unanswered: deque[bool] = field(init=False, factory=lambda: deque(maxlen=_MOST))

    def make(self) -> bytes:
        """
        Return the bytes that offer it; empty where it is offered already.
        """
        if self.is_made:
            return b""
        self.is_made = True
        self._unanswered.append(True)
        return bytes([IAC, WILL, self.option])

    def take_back(self) -> bytes:
        """
        Return the bytes that undo `make`; empty where that is done already.
        """
        if not self.is_made:
            return b""
        self.is_made = False
        if self._unanswered or self.is_agreed:
            self._unanswered.append(False)
        self.is_agreed = False
        return bytes([IAC, WONT, self.option])

    @property
    def is_discussed(self) -> bool:
        """
        Whether what the client says of it is an answer, and no request of its own.
        """
        return self.is_made or bool(self._unanswered)

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
        unanswered = self._unanswered
        offered = unanswered.popleft() if unanswered else self.is_made
        if offered and not agrees and unanswered:
            # A refused option need not be taken back, so the client does not answer that.
            unanswered.popleft()
        if not unanswered:
            # Otherwise it is of an earlier offer.
            self.is_agreed = self.is_made and agrees
