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

from attrs import define, field, frozen

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
from twisted_chat.errors import ChatError, WrongPassword
from twisted_chat.signals import AccountSet

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted_chat.doors.irc.site import Site
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Account, Session, User

PLAIN, EXTERNAL = "PLAIN", "EXTERNAL"
# A piece of base64 of this length goes on with the next one; and the most in all.
_PIECE, _MOST = 400, 2000
_UNREADABLE = "That is no answer to what was asked"
# The same for all that may be wrong: whose keys there are is nobody else's business.
_NO_ACCOUNT = "Your TLS certificate opens no account"


@frozen
class Proven:
    """
    That the client is the owner of an account.

    Attributes:
        account: theirs.
        check: raises an error if what they have proved does not count any more.
        opened_by: what has opened it, as `Session.opened_by` says.
        fingerprint: that of the certificate by which they did; empty for none.
    """

    account: Account
    check: Callable[[], None]
    opened_by: str = ""
    fingerprint: str = ""


@define(eq=False)
class Sasl:
    """
    The authentication of one connection.

    Args:
        hub: is asked.
        site: the server.

    Attributes:
        mechanisms: that the client may use.
        proven: who they are, until that has logged them in or was refused; None for nobody.
    """

    _hub: Hub
    _site: Site
    mechanisms: tuple[str, ...] = field(init=False, default=(PLAIN,))
    proven: Proven | None = field(init=False, default=None)
    # The client has shown a certificate; the nick that it takes later says of which account.
    _awaits_nick: bool = field(init=False, default=False)
    _mechanism: str = field(init=False, default="")
    _response: str = field(init=False, default="", repr=False)

    def take(self, session: Session, nick: str, given: str) -> Awaitable[None] | None:
        """
        Take the parameter of an ``AUTHENTICATE``.

        Args:
            nick: that the client wishes to have; may be empty.
        """
        user = session.user
        if self.proven is not None or (user is not None and user.account is not None):
            self._answer(session, ERR_SASLALREADY, "You have logged in already")
        elif given == "*":
            self._end_exchange()
            self._answer(session, ERR_SASLABORTED, "SASL was aborted")
        elif not self._mechanism:
            self._choose(session, given.upper())
        elif len(given) > _PIECE:
            self._end_exchange()
            self._answer(session, ERR_SASLTOOLONG, "That is too long")
        elif len(self._response) + len(given) > _MOST:
            self._end_exchange()
            self._fail(session, "That is too long")
        else:
            self._response += "" if given == "+" else given
            if len(given) < _PIECE:
                return self._prove(session, nick)
        return None

    def settle(self, session: Session, nick: str) -> Proven | None:
        """
        Return who they have proven to be, which counts once, now that they take ``nick``.

        A certificate that does not open the account of this one may open that of the next.  An
        exchange that has not ended is aborted (sasl-3.1, "The `AUTHENTICATE` command").
        """
        if self._mechanism:
            self._end_exchange()
            self._answer(session, ERR_SASLABORTED, "SASL was aborted")
        proven = self.proven
        if proven is None and self._awaits_nick:
            proven = self._proven_by_certificate(session, nick)
            if proven is None:
                self._fail(session, _NO_ACCOUNT)
                return None
            tell_logged_in(self._hub, self._site, session, proven.account, nick)
        self.forget()
        return proven

    def forget(self) -> None:
        """
        Forget what was proven: who logs in again proves it again.
        """
        self.proven, self._awaits_nick = None, False

    def _answer(self, session: Session, *line: str) -> None:
        self._hub.tell(session, Numerics(self._hub.now(), (line,)))

    def _fail(self, session: Session, why: str) -> None:
        self._answer(session, ERR_SASLFAIL, why)

    def _end_exchange(self) -> None:
        self._mechanism = self._response = ""
        self._awaits_nick = False

    def _choose(self, session: Session, mechanism: str) -> None:
        self._end_exchange()
        if mechanism in self.mechanisms:
            self._mechanism = mechanism
            self._hub.tell(session, Sent(self._hub.now(), (("AUTHENTICATE", "+"),)))
        else:
            listed = ",".join(self.mechanisms)
            self._answer(session, RPL_SASLMECHS, listed, "are the mechanisms that there are")
            self._fail(session, "There is no such mechanism")

    def _prove(self, session: Session, nick: str) -> Awaitable[None] | None:
        mechanism, response = self._mechanism, self._response
        self._end_exchange()
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
        await self._succeed(session, nick, Proven(account, check))

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
        name = name or session.nick or nick
        if not name and self._hub.keys.opened_by(session.key.fingerprint):
            # irssi gives its nick behind the answer to this.
            self._awaits_nick = True
            self._answer(session, RPL_SASLSUCCESS, "SASL authentication successful")
            return
        proven = self._proven_by_certificate(session, name)
        if proven is None:
            self._fail(session, _NO_ACCOUNT)
        else:
            await self._succeed(session, nick, proven)

    def _proven_by_certificate(self, session: Session, name: str) -> Proven | None:
        """
        Return that they are the owner of the account of ``name``, if their certificate opens it.

        Anybody may add the fingerprint of another's certificate to an account of their own, and
        nobody comes in to that by it who does not say its name.
        """
        key, keys = session.key, self._hub.keys
        account = self._hub.world.find_account(name)
        if key is None or account is None or not keys.opens(key.fingerprint, account):
            return None
        opens = partial(keys.opens, key.fingerprint, account)
        check = self._hub.logins.until_revoked(account, opens)
        return Proven(account, check, f"key {key.fingerprint}", key.fingerprint)

    async def _succeed(self, session: Session, nick: str, proven: Proven) -> None:
        if session.user is None:
            # When all is said that is to be said before.
            self.proven = proven
            tell_logged_in(self._hub, self._site, session, proven.account, nick)
        else:
            try:
                await log_in(self._hub, self._site, session, proven)
            except ChatError as refusal:
                self._fail(session, str(refusal))
                return
        self._answer(session, RPL_SASLSUCCESS, "SASL authentication successful")


