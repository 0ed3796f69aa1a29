"""
Services: what is said to NickServ and ChatServ, which is kept nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.errors import ChatError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted_chat.doors.irc.verbs.ask import Ask
    from twisted_chat.world.model import Account

    Service = Callable[[Ask, str], "Awaitable[object] | None"]


def called(target: str) -> Service | None:
    """
    Return the service of this name; None if it is none.
    """
    return _SERVICES.get(target.partition("@")[0].lower())


def run_command(ask: Ask, typed: str) -> None:
    """
    Run a command of ours: ``search tea`` does ``/search tea``.
    """
    name, _, rest = typed.strip().removeprefix("/").partition(" ")
    ask.dispatcher.run(ask.session, name or "help", rest.strip())


def identify(ask: Ask, typed: str) -> Awaitable[object] | None:
    """
    Do what people type to NickServ out of habit: ``IDENTIFY [name] password``.

    Raises:
        NotAllowed: others can listen in.
        ChatError: it is nothing that NickServ knows.
    """
    word, *given = typed.split()
    if not ask.session.client.is_private:
        raise NotAllowed(
            "This connection is not encrypted. To give a password, please connect over TLS.",
            code="not-encrypted",
        )
    match word.upper(), given:
        case "IDENTIFY" | "LOGIN" | "ID", [password]:
            return _log_in(ask, ask.user.nick, password)
        case "IDENTIFY" | "LOGIN" | "ID", [name, password]:
            return _log_in(ask, name, password)
        case "REGISTER", [password, *rest]:
            return _register(ask, password, *rest[:1])
        case _:
            raise ChatError(
                "NickServ knows IDENTIFY password, IDENTIFY name password, REGISTER password, "
                "and REGISTER password code.",
                code="no-such-service-command",
            )


async def _log_in(ask: Ask, name: str, password: str) -> None:
    hub, session = ask.hub, ask.session
    account, _ = await hub.verifier.verified(session, name, hub.world.find_account(name), password)
    await go_over(ask, account, hub.logins.until_revoked(account))


async def go_over(
    ask: Ask, account: Account, check: Callable[[], None], opened_by: str = ""
) -> None:
    """
    Log the session of a client that has a nick already in to ``account``.

    Args:
        check: as for `Logins.come_back`; so is ``opened_by``.

    Raises:
        ChatError: as that does.
    """
    session, user = ask.session, ask.user
    if account.user is not None and account.user is not user:
        # The session goes over to the user whom the owner is already: a client is told of that
        # as if its user had parted and changed their nick.
        source = ask.site.source(user.nick)
        parts = [("PART", f"#{room.name}", "logging in") for room in user.rooms]
        ask.send(*parts, ("NICK", account.user.nick), source=source)
    await ask.hub.logins.come_back(session, account, check, opened_by)


async def _register(ask: Ask, password: str, code: str = "") -> None:
    # Out of habit, an address for mail may stand there.
    registering = ask.hub.registration.register(ask.session, password, code)
    ask.hub.tell(ask.session, await registering)


_SERVICES: dict[str, Service] = {"nickserv": identify, "chatserv": run_command}
