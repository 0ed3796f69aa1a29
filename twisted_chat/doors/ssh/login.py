"""
The login (RFC 4252): any key or none for a guest, a key or the password of an account.

It is asked for by keyboard-interactive (RFC 4256), so that nothing is shown of what is typed.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from struct import pack
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen
from twisted.conch.ssh.common import NS, getNS
from twisted.conch.ssh.keys import Key
from twisted.conch.ssh.service import SSHService
from twisted.conch.ssh.transport import DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE

from twisted_chat.auth.keys import read_blob
from twisted_chat.doors.ssh.garbage import read_numbers
from twisted_chat.doors.ssh.silence import SILENT
from twisted_chat.errors import BadKey, ChatError
from twisted_chat.people.owners.links import LINK, Device
from twisted_chat.text.name_rules import read_nick

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.hub import Hub
    from twisted_chat.store.keys import PublicKey
    from twisted_chat.world.model import Account, Session

#: Failed tries after which the connection is closed, as many as OpenSSH usually allows: a wrong
#: password, a wrong signature, and an answer that nobody has asked for.
MAX_TRIES = 6
# Requests of one login, keys that are only offered counted: an agent may hold some dozens.
_MOST_REQUESTS = 64
#: The signatures that a client's own key may make.
SIGNATURES = (
    b"ssh-ed25519",
    b"sk-ssh-ed25519@openssh.com",
    b"ecdsa-sha2-nistp256",
    b"ecdsa-sha2-nistp384",
    b"ecdsa-sha2-nistp521",
    b"sk-ecdsa-sha2-nistp256@openssh.com",
    b"rsa-sha2-512",
    b"rsa-sha2-256",
)
# The flag of a security key that its user has touched it (WebAuthn, section 6.1: user present).
_TOUCHED = 0x01
_METHODS = b"publickey,keyboard-interactive"

_WAITS = "Now type /link yes where {} made the code. Your address is shown there."

_BANNER = 53
_REQUEST, _FAILURE, _SUCCESS, _OK, _INFO_REQUEST, _INFO_RESPONSE = 50, 51, 52, 60, 60, 61


@frozen
class LoggedIn:
    """
    Who has logged in.

    Attributes:
        name: the user name of ssh, which is the wished name.
        account: whose key or password was right; None for a guest.
        key: the key that was proven; None for none.
        offered: the first key that was shown, of which nothing is proven; None for none.
        check: raises an error if what was proven opens the account no more.
        opened_by: what has opened the account, as `Session.opened_by` says.
        device: the program at the other side, as it calls itself.
    """

    name: str
    account: Account | None
    key: PublicKey | None = None
    offered: PublicKey | None = None
    check: Callable[[], None] | None = None
    opened_by: str = ""
    device: str = ""


class Login(SSHService):
    """
    The login of one connection.
    """

    name = b"ssh-userauth"
    protocolMessages = {  # noqa: RUF012  # of Conch
        _REQUEST: "MSG_USERAUTH_REQUEST",
        _INFO_RESPONSE: "MSG_INFO_RESPONSE",
    }
    _log = SILENT
    transport: Any

    def __init__(self, hub: Hub, session: Session, on_login: Callable[[LoggedIn], None]) -> None:
        self._hub = hub
        self._on_login = on_login
        self._session = session
        # The verifier counts wrong passwords too.
        session.most_failures = MAX_TRIES
        self._tries = self._requests = 0
        self._offered: PublicKey | None = None
        # Whose password is asked for: its name, and the account; None while nothing is asked.
        self._asked: tuple[str, Account | None] | None = None
        self._is_checking = False
        # Requests that came while a password is checked.
        self._waiting: deque[bytes] = deque()

    def ssh_USERAUTH_REQUEST(self, packet: bytes) -> None:  # Conch's
        """
        Take a try to log in, once the one before has its answer (RFC 4252, section 5.1).
        """
        self._requests += 1
        if self._is_checking and self._requests <= _MOST_REQUESTS:
            self._waiting.append(packet)
            return
        user, service, method, rest = getNS(packet, 3)
        # A new request takes an open question back (RFC 4256, section 3.1).
        self._asked = None
        if service != b"ssh-connection" or self._requests > _MOST_REQUESTS:
            self._give_up()
            return
        name = user.decode("utf-8", "replace")
        account = self._account_of(name)
        if method == b"publickey":
            self._take_key(user, name, account, rest)
        elif method == b"keyboard-interactive":
            self._ask(name, account)
        else:
            # Also `none`: the client then tries its keys, of which its user may add one later.
            self._fail()

    def _account_of(self, name: str) -> Account | None:
        try:
            return self._hub.world.find_account(read_nick(name))
        except ChatError:
            # One is asked for another name in the session.
            return None

    # -- keys -------------------------------------------------------------------------------------

    def _take_key(self, user: bytes, name: str, account: Account | None, rest: bytes) -> None:
        is_signed = rest[:1] != b"\0"
        algorithm, blob, signature = getNS(rest[1:], 2)
        try:
            key = read_blob(blob)
        except BadKey:
            self._fail()
            return
        self._offered = self._offered or key
        opens = account is None or self._hub.keys.opens(key.fingerprint, account)
        if not opens or algorithm not in SIGNATURES:
            self._fail()
        elif not is_signed:
            self.transport.sendPacket(_OK, NS(algorithm) + NS(blob))
        elif self._is_right(user, algorithm, blob, getNS(signature)[0]):
            by = f"key {key.fingerprint}" if account else ""
            self._come_in(evolve(self._logged_in(name, account, key), opened_by=by))
        else:
            self._fail(is_try=True)

    def _logged_in(self, name: str, account: Account | None, key: PublicKey) -> LoggedIn:
        if account is None:
            return LoggedIn(name, None, key, self._offered)
        opens = partial(self._hub.keys.opens, key.fingerprint, account)
        check = self._hub.logins.until_revoked(account, opens)
        return LoggedIn(name, account, key, self._offered, check)

    def _is_right(self, user: bytes, algorithm: bytes, blob: bytes, signature: bytes) -> bool:
        """
        Return whether ``signature`` is that of the owner of the key (RFC 4252, section 7).
        """
        signed = (
            NS(self.transport.sessionID)
            + bytes((_REQUEST,))
            + b"".join(map(NS, (user, b"ssh-connection", b"publickey")))
            + b"\x01"
            + NS(algorithm)
            + NS(blob)
        )
        try:
            key = Key.fromString(blob)
            kind, _ = getNS(signature)
            if kind != algorithm or algorithm not in (
                key.supportedSignatureAlgorithms() if not key.isSecurityKey() else [algorithm]
            ):
                return False
            if key.isSecurityKey():
                from twisted.conch.ssh.userauth import (  # noqa: PLC0415  # rarely needed
                    SSHUserAuthServer,
                )

                flags = getNS(signature, 2)[2][:1]
                if not flags or not flags[0] & _TOUCHED:
                    return False
                signed = SSHUserAuthServer._wrapMessageWithSKMetadata(  # noqa: SLF001
                    signature, signed, key.application
                )
            return bool(key.verify(signature, signed))
        except Exception:  # noqa: BLE001  # whatever a parser of keys raises
            return False

    # -- passwords --------------------------------------------------------------------------------

    def _ask(self, name: str, account: Account | None, why: str = "") -> None:
        """
        Ask for the password of ``account``; a guest is asked nothing.
        """
        self._asked = name, account
        if account is None:
            self.transport.sendPacket(_INFO_REQUEST, NS(b"") + NS(b"") + NS(b"") + pack(">L", 0))
            return
        registered = f"The name {account.name} is registered. Give its password, or a /link code."
        told = f"{why or registered}\n"
        question = NS(b"Password: ") + b"\0"
        self.transport.sendPacket(
            _INFO_REQUEST, NS(b"") + NS(told.encode()) + NS(b"") + pack(">L", 1) + question
        )

    def ssh_INFO_RESPONSE(self, packet: bytes) -> None:  # Conch's
        """
        Take the answer to what was asked.
        """
        asked, self._asked = self._asked, None
        if asked is None:
            self._fail(is_try=True)
            return
        name, account = asked
        (count,) = read_numbers(packet, 1)
        if account is None:
            self._come_in(LoggedIn(name, None, None, self._offered))
            return
        answer = getNS(packet[4:])[0] if count else b""
        typed = answer.decode("utf-8", "replace")
        check = self._hub.logins.until_revoked(account)
        who = LoggedIn(name, account, None, self._offered, check)
        if self._hub.links.opens(account, typed):
            self._ask_owner(account, typed, evolve(who, opened_by=LINK))
            return
        self._is_checking = True
        self._hub.isolation.run(
            "a login by SSH",
            lambda: self._hub.verifier.verified(self._session, name, account, typed),
            done=lambda _: self._come_in(who),
            refused=lambda why: self._refuse(name, account, why),
            failed=lambda: self._fail(is_try=True),
            ended=self._go_on,
            secret=typed,
            counts=False,
        )

    def _ask_owner(self, account: Account, code: str, who: LoggedIn) -> None:
        """
        Ask the owner of ``account``, where ``code`` was made, whether this client may come in.
        """
        refuse = partial(self._refuse, who.name, account)
        self._session.client.device = self._device  # type: ignore[misc]  # the doorstep's
        device = Device(self._session, lambda *_: self._come_in(who), refuse)
        self._hub.isolation.run(
            "a link by SSH",
            lambda: self._hub.links.ask_for(device, code),
            done=lambda _: self._tell(_WAITS.format(account.name)),
            refused=refuse,
            failed=lambda: self._fail(is_try=True),
            secret=code,
            counts=False,
        )

    def _tell(self, sentence: str) -> None:
        """
        Show the user a sentence while they log in (RFC 4252, section 5.4).
        """
        self.transport.sendPacket(_BANNER, NS(f"{sentence}\r\n".encode()) + NS(b""))

    @property
    def _device(self) -> str:
        """
        What the client calls itself (RFC 4253, section 4.2): the words behind ``SSH-2.0-``.
        """
        version = self.transport.otherVersionString.decode("ascii", "replace")
        return str(version.split("-", 2)[-1].partition(" ")[0])

    def _refuse(self, name: str, account: Account, why: ChatError) -> None:
        self._tries += 1
        if self._session.closed:
            return
        if self._tries >= MAX_TRIES:
            self._give_up()
        elif self._waiting:
            # The client has asked for something else meanwhile (RFC 4256, section 3.1).
            self._send_failure()
        else:
            self._ask(name, account, str(why))

    def _go_on(self) -> None:
        """
        Take the requests that came while a password was checked.
        """
        self._is_checking = False
        while self._waiting and not self._is_checking and not self._session.closed:
            if self.transport.service is not self:
                return
            packet = self._waiting.popleft()
            self._requests -= 1
            self.transport.take_later(partial(self.ssh_USERAUTH_REQUEST, packet))

    # -- the end ----------------------------------------------------------------------------------

    def _come_in(self, who: LoggedIn) -> None:
        if self._session.closed or self.transport.service is not self:
            return
        self.transport.sendPacket(_SUCCESS, b"")
        self._on_login(evolve(who, device=self._device))

    def _fail(self, *, is_try: bool = False) -> None:
        self._tries += is_try
        if self._tries >= MAX_TRIES:
            self._give_up()
        else:
            self._send_failure()

    def _send_failure(self) -> None:
        self.transport.sendPacket(_FAILURE, NS(_METHODS) + b"\0")

    def _give_up(self) -> None:
        self.transport.sendDisconnect(
            DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE, b"Too many tries to log in."
        )
