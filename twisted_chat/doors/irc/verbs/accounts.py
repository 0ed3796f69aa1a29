"""
Accounts: REGISTER and VERIFY, by IRCv3's draft/account-registration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.doors.irc.verbs.ask import Ask, Verb
from twisted_chat.errors import ChatError
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Awaitable

# An account, an address for mail, and a password.
_PARAMS = 3


def register(ask: Ask) -> Awaitable[object]:
    """
    Register the nick of the user; an address for mail is not needed, and not kept.

    Raises:
        ChatError: the account is to have another name.
    """
    name, _, password = ask.params[:_PARAMS]
    if name != "*" and fold(name) != ask.user.key:
        raise ChatError(
            "An account has the name that you go by; change your nick first.",
            code="account-name-must-be-nick",
        )
    return _register(ask, password)


async def _register(ask: Ask, password: str) -> None:
    made = await ask.hub.registration.register(ask.session, password)
    ask.send(("REGISTER", "SUCCESS", made.account, "Your name is registered"))


def verify(_: Ask) -> None:
    """
    Tell that no account waits for a code.

    Raises:
        ChatError: always.
    """
    raise ChatError("No account waits for a code here.", code="invalid-code")


VERBS = {"REGISTER": Verb(register, _PARAMS), "VERIFY": Verb(verify)}
