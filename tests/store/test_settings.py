"""
Settings as a store keeps them.
"""

from twisted_chat.store.settings import ROOM, Ignored, IgnoreEnded, IgnoreKept, SettingKept
from twisted_chat.world.settings import SETTINGS


def test_the_room_in_which_a_user_talks_is_no_setting_that_they_name() -> None:
    assert ROOM not in SETTINGS


def test_equal_changes_are_equal() -> None:
    eve = Ignored("eve", "Eve", (-7,))
    assert IgnoreKept(1, eve) == IgnoreKept(1, Ignored("eve", "Eve", (-7,)))
    assert SettingKept(1, "bell", "on") != SettingKept(1, "bell", "")
    assert IgnoreEnded(1, "eve") != IgnoreEnded(2, "eve")
