"""
The rows of lists, one reply with many things each.
"""

from collections.abc import Sequence

import pytest

from twisted_chat.doors.lists.rows import rows_of
from twisted_chat.replies import moderation, people, plugins, rooms, server
from twisted_chat.replies.plugins import PluginState
from twisted_chat.replies.programs import PrivateUnread, RoomUnread
from twisted_chat.world.settings import SETTINGS

pytestmark = pytest.mark.usefixtures("utc")

# 2023-11-14 22:13:20, and a day later.
AT, LATER = 1_700_000_000.0, 1_700_086_400.0
BAN = moderation.SanctionEntry("ban", "den", "dan", "alice", "spam", AT, LATER)
MUTE = moderation.SanctionEntry("mute", "den", "eve", "alice", "", AT, LATER)
SUBJECTS = moderation.Subject


def modes(**changes: object) -> rooms.Modes:
    plain = {
        "is_private": False, "is_locked": False, "is_moderated": False, "slow": 0,
        "is_members_only": False, "is_topic_locked": False, "is_history_kept": True,
        "owners": (), "operators": (), "voiced": (),
    }  # fmt: skip
    return rooms.Modes(AT, "den", **{**plain, **changes})  # type: ignore[arg-type]


def listing(subject: moderation.Subject, *rows: object, **facts: object) -> moderation.Listing:
    return moderation.Listing(AT, subject, "den", rows, **{"has_more": False, **facts})  # type: ignore[arg-type]


def shown(*settings: people.SettingRow, **facts: object) -> people.SettingsShown:
    plain = {"ignored": (), "room": "", "is_kept": True}
    return people.SettingsShown(AT, settings, **{**plain, **facts})  # type: ignore[arg-type]


COLOR = people.SettingRow("color", True, False, True, "Show colours.")
WIDTH = people.SettingRow("width", 0, 80, True, "Wrap lines.")
EDITOR = people.SettingRow("editor", None, None, False, "Edit the line.")


