"""
Arrival: a program comes in, or goes on with its session.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from twisted_chat.auth.tokens import hash_of
from twisted_chat.doors.json.reading import READING
from twisted_chat.errors import ChatError, Failed, NotAllowed, PasswordRequired
from twisted_chat.people.owners.links import LINK, Device
from twisted_chat.replies.programs import PROTOCOL, Hello
from twisted_chat.text.names import fold, without_hash
from twisted_chat.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.commands.rates import Rates
    from twisted_chat.doors.json import requests
    from twisted_chat.hub import Hub
    from twisted_chat.people.programs.holding import Resumed
    from twisted_chat.world.model import Account, Session


#: An account whose owner has let a device in, and a check that this still holds.
Linked = tuple["Account", "Callable[[], None]"]


def wait_of(hub: Hub, rates: Rates, hello: requests.Hello) -> float:
    """
    Return for how many seconds a program that comes back has to wait, and count what it costs.

    What it has missed is a page, and costs the session one at whatever connection.
    """
    visit = hub.visits.find(hello.token) if hello.resume else None
    if visit is None:
        return 0.0
    wait = rates.wait(visit.session)
    visit.session.line_bucket.spend(READING)
    return wait


async def greet(
    hub: Hub,
    session: Session,
    hello: requests.Hello,
    max_message: int,
    linked: Linked | None = None,
) -> None:
    """
    Give ``session`` its user, and tell its program so, and what it has missed.

    Args:
        max_message: as the program is told.
        linked: for a hello with a link that the owner has let in.

    Raises:
        ChatError: it may not come in.
    """
    token, resumed = await _come_in(hub, session, hello, linked)
    user = session.require_user()
    hub.tell(
        session,
        Hello(
            *(hub.now(), PROTOCOL, VERSION, user.nick, user.account_name, token),
            is_resumed=resumed is not None,
            max_message=max_message,
            is_whole=resumed is None or resumed.is_whole,
            id=hub.recorder.last_id,
        ),
    )
    hub.marks.tell(session)
    hub.notifying.tell(session)
    if resumed is not None:
        last = {fold(without_hash(name)): number for name, number in hello.last.items()}
        # As it is when the session is resumed: what follows is told as it happens.
        gaps = hub.gaps.of(session, last, resumed.left)
        for event in resumed.told:
            hub.tell(session, event)
        hub.gaps.show(session, gaps, hello.seen)
        hub.questions.programs.resume(session)


def ask_owner(
    hub: Hub,
    session: Session,
    hello: requests.Hello,
    come_in: Callable[[Account, Callable[[], None]], None],
    refuse: Callable[[ChatError], None],
) -> None:
    """
    Ask the owner of an account, at the device where a link was made, whether this one comes in.

    Args:
        come_in: called if they say so, with what `greet` takes as ``linked``.
        refuse: called with why it may not.
    """

    def fail() -> None:
        refuse(Failed())

    session.client.device = hello.device  # type: ignore[misc]  # of this door, it can be set
    device = Device(session, come_in, refuse)
    hub.isolation.run(
        "a link",
        lambda: hub.links.ask_for(device, hello.link),
        refused=refuse,
        failed=fail,
        secret=hello.link,
        counts=False,
    )


async def _come_in(
    hub: Hub, session: Session, hello: requests.Hello, linked: Linked | None
) -> tuple[str, Resumed | None]:
    """
    Give ``session`` its user, and return its token, and what a resumed one has missed.
    """
    if session.user is not None:
        raise NotAllowed(
            f"You have said hello already, and are called {session.nick}.",
            code="named-already",
            nick=session.nick,
        )
    visits = hub.visits
    if linked is not None:
        await hub.logins.come_back(session, *linked, opened_by=LINK)
        return visits.start(session, hello.device) if hello.hold else "", None
    if hello.token:
        return await _come_with_token(hub, session, hello)
    if not hello.name:
        raise ChatError("A hello needs a name, a token or a link.", code="bad-request")
    if hello.register and not hello.password:
        raise PasswordRequired
    if hello.register:
        await hub.registration.come_in(session, hello.name, hello.password, hello.invitation)
    elif hello.password:
        await hub.logins.log_in(session, hello.name, hello.password)
    elif hub.world.find_account(hello.name) is not None:
        raise PasswordRequired
    else:
        hub.logins.introduce(session, hello.name)
    return visits.start(session, hello.device) if hello.hold else "", None


async def _come_with_token(
    hub: Hub, session: Session, hello: requests.Hello
) -> tuple[str, Resumed | None]:
    """
    Go on with the session of a token, or come to its account; as for `_come_in`.
    """
    _require_safe(hub, session, hello.token)
    resumed = None
    if hello.resume and hello.hold:
        resumed = hub.holding.resume(session, hello.token, hello.seen)
    if resumed is not None:
        return hello.token, resumed
    find = partial(hub.tokens.account_of, hello.token)
    known = find()
    opened_by = f"token {hash_of(hello.token)}"
    await hub.logins.come_back(session, known, find, opened_by)
    if not (hello.resume and hello.hold):
        return "", None
    # Another connection may have come with it while the store was asked.
    is_taken = hub.visits.find(hello.token) is not None
    return hub.visits.start(session, hello.device, "" if is_taken else hello.token), None


def _require_safe(hub: Hub, session: Session, token: str) -> None:
    """
    Check that the token of an account, which is worth a password, may come this way.

    Raises:
        NotAllowed: others can listen in.
    """
    known = hub.tokens.find(token)
    account = hub.world.account_called(known.account) if known is not None else None
    if account is not None:
        hub.verifier.require_safe(session, is_staff=account.is_staff)
