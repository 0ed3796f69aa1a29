"""
Accounts: REGISTER and VERIFY, by IRCv3's draft/account-registration, and LINK of ours.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from twisted_chat.doors.irc.registration.sasl import Proven, log_in
from twisted_chat.doors.irc.verbs.ask import Ask, Verb, deny
from twisted_chat.doors.irc.verbs.channels import show_earlier
from twisted_chat.errors import ChatError
from twisted_chat.people.owners.links import LINK, Device
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted_chat.world.model import Account

# An account, an address for mail, and a password.
_PARAMS = 3


def register(ask: Ask) -> Awaitable[object]:
    """
    Register the nick of the user.

    An address for mail is not needed, and not kept; a code of an invitation may stand there.

    Raises:
        ChatError: the account is to have another name.
    """
    name, code, password = ask.params[:_PARAMS]
    if name != "*" and fold(name) != ask.user.key:
        raise ChatError(
            "An account has the name that you go by; change your nick first.",
            code="account-name-must-be-nick",
        )
    return _register(ask, password, "" if code == "*" else code)


async def _register(ask: Ask, password: str, code: str) -> None:
    made = await ask.hub.registration.register(ask.session, password, code)
    ask.send(("REGISTER", "SUCCESS", made.account, "Your name is registered"))


def verify(_: Ask) -> None:
    """
    Tell that no account waits for a code.

    Raises:
        ChatError: always.
    """
    raise ChatError("No account waits for a code here.", code="invalid-code")


def link(ask: Ask) -> Awaitable[None] | None:
    """
    Make a code, answer who asks with one, or come in with one from another device.
    """
    typed = " ".join(ask.params).strip()
    if typed.lower() in {"", "yes", "no"}:
        ask.dispatcher.run(ask.session, "link", typed)
        return None
    refuse = partial(deny, ask.hub, ask.session, ask.verb, "")

    async def go_over(account: Account, check: Callable[[], None]) -> None:
        before = set(ask.user.rooms)
        await log_in(ask.hub, ask.site, ask.session, Proven(account, check, LINK))
        show_earlier(ask, before)

    def let_in(account: Account, check: Callable[[], None]) -> None:
        call = partial(go_over, account, check)
        ask.hub.isolation.run("LINK", call, refused=refuse, counts=False)

    return ask.hub.links.ask_for(Device(ask.session, let_in, refuse), typed)


VERBS = {
    "REGISTER": Verb(register, _PARAMS),
    "VERIFY": Verb(verify),
    "LINK": Verb(link, about=0),
}
