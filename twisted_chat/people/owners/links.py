"""
Links: a code made at one device lets another one in to the same account.

The code alone opens nothing.  A device that has it waits until a session of the account says yes,
which is told what asks and from where.  Codes are in memory only, and end with the server.
"""

from __future__ import annotations

from contextvars import Context, copy_context
from typing import TYPE_CHECKING
from unicodedata import bidirectional, category

from attrs import define, evolve, field, frozen

from twisted_chat.auth.codes import SHORT, hash_of_code, new_code, require_code
from twisted_chat.delivery.labels import unlabelled
from twisted_chat.errors import ChatError, ConnectionClosing, NotAllowed, WrongCode
from twisted_chat.replies.credentials import LinkAnswered, LinkAsked, LinkOffered, LinkWaits
from twisted_chat.text.durations import in_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.auth.verifier import Verifier
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.questions import Questions
    from twisted_chat.isolation import Isolation
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.logins import Logins
    from twisted_chat.world.client import Client
    from twisted_chat.world.model import Account, Session
    from twisted_chat.world.world import World

#: Seconds for which a code is good, and within which a device with it must be let in.
GOOD_FOR, ANSWER_WITHIN = 600.0, 120.0
#: What a session of an account that came in so was opened by.
LINK = "link"
# Characters of what a device calls itself.
_LONGEST = 40


def name_of(client: Client) -> str:
    """
    Return what a device calls itself, as it can be shown where its owner is asked about it.

    Only letters, digits, the space and ``-._``, at most 40: nothing that ends a quotation, and no
    script that runs from right to left and might change the order of what is around it.
    """
    shown = (each if _is_plain(each) else " " for each in client.device[: 2 * _LONGEST])
    return " ".join("".join(shown).split())[:_LONGEST].strip()


def _is_plain(letter: str) -> bool:
    if letter.isascii():
        return letter.isalnum() or letter in "-._"
    # No modifiers, some of which look like quotation marks.
    return category(letter) in {"Lu", "Ll", "Lt", "Lo"} and bidirectional(letter) == "L"


@frozen
class Device:
    """
    A device that waits to be let in.

    Attributes:
        session: its connection.
        come_in: lets it in to an account, given a check that what was proven still holds.
        refuse: tells it why it is not let in.
        context: in which both are called: what they bring about belongs to its own request.
    """

    session: Session
    come_in: Callable[[Account, Callable[[], None]], object]
    refuse: Callable[[ChatError], object]
    context: Context = field(factory=copy_context)


@frozen
class Link:
    """
    A code, and who waits with it.

    Attributes:
        account: whose it is.
        check: raises an error if the account was closed to all that opens it since.
        hash: of the code.
        timer: ends it.
        device: None until the code was typed.
    """

    account: Account
    check: Callable[[], None]
    hash: str = field(repr=False)
    timer: IDelayedCall
    device: Device | None = None


