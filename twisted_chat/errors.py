"""
Refusals: what a user is told if something cannot be done.

``str(error)`` is the whole sentence that the user reads: each error is given the facts and makes
its sentence.  Errors may be raised anywhere below the dispatcher, which catches them and tells the
user.
"""

import math
from collections.abc import Mapping

from twisted_chat.text.sizes import Size

#: One of the facts of a refusal: a name, a number, or several names.
Fact = str | int | float | tuple[str, ...]

# Waits up to this are given in seconds, longer ones in minutes.
_IN_SECONDS = 120


def _told(seconds: int) -> str:
    return f"{seconds} s" if seconds <= _IN_SECONDS else f"{math.ceil(seconds / 60)} min"


class ChatError(Exception):
    """
    A refusal.  The user reads its sentence, and nothing is logged.

    Plugins raise this one: ``raise ChatError("There is no poll in this room.")``.

    Args:
        sentence: what a user reads; `str` returns it.
        code: what a program goes by, such as ``nick-in-use``; that of the class by default.
        facts: what the sentence is made of, for programs: names, numbers, seconds to wait.

    Attributes:
        code: as given; ``docs/errors.md`` lists all codes with their facts.
        facts: as given, by name.
        password_may_follow: a user who is refused so may have typed a password ahead, for they
            thought that they would be asked for it; nobody else reads it.
    """

    code = "refused"
    facts: Mapping[str, Fact] = {}
    password_may_follow = False

    def __init__(self, *sentence: object, code: str = "", **facts: Fact) -> None:
        super().__init__(*sentence)
        self.code = code or self.code
        self.facts = facts


class BadName(ChatError):
    """
    A nick or room name is not valid.
    """

    password_may_follow = True


class NoSuchWebhook(ChatError):
    """
    No webhook has the token or, in a room, the name that was given.

    Args:
        name: that one; empty for a token.
    """

    code = "no-such-webhook"

    def __init__(self, name: str = "", room: str = "") -> None:
        where = f"#{room} has no webhook called {name}. /webhook list lists them."
        super().__init__(
            where if room else "There is no webhook at this address.", name=name, room=room
        )


class BadKey(ChatError):
    """
    A public key of SSH cannot be used.
    """

    code = "bad-key"


class BadPassword(ChatError):
    """
    A password is not valid.
    """

    password_may_follow = True


class NickInUse(ChatError):
    """
    A user who is here has this nick, apart from case and width.

    Args:
        is_registered: there is an account of this name, whose owner may have tried to take it.
    """

    code = "nick-in-use"

    def __init__(self, nick: str, *, is_registered: bool = False) -> None:
        self.password_may_follow = is_registered
        super().__init__(f"The name {nick} is taken, please choose another.", nick=nick)


class LooksLike(BadName):
    """
    A nick looks like another one, though the two are not the same.

    Args:
        why: words after the other name, such as ``who is here``.
    """

    code = "nick-looks-alike"

    def __init__(self, nick: str, other: str, why: str) -> None:
        super().__init__(
            f"The name {nick} looks like {other}, {why}; please choose another.",
            nick=nick,
            other=other,
        )


class NickRegistered(BadName):
    """
    A nick is registered.
    """

    code = "nick-registered"

    def __init__(self, nick: str) -> None:
        super().__init__(
            f"The name {nick} is registered. If it is yours, /login {nick} takes it.", nick=nick
        )


class RoomLooksLike(BadName):
    """
    The name of a new room looks like that of another room.

    Args:
        other: that one; empty if the user may not know of it.
        is_locked: a password may follow, as that one would have asked for it.
    """

    code = "room-looks-alike"

    def __init__(self, room: str, other: str = "", *, is_locked: bool = False) -> None:
        like = f"#{other}" if other else "another room"
        super().__init__(
            f"#{room} looks like {like}; please choose another name.", room=room, other=other
        )
        # Of a room that they may not know of, whether it is locked is not revealed.
        self.password_may_follow = is_locked or not other


class NoSuchUser(ChatError):
    """
    No user has this nick; an empty nick stands for text without a visible name.
    """

    code = "no-such-user"

    def __init__(self, nick: str) -> None:
        sentence = (
            f"Nobody here is called {nick}."
            if nick
            else "Name a user who is here; /who lists them."
        )
        super().__init__(sentence, nick=nick)


class NoSuchRoom(ChatError):
    """
    There is no room of this name; an empty name stands for text without a visible name.
    """

    code = "no-such-room"

    def __init__(self, room: str) -> None:
        missing = f"There is no room #{room}." if room else "Name a room."
        super().__init__(f"{missing} /rooms lists the rooms.", room=room)


