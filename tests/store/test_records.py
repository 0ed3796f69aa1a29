"""
Records: the values that go into a store and come out of it.
"""

from stores import line

from twisted_chat.store.records import id_at


def test_who_reacted_is_kept_in_the_line() -> None:
    said = (
        line(1, "tea?").with_reaction("+1", 7).with_reaction("+1", -3).with_reaction("\u2615", 7)
    )
    assert said.reactions == {"+1": [7, -3], "\u2615": [7]}
    assert line(1).reactions == {}
    assert said.without_reaction("+1", {7, 8}).reactions == {"+1": [-3], "\u2615": [7]}
    assert said.without_reaction("+1", {7, -3}).reactions == {"\u2615": [7]}
    alone = line(1).with_reaction("+1", 7)
    assert alone.without_reaction("+1", {7}) == line(1)


def test_nothing_is_left_of_a_deleted_line_but_who_deleted_it() -> None:
    said = line(1, "a secret", pinned=7).with_reaction("+1", 7)
    gone = said.without_words("bob")
    assert (gone.text, gone.state, gone.reactions, gone.pinned) == ("", "deleted", {}, 0)
    assert gone.by == "bob"
    assert (gone.id, gone.number, gone.author) == (said.id, said.number, said.author)


def test_ids_are_microseconds() -> None:
    assert id_at(1_700_000_000.25) == 1_700_000_000_250_000
