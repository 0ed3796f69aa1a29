"""
Accounts: names that belong to somebody, with a password.
"""

from __future__ import annotations

from attrs import define, field


@define(eq=False)
class Account:
    """
    A name that belongs to somebody.

    Attributes:
        id: its number, from 1; what its owner says is theirs by it.
        name: as it was registered; ``key`` is its folded form.
        roles: what its owner may do beyond the ordinary, such as ``operator``.
    """

    id: int
    name: str
    key: str
    roles: set[str] = field(factory=set)
