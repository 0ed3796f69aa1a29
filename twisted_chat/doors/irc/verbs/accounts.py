"""
Accounts: made by a verb, and come to with a code that was made at another device.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from twisted_chat.doors.irc.verbs.ask import Verb, deny
from twisted_chat.doors.irc.verbs.services import go_over, identify
from twisted_chat.people.owners.links import LINK, Device

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted_chat.doors.irc.verbs.ask import Ask
    from twisted_chat.world.model import Account


def _link(ask: Ask) -> Awaitable[None] | None:
    """
    Make a code, answer who asks with one, or come in with one from another device.
    """
    typed = " ".join(ask.params).strip()
    if typed.lower() in {"", "yes", "no"}:
        ask.dispatcher.run(ask.session, "link", typed)
        return None
    refuse = partial(deny, ask.hub, ask.session, ask.verb, "")

    def come_in(account: Account, check: Callable[[], None]) -> None:
        ask.hub.isolation.run(
            "LINK",
            partial(go_over, ask, account, check, LINK),
            refused=refuse,
            counts=False,
        )

    return ask.hub.links.ask_for(Device(ask.session, come_in, refuse), typed)


def _register(ask: Ask) -> Awaitable[object] | None:
    """
    Register the nick, as NickServ does.
    """
    return identify(ask, " ".join(("REGISTER", *ask.params)))


VERBS = {
    "LINK": Verb(_link, is_secret=True),
    "REGISTER": Verb(_register, 1, is_secret=True),
}
