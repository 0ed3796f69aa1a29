"""
What tests of several modules share.
"""

from types import ModuleType
from typing import Any

from twisted_chat.testing import Chat, Person


def everybody(chat: Chat, *nicks: str) -> list[Person]:
    people = [chat.arrive(nick) for nick in nicks]
    for person in people:
        person.reads()
    return people


def type_slowly(chat: Chat, person: Person, *lines: str) -> None:
    """
    Type each line after a pause: what comes at once behind a refused name may be a password.
    """
    for line in lines:
        chat.advance(2)
        person.types(line)


def plugin(*functions: Any) -> ModuleType:
    # What it merely imported from elsewhere would be left out.
    module = ModuleType(functions[0].__module__)
    vars(module).update({function.__name__: function for function in functions})
    return module
