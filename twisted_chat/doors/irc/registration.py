"""
Registration: what a client says before it has a nick.

By RFC 2812, section 3.1, and IRCv3's capability-negotiation and sasl-3.2.
"""

from __future__ import annotations

import base64
import binascii
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, field

from twisted_chat.doors.irc.caps import Capabilities
from twisted_chat.doors.irc.formatting import read_text
from twisted_chat.doors.irc.numerics import (
    ERR_ALREADYREGISTERED,
    ERR_INVALIDCAPCMD,
    ERR_NEEDMOREPARAMS,
    ERR_NONICKNAMEGIVEN,
    ERR_SASLABORTED,
    ERR_SASLALREADY,
    ERR_SASLFAIL,
    ERR_SASLTOOLONG,
    RPL_LOGGEDIN,
    RPL_SASLMECHS,
    RPL_SASLSUCCESS,
)
from twisted_chat.doors.irc.replies import Numerics, Sent
from twisted_chat.doors.irc.verbs.ask import deny, run
from twisted_chat.errors import (
    ChatError,
    GuestsNotLetIn,
    NickRegistered,
    NotAllowed,
    WrongPassword,
)
from twisted_chat.people.owners.links import LINK, Device
from twisted_chat.text.name_rules import read_nick

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted_chat.doors.irc.message import Message
    from twisted_chat.doors.irc.site import Site
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Account, Session

#: What may be said at any time.
ANY_TIME = frozenset({"CAP", "AUTHENTICATE"})
#: And what is said before there is a nick.
VERBS = ANY_TIME | {"NICK", "USER", "PASS", "LINK", "REGISTER"}
# SASL: a piece of base64 of this length goes on with the next one; and the most in all.
_PIECE, _MOST = 400, 2000
_PLAIN = "PLAIN"


