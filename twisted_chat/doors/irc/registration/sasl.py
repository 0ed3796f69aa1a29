"""
SASL: how a client proves who owns an account (IRCv3, sasl-3.2).

By a password (PLAIN, RFC 4616), or by the key of its TLS certificate (EXTERNAL, RFC 4422, appendix
A), which TLS has proven that the client has.
"""

from __future__ import annotations

import base64
import binascii
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.doors.irc.numerics import (
    ERR_SASLABORTED,
    ERR_SASLALREADY,
    ERR_SASLFAIL,
    ERR_SASLTOOLONG,
    RPL_LOGGEDIN,
    RPL_SASLMECHS,
    RPL_SASLSUCCESS,
)
from twisted_chat.doors.irc.replies import Numerics, Sent
from twisted_chat.errors import ChatError, LoginEnded, WrongPassword

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted_chat.doors.irc.site import Site
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Account, Session

PLAIN, EXTERNAL = "PLAIN", "EXTERNAL"
# A piece of base64 of this length goes on with the next one; and the most in all.
_PIECE, _MOST = 400, 2000
_UNREADABLE = "That is no answer to what was asked"
# The same for all that may be wrong: whose keys there are is nobody else's business.
_NO_ACCOUNT = "Your TLS certificate opens no account"


@define(eq=False)
class Sasl:
    """
    The authentication of one connection.

    Args:
        hub: is asked.
        site: the server.

    Attributes:
        mechanisms: that the client may use.
        account: whose owner has proved who they are; None for nobody yet.
        check: raises an error if what they have proved does not count any more.
    """

    _hub: Hub
    _site: Site
    mechanisms: tuple[str, ...] = field(init=False, default=(PLAIN,))
    account: Account | None = field(init=False, default=None)
    check: Callable[[], None] = field(init=False, default=lambda: None)
    # That of the certificate by which they did; empty for a password.
    _fingerprint: str = field(init=False, default="")
    _mechanism: str = field(init=False, default="")
    _response: str = field(init=False, default="", repr=False)

    def take(self, session: Session, nick: str, given: str) -> Awaitable[None] | None:
        """
        Take the parameter of an ``AUTHENTICATE``.

        Args:
            nick: that the client wishes to have; may be empty.
        """
        user = session.user
        if self.account is not None or (user is not None and user.account is not None):
            self._answer(session, ERR_SASLALREADY, "You have logged in already")
        elif given == "*":
            self._forget()
            self._answer(session, ERR_SASLABORTED, "SASL was aborted")
        elif not self._mechanism:
            self._choose(session, given.upper())
        elif len(given) > _PIECE:
            self._forget()
            self._answer(session, ERR_SASLTOOLONG, "That is too long")
        elif len(self._response) + len(given) > _MOST:
            self._forget()
            self._fail(session, "That is too long")
        else:
            self._response += "" if given == "+" else given
            if len(given) < _PIECE:
                return self._prove(session, nick)
        return None

    @property
    def opened_by(self) -> str:
        """
        What has opened the account, as `Session.opened_by` says.
        """
        return f"key {self._fingerprint}" if self._fingerprint else ""

    def note_use(self) -> None:
        """
        Note that the owner has come in, for the list of their keys.
        """
        if self.account is not None and self._fingerprint:
            self._hub.keys.use(self.account, self._fingerprint)

    def _answer(self, session: Session, *line: str) -> None:
        self._hub.tell(session, Numerics(self._hub.now(), (line,)))

    def _fail(self, session: Session, why: str) -> None:
        self._answer(session, ERR_SASLFAIL, why)

    def _forget(self) -> None:
        self._mechanism = self._response = ""

    def _choose(self, session: Session, mechanism: str) -> None:
        if mechanism in self.mechanisms:
            self._mechanism = mechanism
            self._hub.tell(session, Sent(self._hub.now(), (("AUTHENTICATE", "+"),)))
        else:
            listed = ",".join(self.mechanisms)
            self._answer(session, RPL_SASLMECHS, listed, "are the mechanisms that there are")
            self._fail(session, "There is no such mechanism")

    def _prove(self, session: Session, nick: str) -> Awaitable[None] | None:
        mechanism, response = self._mechanism, self._response
        self._forget()
        try:
            data = base64.b64decode(response, validate=True).decode()
        except (binascii.Error, ValueError):
            self._fail(session, _UNREADABLE)
            return None
        if mechanism == PLAIN:
            return self._prove_by_password(session, nick, data)
        return self._prove_by_certificate(session, nick, data)

    # -- PLAIN ------------------------------------------------------------------------------------

    async def _prove_by_password(self, session: Session, nick: str, data: str) -> None:
        """
        Verify the name and the password of a response (RFC 4616, section 2).
        """
        acted_for, *given = data.split("\0")
        if len(given) != 2 or acted_for not in {"", given[0]}:  # as it is written
            self._fail(session, "That is no name with a password")
            return
        hub, (name, password) = self._hub, given
        try:
            account, check = await hub.logins.prove(session, name, password)
        except ChatError as refusal:
            is_wrong = isinstance(refusal, WrongPassword)
            self._fail(session, "Wrong name or password" if is_wrong else str(refusal))
            return
        await self._succeed(session, nick, account, check)

    # -- EXTERNAL ---------------------------------------------------------------------------------

    async def _prove_by_certificate(self, session: Session, nick: str, name: str) -> None:
        """
        Find the account that the client's certificate opens.

        Args:
            nick: that it wishes to have.
            name: of the account, if it says so.
        """
        if session.key is None:
            self._fail(session, "Your client has shown no TLS certificate")
            return
        fingerprint, world = session.key.fingerprint, self._hub.world
        opened = self._hub.keys.opened_by(fingerprint)
        if name or len(opened) > 1:
            # Of several accounts it is the one that is called as the client wants to be.
            meant = world.find_account(name or nick)
            opened = [account for account in opened if account is meant]
        if not opened:
            self._fail(session, _NO_ACCOUNT)
            return
        (account,) = opened
        self._fingerprint = fingerprint
        await self._succeed(session, nick, account, partial(self._still_opens, account))

    def _still_opens(self, account: Account) -> None:
        if not self._hub.keys.opens(self._fingerprint, account):
            raise LoginEnded

    async def _succeed(
        self, session: Session, nick: str, account: Account, check: Callable[[], None]
    ) -> None:
        source = self._site.source(session.nick or nick or account.name)
        told = f"You are now logged in as {account.name}"
        self._answer(session, RPL_LOGGEDIN, source, account.name, told)
        self._answer(session, RPL_SASLSUCCESS, "SASL authentication successful")
        if session.user is None:
            # When all is said that is to be said before.
            self.account, self.check = account, check
        else:
            await come_over(self._hub, self._site, session, account, check, self.opened_by)
            if self._fingerprint:
                self._hub.keys.use(account, self._fingerprint)


async def come_over(
    hub: Hub,
    site: Site,
    session: Session,
    account: Account,
    check: Callable[[], None],
    opened_by: str = "",
) -> None:
    """
    Log ``session``, whose user is a guest, in to ``account``.

    Args:
        check: as of `Logins.come_back`; so is ``opened_by``.

    Raises:
        ChatError: as for that.
    """
    user = session.require_user()
    if account.user is not None and account.user is not user:
        # The session goes over to the user whom the owner is already: a client is told of that
        # as if its user had parted and changed their nick.
        parts = [("PART", f"#{room.name}", "logging in") for room in user.rooms]
        lines = (*parts, ("NICK", account.user.nick))
        hub.tell(session, Sent(hub.now(), lines, site.source(user.nick)))
    await hub.logins.come_back(session, account, check, opened_by)
