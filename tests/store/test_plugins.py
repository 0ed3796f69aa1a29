"""
What plugins keep, as a store keeps it.
"""

from twisted_chat.store.plugins import Kind, Place, PluginValue, RoomValuesEnded


def test_a_value_says_where_it_is_kept() -> None:
    value = PluginValue("poll", Kind.VALUE, 3, 0, "vote/bob", "2")
    assert value.place == Place("poll", room=3)
    assert PluginValue(*value.place, "vote/bob", "2") == value


def test_a_plugin_keeps_values_apart_from_schedules_rooms_and_accounts() -> None:
    places = {
        Place("poll"),
        Place("poll", Kind.SCHEDULE),
        Place("poll", room=7),
        Place("poll", account=7),
        Place("dice"),
    }
    assert len(places) == 5


def test_equal_changes_are_equal() -> None:
    assert RoomValuesEnded(3) == RoomValuesEnded(3) != RoomValuesEnded(4)
