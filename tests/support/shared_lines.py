"""
What tests of lines and of their annotations share.
"""

from attrs import evolve

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person

SHOWING = evolve(NO_LIMITS, history_lines=20)


class Company:
    """
    Three people in a room, where alice has asked bob something; its lines 1 to 3 tell who came.
    """

    def __init__(self, *plugins: str, store: MemoryStore | None = None) -> None:
        self.chat = Chat(*plugins, limits=SHOWING, store=store)
        self.alice = self.chat.arrive("alice")
        self.bob = self.chat.arrive("bob")
        self.carol = self.chat.arrive("carol")
        self.alice.types("lunch at noon?")
        self.look_away()

    def look_away(self) -> None:
        for person in (self.alice, self.bob, self.carol):
            person.reads()

    def page(self, person: Person, count: int = 1) -> list[str]:
        """
        Return the latest lines, as a user without times reads them again.
        """
        self.alice.types("*")
        person.reads()
        person.types(f"/history {count + 1}")
        return [line.split("] ", 1)[1] for line in person.reads()[1:-2]]
