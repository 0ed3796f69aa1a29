"""
The words of replies: every kind has some, and they hold what the reply does.
"""

import gc

import pytest

from twisted_chat.doors.device_words import question_of
from twisted_chat.doors.text import PLAIN
from twisted_chat.doors.words import lines_of
from twisted_chat.errors import ChatError
from twisted_chat.replies import moderation, people, rooms, server
from twisted_chat.replies.reply import Notice, Refused, Reply
from twisted_chat.replies.server import Cause, Hint, Storage
from twisted_chat.world.client import Prompt

BAN = moderation.SanctionEntry("ban", "den", "dan", "alice", "spam", 0.0, 86400.0)
MUTE = moderation.SanctionEntry("mute", "", "dan", "alice", "", 0.0, 600.0)
REFUSED = Refused(0, "room-full", "#lobby is full.", {"room": "lobby"})

WORDS: list[tuple[Reply, list[str]]] = [
    (Notice(0, "Tea is ready."), ["Tea is ready."]),
    (Refused(0, "bad", "No.\nUsage: /slow wait|off"), ["No.", "Usage: /slow wait|off"]),
    (people.Welcome(0, "ada", "", ("lobby",), 1), ["Type /help for help."]),
    (
        people.Welcome(0, "ada", "", (), 1, REFUSED),
        ["Welcome, ada. #lobby is full.", "Type /help for help."],
    ),
    (
        people.Welcome(0, "ada", "ada", ("lobby", "den"), 2),
        ["You are in #lobby and #den as ada, from 2 connections.", "Type /help for help."],
    ),
    (
        rooms.Entered(0, "den", "ada", "tea", ("bob", "carl"), 0),
        ["You are in #den as ada with bob and carl.", "Topic: tea"],
    ),
    (
        rooms.Entered(0, "den", "ada", "", ("bob", "carl"), 7),
        ["You are in #den as ada with bob, carl and 7 more."],
    ),
    (
        rooms.Entered(0, "den", "ada", "", (), 0),
        ["You are in #den as ada. Nobody else is here yet."],
    ),
    (
        rooms.Entered(0, "den", "ada", "tea", (), 0, is_elsewhere=True),
        ["You have entered #den from another connection."],
    ),
    (rooms.CurrentRoom(0, "den"), ["You are now talking in #den."]),
    (
        rooms.RoomsRestored(0, ("den", "attic")),
        ["You are also in #den and #attic; /join room switches rooms."],
    ),
    (rooms.Topic(0, "den", "tea"), ["Topic: tea"]),
    (rooms.Topic(0, "den", ""), ["#den has no topic."]),
    *(
        (people.AccountChanged(0, "ada", change), [line])
        for change, line in {
            people.AccountChange.REGISTERED: (
                "ada is registered to you. From now on, that name needs your password."
            ),
            people.AccountChange.PASSWORD_CHANGED: "Your password was changed.",
            people.AccountChange.UNREGISTERED: (
                "Your account ada was deleted. What you said stays."
            ),
            people.AccountChange.LOGGED_OUT: "You have logged out. Goodbye, ada.",
        }.items()
    ),
    (
        people.Exported(0, "ada", "ada.zip"),
        ["What is kept about you is in ada.zip. Ask the server's operator for it."],
    ),
    (people.RoleChanged(0, "ada", "operator", True), ["ada is now an operator."]),
    (
        people.RoleChanged(0, "ada", "parent", False, is_yours=True),
        ["You are no longer a parent."],
    ),
    (people.ConnectionsClosed(0, "ada", 1), ["Closed 1 other connection of ada."]),
    (people.ConnectionsClosed(0, "ada", 2), ["Closed 2 other connections of ada."]),
    (people.Away(0, "bob", "tea"), ["bob is away: tea"]),
    (people.Away(0, "bob", ""), ["bob is away."]),
    (people.Away(0, "ada", "tea", is_yours=True), ["You are marked as away. /back ends that."]),
    (people.Away(0, "ada", None, is_yours=True), ["Welcome back."]),
    (
        people.Ignoring(0, "bob", is_ignored=True),
        ["You no longer see what bob says. /unignore bob ends that."],
    ),
    (people.Ignoring(0, "bob", is_ignored=False), ["You see what bob says again."]),
    (people.SettingChanged(0, "bell", True), ["The bell is on."]),
    (people.SettingChanged(0, "color", False), ["Colours are off."]),
    (people.MessageWaits(0, "bob"), ["bob is offline and will see it on returning."]),
    *(
        (server.Closed(0, cause, "ada", 60.0), [line])
        for cause, line in {
            Cause.QUIT: "Goodbye, ada.",
            Cause.NO_NAME: "Disconnected: no name was given within 60 seconds.",
            Cause.IDLE: "Disconnected: idle for too long.",
            Cause.FLOODING: "Disconnected: too many lines for too long.",
            Cause.GUESSING: "Disconnected: too many wrong passwords or codes.",
            Cause.UNLINKED: "Disconnected: this device needs your password again.",
            Cause.GHOST: "You closed this connection from another one.",
            Cause.RESTART: "Disconnected: the server is restarting. Goodbye.",
            Cause.SHUTDOWN: "*** The server is shutting down. ***",
        }.items()
    ),
    (server.Closed(0, Cause.QUIT), ["Goodbye."]),
    (
        server.ClosesSoon(0, Cause.IDLE, 60),
        ["You will be disconnected in 60 seconds unless you type something."],
    ),
    (
        server.ClosesSoon(0, Cause.RESTART, 1),
        [
            (
                "*** The server is going down for a restart: "
                "you will be disconnected within 1 second. ***"
            )
        ],
    ),
    (server.Unsaved(0, 3), ["The latest lines are not saved yet and are missing below."]),
    (
        server.Outage(0, is_over=False, lost=0),
        ["*** Messages are not saved at the moment: the disk fails. The log says why. ***"],
    ),
    (
        server.Outage(0, is_over=True, lost=2),
        ["*** Messages are saved again; 2 lines were lost. ***"],
    ),
    (
        server.LinesWait(0, 31, 2.0),
        ["31 more lines will follow, 2 a second. To stop them, press Ctrl-C or type /quit."],
    ),
    (
        server.LinesWait(0, 1, 0.0),
        [
            (
                "1 more line will follow, slowly, because you typed so much text. "
                "To stop them, press Ctrl-C or type /quit."
            )
        ],
    ),
    (server.LinesStopped(0, 1), ["Stopped: 1 line was not sent."]),
    (server.LinesStopped(0, 24), ["Stopped: 24 lines were not sent."]),
    (
        server.StorageAlarm(0, Storage.DISK, is_over=False, size=150_000_000, limit=200_000_000),
        ["*** The disk of the database has 150 MB left, less than 200 MB. ***"],
    ),
    (
        server.StorageAlarm(0, Storage.DISK, is_over=True, size=1_234_567_890, limit=200_000_000),
        ["*** The disk of the database has 1.23 GB left now. ***"],
    ),
    (
        server.StorageAlarm(
            0, Storage.DATABASE, is_over=False, size=5_010_000_000, limit=5 * 10**9
        ),
        ["*** The database takes 5.01 GB, more than 5 GB. ***"],
    ),
    (
        server.StorageAlarm(0, Storage.DATABASE, is_over=True, size=999, limit=5 * 10**9),
        ["*** The database takes 999 bytes now. ***"],
    ),
    (
        moderation.Saved(0, "al", "ban", "bob", "den", is_saved=False),
        [
            (
                "(not saved yet) al: ban bob in #den. "
                "The disk fails; if the server stops now, this is undone."
            )
        ],
    ),
    (
        moderation.Saved(0, "al", "announce", "", "", is_saved=True),
        ["(saved now) al: announce"],
    ),
    (
        server.Warned(0, Hint.NOT_ENCRYPTED),
        ["This connection is not encrypted: others on the network may read your password."],
    ),
    (
        server.Warned(0, Hint.TYPING_SHOWN),
        ["", "Your client shows what you type here: make sure that nobody is watching."],
    ),
    (
        server.Warned(0, Hint.LETTERS_LOST),
        [
            (
                "Your client left out some letters of that line. "
                "It has been told to send all of them; please type that line again."
            )
        ],
    ),
    (moderation.Kicked(0, "dan", "den", "alice", "spam"), ["You kicked dan from #den."]),
    (
        moderation.Kicked(0, "dan", "", "alice", "spam", is_yours=True),
        ["You were kicked from this server by alice: spam"],
    ),
    (
        moderation.Kicked(0, "dan", "den", "alice", "", is_yours=True),
        ["You were kicked from #den by alice."],
    ),
    (moderation.Lifted(0, "ban", "den", "dan", "ada"), ["dan is no longer banned from #den."]),
    (
        moderation.Lifted(0, "mute", "", "dan", "ada", is_yours=True),
        ["ada lifted your mute on this server."],
    ),
    (moderation.Report(0, "ada", "dan", "den", "spam"), ["*** ada reports dan in #den: spam ***"]),
    (moderation.ReportTaken(0, True), ["The operators who are here have read your report."]),
    (moderation.ReportTaken(0, False), ["The next operator who comes will read your report."]),
]