@define(eq=False)
class Links:
    """
    Makes codes, and lets in who has one when the owner says so; each account has one at a time.

    Args:
        world: knows the time.
        fanout: tells those who are asked.
        questions: ask for a name, where none was let in.
        isolation: runs what may wait for the disk.
        verifier: counts wrong codes.
        accounts: take the key that a device has proven.
        logins: let it in.
    """

    _world: World
    _fanout: Fanout
    _questions: Questions
    _isolation: Isolation
    _verifier: Verifier
    _accounts: Accounts
    _logins: Logins
    # By the account; and those whose code was not typed yet, by its hash.
    _links: dict[Account, Link] = field(init=False, factory=dict)
    _open: dict[str, Link] = field(init=False, factory=dict)

    # -- at the first device ----------------------------------------------------------------------

    def offer(self, session: Session) -> LinkOffered:
        """
        Make a code for the account of ``session``; an earlier one ends.

        Raises:
            NotAllowed: it is logged in to none.
        """
        account = session.require_account()
        self.end(account)
        code = new_code(SHORT)
        timer = self._world.clock.callLater(GOOD_FOR, self._expire, account)
        check = self._logins.until_revoked(account)
        link = Link(account, check, hash_of_code(code), timer)
        self._links[account] = self._open[link.hash] = link
        return LinkOffered(self._world.now(), code, GOOD_FOR)

    def answer(self, session: Session, *, is_let_in: bool) -> LinkAnswered:
        """
        Admit the device that waits for the owner, or send it away.

        Raises:
            NotAllowed: ``session`` is logged in to no account.
            ChatError: none waits, or it has gone.
        """
        account = session.require_account()
        link = self._links.get(account)
        if link is None or link.device is None:
            raise ChatError(
                "No device waits to be let in. /link makes a code for one.", code="no-device-waits"
            )
        device = self._take_out(link)
        if device.session.closed or (device.session.user and device.session.user.account):
            raise ChatError(
                "That device has gone. /link makes a new code.", code="no-device-waits"
            )
        if is_let_in:
            device.context.copy().run(device.come_in, account, link.check)
        else:
            self._refuse(device, "The owner of the account has said no.", "link-refused")
        return LinkAnswered(self._world.now(), is_let_in)

    # -- at the other device ----------------------------------------------------------------------

    async def ask(self, session: Session, typed: str) -> None:
        """
        Ask for ``session``, which types lines, to be let in with the code that was ``typed``.

        What comes of it is told later, and belongs to no request: this one is answered before.

        Raises:
            ChatError: as for `ask_for`.
        """

        def refuse(why: ChatError) -> None:
            self._fanout.refuse(session, why)
            self._questions.ask_name(session)

        def come_in(account: Account, check: Callable[[], None]) -> None:
            async def enter() -> None:
                await self._logins.come_back(session, account, check, opened_by=LINK)
                self._accounts.adopt_key(session, account)
                if session.key is not None:
                    # It ends with its key, by which it comes from now on.
                    session.opened_by = f"key {session.key.fingerprint}"

            self._isolation.run("a link", enter, refused=refuse, counts=False)

        with unlabelled():
            device = Device(session, come_in, refuse)
        await self.ask_for(device, typed)

    async def ask_for(self, device: Device, typed: str) -> None:
        """
        Ask for ``device`` to be let in with the code that was ``typed``.

        Raises:
            WrongCode: it is worth nothing, or can be no code.
            TooManyGuesses: there were too many wrong ones.
            NotAllowed: it is that of the same user, or the connection is not safe enough.
        """
        session, hash_ = device.session, require_code(typed, SHORT, "link")

        async def find() -> Link | None:
            return self._open.get(hash_)

        link = await self._verifier.find_code(session, find, WrongCode("link"))
        self._require_other(session, link.account)
        self._verifier.require_safe(session, is_staff=link.account.is_staff)
        self._wait(link, device)

    def opens(self, account: Account, typed: str) -> bool:
        """
        Return whether ``typed``, perhaps a password, is a code of ``account`` now.
        """
        link = self._open.get(hash_of_code(typed))
        return link is not None and link.account is account

    def _require_other(self, session: Session, account: Account) -> None:
        if session.closed:
            raise ConnectionClosing
        own = session.user.account if session.user else None
        if own is account:
            raise NotAllowed(
                "That is your own code. Type it at the device that you want to let in.",
                code="own-code",
            )
        if own is not None:
            raise NotAllowed(
                f"You are already logged in as {own.name}.", code="logged-in", account=own.name
            )

    def _wait(self, link: Link, device: Device) -> None:
        """
        Ask the owner whether ``device`` is to be let in; nobody else comes with that code.
        """
        account, session = link.account, device.session
        assert account.user is not None
        del self._open[link.hash]
        link.timer.cancel()
        timer = self._world.clock.callLater(ANSWER_WITHIN, self._expire, account)
        self._links[account] = evolve(link, timer=timer, device=device)
        session.is_waiting = True
        now, client = self._world.now(), session.client
        self._fanout.tell(session, LinkWaits(now, account.name, ANSWER_WITHIN))
        name = name_of(client)
        with unlabelled():
            asked = LinkAsked(now, client.door, name, session.host or "", ANSWER_WITHIN)
            for each in account.user.sessions:
                self._questions.interrupt(each, asked)

    # -- the end ----------------------------------------------------------------------------------

    def end(self, account: Account, *_: object) -> None:
        """
        End the code of ``account``, and send away who waits with it.
        """
        link = self._links.get(account)
        if link is None:
            return
        device = link.device
        self._take_out(link)
        if device is not None:
            self._refuse(device, "That code is good no more.", "link-ended")

    def _expire(self, account: Account) -> None:
        link = self._links[account]
        device = link.device
        self._take_out(link)
        if device is not None:
            when = in_seconds(ANSWER_WITHIN)
            self._refuse(device, f"The owner did not answer within {when}.", "link-unanswered")

    def _take_out(self, link: Link) -> Device:
        del self._links[link.account]
        self._open.pop(link.hash, None)
        if link.timer.active():
            link.timer.cancel()
        device = link.device
        if device is not None:
            device.session.is_waiting = False
            device.session.connected_at = self._world.seconds()
            self._world.begun[device.session] = None
        return device  # type: ignore[return-value]  # who asks for it knows that there is one

    def _refuse(self, device: Device, sentence: str, code: str) -> None:
        device.context.copy().run(device.refuse, ChatError(sentence, code=code))
