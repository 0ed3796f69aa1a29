"""
Names of services and staff: what nobody may be called, as others would trust it.

Digits and signs at such a name, and digits in the place of letters, make no other name of it:
``Admin1``, ``server_`` and ``5upport`` look like staff as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from twisted_chat.text.names import Taken, fold, looks

# Staff, and the mailboxes of those who run a network (RFC 2142, sections 4 and 5).
_STAFF = (
    "abuse", "admin", "administrator", "administrators", "admins", "global", "helpdesk",
    "hostmaster", "ircop", "ircops", "mod", "moderator", "moderators", "mods", "netadmin", "noc",
    "oper", "operator", "operators", "opers", "postmaster", "root", "security", "server",
    "servers", "service", "services", "staff", "superadmin", "superuser", "support", "sysadmin",
    "sysop", "system", "webadmin", "webmaster",
    # The same in some other languages; an operator reserves more as they need them.
    "administrador", "administrateur", "moderador", "moderateur", "operador", "operateur",
    "админ", "администратор", "модератор", "оператор", "сервер",
    "管理员", "管理員", "管理者",
)  # fmt: skip
# What may stand before and behind one of these without making another name of it.
_BESIDE = ("chat", "irc", "official", "real", "team", "the")
# The services of a network of IRC are called so: NickServ, ChanServ, MemoServ.
_SERVICES = ("serv", "service", "services")

# Digits as letters, as in ``4dm1n`` and ``he1p``.
_DIGITS = [str.maketrans("013457", letters) for letters in ("oieast", "oleast")]


def service_like(name: str, others: Iterable[str] = ()) -> bool:
    """
    Return whether ``name``, which is a valid nick, is or looks like that of a service or of staff.

    Args:
        others: more names that nobody may use.
    """
    forms = _forms(name)
    names = tuple(others)
    if names and any(_taken(names).like(form) is not None for form in forms):
        return True
    pattern, begin, end = _pattern()
    shapes = {look for form in forms for look in looks(form)}
    # Nearly no name begins or ends so, which is seen in a tenth of the time.
    return any(
        pattern.fullmatch(shape) for shape in shapes if shape[:3] in begin or shape.endswith(end)
    )


def _forms(name: str) -> set[str]:
    """
    Return the letters of ``name`` without accents, as they are, and with digits read as letters.
    """
    name = unicodedata.normalize("NFD", name)
    if name.isalpha():
        return {name}
    spelled = {name, name.strip("0123456789_-.'")}
    spelled |= {form.translate(digits) for form in spelled for digits in _DIGITS}
    return {"".join(filter(str.isalpha, form)) for form in spelled} - {""}


@cache
def _taken(names: tuple[str, ...]) -> Taken:
    taken = Taken()
    for name in names:
        taken.add(name)
    return taken


@cache
def _pattern() -> tuple[re.Pattern[str], frozenset[str], tuple[str, ...]]:
    """
    Return the pattern of the skeletons of all such names.

    Returns:
        also the three letters that any of them begins with, or else how it ends.
    """
    staff, beside, services = map(_looks, (_STAFF, _BESIDE, _SERVICES))
    some, other = _any(staff), _any(beside)
    pattern = f"(?:{other})*(?:{some})(?:{some}|{other})*|.+(?:{_any(services)})"
    return re.compile(pattern), frozenset(look[:3] for look in staff + beside), services


def _looks(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({look for word in words for look in looks(fold(word))}))


def _any(skeletons: Iterable[str]) -> str:
    return "|".join(map(re.escape, skeletons))