class NotInRoom(ChatError):
    """
    The user is not in this room.
    """

    code = "not-in-room"

    def __init__(self, room: str) -> None:
        super().__init__(f"You are not in #{room}. Enter it with /join {room}.", room=room)


class NoCurrentRoom(ChatError):
    """
    The user is in no room.
    """

    code = "no-current-room"

    def __init__(self) -> None:
        super().__init__("You are not in a room. Enter one with /join room.")


class NoSuchCommand(ChatError):
    """
    There is no command of this name.

    Args:
        name: as it was typed; that of a subcommand stands behind its command's.
        suggestion: the name of one that may be meant; None for none.
    """

    code = "no-such-command"

    def __init__(self, name: str, suggestion: str | None = None) -> None:
        self.suggestion = suggestion
        group = name.rpartition(" ")[0]
        listed = f"/help {group}" if group else "/help"
        hint = f"Did you mean /{suggestion}?" if suggestion else f"Type {listed} for the list."
        super().__init__(
            f"No such command: /{name}. {hint}", command=name, suggestion=suggestion or ""
        )


class Failed(ChatError):
    """
    A command, or an answer to a question, went wrong by our fault or a plugin's; the log says how.

    Args:
        command: its name, without the slash; empty where it is none.
    """

    code = "failed"

    def __init__(self, command: str = "") -> None:
        what = f"/{command}" if command else "that"
        super().__init__(f"Sorry, {what} failed. It has been logged.", command=command)


class BadArgument(ChatError):
    """
    The arguments of a command do not fit its parameters, or an answer not its question.

    Args:
        usage: of the command; empty for an answer.
    """

    def __init__(self, problem: str, usage: str, *, code: str = "", **facts: Fact) -> None:
        told = f"{problem}\nUsage: {usage}" if usage else problem
        super().__init__(told, code=code, **facts)


class NotAllowed(ChatError):
    """
    The user may not do this.
    """


class Nameless(NotAllowed):
    """
    Only a user may do this, and no name was given on this connection yet.
    """

    code = "nameless"

    def __init__(self) -> None:
        super().__init__("Please give your name first.")


class ConnectionClosing(NotAllowed):
    """
    The connection is on its way out, and nothing is done for it any more.
    """

    code = "connection-closing"

    def __init__(self) -> None:
        super().__init__("The connection is being closed.")


class NoSuchLine(ChatError):
    """
    A room has no line of this number, or the user may not read it.
    """

    code = "no-such-line"

    def __init__(self, number: int, room: str) -> None:
        super().__init__(
            f"There is no line {number} in #{room}. /numbers on shows the numbers.",
            number=number,
            room=room,
        )


class Unavailable(ChatError):
    """
    History cannot be read, because the store does not answer.
    """

    code = "history-unavailable"

    def __init__(self) -> None:
        super().__init__("History cannot be read at the moment, please try again later.")


class SearchTooLong(ChatError):
    """
    A search takes too long.
    """

    code = "search-too-long"

    def __init__(self) -> None:
        super().__init__("The search takes too long. Add a word, in:room, from:nick or a date.")


class OthersSearch(ChatError):
    """
    Too many other users are searching.
    """

    code = "others-search"

    def __init__(self) -> None:
        super().__init__("Other users are searching, please try again in a moment.")


class SearchNotReady(ChatError):
    """
    Not all lines can be searched yet.

    Args:
        done: how much is indexed again, in percent; None if only the latest lines are missing.
    """

    code = "search-not-ready"

    def __init__(self, done: int | None = None) -> None:
        if done is None:
            super().__init__(
                "The latest lines cannot be searched yet, please try again in a moment."
            )
        else:
            super().__init__(
                f"All lines are being indexed again, {done} % so far; "
                "search again in a few minutes.",
                code="search-indexing",
                done=done,
            )


class InvitationOnly(NotAllowed):
    """
    The room is private, and the user was not let in.  The sentence tells nothing new.
    """

    code = "invitation-only"
    password_may_follow = True

    def __init__(self, room: str) -> None:
        super().__init__(f"#{room} can be entered by invitation only.", room=room)


class PasswordNeeded(NotAllowed):
    """
    The room is locked, and the user was not let in.
    """

    code = "room-locked"
    password_may_follow = True

    def __init__(self, room: str) -> None:
        super().__init__(f"#{room} is locked; /join {room} asks for its password.", room=room)


class PasswordRequired(NotAllowed):
    """
    A request needs a password, and its client gave none and cannot be asked for one.
    """

    code = "password-required"
    password_may_follow = True

    def __init__(self) -> None:
        super().__init__("A password is needed for that, and none was given.")


class CannotBeAsked(NotAllowed):
    """
    A question is for the user of a client that shows no prompts.
    """

    code = "cannot-be-asked"

    def __init__(self) -> None:
        super().__init__("That asks a question, and your client cannot show it.")


