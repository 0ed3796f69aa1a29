"""
A post that keeps the letters it is given, and users who want mail.
"""

from __future__ import annotations

import re

from attrs import define, field
from shared_accounts import registered

from twisted_chat.people.mail.letters import Letter
from twisted_chat.testing import Chat, Person

PLACE = "chat.example.org"
ADDRESS = "alice@example.org"
CODE = re.compile(r"/mail ([A-Z]{4}-[A-Z]{4})")


@define(eq=False)
class Postman:
    """
    A `Post` that delivers nothing.
    """

    place: str = PLACE
    letters: list[Letter] = field(factory=list)

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)

    @property
    def news(self) -> list[str]:
        """
        Who wrote where, of each letter that has no code.
        """
        letters = (each for each in self.letters if not CODE.search(each.text))
        return [
            "; ".join(row[2:] for row in each.text.splitlines() if row.startswith("- "))
            for each in letters
        ]

    @property
    def code(self) -> str:
        """
        The code that was sent last.
        """
        found = CODE.search(self.letters[-1].text)
        assert found is not None
        return found[1]


def posted(chat: Chat) -> Postman:
    """
    Let a chat send mail.
    """
    chat.hub.addresses.post = postman = Postman()
    return postman


def wants_mail(
    chat: Chat, postman: Postman, nick: str = "alice", address: str = ADDRESS
) -> Person:
    """
    Return the owner of an account who has confirmed an address.
    """
    person = registered(chat, nick)
    person.types(f"/mail {address}")
    person.types(f"/mail {postman.code}")
    person.reads()
    return person