ROWS: list[tuple[object, Sequence[str]]] = [
    (
        people.Whois(AT, "bob", ("lobby", "den"), AT, 90.0, 3.4, None, None),
        ["bob is in #lobby, #den, here since 22:13 (1m30s), idle for 3s."],
    ),
    (
        people.Whois(AT, "bob", (), AT, 0.0, 0.0, "", ("", "192.0.2.7")),
        [
            "bob is in no room, here since 22:13 (0s), idle for 0s.",
            "bob is away.",
            "bob comes from this machine, 192.0.2.7.",
        ],
    ),
    (
        people.Connections(
            AT,
            (
                people.Connection("", AT, 60.0, 5.0, True),
                people.Connection("192.0.2.7", AT, 60.0, 60.0, False),
            ),
        ),
        [
            "From this machine since 22:13 (1m), idle for 5s. This is the current one.",
            "From 192.0.2.7 since 22:13 (1m), idle for 1m.",
        ],
    ),
    (rooms.Who(AT, "den", (), 0), ["In #den: nobody."]),
    (
        rooms.Who(AT, "den", (rooms.Member("ada", False), rooms.Member("bob", True)), 3),
        ["In #den: ada, bob (away) and 3 more."],
    ),
    (
        rooms.Rooms(
            AT,
            (
                rooms.RoomSummary("lobby", 2, ""),
                rooms.RoomSummary("den", 1, "tea"),
                rooms.RoomSummary("attic", 0, "x" * 81),
            ),
            4,
        ),
        [
            "#lobby: 2 people",
            "#den: 1 person - tea",
            f"#attic: 0 people - {'x' * 77}...",
            "... and 4 more.",
        ],
    ),
    (modes(), ["#den: open to everybody."]),
    (
        modes(is_private=True, is_locked=True, is_moderated=True, slow=90, is_members_only=True),
        ["#den: private, locked, moderated, slow (1m30s), members only."],
    ),
    (
        modes(
            is_topic_locked=True,
            is_history_kept=False,
            owners=("ada",),
            operators=("bob", "carl"),
            voiced=tuple(f"v{number}" for number in range(22)),
        ),
        [
            (
                "#den: topic by operators, history off. Owner: ada. Operators: bob, carl. "
                f"Voices: {', '.join(f'v{number}' for number in range(20))} and 2 more."
            )
        ],
    ),
    (
        listing(SUBJECTS.SANCTIONS, BAN, MUTE, has_more=True),
        [
            "ban of dan by alice until 2023-11-15 22:14: spam",
            "mute of eve by alice until 2023-11-15 22:14.",
            "--- /more shows earlier lines ---",
        ],
    ),
    (listing(SUBJECTS.SANCTIONS), ["There are no bans or mutes in #den."]),
    (listing(SUBJECTS.AUDIT), ["The audit trail is empty."]),
    (listing(SUBJECTS.REPORTS), ["There are no reports."]),
    (
        listing(
            SUBJECTS.AUDIT,
            moderation.AuditEntry(AT, "ada", "ban", "dan", "den", "spam", LATER),
            moderation.AuditEntry(AT, "ada", "announce", "", "", "", 0.0),
            moderation.AuditEntry(AT, "ada", "delete", "dan", "den", "", 0.0, 7),
            moderation.AuditEntry(AT, "ada", "slow", "", "den", "", 0.0, 0, "10s"),
            moderation.AuditEntry(AT, "ada", "grant", "dan", "", "", 0.0, 0, "operator"),
        ),
        [
            "2023-11-14 22:13 ada: ban dan in #den until 2023-11-15 22:14: spam",
            "2023-11-14 22:13 ada: announce",
            "2023-11-14 22:13 ada: delete line 7 of dan in #den",
            "2023-11-14 22:13 ada: slow 10s in #den",
            "2023-11-14 22:13 ada: grant operator to dan",
        ],
    ),
    (
        listing(SUBJECTS.REPORTS, moderation.Report(AT, "ada", "dan", "", "spam"), is_news=True),
        [
            "*** Reports from while no operator was here: ***",
            "2023-11-14 22:13 ada reports dan: spam",
        ],
    ),
    (
        server.Stats(AT, "1.2.3", 3600.0, 5, 2, 70, 0, 0),
        [
            "Twisted Chat 1.2.3, up 1h.",
            "People: 5. Rooms: 2. Lines in public rooms since the start: 70.",
        ],
    ),
    (
        server.Stats(AT, "1.2.3", 60.0, 5, 2, 70, 3, 1),
        [
            "Twisted Chat 1.2.3, up 1m.",
            "People: 5. Rooms: 2. Lines in public rooms since the start: 70.",
            "3 lines are not saved yet, and 1 were lost.",
        ],
    ),
    (
        people.Whois(AT, "eva", ("den",), AT, 0.0, 0.0, "tea", None, True, True),
        [
            "eva is in #den, here since 22:13 (0s), idle for 0s.",
            "eva is a bot.",
            "eva is away: tea",
            "eva is an operator of the server.",
        ],
    ),
    (people.SettingChanged(AT, "color", True), ["Colours are on."]),
    (people.SettingChanged(AT, "time", True), ["Times are on, in UTC."]),
    (people.SettingChanged(AT, "time", False), ["Times are off."]),
    (people.SettingChanged(AT, "width", 40), ["Lines are wrapped at 40 columns."]),
    (people.SettingChanged(AT, "width", 0), ["Lines are not wrapped."]),
    (
        people.SettingChanged(AT, "bell", None),
        ["Your client is not shown bell either way."],
    ),
    (
        shown(COLOR),
        ["color on  Show colours.", "/set color takes on or off, or default."],
    ),
    (
        shown(
            COLOR,
            WIDTH,
            EDITOR,
            room="den",
            ignored=("dan", "eve"),
            is_kept=False,
            highlights=("tea",),
            notify=(("den", "all"), ("lobby", "none")),
        ),
        [
            "color on   Show colours.",
            "width off  Wrap lines.",
            "editor -   Edit the line.",
            "You talk in #den; /join room changes that.",
            "You ignore dan, eve; /unignore nick ends that.",
            "You highlight tea; /unhighlight word ends that.",
            "You are told of every line in #den; /notify mentions ends that.",
            "You are told of no line in #lobby; /notify mentions ends that.",
            (
                "/set color on changes a setting, and /set color default sets it back. "
                "They last for this visit; /register keeps them."
            ),
        ],
    ),
    (people.UnreadShown(AT, (), ()), ["Nothing is unread."]),
    (
        people.UnreadShown(
            AT,
            (RoomUnread("den", 4, 9, 3, 1, False, 5), RoomUnread("attic", 0, 9, 0, 0, True)),
            (PrivateUnread("bob", 1, 1, 1), PrivateUnread("eve", 2, 2, 3)),
            True,
        ),
        [
            "3 lines in #den, 1 names you, from number 5 on.",
            "Lines in #attic may be unread, before many of users you ignore.",
            "1 message of bob: /messages bob",
            "2 messages of eve: /messages eve",
            "Others may have written to you before that.",
            "/read room marks a room as read, and /read all all of this.",
        ],
    ),
    (people.MarkedRead(AT, "den"), ["#den is read."]),
    (people.MarkedRead(AT, ""), ["All rooms and messages are read."]),
    (people.NotifySet(AT, "den", "none"), ["You are told of no line in #den."]),
    (
        people.HighlightsShown(AT, ()),
        ["You highlight no words; lines mention you by your name."],
    ),
    (
        people.HighlightsShown(AT, ("tea", "milk")),
        ["Lines mention you by your name, and by: tea, milk."],
    ),
    # The day is named where it is another one, and the date where a week has gone.
    (
        people.WasMissed(AT, 1, AT - 60, 0, False),
        ["1 line since 22:12: /catchup"],
    ),
    (
        people.WasMissed(LATER, 150, AT, 2, True),
        ["at least 150 lines since Tue 22:13, 2 name you: /catchup"],
    ),
    (
        people.WasMissed(AT + 7 * 86_400, 2, AT, 0, False),
        ["2 lines since 2023-11-14 22:13: /catchup"],
    ),
    (plugins.PluginList(AT, ()), ["This server has no plugins."]),
    (
        plugins.PluginList(
            AT,
            (
                plugins.PluginRow("dice", "1.2", PluginState.ON, ("roll", "flip"), ""),
                plugins.PluginRow("quiz", "", PluginState.FAILED, (), "No questions."),
            ),
        ),
        ["dice 1.2: on; /roll /flip", "quiz: failed", "  No questions."],
    ),
    (
        plugins.PluginChanged(AT, "dice", PluginState.ON, True, True),
        [
            "The plugin dice is on.",
            "Its options are as they were: the server reads its file again at SIGHUP.",
            "Its teardown failed, so nothing was handed over; the log says why.",
        ],
    ),
    (
        plugins.PluginChanged(AT, "dice", PluginState.OFF),
        ["The plugin dice is off until /plugin on, or the next start."],
    ),
    (
        plugins.PluginChanged(AT, "dice", PluginState.WAITING),
        ["The plugin dice is not connected yet."],
    ),
    (
        plugins.PluginChanged(AT, "dice", PluginState.FAILED),
        ["The plugin dice has failed; /plugins says why."],
    ),
]


@pytest.mark.parametrize(("value", "rows"), ROWS)
def test_a_list_has_its_rows(value: object, rows: Sequence[str]) -> None:
    assert list(rows_of(value)) == rows


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_has_a_sentence_for_its_change(name: str) -> None:
    (row,) = rows_of(people.SettingChanged(AT, name, False))
    assert row.endswith((" off.", " not wrapped."))


def test_what_is_no_list_has_no_rows() -> None:
    with pytest.raises(TypeError, match="no words for int"):
        rows_of(7)
