"""
Tokens: with which programs come back, to a session or to an account, without a password.
"""

from __future__ import annotations

from hashlib import sha256
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.errors import UnknownToken
from twisted_chat.store.tokens import Token, TokenEnded, TokenKept

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.world.model import Account
    from twisted_chat.world.world import World

#: Tokens of one account; of more, those that were used the longest ago end.
MOST_TOKENS = 100
# Bytes of chance in a token.
_BYTES = 24


@define(eq=False)
class Tokens:
    """
    Holds what each token stands for, by its hash; nobody but its program has the token.

    Args:
        world: knows the accounts.
        fanout: has them kept.
    """

    _world: World
    _fanout: Fanout
    _known: dict[str, Token] = field(init=False, factory=dict)
    # The hashes of those of each account, so that a login looks at no others.
    _owned: dict[int, dict[str, None]] = field(init=False, factory=dict)

    def find(self, token: str) -> Token | None:
        """
        Return what ``token`` stands for; None if it is worth nothing.
        """
        return self._known.get(hash_of(token))

    def account_of(self, token: str) -> Account:
        """
        Return the account that ``token`` belongs to.

        Raises:
            UnknownToken: to none.
        """
        known = self.find(token)
        account = self._world.account_called(known.account) if known is not None else None
        if account is None:
            raise UnknownToken
        return account

    def load(self, token: Token) -> None:
        """
        Note a token that is kept already.
        """
        before = self._known.get(token.hash)
        if before is not None and before.account != token.account:
            self._forget(token.hash)
        self._known[token.hash] = token
        self._owned.setdefault(token.account, {})[token.hash] = None

    def _forget(self, hash_: str) -> bool:
        """
        Undo `load`, and return whether there was such a token.
        """
        token = self._known.pop(hash_, None)
        if token is None:
            return False
        own = self._owned[token.account]
        del own[hash_]
        if not own:
            del self._owned[token.account]
        return True

    def keep(self, token: Token) -> None:
        """
        Keep a new token, or what it stands for now.
        """
        self.load(token)
        self._fanout.keep(TokenKept(token))

    def end(self, token: Token) -> None:
        """
        End ``token``, so that it stands for nothing.
        """
        if self._forget(token.hash):
            self._fanout.keep(TokenEnded(token.hash))

    def of(self, account: Account) -> list[Token]:
        """
        Return the tokens of ``account``, in the order in which they were made.
        """
        own = [self._known[each] for each in self._owned.get(account.id, ())]
        return sorted(own, key=lambda token: token.made_at)

    def surplus(self, account: Account) -> list[Token]:
        """
        Return the tokens of ``account`` that are too many: not open, and used the longest ago.
        """
        own = sorted(self.of(account), key=lambda token: (token.is_open, token.used_at))
        return own[:-MOST_TOKENS]


def new_token() -> str:
    """
    Return a token that nobody guesses.
    """
    return token_urlsafe(_BYTES)


def hash_of(token: str) -> str:
    """
    Return the hash of ``token``: a plain one, for a token is long and by chance.
    """
    return sha256(token.encode("utf-8", "replace")).hexdigest()
