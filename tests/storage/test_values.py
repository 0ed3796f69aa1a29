"""
The values of all plugins: how much they are, whose they are, and when they are kept.
"""

from __future__ import annotations

import pytest
from attrs import evolve
from shared_storage import kept_by, later, plugin_of, slow_chat
from twisted.logger import capturedLogs, formatEvent

from twisted_chat import Hub
from twisted_chat.errors import StorageFull
from twisted_chat.storage.values import EACH
from twisted_chat.testing import NO_LIMITS, Chat
from twisted_chat.text.sizes import Size

POLL, DICE = plugin_of("poll"), plugin_of("dice")


def full_at(size: int, *plugins: object) -> Chat:
    return Chat(*plugins or (POLL,), limits=evolve(NO_LIMITS, plugin_storage=Size(size)))  # type: ignore[arg-type]


def test_a_plugin_keeps_so_many_bytes_and_no_more() -> None:
    # Each counts its key and its JSON, here 1 and 4 bytes.
    kept = kept_by(full_at(2 * (EACH + 5)))
    kept.set("a", "é")
    kept.set("b", 1000)
    with pytest.raises(StorageFull) as refused:
        kept.set("c", 1)
    assert str(refused.value) == (
        "The plugin poll cannot keep any more: its storage of 210B is full."
    )
    with pytest.raises(StorageFull):
        kept.set("b", 10000)
    assert kept.items() == [("a", "é"), ("b", 1000)]
    # What is not more is taken, and there is room for what takes the place of something.
    kept.set("b", 2000)
    kept.delete("a")
    kept.set("c", 3000)
    assert kept.items() == [("b", 2000), ("c", 3000)]


def test_rooms_and_accounts_count_for_their_plugin_and_no_other_does() -> None:
    chat = full_at(2 * EACH + 10, POLL, DICE)
    chat.arrive("alice")
    kept_by(chat).set("a", 1)
    kept_by(chat).of(chat.hub.find_room("lobby")).set("a", 1)
    with pytest.raises(StorageFull):
        kept_by(chat).set("b", 1)
    kept_by(chat, "dice").set("b", 1)


def test_the_operator_reads_which_plugin_is_full() -> None:
    kept = kept_by(full_at(EACH))
    with capturedLogs() as logged, pytest.raises(StorageFull):
        kept.set("a", 1)
    assert [formatEvent(event) for event in logged] == [
        "The storage of plugin poll is full: it may keep 100 bytes"
    ]


def test_one_that_is_full_still_deletes_after_a_restart_with_less_room() -> None:
    chat = full_at(0)
    for key in "abc":
        kept_by(chat).set(key, 1)
    again = later(chat, POLL)
    again.hub.world.limits = evolve(NO_LIMITS, plugin_storage=Size(EACH))
    kept = kept_by(again)
    assert [kept.delete(key) for key in "abc"] == [True] * 3
    with pytest.raises(StorageFull):
        kept.set("d", 1)


def test_by_default_it_is_a_mebibyte() -> None:
    kept = kept_by(Chat(POLL))
    kept.set("a", "x" * (2**20 - EACH - 3))
    with pytest.raises(StorageFull, match="its storage of 1MiB is full"):
        kept.set("a", "x" * (2**20 - EACH - 2))


def test_the_name_of_a_plugin_is_that_of_its_file_or_module() -> None:
    chat = Chat(POLL, plugin_of("chat_thanks.plugin"))
    name_of = chat.hub.values.name_of
    assert name_of("poll") == "poll"
    assert name_of("plugin") == name_of("chat_thanks.plugin") == "plugin"
    assert name_of("chat_thanks.plugin.inner") == "plugin"
    for other in ("chat_thanks", "pol", "polls", "", "twisted_chat.commands.builtin.talk"):
        with pytest.raises(LookupError, match="is no plugin in force"):
            name_of(other)


def test_two_plugins_of_one_name_share_nothing_because_neither_may_keep_anything() -> None:
    chat = Chat(plugin_of("one.poll"), plugin_of("two.poll"), DICE)
    for module in ("one.poll", "two.poll", "poll"):
        with pytest.raises(LookupError, match="or two have this name"):
            chat.hub.storage(module)
    chat.hub.storage("dice").set("a", 1)


def test_a_plugin_that_is_gone_finds_all_of_it_when_it_returns() -> None:
    chat = Chat(POLL)
    kept_by(chat).set("a", 1)
    without = later(chat, DICE)
    with pytest.raises(LookupError):
        kept_by(without)
    assert kept_by(later(without, POLL)).items() == [("a", 1)]


def test_a_plugin_that_is_removed_keeps_what_it_sets_when_it_is_torn_down() -> None:
    def teardown(hub: Hub) -> None:
        hub.storage("poll").set("a", 1)

    chat = Chat(plugin_of("poll", teardown=teardown))
    chat.plugins.sources = ()
    chat.plugins.load()
    with pytest.raises(LookupError):
        kept_by(chat)
    assert kept_by(later(chat, POLL)).items() == [("a", 1)]


def test_a_reload_changes_nothing_of_it() -> None:
    chat = Chat(POLL)
    kept_by(chat).set("a", 1)
    chat.plugins.load()
    assert kept_by(chat).items() == [("a", 1)]


def test_nobody_reads_what_is_told_behind_it_before_it_is_kept() -> None:
    chat, store = slow_chat(POLL)
    alice = chat.arrive("alice")
    store.is_slow = True
    kept_by(chat).set("a", 1)
    chat.hub.find_user("alice").notify("It is kept.")
    chat.advance()
    assert alice.reads() == []
    store.answers()
    chat.advance()
    assert alice.reads() == ["It is kept."]


def test_what_does_not_change_is_not_written_again() -> None:
    chat, store = slow_chat(POLL)
    kept_by(chat).set("a", 1)
    chat.advance()
    store.is_slow = True
    kept_by(chat).set("a", 1)
    chat.advance()
    assert not store.asked
