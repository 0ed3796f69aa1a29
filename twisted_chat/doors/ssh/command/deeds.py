"""
Doing what a command asks for, once its user is in and its text is read.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from twisted_chat.delivery.labels import labelled
from twisted_chat.errors import ChatError, Failed
from twisted_chat.replies.reply import Done
from twisted_chat.text.names import fold, without_hash

if TYPE_CHECKING:
    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.ssh.command.words import Request
    from twisted_chat.world.model import Session

#: The labels of entering a room, and of what is asked for itself.
ENTER, DO = "enter", "do"


def is_in_room(session: Session | None, request: Request) -> bool:
    """
    Return whether the user is in the room that ``request`` names.
    """
    key = fold(without_hash(request.name))
    user = session.user if session is not None else None
    return user is not None and key in [room.key for room in user.rooms]


def enter(dispatcher: Dispatcher, session: Session, request: Request) -> None:
    """
    Enter the room that ``request`` names, for the label `ENTER`; none is made.
    """
    try:
        dispatcher.hub.access.find(session.require_user(), request.name)
    except ChatError as refusal:
        with labelled(session, DO):
            dispatcher.hub.refuse(session, refusal)
    else:
        dispatcher.run(session, "join", {"room": request.name}, ENTER)


def do(dispatcher: Dispatcher, session: Session, request: Request) -> None:
    """
    Do what ``request`` asks for, for the label `DO`.
    """
    run = dispatcher.run
    match request.verb:
        case "send":
            dispatcher.say(session, request.text, DO, room=request.name)
        case "msg":
            run(session, "msg", {"nick": request.name, "text": request.text}, DO)
        case "who":
            run(session, "who", {"room": request.name} if request.name else {}, DO)
        case "rooms":
            run(session, "rooms", {}, DO)
        case "tail" | "history":
            hub = dispatcher.hub
            with labelled(session, DO):
                hub.isolation.run(
                    "a page by SSH",
                    partial(_read, dispatcher, session, request),
                    done=lambda _: hub.tell(session, Done(hub.now())),
                    refused=partial(hub.refuse, session),
                    failed=lambda: hub.refuse(session, Failed()),
                    counts=False,
                )
        case _ if _makes_code_in_vain(session, request):
            with labelled(session, DO):
                dispatcher.hub.refuse(
                    session,
                    ChatError(
                        "A code ends when you leave, as this command does at once. "
                        "Type /link where you stay in the chat.",
                        code="code-would-end",
                    ),
                )
        case _:
            dispatcher.dispatch(session, request.text, DO)


def _makes_code_in_vain(session: Session, request: Request) -> bool:
    """
    Return whether ``request`` makes a code of ``/link``, and nobody stays who could say yes to it.
    """
    user = session.require_user()
    is_code = request.text.lower().split() == ["/link"]
    return is_code and user.account is not None and len(user.sessions) == 1


async def _read(dispatcher: Dispatcher, session: Session, request: Request) -> None:
    session.line_bucket.spend(4)
    room = dispatcher.hub.access.find(session.require_user(), request.name)
    await dispatcher.hub.archive.show_place(session, room, request.count)
