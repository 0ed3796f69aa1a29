"""
Services: all programs that are plugins, as the operator grants them.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING, Protocol

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.auth.tokens import hash_of
from twisted_chat.errors import UnknownToken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted_chat.hub import Hub
    from twisted_chat.plugins.programs.grant import Grant
    from twisted_chat.plugins.programs.service import Service
    from twisted_chat.plugins.registry import Registry

_log = Logger()


class Runner(Protocol):
    """
    Runs the programs that the server itself starts.
    """

    def start(self, service: Service) -> None:
        """
        Start the program of ``service``, or start it again.
        """

    def stop(self, service: Service) -> None:
        """
        Stop it, if it runs.
        """


@define(eq=False)
class Services:
    """
    The services there are, by name.

    Args:
        hub: is asked by them.
        registry: has their commands.

    Attributes:
        runner: runs those that the server starts; None before it can.
    """

    _hub: Hub
    _registry: Registry
    runner: Runner | None = field(init=False, default=None)
    by_name: dict[str, Service] = field(init=False, factory=dict)

    def grants(self) -> list[Grant]:
        """
        Return what each of them is granted.
        """
        return [service.grant for service in self.by_name.values()]

    def grant(self, grants: Mapping[str, Grant]) -> None:
        """
        Set the services to those of ``grants``, by name.

        Those that the server starts are started again, as plugins are loaded again; others stay
        connected unless something has changed for them.
        """
        for name, service in tuple(self.by_name.items()):
            if grants.get(name) != service.grant:
                self.remove(name)
        for name in grants:
            self.add(name, grants[name])

    def add(self, name: str, grant: Grant) -> None:
        """
        Add a service, or start it again if the server starts it.
        """
        service = self.by_name.get(name)
        if service is None:
            from twisted_chat.plugins.programs.service import Service  # noqa: PLC0415  # few have any

            made = Service(name, grant, self._hub, self._registry, self._start_again)
            service = self.by_name[name] = made
        service.why = ""
        if grant.run and self.runner is not None:
            self.runner.start(service)

    def _start_again(self, service: Service) -> None:
        """
        Start a program again that hangs, if the server has started it.
        """
        is_current = self.by_name.get(service.name) is service
        if is_current and service.grant.run and self.runner is not None:
            _log.warn("Program {name} hangs; it is started again", name=service.name)
            self.runner.start(service)

    def remove(self, name: str) -> None:
        """
        Remove the service called ``name``.
        """
        service = self.by_name.pop(name)
        if service.grant.run and self.runner is not None:
            self.runner.stop(service)
        service.close()

    def begin(self, runner: Runner) -> None:
        """
        Start all that are to be started, by ``runner``, now that the server runs.
        """
        self.runner = runner
        for service in self.by_name.values():
            if service.grant.run:
                runner.start(service)

    def find(self, token: str) -> Service:
        """
        Return the service that connects with ``token``.

        Raises:
            UnknownToken: there is none.
        """
        hashed = hash_of(token)
        for service in self.by_name.values():
            if service.grant.token and compare_digest(service.grant.token, hashed):
                return service
        raise UnknownToken
