"""
Requests that are made again, as their answer was lost: each is done once, and answered again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.delivery.labels import labelled
from twisted_chat.doors.json import requests
from twisted_chat.errors import ChatError
from twisted_chat.people.programs.requests import Stage
from twisted_chat.replies.reply import Done

if TYPE_CHECKING:
    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session

# What changes nothing.
_READS = (
    *(requests.Who, requests.Rooms, requests.Search, requests.History, requests.Complete),
    *(requests.Read, requests.Unread, requests.Ping, requests.Bye),
)


def was_made(hub: Hub, session: Session, request: requests.Request) -> bool:
    """
    Return whether ``request``, which has a label, was made before; answer it if it is done.
    """
    label = request.label
    try:
        stage = hub.requests.begin(session, label, requests.content(request))
    except ChatError as refusal:
        session.line_bucket.spend()
        with labelled(session, label):
            # Not as the end of the request that has this label.
            hub.fanout.refuse(session, refusal)
        return True
    if stage is Stage.NEW:
        return False
    session.line_bucket.spend()
    if stage is Stage.DONE:
        with labelled(session, label):
            hub.requests.tell_again(session, label)
            hub.tell(session, Done(hub.now()))
    return True


def reads(dispatcher: Dispatcher, request: requests.Request) -> bool:
    """
    Return whether ``request`` changes nothing, so that it can be done again.
    """
    match request:
        case requests.Settings(value=value):
            return value == ""
        case requests.Command(name=name) if name:
            return dispatcher.reads(name)
        case requests.Command(text=text):
            return dispatcher.only_reads(text)
    return isinstance(request, _READS)
