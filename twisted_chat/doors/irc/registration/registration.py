"""
Registration: what a client says before it has a nick.

By RFC 2812, section 3.1, and IRCv3's capability-negotiation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.doors.irc.formatting import read_text
from twisted_chat.doors.irc.message import MAX_BODY
from twisted_chat.doors.irc.numerics import (
    ERR_ALREADYREGISTERED,
    ERR_INVALIDCAPCMD,
    ERR_NEEDMOREPARAMS,
    ERR_NONICKNAMEGIVEN,
)
from twisted_chat.doors.irc.registration.caps import Capabilities
from twisted_chat.doors.irc.registration.sasl import Sasl
from twisted_chat.doors.irc.replies import Numerics, Sent
from twisted_chat.errors import ChatError, NickRegistered
from twisted_chat.text.name_rules import read_nick

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted_chat.doors.irc.message import Message
    from twisted_chat.doors.irc.site import Site
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session

# The end of a message.
_END = 2
#: What may be said at any time.
ANY_TIME = frozenset({"CAP", "AUTHENTICATE"})
#: And what is said before there is a nick.
VERBS = ANY_TIME | {"NICK", "USER", "PASS"}
#: What may be said then and is refused, as it is about a nick (IRCv3, account-registration).
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
    # Those of ``USER``: a short one, and a real one.
    _names: tuple[str, str] | None = field(init=False, default=None)
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
                self._names = read_text(params[0]), read_text(params[3])
            case "PASS":
                self._password = params[0] if params else ""
            case _:
                raise ChatError(
                    "Come in first; then you can register your name.",
                    code="complete-connection-required",
                )
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
        self._nick = nick

    async def _come_in(self, session: Session) -> None:
        """
        Give the session its user.

        Raises:
            ChatError: the name cannot be had, or the password is wrong.
        """
        nick, logins = self._nick, self._hub.logins
        try:
            if self.sasl.account is not None:
                await logins.come_back(session, self.sasl.account, self.sasl.check)
                self.sasl.note_use()
            elif self._password:
                name, colon, password = self._password.partition(":")
                await logins.log_in(session, *((name, password) if colon else (nick, name)))
            elif self._hub.world.find_account(nick) is not None:
                raise NickRegistered(nick)
            else:
                logins.introduce(session, nick)
        except ChatError:
            # The client chooses another one.
            self._nick = ""
            raise
        self._password = ""
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
