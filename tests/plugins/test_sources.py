"""
Where plugins come from: files, folders, modules and installed packages.
"""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from twisted_chat.plugins.plugin import PluginError
from twisted_chat.plugins.sources import ENTRY_POINTS, Source, anchored, find


@pytest.fixture(autouse=True)
def _imports() -> Iterator[None]:
    modules, path = dict(sys.modules), list(sys.path)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - set(modules):
        del sys.modules[name]
    sys.modules.update(modules)
    importlib.invalidate_caches()


def named(*sources: str | Path | ModuleType) -> dict[str, Source]:
    return {source.name: source for source in find(sources, installed=False)}


def test_files_folders_modules_and_objects_are_found(tmp_path: Path) -> None:
    for name in ("one.py", "two.py", "_three.py", ".four.py", "five.txt"):
        (tmp_path / name).write_text("")
    module = ModuleType("six")
    found = named(str(tmp_path), tmp_path / "five.txt", "seven.eight", module)
    assert list(found) == [
        *(f"{tmp_path}/{name}" for name in ("one.py", "two.py", "five.txt")),
        *("seven.eight", "six"),
    ]
    assert found["six"].load().module is module


def test_the_code_of_a_file_is_read_each_time(tmp_path: Path) -> None:
    file = tmp_path / "one.py"
    file.write_text("WORD = 'before'")
    (source,) = find([str(file)], installed=False)
    assert source.load().module.WORD == "before"
    file.write_text("WORD = 'after!'")
    assert source.load().module.WORD == "after!"
    assert list(tmp_path.iterdir()) == [file]


def test_a_module_is_imported_again_with_what_is_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "chat_pack"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "words.py").write_text("WORD = 'before'")
    (package / "plugin.py").write_text("from chat_pack.words import WORD")
    monkeypatch.syspath_prepend(tmp_path)
    assert named("chat_pack.plugin")["chat_pack.plugin"].load().module.WORD == "before"
    (package / "words.py").write_text("WORD = 'after!'")
    assert named("chat_pack.plugin")["chat_pack.plugin"].load().module.WORD == "after!"


@pytest.mark.parametrize("code", ["1 / 0", "raise SystemExit", "def broken(:"])
def test_what_cannot_be_loaded_leaves_what_was_there(tmp_path: Path, code: str) -> None:
    file = tmp_path / "one.py"
    file.write_text("")
    (source,) = find([str(file)], installed=False)
    before = source.load().module
    file.write_text(code)
    with pytest.raises(PluginError, match="cannot be loaded"):
        source.load()
    assert sys.modules[before.__name__] is before


def test_what_is_not_there_is_named() -> None:
    for name, reason in (
        ("nowhere.at.all", "there is no module"),
        ("./none.py", "cannot be read"),
    ):
        with pytest.raises(PluginError, match=reason):
            named(name)[name].load()


def test_a_module_that_needs_what_is_not_there_is_another_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chat_alone.py").write_text("import nowhere_at_all")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginError, match="No module named 'nowhere_at_all'"):
        named("chat_alone")["chat_alone"].load()


def test_installed_packages_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "chat_ask-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: chat-ask\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\nask = chat_ask\n")
    (tmp_path / "chat_ask.py").write_text("WORD = 'here'")
    monkeypatch.syspath_prepend(tmp_path)
    sources = list(find(["other"]))
    assert [source.name for source in sources] == ["ask", "other"]
    assert sources[0].load().module.WORD == "here"


def test_a_path_is_anchored_and_a_module_is_not(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert anchored("folder", tmp_path) == f"{tmp_path}/folder"
    assert anchored("a.py", tmp_path) == f"{tmp_path}/a.py"
    assert anchored("chat_ask", tmp_path) == "chat_ask"
