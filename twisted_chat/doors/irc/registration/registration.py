"""
Registration: what a client says before it has a nick.

By RFC 2812, section 3.1, and IRCv3's capability-negotiation.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.doors.irc.formatting import read_line
from twisted_chat.doors.irc.message import MAX_BODY
from twisted_chat.doors.irc.numerics import (
    ERR_ALREADYREGISTERED,
    ERR_INVALIDCAPCMD,
    ERR_NEEDMOREPARAMS,
    ERR_NONICKNAMEGIVEN,
)
from twisted_chat.doors.irc.registration.caps import Capabilities
from twisted_chat.doors.irc.registration.sasl import Proven, Sasl, come_in, log_in, tell_logged_in
from twisted_chat.doors.irc.replies import Numerics, Sent
from twisted_chat.doors.irc.verbs.ask import deny, run
from twisted_chat.doors.irc.verbs.people import require_no_channel
from twisted_chat.errors import ChatError, GuestsNotLetIn, NickRegistered, NotAllowed
from twisted_chat.people.owners.links import LINK, Device
from twisted_chat.text.name_rules import read_nick

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted_chat.doors.irc.message import Message
    from twisted_chat.doors.irc.site import Site
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Account, Session

# The end of a message.
_END = 2
#: What may be said at any time.
ANY_TIME = frozenset({"CAP", "AUTHENTICATE"})
#: And what is said before there is a nick.
VERBS = ANY_TIME | {"NICK", "USER", "PASS", "LINK"}
#: What may be said then and is refused, as it is about a nick (IRCv3, account-registration); but
#: where guests are not let in, there is no other way to register.
NEED_NICK = frozenset({"REGISTER", "VERIFY"})


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
        sasl: how it proves who its user is.
    """

    _hub: Hub
    _site: Site
    _on_caps: Callable[[], None]
    caps: Capabilities = field(init=False, factory=Capabilities)
    sasl: Sasl = field(init=False)
    _nick: str = field(init=False, default="")
    # The same, also after it was refused.
    _wished: str = field(init=False, default="")
    # The client has sent ``USER``.
    _has_names: bool = field(init=False, default=False)
    _password: str = field(init=False, default="", repr=False)

    def __attrs_post_init__(self) -> None:
        self.sasl = Sasl(self._hub, self._site)

    def take(self, session: Session, verb: str, message: Message) -> Awaitable[None] | None:
        """
        Do what ``message`` says, whose verb in capitals is one of `VERBS` or `NEED_NICK`.

        Raises:
            ChatError: it is refused.
        """
        params = message.params
        match verb:
            case "CAP":
                self._negotiate(session, *params)
            case "AUTHENTICATE":
                return self.sasl.take(session, self._nick, params[0] if params else "")
            case "NICK":
                self._take_nick(session, *params)
            case "USER":
                if len(params) < 4 or not params[3]:  # RFC 2812, section 3.1.3
                    self._answer(session, ERR_NEEDMOREPARAMS, "USER", "It needs four parameters")
                    return None
                self._has_names = True
                self._site.expect(session, read_line(params[0]), read_line(params[3]))
            case "LINK":
                return self._link(session, " ".join(params))
            case "REGISTER" if self._hub.world.limits.guests == "off":
                return self._make_account(session, *params)
            case "PASS":
                self._password = params[0] if params else ""
            case _:
                raise ChatError(
                    "Come in first; then you can register your name.",
                    code="complete-connection-required",
                )
        if session.user is None and self._nick and self._has_names and not self.caps.is_open:
            return self._come_in(session)
        return None

    def _answer(self, session: Session, *line: str) -> None:
        self._hub.tell(session, Numerics(self._hub.now(), (line,)))

    # -- a name -----------------------------------------------------------------------------------

    def _take_nick(self, session: Session, nick: str = "", *_: str) -> None:
        if not nick:
            self._answer(session, ERR_NONICKNAMEGIVEN, "No nickname given")
            return
        require_no_channel(nick)
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
        # It logs in once: who logs out proves it again, and so does who was refused.
        proven = self.sasl.settle(session, nick)
        try:
            if proven is not None:
                await come_in(self._hub, self._site, session, proven)
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
        self._introduce(session)

    async def _link(self, session: Session, code: str) -> None:
        """
        Come in when the owner of an account says so at another device.

        Raises:
            ChatError: the code is wrong, or the nick is missing.
        """

        def refuse(why: ChatError) -> None:
            deny(self._hub, session, "LINK", "", why)

        async def enter(proven: Proven) -> None:
            # By now it may have come in as a guest.
            await log_in(self._hub, self._site, session, proven)
            self._introduce(session)

        def let_in(account: Account, check: Callable[[], None]) -> None:
            self.caps.is_open = False
            call = partial(enter, Proven(account, check, LINK))
            run(self._hub, session, "LINK", "", call, self._on_caps)

        await self._hub.links.ask_for(Device(session, let_in, refuse), code)

    async def _make_account(
        self, session: Session, name: str = "", code: str = "", password: str = "", *_: str
    ) -> None:
        """
        Make an account of the nick that the client has asked for; it comes in as by SASL.

        Args:
            name: that nick, or ``*``.
            code: of an invitation, or ``*`` or an address for mail, which is not kept.

        Raises:
            ChatError: it cannot be made.
        """
        if not (self._wished and self._has_names):
            raise ChatError(
                "Send NICK and USER first; then you can register your name.", code="need-nick"
            )
        if not password or name not in {"*", self._wished}:
            raise ChatError(
                "To register, send REGISTER * code password, with * for no code.",
                code="bad-request",
            )
        if self.sasl.proven is not None:
            owned = self.sasl.proven.account.name
            raise NotAllowed(
                f"You are already logged in as {owned}.", code="logged-in", account=owned
            )
        nick, given = self._wished, "" if code == "*" else code
        account, check = await self._hub.registration.make(session, nick, password, given)
        self._nick, self.sasl.proven = nick, Proven(account, check)
        told = ("REGISTER", "SUCCESS", account.name, "Your name is registered")
        self._hub.tell(session, Sent(self._hub.now(), (told,)))
        tell_logged_in(self._hub, self._site, session, account, nick)
        self._hub.accounts.adopt_key(session, account)
        if not self.caps.is_open:
            await self._come_in(session)

    def _introduce(self, session: Session) -> None:
        """
        Note the names of the user, and forget what was said to come in.
        """
        self._nick = self._password = ""
        self.sasl.forget()
        if session.user is not None:
            self._site.introduce(session, session.user)

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
                # An answer that is cut would tell of a part as if it were the whole.
                before = f":{self._site.name} CAP {session.nick or '*'} ACK :"
                fits = len(f"{before}{words}".encode()) <= MAX_BODY - _END
                is_granted = fits and self.caps.request(words.split())
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

    def refuse_again(self, session: Session) -> None:
        """
        Tell a client that has a nick that it cannot register twice.
        """
        self._answer(session, ERR_ALREADYREGISTERED, "You have registered already")


def _in_words_of_irc(refusal: ChatError) -> ChatError:
    """
    Return ``refusal`` with what a client of IRC can do about it.
    """
    log_in = "log in by SASL, or with the server password"
    if isinstance(refusal, NickRegistered):
        nick = refusal.facts["nick"]
        told = f"The name {nick} is registered. If it is yours, {log_in} {nick}:password."
        return ChatError(told, code=refusal.code, **refusal.facts)
    if not isinstance(refusal, GuestsNotLetIn):
        return refusal
    register = {
        "open": ", or register: /quote REGISTER * * password",
        "invite": ", or register: /quote REGISTER * code password",
        "closed": "; no accounts are made here now",
    }[str(refusal.facts["registration"])]
    told = f"Guests are not let in: {log_in} name:password{register}."
    return ChatError(told, code=refusal.code, **refusal.facts)