class Unanswered(ChatError):
    """
    A question that a command asked is not answered: in time, or at all.

    The code says why: ``cancelled``, ``no-answer`` after the time for it, or ``asked-has-left``.
    """

    code = "cancelled"


class MembersOnly(NotAllowed):
    """
    The room is for users with an account, and the user has none.
    """

    code = "members-only"

    def __init__(self, room: str) -> None:
        super().__init__(f"#{room} is only for users with an account.", room=room)


class Moderated(NotAllowed):
    """
    Only users with a voice may speak in the room, and the user has none.
    """

    code = "moderated"

    def __init__(self, room: str) -> None:
        super().__init__(
            f"#{room} is moderated: only those speak to whom its operators give a voice.",
            room=room,
        )


class WebhookSilent(NotAllowed):
    """
    The maker of a webhook does not operate its room any more, or is banned or muted.
    """

    code = "webhook-silent"

    def __init__(self) -> None:
        super().__init__(
            "This webhook may not speak: who made it does not operate the room, or is banned or "
            "muted."
        )


class HttpFailed(ChatError):
    """
    Another server could not be asked by HTTP.

    Args:
        host: that one; empty if the address names none.
        why: what it did, or was not done: words after its name.
    """

    code = "http-failed"

    def __init__(self, host: str, why: str) -> None:
        super().__init__(
            f"The server {host} {why}."
            if host
            else "That address cannot be asked by HTTP; it must be like https://example.org/path, "
            "in ASCII and with no name or password in it.",
            host=host,
        )


class Withheld(ChatError):
    """
    Lines were not sent, because they may hold a secret that was asked for.

    Args:
        count: how many.
    """

    code = "withheld"

    def __init__(self, count: int = 1) -> None:
        super().__init__(
            "That line was not sent, because it may answer the last question. "
            "If it does not, please type it again in a moment."
            if count == 1
            else f"Those {count} lines were not sent, because one may answer the last question. "
            "If none does, please type them again in a moment.",
            count=count,
        )


# The longest text that is repeated in a sentence.
_QUOTED = 60


class MaybeMessage(ChatError):
    """
    A line was not said, because it may be meant for one user alone.

    Args:
        nick: whose.
        text: what may be meant for them.
    """

    code = "maybe-message"

    def __init__(self, nick: str, text: str) -> None:
        shown = text if len(text) <= _QUOTED and "\n" not in text else "text"
        super().__init__(
            f"That line was not sent. To {nick} alone: /msg {nick} {shown}. "
            "To everybody: type it again.",
            nick=nick,
            text=text,
        )


class Sanctioned(NotAllowed):
    """
    The user is banned or muted.  The sentence says by whom, until when, and why.
    """


class TooMuch(ChatError):
    """
    A limit of a number or a rate is reached.
    """


class LineTooLong(TooMuch):
    """
    A line is longer than the door takes, and was not sent.

    Args:
        most: how many bytes it may have.
    """

    code = "line-too-long"

    def __init__(self, most: int) -> None:
        super().__init__(f"That line was longer than {most} bytes and was not sent.", most=most)


class UnknownToken(NotAllowed):
    """
    The token of a program is worth nothing, or nothing any more.
    """

    code = "unknown-token"

    def __init__(self) -> None:
        super().__init__("That token is not known any more. Please give a name, or a password.")


class GuestsNotLetIn(NotAllowed):
    """
    Only the owners of accounts are let in, and there is no account of this name.

    Args:
        nick: the name that was given.
        registration: who may make an account: ``open``, ``invite`` or ``closed``.
        can_type: commands can be typed in the place of a name.
    """

    code = "guests-not-let-in"
    password_may_follow = True

    def __init__(self, nick: str, registration: str, *, can_type: bool = False) -> None:
        log_in = "log in with /login name" if can_type else "log in to an account"
        register = f"register with /register {nick}" if can_type else f"register the name {nick}"
        otherwise = {
            "open": f", or {register}",
            "invite": f", or {register} {'and' if can_type else 'with'} an invitation code",
            "closed": "; no accounts are made here now",
        }[registration]
        super().__init__(
            f"Guests are not let in: {log_in}{otherwise}.",
            nick=nick,
            registration=registration,
        )


class RegistrationClosed(NotAllowed):
    """
    No accounts are made.
    """

    code = "registration-closed"
    password_may_follow = True

    def __init__(self) -> None:
        super().__init__("No accounts are made here now; ask the server's operator.")


class InvitationNeeded(NotAllowed):
    """
    An account is made with an invitation code only, and none was given.
    """

    code = "invitation-needed"
    password_may_follow = True

    def __init__(self) -> None:
        super().__init__(
            "To register, you need an invitation code; an operator of the server gives one."
        )


