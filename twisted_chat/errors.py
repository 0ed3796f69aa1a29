"""
Refusals: what a user is told if something cannot be done.

``str(error)`` is the whole sentence that the user reads: each error is given the facts and makes
its sentence.  Errors may be raised anywhere below the dispatcher, which catches them and tells the
user.
"""

import math

# Waits up to this are given in seconds, longer ones in minutes.
_IN_SECONDS = 120


def _told(seconds: int) -> str:
    return f"{seconds} s" if seconds <= _IN_SECONDS else f"{math.ceil(seconds / 60)} min"


class ChatError(Exception):
    """
    A refusal.  The user reads its text, and nothing is logged.

    Plugins raise this one: ``raise ChatError("There is no poll in this room.")``.
    """


class BadName(ChatError):
    """
    A nick or room name is not valid.
    """


class BadPassword(ChatError):
    """
    A password is not valid.
    """


class NickInUse(ChatError):
    """
    A user who is here has this nick, apart from case and width.
    """

    def __init__(self, nick: str) -> None:
        super().__init__(f"The name {nick} is taken, please choose another.")


class LooksLike(BadName):
    """
    A nick looks like another one, though the two are not the same.

    Args:
        why: words after the other name, such as ``who is here``.
    """

    def __init__(self, nick: str, other: str, why: str) -> None:
        super().__init__(f"The name {nick} looks like {other}, {why}; please choose another.")


class NickRegistered(BadName):
    """
    A nick is registered.
    """

    def __init__(self, nick: str) -> None:
        super().__init__(f"The name {nick} is registered. If it is yours, /login {nick} takes it.")


class RoomLooksLike(BadName):
    """
    The name of a new room looks like that of another room.
    """

    def __init__(self, room: str, other: str) -> None:
        super().__init__(f"#{room} looks like {other}; please choose another name.")


class NoSuchUser(ChatError):
    """
    No user has this nick; an empty nick stands for text without a visible name.
    """

    def __init__(self, nick: str) -> None:
        super().__init__(
            f"Nobody here is called {nick}."
            if nick
            else "Name a user who is here; /who lists them."
        )


class NoSuchRoom(ChatError):
    """
    There is no room of this name; an empty name stands for text without a visible name.
    """

    def __init__(self, room: str) -> None:
        missing = f"There is no room #{room}." if room else "Name a room."
        super().__init__(f"{missing} /rooms lists the rooms.")


class NotInRoom(ChatError):
    """
    The user is not in this room.
    """

    def __init__(self, room: str) -> None:
        super().__init__(f"You are not in #{room}. Enter it with /join {room}.")


class NoCurrentRoom(ChatError):
    """
    The user is in no room.
    """

    def __init__(self) -> None:
        super().__init__("You are not in a room. Enter one with /join room.")


class NoSuchCommand(ChatError):
    """
    There is no command of this name.
    """

    def __init__(self, name: str, suggestion: str | None = None) -> None:
        self.suggestion = suggestion
        hint = f"Did you mean /{suggestion}?" if suggestion else "Type /help for the list."
        super().__init__(f"No such command: /{name}. {hint}")


class BadArgument(ChatError):
    """
    The arguments of a command do not fit its parameters.
    """

    def __init__(self, problem: str, usage: str) -> None:
        super().__init__(f"{problem}\nUsage: {usage}")


class NotAllowed(ChatError):
    """
    The user may not do this.
    """


class NoSuchLine(ChatError):
    """
    A room has no line of this number, or the user may not read it.
    """

    def __init__(self, number: int, room: str) -> None:
        super().__init__(f"There is no line {number} in #{room}. /numbers on shows the numbers.")


class Unavailable(ChatError):
    """
    History cannot be read, because the store does not answer.
    """

    def __init__(self) -> None:
        super().__init__("History cannot be read at the moment, please try again later.")


class SearchTooLong(ChatError):
    """
    A search takes too long.
    """

    def __init__(self) -> None:
        super().__init__("The search takes too long. Add a word, in:room, from:nick or a date.")


class OthersSearch(ChatError):
    """
    Too many other users are searching.
    """

    def __init__(self) -> None:
        super().__init__("Other users are searching, please try again in a moment.")


class SearchNotReady(ChatError):
    """
    The latest lines cannot be searched yet.
    """

    def __init__(self) -> None:
        super().__init__("The latest lines cannot be searched yet, please try again in a moment.")


class InvitationOnly(NotAllowed):
    """
    The room is private, and the user was not let in.  The sentence tells nothing new.
    """

    def __init__(self, room: str) -> None:
        super().__init__(f"#{room} can be entered by invitation only.")


class PasswordNeeded(NotAllowed):
    """
    The room is locked, and the user was not let in.
    """

    def __init__(self, room: str) -> None:
        super().__init__(f"#{room} is locked; /join {room} asks for its password.")


class MembersOnly(NotAllowed):
    """
    The room is for users with an account, and the user has none.
    """

    def __init__(self, room: str) -> None:
        super().__init__(f"#{room} is only for users with an account.")


class Moderated(NotAllowed):
    """
    Only users with a voice may speak in the room, and the user has none.
    """

    def __init__(self, room: str) -> None:
        super().__init__(
            f"#{room} is moderated: only those speak to whom its operators give a voice."
        )


class Sanctioned(NotAllowed):
    """
    The user is banned or muted.  The sentence says by whom, until when, and why.
    """


class TooMuch(ChatError):
    """
    A limit of a number or a rate is reached.
    """


class WrongPassword(NotAllowed):
    """
    A password is wrong.
    """


class TooManyGuesses(TooMuch):
    """
    There were too many wrong passwords.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many wrong passwords, please wait {_told(seconds)}.")


class BusyWithLogins(TooMuch):
    """
    Too many passwords wait to be hashed.
    """

    def __init__(self) -> None:
        super().__init__("The server is busy with logins, please try again in a moment.")


class CannotCheck(ChatError):
    """
    Nobody has looked whether a password is the right one, for a reason that is not the user's.
    """


class CannotHash(ChatError):
    """
    A new password cannot be kept, for a reason that is not the user's.
    """


class ServerFull(TooMuch):
    """
    The server has reached its limit of connections.
    """

    def __init__(self) -> None:
        super().__init__("The server is full, please try again later.")


class TooManyConnections(TooMuch):
    """
    A host has reached its limit of connections.
    """

    def __init__(self) -> None:
        super().__init__("Too many connections from your address, please try again later.")


class TooManyNewConnections(TooMuch):
    """
    A host has reached its rate of new connections.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many new connections from your address, please wait {seconds} s.")


class TooManyNewAccounts(TooMuch):
    """
    A host has reached its rate of new accounts.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many new accounts from your address, please wait {_told(seconds)}.")