@define(eq=False)
class Registration:
    """
    Gives a session a nick, once its client has said all that it wants to.

    Args:
        hub: is asked.
        site: the server.
        on_caps: called when other capabilities are enabled.

    Attributes:
        caps: what the client has negotiated.
    """

    _hub: Hub
    _site: Site
    _on_caps: Callable[[], None]
    caps: Capabilities = field(init=False, factory=Capabilities)
    _nick: str = field(init=False, default="")
    # The same, also after it was refused.
    _wished: str = field(init=False, default="")
    # Those of ``USER``: a short one, and a real one.
    _names: tuple[str, str] | None = field(init=False, default=None)
    _password: str = field(init=False, default="", repr=False)
    # Who has proved by SASL that they own it, and whether that still counts.
    _account: Account | None = field(init=False, default=None)
    _check: Callable[[], None] = field(init=False, default=lambda: None)
    _opened_by: str = field(init=False, default="")
    _mechanism: str = field(init=False, default="")
    _response: str = field(init=False, default="", repr=False)

    def take(self, session: Session, verb: str, message: Message) -> Awaitable[None] | None:
        """
        Do what ``message`` says, whose verb in capitals is one of `VERBS`.

        Raises:
            ChatError: it is refused.
        """
        params = message.params
        match verb:
            case "CAP":
                self._negotiate(session, *params)
            case "AUTHENTICATE":
                return self._authenticate(session, *params)
            case "NICK":
                self._take_nick(session, *params)
            case "USER":
                if len(params) < 4 or not params[3]:  # RFC 2812, section 3.1.3
                    self._answer(session, ERR_NEEDMOREPARAMS, "USER", "It needs four parameters")
                    return None
                self._names = read_text(params[0]), read_text(params[3])
            case "LINK":
                return self._link(session, " ".join(params))
            case "REGISTER":
                return self._make_account(session, *params)
            case "PASS":
                self._password = params[0] if params else ""
        if session.user is None and self._nick and self._names and not self.caps.is_open:
            return self._come_in(session)
        return None

    def _answer(self, session: Session, *line: str) -> None:
        self._hub.tell(session, Numerics(self._hub.now(), (line,)))

    # -- a name -----------------------------------------------------------------------------------

    def _take_nick(self, session: Session, nick: str = "", *_: str) -> None:
        if not nick:
            self._answer(session, ERR_NONICKNAMEGIVEN, "No nickname given")
            return
        self._nick = ""
        found = read_nick(nick)
        if self._hub.world.find_account(found) is None:
            # Who registers their name is here under it already, maybe.
            self._hub.nicks.require_free(found)
        self._nick = self._wished = nick

    async def _come_in(self, session: Session) -> None:
        """
        Give the session its user.

        Raises:
            ChatError: the name cannot be had, or the password is wrong.
        """
        nick, logins = self._nick, self._hub.logins
        try:
            if self._account is not None:
                await logins.come_back(session, self._account, self._check, self._opened_by)
            elif self._password:
                name, colon, password = self._password.partition(":")
                await logins.log_in(session, *((name, password) if colon else (nick, name)))
            elif self._hub.world.find_account(nick) is not None:
                raise NickRegistered(nick)
            else:
                logins.introduce(session, nick)
        except ChatError as refusal:
            # The client chooses another one.
            self._nick = ""
            raise _in_words_of_irc(refusal) from None
        self._password = ""
        self._introduce(session)

    async def _link(self, session: Session, code: str) -> None:
        """
        Come in when the owner of an account says so at another device.

        Raises:
            ChatError: the code is wrong, or the nick is missing.
        """

        def refuse(why: ChatError) -> None:
            deny(self._hub, session, "LINK", "", why)

        def come_in(*proven: Any) -> None:
            self._account, self._check = proven
            self._opened_by = LINK
            self.caps.is_open = False
            run(self._hub, session, "LINK", "", partial(self._come_in, session), self._on_caps)

        await self._hub.links.ask_for(Device(session, come_in, refuse), code)

    async def _make_account(
        self, session: Session, password: str = "", code: str = "", *_: str
    ) -> None:
        """
        Make an account of the nick that the client has asked for, and come in.

        Raises:
            ChatError: it cannot be made.
        """
        if not (password and self._wished and self._names):
            raise ChatError(
                "Send NICK and USER first, and then REGISTER password or REGISTER password code.",
                code="bad-request",
            )
        if not session.client.is_private:
            raise NotAllowed(
                "This connection is not encrypted. To give a password, please connect over TLS.",
                code="not-encrypted",
            )
        await self._hub.registration.come_in(session, self._wished, password, code)
        self._introduce(session)

    def _introduce(self, session: Session) -> None:
        if session.user is not None and self._names is not None:
            self._site.introduce(session.user, *self._names)

    # -- capabilities -----------------------------------------------------------------------------

    def _negotiate(self, session: Session, verb: str = "", words: str = "", *_: str) -> None:
        match verb.upper():
            case "LS":
                self._begin(session)
                self._send_cap(session, *self.caps.offer(words))
            case "LIST":
                self._send_cap(session, *self.caps.list_enabled())
            case "REQ":
                self._begin(session)
                is_granted = self.caps.request(words.split())
                self._send_cap(session, ("ACK" if is_granted else "NAK", words))
                if is_granted:
                    self._on_caps()
            case "END":
                self.caps.is_open = False
            case _:
                self._answer(session, ERR_INVALIDCAPCMD, verb or "*", "There is no such command")

    def _begin(self, session: Session) -> None:
        if session.user is None:
            self.caps.is_open = True

    def _send_cap(self, session: Session, *lines: tuple[str, ...]) -> None:
        told = tuple(("CAP", session.nick or "*", *line) for line in lines)
        self._hub.tell(session, Sent(self._hub.now(), told))

    # -- SASL -------------------------------------------------------------------------------------

    def _authenticate(self, session: Session, given: str = "", *_: str) -> Awaitable[None] | None:
        if session.user is not None or self._account is not None:
            self._answer(session, ERR_SASLALREADY, "You have logged in already")
        elif given == "*":
            self._mechanism = self._response = ""
            self._answer(session, ERR_SASLABORTED, "SASL was aborted")
        elif not self._mechanism:
            if given.upper() == _PLAIN:
                self._mechanism = _PLAIN
                self._hub.tell(session, Sent(self._hub.now(), (("AUTHENTICATE", "+"),)))
            else:
                self._answer(session, RPL_SASLMECHS, _PLAIN, "are the mechanisms that there are")
                self._answer(session, ERR_SASLFAIL, "There is no such mechanism")
        elif len(given) > _PIECE or len(self._response) + len(given) > _MOST:
            self._mechanism = self._response = ""
            self._answer(session, ERR_SASLTOOLONG, "That is too long")
        else:
            self._response += "" if given == "+" else given
            if len(given) < _PIECE:
                return self._prove(session)
        return None

    async def _prove(self, session: Session) -> None:
        """
        Verify the password of a response (RFC 4616, section 2).
        """
        response, self._mechanism, self._response = self._response, "", ""
        hub = self._hub
        try:
            data = base64.b64decode(response, validate=True).decode()
            acted_for, name, password = data.split("\0")
            if acted_for not in {"", name}:
                raise ValueError(acted_for)
        except (binascii.Error, ValueError):
            self._answer(session, ERR_SASLFAIL, "That is no name with a password")
            return
        account = hub.world.find_account(name)
        try:
            hub.verifier.require_safe(session, is_staff=account is not None and account.is_staff)
            found, _ = await hub.verifier.verified(session, name, account, password)
        except ChatError as refusal:
            is_wrong = isinstance(refusal, WrongPassword)
            why = "Wrong name or password" if is_wrong else str(refusal)
            self._answer(session, ERR_SASLFAIL, why)
            return
        self._account, self._check = found, hub.logins.until_revoked(found)
        nick = self._nick or found.name
        told = f"You are now logged in as {found.name}"
        self._answer(session, RPL_LOGGEDIN, self._site.source(nick), found.name, told)
        self._answer(session, RPL_SASLSUCCESS, "SASL authentication successful")

    def refuse_again(self, session: Session) -> None:
        """
        Tell a client that has a nick that it cannot register twice.
        """
        self._answer(session, ERR_ALREADYREGISTERED, "You have registered already")


def _in_words_of_irc(refusal: ChatError) -> ChatError:
    """
    Return ``refusal`` with what a client of IRC can do about it.
    """
    if not isinstance(refusal, GuestsNotLetIn):
        return refusal
    register = {
        "open": ", or register: /quote REGISTER password",
        "invite": ", or register: /quote REGISTER password code",
        "closed": "; no accounts are made here now",
    }[str(refusal.facts["registration"])]
    log_in = "log in by SASL, or with the server password name:password"
    return ChatError(
        f"Guests are not let in: {log_in}{register}.", code=refusal.code, **refusal.facts
    )
