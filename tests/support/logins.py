"""
People who are logged in, for tests.
"""

from twisted.internet.defer import Deferred

from twisted_chat.testing import Chat, Person

SECRET = "correct horse"
ACCOUNTS = ("alice", "bob", "carol", "oscar")


def register(chat: Chat, name: str, host: str = "127.0.0.1") -> Person:
    """
    Connect a user, and register their name.
    """
    person = chat.arrive(name, host)
    person.types("/register", SECRET, SECRET)
    return person


def log_in(person: Person, name: str) -> None:
    """
    Log in ``person``, who is here under another name.
    """
    person.types(f"/login {name}", SECRET)


def come(chat: Chat, nick: str, *roles: str, host: str = "127.0.0.1") -> Person:
    """
    Connect a user and, if they are to have an account, log in; register it if need be.
    """
    if chat.hub.world.find_account(nick) is not None:
        person = chat.connect(host)
        person.types(nick, SECRET)
    elif nick in ACCOUNTS:
        person = register(chat, nick, host)
    else:
        person = chat.arrive(nick, host)
    for role in roles:
        Deferred.fromCoroutine(chat.hub.roles.grant(nick, role, granted=True))
    chat.advance()
    return person


def told(person: Person, *lines: str) -> list[str]:
    """
    Return what a user who types these lines reads.
    """
    person.reads()
    person.types(*lines)
    return person.reads()
