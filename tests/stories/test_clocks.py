"""
A clock that was ahead, or behind, and was put right: the time that is kept with a line decides.

Ids ascend whatever the clock does, so that for as long as it was ahead they are ahead of it after.
"""

import contextlib
from pathlib import Path

import pytest
from shared_retention import KEEP_A_DAY, line, message, report, texts

from twisted_chat.admin.maintenance import prune
from twisted_chat.history.retention import INTERVAL, PAUSE
from twisted_chat.limits import Limits
from twisted_chat.store.decisions import Audited, Reported
from twisted_chat.store.records import Line, Message, RoomOpened
from twisted_chat.store.sqlite.database import connect, open_database
from twisted_chat.store.sqlite.transactions import write
from twisted_chat.testing import BEGINNING, NO_LIMITS, Chat, Person

pytestmark = pytest.mark.usefixtures("utc")

HOUR, DAY = 3600.0, 86_400.0


class Wall:
    """
    A chat whose wall clock is set by hand; 0 is 2023-11-14, 22:13:20 UTC.
    """

    def __init__(self, limits: Limits = NO_LIMITS) -> None:
        self.chat = Chat(limits=limits)
        self.time = 0.0
        self.chat.hub.world.now = lambda: BEGINNING + self.time
        self.bob = self.chat.arrive("bob")

    def says(self, at: float, text: str) -> None:
        self.time = at
        self.bob.types(text)

    def reads(self, person: Person, typed: str) -> list[str]:
        """
        Return the words of each line that is read after ``typed``, without times and names.
        """
        person.reads()
        person.types(typed)
        return [told.partition("bob: ")[2] for told in person.reads() if "bob: " in told]


def talk(limits: Limits = NO_LIMITS) -> Wall:
    wall = Wall(limits)
    wall.says(0, "tea one")
    # Ten days ahead, and put right an hour after the beginning.
    wall.says(10 * DAY, "tea two")
    wall.says(1 * HOUR, "tea three")
    wall.says(2 * HOUR, "tea four")
    # Five days behind, and put right three hours after the beginning.
    wall.says(-5 * DAY, "tea five")
    wall.says(3 * HOUR, "tea six")
    return wall


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        # An hour and a half after the beginning.
        ("before:2023-11-14T23:43", "five three one"),
        ("after:2023-11-14T23:43", "six four two"),
        # From half an hour to two and a half.
        ("after:2023-11-14T22:43 before:2023-11-15T00:43", "four three"),
        ("before:2023-11-12", "five"),
        ("after:2023-11-20", "two"),
        ("after:2023-11-20 before:2023-11-21", ""),
        ("before:2023-11-09", ""),
        ("before:2024-01-01", "six five four three two one"),
    ],
)
def test_a_search_by_time_goes_by_the_time_at_which_it_was_said(narrowed: str, found: str) -> None:
    wall = talk()
    read = wall.reads(wall.bob, f"/search tea {narrowed}")
    assert read == [f"tea {word}" for word in found.split()]


def test_the_pages_of_such_a_search_go_on_where_the_last_ended() -> None:
    wall = Wall()
    wall.says(10 * DAY, "tea ahead")
    for number in range(25):
        wall.says(number * 60.0, f"tea {number}")
    wall.says(11 * DAY, "tea later")
    first = wall.reads(wall.bob, "/search tea before:2023-11-20")
    second, third = wall.reads(wall.bob, "/more"), wall.reads(wall.bob, "/more")
    assert [*first, *second, *third] == [f"tea {number}" for number in range(24, -1, -1)]
    assert (len(first), len(second)) == (10, 10)


def test_history_is_in_the_order_in_which_it_was_said() -> None:
    wall = talk()
    assert wall.reads(wall.bob, "/history 6") == [
        f"tea {word}" for word in ("one", "two", "three", "four", "five", "six")
    ]


def pass_a_round(wall: Wall) -> None:
    wall.chat.clock.pump([INTERVAL, *[PAUSE] * 20])


def test_what_was_said_after_the_clock_was_put_right_is_deleted_in_time() -> None:
    wall = talk(KEEP_A_DAY)
    wall.chat.hub.retention.start()
    alice = wall.chat.arrive("alice")
    # Nothing of these is older than a day, but for what a clock that was behind has said.
    assert wall.reads(alice, "/history 50") == [
        f"tea {word}" for word in ("one", "two", "three", "four", "six")
    ]
    # From half past one on the next day, the first two hours are too old: and not shown any more,
    # though not deleted yet.
    wall.time = DAY + 1.5 * HOUR
    kept = [f"tea {word}" for word in ("two", "four", "six")]
    assert wall.reads(alice, "/history 50") == kept
    assert wall.reads(alice, "/search tea") == kept[::-1]
    pass_a_round(wall)
    assert [each for each in texts(wall.chat.hub.store) if each.startswith("tea")] == kept  # type: ignore[arg-type]
    # What was said by a clock that was ahead lasts as long as that clock says.
    wall.time = 10.5 * DAY
    pass_a_round(wall)
    assert wall.reads(alice, "/history 50") == ["tea two"]
    wall.time = 11.5 * DAY
    pass_a_round(wall)
    assert wall.reads(alice, "/history 50") == []
    assert not [each for each in texts(wall.chat.hub.store) if each.startswith("tea")]  # type: ignore[arg-type]


def test_the_admin_program_deletes_by_the_kept_time_too(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    ahead = 1_000 * 1_000_000
    rows = [
        *(line(at, number=number) for number, at in enumerate((1, 2, 1000), 1)),
        # By then the clock had been at 1000, and was put back to 3.
        *(
            Line(ahead + n, 1, 3 + n, 2.0 + n, "said", "alice", 7, f"late {n}")
            for n in range(1, 6)
        ),
        Message(ahead + 10, 3.5, "bob", -3, "alice", 7, "psst", waits=False),
        message(1000.5),
        Audited(ahead + 11, 1, "den", 1, 1.5, "olive", "olive", "kick", "eve", "", 0.0),
        Reported(ahead + 12, 1.5, "bob", "", "eve", 1, "spams", True),
        report(1001, is_read=True),
    ]
    with contextlib.closing(open_database(path)) as connection:
        write(connection, [RoomOpened(1, "hall", "hall"), *rows])  # type: ignore[list-item]
    # What is from before 5: lines at 1, 2, 3 and 4 (late 1 and 2), and one of each other kind.
    assert prune(path, 5_000_000) == 7
    with contextlib.closing(connect(path)) as connection:
        assert connection.execute("SELECT at FROM line ORDER BY id").fetchall() == [
            (1000.0,),
            (5.0,),
            (6.0,),
            (7.0,),
        ]
        for table, left in (("message", 1000.5), ("report", 1001.0)):
            assert connection.execute(f"SELECT at FROM {table}").fetchall() == [(left,)]
        assert connection.execute("SELECT * FROM audit").fetchall() == []
    assert prune(path, 5_000_000) == 0
