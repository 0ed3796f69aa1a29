"""
The sentences of events, for programs that show them to a user and make none of their own.
"""

from __future__ import annotations

from twisted_chat.doors.event_words import told
from twisted_chat.doors.words import lines_of
from twisted_chat.events import Acted, Event, Said, Told
from twisted_chat.replies.pages import Transcript
from twisted_chat.replies.programs import (
    Attention,
    Call,
    Check,
    ChecksEnded,
    Completed,
    Hello,
    PrivateReadUpTo,
    ReadUpTo,
    TokenChanged,
    Unread,
)
from twisted_chat.replies.reply import Refused, Reply

# Talk is shown as it is, a page line by line, a refusal is a sentence, and the rest is for the
# program alone.
_WORDLESS = (
    *(Said, Acted, Told, Transcript, Refused),
    *(Hello, TokenChanged, Completed, ReadUpTo, PrivateReadUpTo, Unread, Attention),
    *(Call, Check, ChecksEnded),
)


def sentence_of(event: Event) -> str:
    """
    Return what a user reads of ``event``, perhaps in several lines; empty for talk.
    """
    if isinstance(event, _WORDLESS):
        return ""
    if isinstance(event, Reply):
        return "\n".join(lines_of(event))
    return told(event)