class WrongCode(NotAllowed):
    """
    A code is wrong, or good no more.

    Args:
        what: what kind of code is asked for: ``invitation``, ``link`` or ``mail``.
    """

    code = "wrong-code"

    def __init__(self, what: str) -> None:
        told = {
            "invitation": "That invitation code is wrong, used up or over; ask for a new one.",
            "link": "That code is wrong, used or over; /link at the other device makes a new one.",
            "mail": "That code is wrong or over; /mail you@example.org sends a new one.",
        }
        super().__init__(told[what], what=what)


class BadCode(WrongCode):
    """
    What was typed can be no code of its kind, so it is no guess at one.

    Args:
        what: as for `WrongCode`.
    """

    code = "bad-code"

    def __init__(self, what: str) -> None:
        told = {
            "invitation": "An invitation code has 16 letters, such as BCDF-GHJK-LMNP-QRST, and "
            "none of them is a vowel or Y.",
            "link": "A code of /link has 8 letters, such as BCDF-GHJK, and none of them is a "
            "vowel or Y.",
            "mail": "/mail takes an address such as you@example.org, the code that was sent "
            "there, such as BCDF-GHJK, or off.",
        }
        NotAllowed.__init__(self, told[what], what=what)


class LoginEnded(NotAllowed):
    """
    A password or a key opened an account, and does so no more when its owner comes in.
    """

    code = "login-ended"

    def __init__(self) -> None:
        super().__init__("Your password or key opens that account no more. Please log in again.")


class MessageTooLong(TooMuch):
    """
    A program sent a message that is longer than the door takes; nothing of it was done.

    Args:
        most: how many bytes it may have.
    """

    code = "message-too-long"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"A message may have at most {most} bytes; this one was not read.", most=most
        )


class Unfinished(ChatError):
    """
    The input ended within a line, which was not sent: its user may have left before its end.
    """

    code = "unfinished"

    def __init__(self) -> None:
        super().__init__("The last line was not sent, because it does not end with a newline.")


class WrongPassword(NotAllowed):
    """
    A password is wrong.
    """

    code = "wrong-password"
    password_may_follow = True


class TooManyGuesses(TooMuch):
    """
    There were too many wrong passwords or codes.

    Args:
        what: which of them was given now.
    """

    code = "too-many-guesses"
    password_may_follow = True

    def __init__(self, seconds: int, what: str = "passwords") -> None:
        super().__init__(f"Too many wrong {what}, please wait {_told(seconds)}.", seconds=seconds)


class BusyWithLogins(TooMuch):
    """
    Too many passwords wait to be hashed.
    """

    code = "busy-with-logins"
    password_may_follow = True

    def __init__(self) -> None:
        super().__init__("The server is busy with logins, please try again in a moment.")


class CannotCheck(ChatError):
    """
    Nobody has looked whether a password is the right one, for a reason that is not the user's.
    """

    code = "cannot-check-password"
    password_may_follow = True


class CannotHash(ChatError):
    """
    A new password cannot be kept, for a reason that is not the user's.
    """

    code = "cannot-save-password"
    password_may_follow = True


class ServerFull(TooMuch):
    """
    The server has reached its limit of connections.
    """

    code = "server-full"

    def __init__(self) -> None:
        super().__init__("The server is full, please try again later.")


class TooManyConnections(TooMuch):
    """
    A host has reached its limit of connections.
    """

    code = "too-many-connections"

    def __init__(self) -> None:
        super().__init__("Too many connections from your address, please try again later.")


class TooManyNewConnections(TooMuch):
    """
    A host has reached its rate of new connections.
    """

    code = "too-many-new-connections"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"Too many new connections from your address, please wait {seconds} s.",
            seconds=seconds,
        )


class TooManyNewAccounts(TooMuch):
    """
    A host has reached its rate of new accounts.
    """

    code = "too-many-new-accounts"
    password_may_follow = True

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"Too many new accounts from your address, please wait {_told(seconds)}.",
            seconds=seconds,
        )


class StorageFull(TooMuch):
    """
    A plugin would keep more than it may.

    Args:
        most: how many bytes it may keep.
    """

    code = "storage-full"

    def __init__(self, plugin: str, most: int) -> None:
        super().__init__(
            f"The plugin {plugin} cannot keep any more: its storage of {Size(most)} is full.",
            plugin=plugin,
            most=most,
        )


class TooManySchedules(TooMuch):
    """
    A plugin has as many schedules as it may.

    Args:
        most: how many it may have.
    """

    code = "too-many-schedules"

    def __init__(self, plugin: str, most: int) -> None:
        super().__init__(
            f"The plugin {plugin} cannot plan any more: it has {most} schedules already.",
            plugin=plugin,
            most=most,
        )
