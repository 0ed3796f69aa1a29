"""
Places of plugins: their options, their storage, and the folder of their files.
"""

from pathlib import Path
from types import ModuleType

import pytest
from attrs import frozen

from twisted_chat import Context, command
from twisted_chat.storage.places import PluginPlaces
from twisted_chat.testing import Chat


@frozen
class Options:
    """
    The options of a plugin.
    """

    cups: int = 3


def test_a_plugin_finds_its_options_by_their_class_while_it_is_in_force() -> None:
    hub = Chat().hub
    with pytest.raises(LookupError, match="Options is the Options of no plugin in force"):
        hub.options(Options)
    hub.plugin_options = {Options: Options(4)}
    assert hub.options(Options).cups == 4


def test_a_plugin_finds_its_storage_by_its_name_or_that_of_its_module() -> None:
    @command
    def pour(ctx: Context) -> None:
        """Pour a cup."""

    module = ModuleType("kettle")
    module.pour = pour  # type: ignore[attr-defined]
    hub = Chat(module).hub
    hub.storage("kettle").set("cups", 3)
    assert hub.storage("kettle").get("cups") == 3
    with pytest.raises(LookupError):
        hub.storage("teapot")


def test_the_folder_of_files_is_made_when_it_is_asked_for_and_is_the_servers_alone(
    tmp_path: Path,
) -> None:
    places = PluginPlaces(tmp_path / "chat" / "plugin-data")
    assert list(tmp_path.iterdir()) == []
    assert places.data == tmp_path / "chat" / "plugin-data"
    assert places.data.stat().st_mode & 0o777 == 0o700
