"""
Lines in the database.
"""

import pytest
from shared_tables import LOBBY, Asked, line
from stores import result_of

from twisted_chat.store.records import Revised
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.sqlite.tables import lines


def test_a_line_that_is_revised_is_so_from_then_on(asked: Asked) -> None:
    first, second = line(1, "lunch at noon?"), line(2, "yes")
    edited = first._replace(text="lunch at one?", state="edited")
    asked.write(first, second, Revised(edited))
    assert asked.wait(asked.store.lines(1, 9, 9)) == [edited, second]
    # The same once more, as when it is not known whether it was written.
    asked.write(first, Revised(edited))
    assert asked.wait(asked.store.lines(1, 9, 9)) == [edited, second]


def test_lines_that_were_changed_are_found_in_the_order_of_the_changes(asked: Asked) -> None:
    lines = [line(number, f"line {number}") for number in range(1, 5)]
    hour = 3600 * 10**6
    asked.write(*lines, line(1, "boo", room=2))
    asked.write(Revised(lines[2]._replace(text="c"), 7 + hour), Revised(line(1, "b", room=2), 8))
    asked.write(Revised(lines[0]._replace(text="a"), 9 + hour), Revised(lines[1]))

    def changed(since: int, count: int = 9, span: range = range(9)) -> list[str]:
        return [each.text for each in asked.wait(asked.store.changed(1, since, span, count))]

    assert (changed(0), changed(0, 1), changed(7 + hour)) == (["c", "a"], ["c"], ["a"])
    assert changed(9 + hour) == []
    # However many others were changed before it.
    assert [changed(0, 1, range(n, n + 1)) for n in (1, 2, 3)] == [["a"], [], ["c"]]
    # Changed once more, it is changed last; after an hour nobody comes back who has missed it.
    asked.write(Revised(lines[2], 10 + hour), Revised(lines[3], 10 + 2 * hour))
    assert changed(0) == ["line 3", "line 4"]


def test_a_line_that_is_not_there_is_not_revised(asked: Asked) -> None:
    asked.write(Revised(line(1, "lunch?")))
    assert asked.wait(asked.store.lines(1, 9, 9)) == []


@pytest.mark.parametrize("since", [0, 1, 3, 4, 7, 8, 9])
def test_lines_since_an_id_are_found_whatever_is_missing_before(asked: Asked, since: int) -> None:
    said = [line(number, str(number)) for number in (3, 4, 5, 8)]
    asked.write(*said, line(6, "boo", room=2))
    first = line(since, "").id
    found = asked.wait(asked.store.lines(1, 9, 9, since=first))
    assert found == [each for each in said if each.id >= first]
    assert asked.wait(asked.store.lines(1, 8, 1, ("said",), first)) == found[:-1][-1:]
    assert asked.wait(asked.store.lines(3, 9, 9, since=first)) == []


def test_little_that_was_missed_is_found_without_reading_all_the_rest() -> None:
    store = MemoryStore()
    store.write([LOBBY, *[line(number, "tea") for number in range(1, 20_001)]])
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    store._connection.set_progress_handler(count, 10)
    found = result_of(store.lines(1, 2**62, 1000, ("said",), line(19_999, "").id))
    assert [each.number for each in found] == [19_999, 20_000]
    assert steps < 200


def test_who_reacted_and_what_is_pinned_is_kept(asked: Asked) -> None:
    first, second = line(1, "lunch at noon?"), line(2, "tea at five")
    first = first.with_reaction("+1", -8).with_reaction("+1", 3).with_reaction("é", 3)
    asked.write(line(1, "lunch at noon?"), second, Revised(first._replace(pinned=1)))
    asked.write(line(1, "boo", room=2), Revised(second._replace(pinned=1)))
    (found, other) = asked.wait(asked.store.pinned(1))
    assert found.reactions == {"+1": [-8, 3], "é": [3]}
    assert other == second._replace(pinned=1)
    asked.write(Revised(found.without_words("alice")))
    assert asked.wait(asked.store.pinned(1)) == [other]
    assert asked.wait(asked.store.pinned(2)) == asked.wait(asked.store.pinned(3)) == []


def test_lines_are_found_by_their_numbers(asked: Asked) -> None:
    lines = [line(number, f"line {number}") for number in range(1, 6)]
    asked.write(*lines, line(2, "boo", room=2))
    assert asked.wait(asked.store.numbered(1, [4, 2, 9, 4])) == [lines[1], lines[3]]
    assert asked.wait(asked.store.numbered(2, [1, 2])) == [line(2, "boo", room=2)]
    assert asked.wait(asked.store.numbered(3, [1])) == []


@pytest.mark.parametrize(
    ("said", "rooms", "times"), [(7, 1, 0), (63, 1, 7), (130, 1, 2), (130, 130, 4)]
)
def test_who_writes_much_gives_way_to_the_reactor(
    asked: Asked, said: int, rooms: int, times: int, monkeypatch
) -> None:
    asked.write(LOBBY, *[line(1, "before", room=room) for room in range(2, rooms + 1)])
    asked.wait(asked.store.lines(1, 9, 9))
    gave_way: list[None] = []
    monkeypatch.setattr(lines, "give_way", lambda: gave_way.append(None))
    asked.write(*[line(9 + n, "tea", room=1 + n % rooms) for n in range(said)])
    # Now it is moved to the database.
    asked.wait(asked.store.lines(1, 9, 9))
    assert len(gave_way) == times


def test_who_writes_many_lines_that_are_late_gives_way_too(asked: Asked, monkeypatch) -> None:
    asked.write(LOBBY)
    asked.wait(asked.store.lines(1, 9, 9))
    gave_way: list[None] = []
    monkeypatch.setattr(lines, "give_way", lambda: gave_way.append(None))
    # As where the index is beyond them already: each is written and indexed alone.
    monkeypatch.setattr(lines, "_are_late", lambda *_: True)
    asked.write(*[line(1 + n, "tea") for n in range(130)])
    assert len(asked.wait(asked.store.lines(1, 200, 200))) == 130
    assert len(gave_way) == 2
