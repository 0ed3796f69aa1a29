"""
Services: what is said to NickServ and ChatServ, which is kept nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.delivery.labels import commanded
from twisted_chat.doors.irc.formatting import without_formatting
from twisted_chat.doors.irc.registration.sasl import Proven, log_in
from twisted_chat.doors.irc.verbs.ask import Ask, Verb, do_command
from twisted_chat.doors.irc.verbs.channels import show_earlier
from twisted_chat.errors import ChatError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Service = Callable[[Ask, str], "Awaitable[object] | None"]

#: What takes the default of a question: no client sends an empty message.
DEFAULT = "."
# What is said of a TLS certificate, and the command of ours that does it.
_KEYS = {"ADD": ("key", "add"), "LIST": ("keys",), "DEL": ("key", "remove")}


def called(target: str) -> Service | None:
    """
    Return the service of this name; None if it is none.
    """
    return _SERVICES.get(target.partition("@")[0].lower())


def run_command(ask: Ask, typed: str) -> None:
    """
    Run a command of ours: ``search tea`` does ``/search tea``.

    While a command asks the user something, what they say is the answer.
    """
    question = ask.session.question
    if question is not None and not question.is_answered:
        text = typed.strip()
        if text.lower() == "cancel":
            text = "/cancel"
        elif text == DEFAULT and question.prompt.default:
            text = ""
        with commanded(ask.session):
            ask.dispatcher.answer(ask.session, text)
        return
    name, _, rest = without_formatting(typed).strip().removeprefix("/").partition(" ")
    do_command(ask.dispatcher, ask.session, name or "help", rest.strip())


def identify(ask: Ask, typed: str) -> Awaitable[object] | None:
    """
    Do what people type to NickServ out of habit: ``IDENTIFY [name] password``, and ``CERT ADD``.

    A client of IRC is asked for no password, so that ``PASSWD old new`` takes both at once.

    Raises:
        NotAllowed: others can listen in.
        ChatError: it is nothing that NickServ knows.
    """
    # A password may hold any other white space.
    word, *given = [each for each in typed.split(" ") if each] or [""]
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
        case "REGISTER", [password]:
            return _register(ask, password)
        case "REGISTER", [password, code] if "@" in code or ask.hub.world.limits.needs_code:
            return _register(ask, password, code)
        case "REGISTER", [_, *_]:
            raise ChatError(
                "NickServ takes a password of one word. For one of several, please say "
                "/quote REGISTER * * :and the password.",
                code="several-words",
            )
        case "PASSWD", [old, new]:
            return _change_password(ask, old, new)
        case "UNREGISTER", [password]:
            return _unregister(ask, password)
        case _:
            return _do_other(ask, word.upper(), given)


def _do_other(ask: Ask, word: str, given: list[str]) -> Awaitable[object] | None:
    """
    Do what is said to NickServ of connections and of certificates.
    """
    match word, given:
        case "GHOST", [name]:
            do_command(ask.dispatcher, ask.session, "ghost", name)
            return None
        case "GHOST", [name, password]:
            return ask.hub.logins.close_others(ask.session, name, password)
        case "CERT", [deed, *key] if deed.upper() in _KEYS:
            command, *words = _KEYS[deed.upper()]
            ask.dispatcher.run(ask.session, command, " ".join([*words, *key]))
            return None
        case _:
            raise ChatError(
                "NickServ knows IDENTIFY password, IDENTIFY name password, REGISTER password, "
                "REGISTER password code, PASSWD old new, UNREGISTER password, GHOST name "
                "password, CERT ADD, CERT LIST and CERT DEL fingerprint.",
                code="no-such-service-command",
            )


async def _log_in(ask: Ask, name: str, password: str) -> None:
    hub, session = ask.hub, ask.session
    account, check = await hub.logins.prove(session, name, password)
    before = set(ask.user.rooms)
    await log_in(hub, ask.site, session, Proven(account, check))
    ask.send(("NOTICE", session.nick, f"You are now logged in as {account.name}."))
    show_earlier(ask, before)


async def _register(ask: Ask, password: str, code: str = "") -> None:
    # Out of habit, an address for mail may stand there.
    registering = ask.hub.registration.register(ask.session, password, code)
    ask.hub.tell(ask.session, await registering)


async def _change_password(ask: Ask, old: str, new: str) -> None:
    ask.hub.tell(ask.session, await ask.hub.upkeep.change_password(ask.session, old, new))


async def _unregister(ask: Ask, password: str) -> None:
    told = await ask.hub.upkeep.unregister(ask.session, password)
    if told is not None:
        ask.hub.tell(ask.session, told)


def nickserv(ask: Ask) -> Awaitable[object] | None:
    """
    Do what is said to NickServ by a verb of its own, as ``/ns`` of some clients does.

    Raises:
        ChatError: as for `identify`.
    """
    return identify(ask, " ".join(ask.params))


def identify_by_verb(ask: Ask) -> Awaitable[object] | None:
    """
    Do what is said to NickServ by the verb ``IDENTIFY``, as ``/identify`` of some clients does.

    Raises:
        ChatError: as for `identify`.
    """
    return identify(ask, " ".join((ask.verb, *ask.params)))


_SERVICES: dict[str, Service] = {"nickserv": identify, "chatserv": run_command}
VERBS = {
    "IDENTIFY": Verb(identify_by_verb),
    "NICKSERV": Verb(nickserv),
    "NS": Verb(nickserv),
}
