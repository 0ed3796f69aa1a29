"""
Names that people really have, in the scripts in which they write them: those of the package Faker.
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from faker.providers import person


def real_names() -> list[str]:
    """
    Return all of its first and last names that are single words, each once, in a fixed order.
    """
    names = []
    for module in pkgutil.iter_modules(person.__path__):
        provider = import_module(f"{person.__name__}.{module.name}").Provider
        for attribute in sorted(vars(provider)):
            if attribute.startswith(("first_", "last_", "middle_")):
                names += words(getattr(provider, attribute))
    return list(dict.fromkeys(names))


def words(names: object) -> Iterator[str]:
    """
    Yield what is one word in a name, in a table of how frequent each is, or in a nest of names.
    """
    if isinstance(names, str):
        if len(names.split()) == 1:
            yield names.strip()
    elif isinstance(names, (dict, list, tuple, set)):
        for each in sorted(names) if isinstance(names, set) else names:
            yield from words(each)
