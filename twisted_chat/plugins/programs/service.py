"""
A service: one program that is a plugin, with its commands, what it hears and what it filters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from twisted_chat.delivery.hooks import Hook
from twisted_chat.errors import ChatError, NoSuchRoom
from twisted_chat.events import Departure
from twisted_chat.limits import TokenBucket
from twisted_chat.plugins.programs.calls import Calls
from twisted_chat.plugins.programs.checks import Checks
from twisted_chat.plugins.programs.declaration import (
    FILTERABLE,
    HEARABLE,
    MOST_COMMANDS,
    BadDeclaration,
    command_from,
    kinds_of,
)
from twisted_chat.plugins.programs.link import Link
from twisted_chat.plugins.registry import NameTaken, Offer
from twisted_chat.replies.server import Cause, Closed
from twisted_chat.text.checks import require_few_lines
from twisted_chat.text.clean import clean_lines
from twisted_chat.text.names import fold, shows, without_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from twisted_chat.hub import Hub
    from twisted_chat.plugins.programs.declaration import Declaration
    from twisted_chat.plugins.programs.grant import Grant
    from twisted_chat.plugins.registry import Registry
    from twisted_chat.world.model import Room, Session

# Characters of the version that a program says it has.
_LONGEST_VERSION = 32


@define(eq=False)
class Service:
    """
    One program that is a plugin.

    Args:
        name: of its table of options.
        grant: what the operator grants it.
        hub: is asked.
        registry: gets its commands, and what it hears.
        on_hung: called when it hangs.

    Attributes:
        calls: of its commands, that wait for its answer.
        checks: its filter.
        version: as it says itself.
        is_registered: its commands and filters are in force.
        why: what it wanted last is not in force, or why it does not run; empty if it is well.
    """

    name: str
    grant: Grant
    _hub: Hub
    _registry: Registry
    _on_hung: Callable[[Service], None]
    calls: Calls = field(init=False)
    checks: Checks = field(init=False)
    version: str = field(init=False, default="")
    is_registered: bool = field(init=False, default=False)
    why: str = field(init=False, default="")
    _link: Link = field(init=False)
    _granted: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._granted = _keys(self.grant.rooms)
        self._link = Link(self.name, self._hub)
        self.calls = Calls(self._link, lambda: self._on_hung(self))
        is_closed = self.grant.filter_fails == "closed"
        self.checks = Checks(self._link, is_closed, self._may_know)
        if "filter" in self.grant.rights and is_closed:
            # Nothing is said that it has not seen, also before it comes for the first time.
            self.checks.watch(tuple(FILTERABLE.values()))

    # -- its connection -------------------------------------------------------------------------

    @property
    def session(self) -> Session | None:
        """
        Its connection; None while there is none.
        """
        return self._link.session

    @property
    def trouble(self) -> str:
        """
        What is wrong with it, for operators; empty if nothing is.
        """
        count = self.calls.unanswered
        return f"It has not answered its last {count} calls." if count > 1 else ""

    def attach(self, session: Session) -> None:
        """
        Take ``session`` as the connection of the program, in the place of an earlier one.
        """
        before = self.session
        if before is not None:
            self.detach(before)
            farewell = Closed(self._hub.now(), Cause.RESUMED)
            self._hub.connections.close(before, farewell, Departure(cause="resumed"))
        self._link.session = session
        # It is no user, and never gives a name.
        session.is_waiting = True
        session.line_bucket = TokenBucket(self.grant.rate, self.grant.rate)

    def detach(self, session: Session) -> None:
        """
        Take back all that the program has registered: ``session``, its connection, is lost.
        """
        if session is not self.session:
            return
        self._link.session = None
        self.is_registered = self.checks.is_ready = False
        self._registry.remove(self)
        self.calls.end_all()
        self.checks.stop()

    def close(self) -> None:
        """
        Let the program go for good: it is switched off, or the operator grants it nothing more.
        """
        session = self.session
        if session is not None:
            self.detach(session)
            farewell = Closed(self._hub.now(), Cause.UNLINKED)
            self._hub.connections.close(session, farewell, Departure(cause="unlinked"))
        self.checks.watch(())

    # -- what it asks for -----------------------------------------------------------------------

    def register(
        self,
        commands: Sequence[Declaration],
        hears: list[str],
        filters: list[str],
        rooms: list[str],
        version: str = "",
    ) -> None:
        """
        Put in force what the program wants, in the place of what it wanted before.

        Args:
            rooms: those in which it filters; empty for all in which it may.

        Raises:
            ChatError: it may not, or a command cannot be; then nothing has changed.
        """
        for right, wanted in (("commands", commands), ("hear", hears), ("filter", filters)):
            if wanted:
                self._require(right)
        if len(commands) > MOST_COMMANDS:
            raise BadDeclaration(f"A program has at most {MOST_COMMANDS} commands.")
        made = [command_from(each, self.name, self.calls.call) for each in commands]
        heard = kinds_of(hears, HEARABLE, "hear")
        kinds = kinds_of(filters, FILTERABLE, "filter")
        hooks = [Hook(self._hear, kind, before=False, name=f"{self.name} hears") for kind in heard]
        try:
            self._registry.put(self, Offer(self.name, made, hooks))
        except NameTaken as error:
            raise ChatError(str(error), code="command-taken") from None
        self.checks.stop()
        self.checks.watch(kinds, _keys(rooms))
        self.version = clean_lines(version)[:_LONGEST_VERSION]
        self.is_registered = self.checks.is_ready = True
        self.why = ""

    def say(self, name: str, text: str) -> None:
        """
        Announce ``text`` in the room called ``name``.

        Raises:
            ChatError: it may not, or not there.
        """
        self._require("say")
        room = self._hub.rooms.get(fold(without_hash(name)))
        if room is None or not self._may_know(room):
            raise NoSuchRoom(name)
        if not shows(text):
            raise ChatError("That line is invisible.", code="invisible")
        require_few_lines(text)
        room.announce(text)

    def _require(self, right: str) -> None:
        if right not in self.grant.rights:
            raise ChatError(
                f"The program {self.name} was not granted the right {right!r}; it stands in "
                f"rights of [plugins.{self.name}].",
                code="not-granted",
                right=right,
            )

    def _may_know(self, room: Room) -> bool:
        """
        Return whether the program may hear, filter and speak in ``room``.
        """
        if self._granted:
            return room.key in self._granted
        return room.is_public and not room.modes.private

    def _hear(self, hub: Hub, event: Any) -> None:
        room = hub.rooms.get(fold(event.room))
        if self.session is not None and room is not None and self._may_know(room):
            hub.tell(self.session, event)


def _keys(rooms: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(without_hash(each)) for each in rooms)
