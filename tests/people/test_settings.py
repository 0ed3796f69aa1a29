"""
Settings: shown and changed by `/set`, and kept with an account, for all its connections.
"""

import pytest
from logins import SECRET, come, log_in, told
from shared_hub import everybody

from twisted_chat.replies.people import SettingChanged, SettingsShown
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, Person

pytestmark = pytest.mark.usefixtures("utc")

CHANGED = [
    ("color on", "Colours are on."),
    ("colour off", "Colours are off."),
    ("TIME yes", "Times are on, in UTC."),
    ("bell \uff4f\uff4e", "The bell is on."),
    ("numbers true", "Numbers are on."),
    ("numbers default", "Numbers are off."),
    ("width 72", "Lines are wrapped at 72 columns."),
    ("width off", "Lines are not wrapped."),
]


def values(person: Person) -> dict[str, bool | int | None]:
    """
    Return how the connection of ``person`` is set.
    """
    session = person.protocol.session
    assert session is not None
    shown = person.protocol.factory.hub.settings.show(session)
    return {row.name: row.value for row in shown.settings}


def test_set_shows_all_settings_with_what_they_do_and_where_one_talks() -> None:
    chat = Chat()
    alice, _ = come(chat, "alice"), chat.arrive("eve")
    assert told(alice, "/color on", "/ignore eve", "/set")[2:] == [
        "color on     Show colours.",
        "time off     Show the time before each line.",
        "bell off     Ring when your name is said or you get a message.",
        "numbers off  Show the number before each line, for /re and /edit.",
        "width off    Wrap lines at so many columns, or not.",
        "editor -     Let the server edit the line you type, in telnet.",
        "links off    Let your terminal open the addresses that you read.",
        "You talk in #lobby; /join room changes that.",
        "You ignore eve; /unignore nick ends that.",
        "/set color on changes a setting, and /set color default sets it back.",
    ]
    assert told(alice, "/set bell") == [
        "bell off  Ring when your name is said or you get a message.",
        "/set bell takes on or off, or default.",
    ]


@pytest.mark.parametrize(("typed", "answer"), CHANGED)
def test_set_changes_a_setting(typed: str, answer: str) -> None:
    assert told(Chat().arrive("alice"), f"/set {typed}") == [answer]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("colr on", "There is no setting colr. Did you mean color?"),
        ("room", "There is no setting room. There are color, time, bell, numbers."),
        ("color tea", 'color must be on or off, not "tea".'),
        ("width 19", 'width must be a number of columns, 20 to 500, or off, not "19".'),
        ("bell on off", 'bell must be on or off, not "on off".'),
    ],
)
def test_what_is_no_setting_or_no_value_is_refused(typed: str, answer: str) -> None:
    alice = Chat().arrive("alice")
    (line,) = told(alice, f"/set {typed}")
    assert line.startswith(answer.split(". There are", maxsplit=1)[0])
    assert not any(values(alice).values())


def test_a_setting_holds_for_all_connections_of_an_account() -> None:
    chat = Chat()
    desk, couch = come(chat, "alice"), come(chat, "alice")
    desk.types("/set time on")
    later = come(chat, "alice")
    assert [values(each)["time"] for each in (desk, couch, later)] == [True, True, True]
    couch.types("/time off")
    assert [values(each)["time"] for each in (desk, couch, later)] == [False, False, False]


def test_settings_and_the_current_room_outlive_the_server() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, eve = come(chat, "alice"), come(chat, "bob")
    alice.types("/set color on", "/bell on", "/set bell default", "/numbers on", "/ignore bob")
    alice.types("/join den", "/join tea", "/join den")
    for person in (alice, eve):
        person.hangs_up()
    chat = Chat(store=store)
    bob, alice = come(chat, "bob"), come(chat, "alice")
    assert alice.reads()[-1] == "You are now talking in #den."
    assert [name for name, value in values(alice).items() if value] == ["color", "numbers"]
    alice.types("/join lobby")
    alice.reads()
    bob.types("boo", "/msg alice boo")
    assert alice.reads() == []
    alice.types("/set")
    assert "You ignore bob; /unignore nick ends that." in alice.reads()


def test_colours_and_times_are_a_matter_of_taste() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    bob.types("/color on")
    bob.receives()
    alice.types("hello")
    colourful = bob.receives()
    assert colourful.startswith(b"\x1b[")
    assert colourful.endswith(b"malice\x1b[0m: hello\r\n")
    assert carol.receives() == b"alice: hello\r\n"
    bob.types("/color off")
    assert bob.receives() == b"Colours are off.\r\n"
    alice.types("hello")
    assert bob.receives() == b"alice: hello\r\n"


def test_the_settings_of_a_guest_last_for_the_visit() -> None:
    chat = Chat()
    gast = chat.arrive("gast")
    gast.types("/set color on")
    gast.types("/set")
    assert gast.reads()[-1].endswith("They last for this visit; /register keeps them.")
    gast.types("/quit")
    assert values(chat.arrive("gast"))["color"] is False


def test_an_account_that_is_made_keeps_what_the_guest_had_set() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, eve = chat.arrive("alice"), chat.arrive("eve")
    alice.types("/set numbers on", "/ignore eve", "/join den", "/register", SECRET, SECRET)
    for person in (alice, eve):
        person.hangs_up()
    chat = Chat(store=store)
    alice = come(chat, "alice")
    assert values(alice)["numbers"] is True
    alice.types("/set")
    assert alice.reads()[-3:-1] == [
        "You talk in #den; /join room changes that.",
        "You ignore eve; /unignore nick ends that.",
    ]


def test_a_guest_who_logs_in_has_what_the_account_has_and_still_ignores() -> None:
    chat = Chat()
    alice = come(chat, "alice")
    alice.types("/set color on", "/quit")
    gast, eve = chat.arrive("gast"), chat.arrive("eve")
    gast.types("/set time on", "/ignore eve")
    log_in(gast, "alice")
    assert [name for name, value in values(gast).items() if value] == ["color"]
    gast.reads()
    eve.types("boo")
    assert gast.reads() == []


def test_who_gives_the_account_up_keeps_the_settings_for_the_visit() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice = come(chat, "alice")
    alice.types("/set color on", "/unregister", SECRET)
    assert values(alice)["color"] is True
    alice.types("/set time on", "/quit")
    chat = Chat(store=store)
    assert not any(values(come(chat, "alice")).values())


def test_who_logs_out_reads_as_a_stranger_does() -> None:
    chat = Chat()
    alice = come(chat, "alice")
    alice.types("/set color on", "/logout", "gast")
    assert values(alice)["color"] is False


def test_a_program_is_told_values() -> None:
    chat = Chat()
    bot = chat.program("bot")
    bot.types("/set bell on", "/set bell")
    changed, shown = bot.reads()[-2:]
    assert isinstance(changed, SettingChanged)
    assert isinstance(shown, SettingsShown)
    assert (changed.name, changed.value) == ("bell", True)
    (row,) = shown.settings
    # At that door, it makes no difference.
    assert (row.name, row.value, row.default, row.is_set) == ("bell", True, None, True)