def tell_logged_in(
    hub: Hub, site: Site, session: Session, account: Account, nick: str = ""
) -> None:
    """
    Tell the client of ``session`` to which account its user is logged in.

    Args:
        nick: that it wishes to have, if it has none.
    """
    name = account.name
    source = site.source(session.nick or nick or name)
    told = (RPL_LOGGEDIN, source, name, f"You are now logged in as {name}")
    hub.tell(session, Numerics(hub.now(), (told,)))


async def log_in(hub: Hub, site: Site, session: Session, proven: Proven) -> None:
    """
    Let ``session`` come in to the account that was proven, as `come_in` does, and tell it so.
    """
    guest = session.user
    await come_in(hub, site, session, proven)
    if guest is None:
        tell_logged_in(hub, site, session, proven.account)
    elif session.user is not guest:
        # A guest who has become the owner was told so already, as at every login.
        hub.tell(session, AccountSet(hub.now(), session.nick, proven.account.name))


async def come_in(hub: Hub, site: Site, session: Session, proven: Proven) -> None:
    """
    Log ``session``, which may have a guest as its user, in to the account that was proven.

    Raises:
        ChatError: as for `Logins.come_back`; then nothing was told.
    """

    def leave(guest: User, owner: User) -> None:
        # The session goes over to the user whom the owner is already: a client is told of that
        # as if its user had parted and changed their nick.
        parts = [("PART", f"#{room.name}", "logging in") for room in guest.rooms]
        lines = (*parts, ("NICK", owner.nick))
        hub.tell(session, Sent(hub.now(), lines, site.source(guest.nick)))

    account = proven.account
    await hub.logins.come_back(session, account, proven.check, proven.opened_by, leave)
    if proven.fingerprint:
        # For the list of their keys.
        hub.keys.use(account, proven.fingerprint)
