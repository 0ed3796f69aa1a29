"""
Help: HELP, which tells what a verb does, or what there is (modern.ircdocs.horse, "HELP message").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from twisted_chat.doors.irc.formatting import words_in
from twisted_chat.doors.irc.lines.typed import as_typed, help_as_typed
from twisted_chat.doors.irc.numerics import (
    ERR_HELPNOTFOUND,
    RPL_ENDOFHELP,
    RPL_HELPSTART,
    RPL_HELPTXT,
)
from twisted_chat.doors.irc.verbs.ask import Ask, Verb
from twisted_chat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Mapping

_IN_A_LINE = 400
# Where a specification has it, which is for readers of the code.
_SOURCE = re.compile(r" \([^()]*(?:[0-9]|IRCv3)[^()]*\)")


def help_on(verbs: Mapping[str, Verb]) -> Verb:
    """
    Return what HELP does, which knows ``verbs`` and all commands.
    """

    def show(ask: Ask) -> None:
        subject = ask.param(0)
        lines = _about(ask, verbs, subject) if subject else _all(ask, verbs)
        if not lines:
            ask.answer((ERR_HELPNOTFOUND, subject, "There is no help on this"))
            return
        name = subject or "*"
        first, *rest = lines
        ask.answer(
            (RPL_HELPSTART, name, first),
            *((RPL_HELPTXT, name, line) for line in rest),
            (RPL_ENDOFHELP, name, "End of /HELP"),
        )

    return Verb(show)


def _all(ask: Ask, verbs: Mapping[str, Verb]) -> list[str]:
    names = sorted(f"{each.name}".upper() for each in ask.dispatcher.commands)
    return [
        "Messages that are understood:", *words_in(sorted(verbs), _IN_A_LINE),
        "Commands, such as /quote SEARCH tea, or /msg ChatServ search tea:",
        *words_in(names, _IN_A_LINE),
        "HELP and one of them tells more.",
    ]  # fmt: skip


def _about(ask: Ask, verbs: Mapping[str, Verb], subject: str) -> list[str]:
    verb = verbs.get(subject.upper())
    if verb is not None:
        text = " ".join(str(verb.do.__doc__).split("\n\n")[0].split())
        told = _SOURCE.sub("", text).replace("``", "")
        return [f"{subject.upper()}: {told}", "It is a message of IRC."]
    try:
        command = ask.dispatcher.find(subject.removeprefix("/").lower(), ask.user.roles)
    except ChatError:
        return []
    return [as_typed(command.usage), help_as_typed(command.help)]