@pytest.mark.parametrize(("reply", "lines"), WORDS)
def test_a_reply_has_its_words(reply: Reply, lines: list[str]) -> None:
    assert list(lines_of(reply)) == lines
    assert PLAIN.render(reply) == "".join(f"{line}\r\n" for line in lines).encode()


def test_the_operator_who_bans_reads_for_how_long_and_the_banned_user_reads_by_whom() -> None:
    (done,) = lines_of(moderation.Sanctioned(0, BAN))
    assert done.startswith("You banned dan from #den for 1d, until ")
    assert done.endswith(": spam")
    (hit,) = lines_of(moderation.Sanctioned(0, BAN, is_yours=True))
    assert hit.startswith("You are banned from #den by alice until ")
    (muted,) = lines_of(moderation.Sanctioned(0, MUTE))
    assert muted.startswith("You muted dan on this server for 10m, until ")
    assert muted.endswith(".")


def test_a_refusal_is_told_with_all_it_has() -> None:
    error = ChatError("The poll is over.", code="poll-over", poll=3)
    assert Refused.of(error, 7.0) == Refused(7.0, "poll-over", "The poll is over.", {"poll": 3})


def kinds(kind: type[Reply]) -> list[type[Reply]]:
    return [kind, *(each for other in kind.__subclasses__() for each in kinds(other))]


