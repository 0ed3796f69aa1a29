"""
Questions of plugins, as clients are told them that show no prompts.
"""

from __future__ import annotations

from attrs import frozen

from twisted_chat.replies.reply import Reply


@frozen
class Asked(Reply):
    """
    A command asks the reader something, and waits for the answer.

    Attributes:
        question: its number, which the answer names.
        text: what is asked, for a user.
        type: what is asked for: ``text``, ``integer``, ``number``, ``boolean``, ``duration``,
            ``user``, ``room``, ``choice``, or a type of the plugin's.
        options: what there is to choose from; empty for anything.
        default: what an empty answer stands for; empty for nothing: then it cancels.
        is_secret: the answer is not to be shown.
        seconds: for how long the answer is waited for; 0 is no limit.
    """

    question: int
    text: str
    type: str
    options: tuple[str, ...]
    default: str
    is_secret: bool
    seconds: float


@frozen
class Choices(Reply):
    """
    What there is to choose from at the prompt that follows.
    """

    options: tuple[str, ...]


@frozen
class QuestionEnded(Reply):
    """
    A question is asked no more, and was not answered.

    Attributes:
        question: its number.
        code: why: ``cancelled``, or ``no-answer`` after the time for it.
    """

    question: int
    code: str
