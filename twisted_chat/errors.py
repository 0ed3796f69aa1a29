"""
Refusals: what a person is told when something cannot be done.

``str(error)`` is the whole sentence the person reads, so every error is built from the facts and
words its own sentence.  Raise one anywhere below the dispatcher; it is caught there and told to
whoever typed the line.
"""

import math

# Waits up to this are told in seconds, and longer ones in minutes.
_IN_SECONDS = 120


def _told(seconds: int) -> str:
    return f"{seconds} s" if seconds <= _IN_SECONDS else f"{math.ceil(seconds / 60)} min"


class ChatError(Exception):
    """
    A refusal.  Its text is told to the person as it stands, and nothing is logged.

    A plugin raises this one itself: ``raise ChatError("There is no poll in this room.")``.
    """


class BadName(ChatError):
    """
    A nick or room name is not one that may be used.
    """


class BadPassword(ChatError):
    """
    A password is not one that may be used.
    """


class NickInUse(ChatError):
    """
    Somebody who is here has this nick already, up to case and width.
    """

    def __init__(self, nick: str) -> None:
        super().__init__(f"The name {nick} is taken, please choose another.")


class LooksLike(BadName):
    """
    A nick cannot be told from another, letter by letter, though the two are not the same.

    Args:
        why: what keeps the other one, as the words after its name: ``who is here``.
    """

    def __init__(self, nick: str, other: str, why: str) -> None:
        super().__init__(f"The name {nick} looks like {other}, {why}; please choose another.")


class NickRegistered(BadName):
    """
    A nick belongs to somebody, who gives a password for it.
    """

    def __init__(self, nick: str) -> None:
        super().__init__(f"The name {nick} is registered; /login {nick} takes it if it is yours.")


class RoomLooksLike(BadName):
    """
    A room of this name could not be told from one there is.
    """

    def __init__(self, room: str, other: str) -> None:
        super().__init__(f"#{room} looks like {other}; please choose another name.")


class NoSuchUser(ChatError):
    """
    Nobody here has this nick.
    """

    def __init__(self, nick: str) -> None:
        super().__init__(f"Nobody here is called {nick}.")


class NoSuchRoom(ChatError):
    """
    There is no room of this name.
    """

    def __init__(self, room: str) -> None:
        super().__init__(f"There is no room #{room}. /rooms lists those there are.")


class NotInRoom(ChatError):
    """
    The person is not in this room.
    """

    def __init__(self, room: str) -> None:
        super().__init__(f"You are not in #{room}. Enter it with /join {room}.")


class NoCurrentRoom(ChatError):
    """
    The person is in no room at all, so there is none to speak in.
    """

    def __init__(self) -> None:
        super().__init__("You are in no room. Enter one with /join room.")


class NoSuchCommand(ChatError):
    """
    A slash and a word that is no command's name.
    """

    def __init__(self, name: str, suggestion: str | None = None) -> None:
        self.suggestion = suggestion
        hint = f"Did you mean /{suggestion}?" if suggestion else "Type /help for the list."
        super().__init__(f"No such command: /{name}. {hint}")


class BadArgument(ChatError):
    """
    A command's arguments do not fit its signature.
    """

    def __init__(self, problem: str, usage: str) -> None:
        super().__init__(f"{problem}\nUsage: {usage}")


class NotAllowed(ChatError):
    """
    The person may not do this.
    """


class NoSuchLine(ChatError):
    """
    A room has no line of this number, or none that the person may read.
    """

    def __init__(self, number: int, room: str) -> None:
        super().__init__(f"There is no line {number} in #{room}. /numbers on shows the numbers.")


class Unavailable(ChatError):
    """
    What was kept cannot be read, for the disk does not answer.
    """

    def __init__(self) -> None:
        super().__init__("What was said before cannot be read now, please try again later.")


class SearchTooLong(ChatError):
    """
    What somebody searches for takes too long to find.
    """

    def __init__(self) -> None:
        super().__init__("That takes too long to find. Add a word, in:room, from:nick or a date.")


class OthersSearch(ChatError):
    """
    So many search that it is not somebody's turn in time.
    """

    def __init__(self) -> None:
        super().__init__("Others are searching; please try again in a moment.")


class SearchNotReady(ChatError):
    """
    What was said cannot be searched yet.

    Args:
        done: how much is indexed anew, in percent; None if only the latest is not indexed.
    """

    def __init__(self, done: int | None = None) -> None:
        super().__init__(
            "So much was said that it is not ready to be searched yet; try later."
            if done is None
            else f"All that was said is being indexed anew, {done} % so far; "
            "search again in a few minutes."
        )


class InvitationOnly(NotAllowed):
    """
    The room is private, and the person was not let in.  It says no more than they knew.
    """

    def __init__(self, room: str) -> None:
        super().__init__(f"#{room} may be entered by invitation only.")


class PasswordNeeded(NotAllowed):
    """
    The room is locked, and the person was not let in.
    """

    def __init__(self, room: str) -> None:
        super().__init__(f"#{room} is locked; /join {room} asks for its password.")


class MembersOnly(NotAllowed):
    """
    The room is for people with an account, and the person has none.
    """

    def __init__(self, room: str) -> None:
        super().__init__(f"#{room} is for people with an account only.")


class Moderated(NotAllowed):
    """
    Only those with a voice speak in the room, and the person has none.
    """

    def __init__(self, room: str) -> None:
        super().__init__(
            f"#{room} is moderated: only those speak to whom its operators give a voice."
        )


class Sanctioned(NotAllowed):
    """
    The person is banned or muted.  The sentence says by whom, until when, and why.
    """


class TooMuch(ChatError):
    """
    A limit on how many, or how often, has been reached.
    """


class WrongPassword(NotAllowed):
    """
    A password is not the right one.
    """


class TooManyGuesses(TooMuch):
    """
    So many passwords were wrong that others have to wait.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many wrong passwords, please wait {_told(seconds)}.")


class BusyWithLogins(TooMuch):
    """
    So many passwords wait to be hashed that another one would wait too long.
    """

    def __init__(self) -> None:
        super().__init__("The server is busy with logins, please try again in a moment.")


class CannotCheck(ChatError):
    """
    Nobody has looked whether a password is the right one, for a reason that is not the person's.
    """


class CannotHash(ChatError):
    """
    A new password cannot be kept, for a reason that is not the person's.
    """


class ServerFull(TooMuch):
    """
    The server holds as many connections as it may.
    """

    def __init__(self) -> None:
        super().__init__("The server is full, please try again later.")


class TooManyConnections(TooMuch):
    """
    One host has as many connections as it may.
    """

    def __init__(self) -> None:
        super().__init__("Too many connections from your address, please try again later.")


class TooManyNewConnections(TooMuch):
    """
    One host opens connections as fast as it may, however few it has.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many new connections from your address, please wait {seconds} s.")


class TooManyNewAccounts(TooMuch):
    """
    So many accounts were made from one host that the next one has to wait.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many new accounts from your address, please wait {_told(seconds)}.")
