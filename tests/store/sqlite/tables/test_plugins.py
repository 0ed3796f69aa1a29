"""
What plugins keep, in the database.
"""

from pathlib import Path

from shared_store import Bench

from twisted_chat.store.decisions import Modes, RoomGone, RoomState
from twisted_chat.store.plugins import Kind, PluginValue, RoomValuesEnded
from twisted_chat.store.records import AccountMade, AccountRemoved, RoomOpened

ALICE, BOB = AccountMade(7, "Alice", "alice", "$a$"), AccountMade(8, "bob", "bob", "$b$")
DEN = RoomOpened(3, "den", "Den")


def kept(key: str, value: str, *, room: int = 0, account: int = 0) -> PluginValue:
    return PluginValue("poll", Kind.VALUE, room, account, key, value)


def found(bench: Bench) -> set[PluginValue]:
    return set(bench.reopen().plugin_values)


def test_the_last_value_of_a_key_counts_in_each_place(bench: Bench) -> None:
    mine = PluginValue("remind", Kind.SCHEDULE, 0, 7, "1", '{"at":1.5}')
    theirs = PluginValue("dice", Kind.VALUE, 0, 0, "a", "3")
    bench.write(ALICE, DEN, kept("a", "1"), kept("b", "2"), theirs, mine)
    bench.write(kept("a", '"tea ☕"'), kept("a", "4", room=3), kept("a", "5", account=7))
    bench.write(kept("b", ""), kept("never", ""))
    assert found(bench) == {
        kept("a", '"tea ☕"'),
        kept("a", "4", room=3),
        kept("a", "5", account=7),
        theirs,
        mine,
    }


def test_what_belongs_to_an_account_ends_with_it_also_what_comes_late(bench: Bench) -> None:
    bench.write(ALICE, BOB, kept("a", "1", account=7), kept("a", "2", account=8), kept("a", "3"))
    bench.write(AccountRemoved(7), kept("b", "late", account=7))
    bench.write(kept("c", "later", account=7))
    assert found(bench) == {kept("a", "2", account=8), kept("a", "3")}


def test_what_belongs_to_a_room_ends_with_it(bench: Bench) -> None:
    bench.write(DEN, RoomOpened(4, "attic", "attic"), kept("a", "1", room=3))
    bench.write(kept("a", "2", room=4), RoomValuesEnded(3))
    assert found(bench) == {kept("a", "2", room=4)}


def test_what_a_crash_left_of_a_room_that_is_no_more_is_not_read(bench: Bench) -> None:
    # A private room was let go; its name is another room's from then on.
    private = RoomState(3, "", Modes(private=True), 5)
    bench.write(DEN, private, kept("a", "1", room=3), RoomGone(3, 5, was_closed=True))
    # And one was forgotten.
    bench.write(kept("a", "2", room=9), kept("a", "3"))
    assert found(bench) == {kept("a", "3")}


def test_a_value_is_exported_as_json(bench: Bench, tmp_path: Path) -> None:
    bench.write(ALICE, BOB, kept("tea", '{"cups":[1,2]}', account=7), kept("a", "2", account=8))
    bench.write(PluginValue("remind", Kind.SCHEDULE, 0, 7, "1", '{"at":1.5}'), kept("a", "3"))
    path = bench.wait(bench.store.export(7, tmp_path))
    assert [line for line in path.read_text().splitlines() if '"plugin"' in line] == [
        '{"type":"plugin","plugin":"poll","key":"tea","value":{"cups":[1,2]}}',
        '{"type":"plugin","plugin":"remind","key":"1","schedule":{"at":1.5}}',
    ]
