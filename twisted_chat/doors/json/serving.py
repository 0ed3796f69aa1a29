"""
Serving: does the requests of a program that is a plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.delivery.labels import labelled
from twisted_chat.doors.json import requests
from twisted_chat.errors import ChatError, Failed, UnknownToken
from twisted_chat.replies.reply import Done
from twisted_chat.text.clean import one_line

if TYPE_CHECKING:
    from twisted_chat.hub import Hub
    from twisted_chat.plugins.programs.declaration import Declaration
    from twisted_chat.plugins.programs.service import Service
    from twisted_chat.plugins.programs.services import Services
    from twisted_chat.world.model import Session

#: What only such a program may ask for.
OF_SERVICES = (requests.Register, requests.Answer, requests.Verdict)
#: Why others may not.
NO_PLUGIN = ChatError(
    "That is for programs that are plugins, which come in with the token of a service.",
    code="no-plugin",
)

# What a room reads counts as so many messages, and one for so many characters: at the rate that is
# the default, that is some 40 lines a second.
_ALOUD, _CHARACTERS = 20, 16
# A command that is registered counts as so many; each word besides as one.
_COMMAND = 4


def service_of(hub: Hub, services: Services | None, session: Session, token: str) -> Service:
    """
    Return the plugin that a program is, by the ``token`` of its hello.

    Args:
        services: know the programs that are plugins; None where none can come.

    Raises:
        ChatError: it has a user already, the token is none, or others can listen in.
    """
    if session.user is not None:
        raise NO_PLUGIN
    if services is None:
        raise UnknownToken
    service = services.find(token)
    hub.verifier.require_safe(session, is_staff=True)
    return service


def serve(hub: Hub, session: Session, service: Service, request: requests.Request) -> None:
    """
    Do ``request``; one that has a label is answered last by one `Done` or one refusal with it.
    """
    session.line_bucket.spend(_cost(request))
    with labelled(session, request.label):
        try:
            _do(service, request)
        except ChatError as refusal:
            hub.refuse(session, refusal)
            if isinstance(request, requests.Register):
                service.why = str(refusal)
                hub.isolation.log.warn(  # noqa: G010  # not one of the logging module's
                    "Program {name} cannot register: {why!r}",
                    name=service.name,
                    why=str(refusal),
                )
            return
        except Exception:  # noqa: BLE001  # whatever it is: it is logged
            # A hook of a plugin, or a bug of ours: the program goes on.
            hub.isolation.log.report("A request of program {name} failed", name=service.name)
            hub.refuse(session, Failed())
            return
        if request.label:
            hub.tell(session, Done(hub.now()))
        if isinstance(request, requests.Bye):
            hub.connections.quit(session, one_line(request.reason))


def _cost(request: requests.Request) -> float:
    """
    Return as how many messages ``request`` counts: more if a room is to read it.

    A registration counts by its size: each command in it is made again.
    """
    match request:
        case requests.Say(text=text) | requests.Answer(to="room", text=text):
            return _ALOUD + len(text) / _CHARACTERS
        case requests.Register(commands=commands, hears=hears, filters=filters, rooms=rooms):
            words = len(hears) + len(filters) + len(rooms)
            return 1 + words + sum(map(_cost_of_command, commands))
    return 1


def _cost_of_command(declared: Declaration) -> int:
    words = sum(1 + len(each.choices) for each in declared.parameters)
    return _COMMAND + len(declared.aliases) + words


def _do(service: Service, request: requests.Request) -> None:
    match request:
        case requests.Register(
            commands=commands, hears=hears, filters=filters, rooms=rooms, version=version
        ):
            service.register(commands, hears, filters, rooms, version)
        case requests.Answer(call=call, text=text, to=to, refusal=refusal):
            service.calls.answer(call, text, refusal, to_room=to == "room")
        case requests.Verdict(check=check, text=new, refusal=refusal):
            service.checks.decide(check, new, refusal)
        case requests.Say(room=room, text=text):
            service.say(room, text)
        case requests.Ping() | requests.Bye():
            pass
        case _:
            raise ChatError(
                "A program that is a plugin may ask for register, answer, verdict, say, ping and "
                "bye; what users ask for needs a connection of its own, with a name.",
                code="not-for-plugins",
            )