def test_every_kind_of_reply_has_words() -> None:
    # With slots, attrs makes each class twice, and the first one may still be there.
    gc.collect()
    worded = set(lines_of.registry) | {  # type: ignore[attr-defined]
        each for each in kinds(Reply) if each in rows()
    }
    assert set(kinds(Reply)) - {Reply} <= worded


def rows() -> set[type]:
    from twisted_chat.doors.device_words import lines_about
    from twisted_chat.doors.lists.rows import rows_of

    return {*rows_of.registry, *lines_about.registry} - {object}  # type: ignore[attr-defined]


def test_a_reply_without_words_is_an_error_of_ours() -> None:
    with pytest.raises(TypeError, match="no words for Reply"):
        lines_of(Reply(0))


def test_no_text_in_a_reply_makes_a_row_of_its_own() -> None:
    evil = "x\r\n*** bob has left ***\x1b[2J"
    for reply in (rooms.CurrentRoom(0, evil), people.Away(0, evil, evil)):
        assert PLAIN.render(reply).count(b"\n") == 1
        assert b"\x1b" not in PLAIN.render(reply)


@pytest.mark.parametrize(
    ("prompt", "question"),
    [
        (Prompt("With which word? "), "With which word? "),
        (Prompt(code="password", secret=True), "Password: "),
        (Prompt(code="new-password", secret=True), "New password: "),
        (Prompt(code="repeated-password", secret=True), "Repeat the password: "),
        (Prompt(code="current-password", secret=True), "Current password: "),
        (
            Prompt(code="password-to-unregister", secret=True),
            "Password, to delete your account: ",
        ),
        (Prompt(code="invitation-code"), "Invitation code: "),
        (Prompt(code="room-password", room="den", secret=True), "Password for #den: "),
    ],
)
def test_a_prompt_has_its_words(prompt: Prompt, question: str) -> None:
    assert question_of(prompt) == question
