"""
Where plugins come from, and how they are loaded, reloaded and removed.
"""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest
from twisted.logger import LogLevel, capturedLogs

from twisted_chat import Context, Hub, command, events, filters, on
from twisted_chat.commands.builtin import BUILTIN
from twisted_chat.plugins.loader import Plugins
from twisted_chat.plugins.plugin import Plugin, PluginError
from twisted_chat.testing import Chat

EXAMPLES = Path(__file__).parents[2] / "examples" / "plugins"


@pytest.fixture(autouse=True)
def _imports() -> Iterator[None]:
    """
    Forget what a test imports, and where from.
    """
    modules, path = dict(sys.modules), list(sys.path)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - set(modules):
        del sys.modules[name]
    importlib.invalidate_caches()


def write(path: Path, source: str) -> str:
    """
    Write a Python file, with its folders, and return its path.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(source), "utf-8")
    return str(path)


def answering(name: str, answer: str) -> str:
    """
    Return the source of a plugin with one command.
    """
    return (
        "from twisted_chat import Context, command\n"
        "@command\n"
        f"def {name}(ctx: Context) -> str:\n"
        '    """Answer."""\n'
        f"    return {answer!r}\n"
    )


def asking(chat: Chat, line: str) -> str:
    """
    Connect a user who types this, and return the first line of the answer.
    """
    person = chat.arrive("guest")
    person.types(line)
    answer = person.reads()[0]
    person.types("/quit")
    return answer


def refusal_of(*sources: str | ModuleType) -> str:
    """
    Return why these cannot be loaded.
    """
    with pytest.raises(PluginError) as raised:
        Chat(*sources)
    sentence = str(raised.value)
    assert re.search(r"[^.]\.$", sentence)
    return sentence


# -- where they come from -------------------------------------------------------------------------


def test_a_file_is_a_plugin(tmp_path: Path) -> None:
    file = write(tmp_path / "any-name.py", answering("ask", "the file"))
    assert asking(Chat(file), "/ask") == "the file"


def test_a_file_in_the_folder_one_stands_in_is_a_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "ask.py", answering("ask", "the file"))
    monkeypatch.chdir(tmp_path)
    assert asking(Chat("ask.py"), "/ask") == "the file"
    assert asking(Chat("./ask.py"), "/ask") == "the file"


def test_every_file_in_a_folder_is_a_plugin(tmp_path: Path) -> None:
    write(tmp_path / "one.py", answering("one", "first"))
    write(tmp_path / "two.py", answering("two", "second"))
    # None of these is one.
    for name in ("_private.py", "__init__.py", "notes.txt", "tests/test_one.py", ".hidden.py"):
        write(tmp_path / name, "raise SystemExit")
    chat = Chat(str(tmp_path))
    assert asking(chat, "/one") == "first"
    assert asking(chat, "/two") == "second"


def test_files_are_taken_up_in_the_order_of_the_alphabet(tmp_path: Path) -> None:
    for name in ("b", "c", "a"):
        write(
            tmp_path / f"{name}.py",
            f"""
            from twisted_chat import events, on

            @on(events.Said)
            def hear(hub, event):
                hub.find_user("alice").notify({name!r})
            """,
        )
    alice = Chat(str(tmp_path)).arrive("alice")
    alice.types("hello")
    assert alice.reads() == ["a", "b", "c"]


def test_an_empty_folder_is_no_plugin_and_no_mistake(tmp_path: Path) -> None:
    assert asking(Chat(str(tmp_path)), "/who") == "In #lobby: guest."


def test_a_module_is_a_plugin_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "chat_ask.py", answering("ask", "the module"))
    write(tmp_path / "chat_pack" / "__init__.py", "from chat_pack.extra import extra")
    write(tmp_path / "chat_pack" / "extra.py", answering("extra", "the package"))
    monkeypatch.syspath_prepend(tmp_path)
    chat = Chat("chat_ask", "chat_pack")
    assert asking(chat, "/ask") == "the module"
    assert asking(chat, "/extra") == "the package"


def test_a_module_object_is_a_plugin() -> None:
    @command
    def ask(ctx: Context) -> str:
        """Answer."""
        return "the object"

    module = ModuleType(__name__)
    vars(module)["ask"] = ask
    assert asking(Chat(module), "/ask") == "the object"


def test_all_the_examples_load_at_once_from_their_folder() -> None:
    chat = Chat(str(EXAMPLES))
    assert asking(chat, "/roll 1") == "*** guest rolled 1 on a d1 ***"
    assert asking(chat, "/poll ask Tea? | yes | no").startswith("*** guest asks: Tea?")
    assert asking(chat, "/reminders") == "You have no reminders."
    assert asking(chat, "spam") == "Not with that word, please."


def test_what_a_plugin_only_imports_is_not_taken_up_twice(tmp_path: Path) -> None:
    write(
        tmp_path / "one.py",
        """
        from twisted_chat.commands.builtin.rooms import join, who
        from twisted_chat.commands.builtin.talk import *
        """,
    )
    assert asking(Chat(str(tmp_path)), "/who") == "In #lobby: guest."


def test_a_plugin_is_what_its_module_defines() -> None:
    @command(aliases=["b"])
    def ask(ctx: Context) -> None:
        """Ask."""

    @on(events.Said)
    @filters(events.Said)
    def hear(hub: Hub, event: events.Said) -> None: ...

    module = ModuleType(__name__)
    vars(module).update({"ask": ask, "same": ask, "hear": hear, "number": 7, "print": print})
    plugin = Plugin.of(module, "mine")
    assert plugin.name == "mine"
    assert [each.name for each in plugin.commands] == ["ask"]
    assert sorted(hook.before for hook in plugin.hooks) == [False, True]


def test_a_file_is_compiled_as_python_compiles_a_module(tmp_path: Path) -> None:
    file = write(
        tmp_path / "plain.py",
        """
        import enum

        from twisted_chat import Context, command


        def steering(*names):
            Side = enum.Enum("Side", names)

            @command
            def steer(ctx: Context, side: Side) -> str:
                "Steer."
                return side.name

            return steer


        steer = steering("port", "starboard")
        """,
    )
    assert asking(Chat(file), "/steer port") == "port"


def test_an_object_that_cannot_be_looked_at_is_no_command(tmp_path: Path) -> None:
    shy = """
        class Shy:
            def __getattribute__(self, name):
                raise RuntimeError("not yet")

        shy = Shy()
        """
    file = write(tmp_path / "ask.py", dedent(shy) + answering("ask", "the file"))
    assert asking(Chat(file), "/ask") == "the file"


def test_a_file_knows_its_own_path(tmp_path: Path) -> None:
    file = write(
        tmp_path / "near.py",
        """
        from pathlib import Path

        from twisted_chat import Context, command

        @command
        def near(ctx: Context) -> str:
            "Read what stands beside this."
            return Path(__file__).with_name("near.txt").read_text()
        """,
    )
    (tmp_path / "near.txt").write_text("beside")
    assert asking(Chat(file), "/near") == "beside"


def test_no_cache_is_left_in_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "ask.py", answering("ask", "one"))
    Chat(str(tmp_path)).plugins.load()
    assert [path.name for path in tmp_path.iterdir()] == ["ask.py"]


# -- installed packages ---------------------------------------------------------------------------


def install(folder: Path, *points: str) -> None:
    """
    Leave in ``folder`` what an installer would of a package with these entry points.
    """
    info = folder / "chat_ask-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: chat-ask\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("\n".join(["[twisted_chat.plugins]", *points, ""]))


def test_an_installed_package_is_found_by_its_entry_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "chat_ask" / "__init__.py", "")
    write(tmp_path / "chat_ask" / "one.py", answering("one", "first"))
    write(tmp_path / "chat_ask" / "two.py", answering("two", "second"))
    install(tmp_path, "two = chat_ask.two", "one = chat_ask.one")
    monkeypatch.syspath_prepend(tmp_path)
    chat = Chat()
    Plugins(chat.dispatcher, BUILTIN).load()
    assert asking(chat, "/one") == "first"
    assert asking(chat, "/two") == "second"
    assert asking(chat, "/who") == "In #lobby: guest."


def test_two_plugins_of_one_package_share_what_they_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "chat_ask" / "__init__.py", "")
    write(tmp_path / "chat_ask" / "state.py", "said = []")
    write(
        tmp_path / "chat_ask" / "ears.py",
        """
        from chat_ask.state import said
        from twisted_chat import events, on

        @on(events.Said)
        def hear(hub, event):
            said.append(event.text)
        """,
    )
    write(
        tmp_path / "chat_ask" / "mouth.py",
        answering("ask", "").replace("''", "', '.join(said)")
        + "from chat_ask.state import said\n",
    )
    install(tmp_path, "ears = chat_ask.ears", "mouth = chat_ask.mouth")
    monkeypatch.syspath_prepend(tmp_path)
    chat = Chat()
    plugins = Plugins(chat.dispatcher, BUILTIN)
    for _ in range(2):
        plugins.load()
        chat.arrive("alice").types("one", "two", "/quit")
        assert asking(chat, "/ask") == "one, two"


def test_the_testing_chat_leaves_installed_packages_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "broken = chat_nowhere")
    monkeypatch.syspath_prepend(tmp_path)
    Chat()


def test_an_installed_package_that_cannot_be_loaded_is_named_by_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "broken = chat_nowhere")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginError) as raised:
        Plugins(Chat().dispatcher, BUILTIN).load()
    assert str(raised.value) == (
        "Plugin broken cannot be loaded: there is no module or folder chat_nowhere."
    )


# -- what cannot be loaded ------------------------------------------------------------------------

UNREADABLE = """
from twisted_chat import Context, command

@command
def ask(ctx: Context, when: complex) -> None:
    "Ask."
"""

UNDOCUMENTED = """
from twisted_chat import Context, command

@command
def ask(ctx: Context) -> None:
    pass
"""


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def broken(:", "SyntaxError: invalid syntax (broken.py, line 1)"),
        ("if 1:\nx = 1", "IndentationError: expected an indented block after 'if' statement on"),
        ("import nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("from twisted_chat import nothing", "ImportError: cannot import name 'nothing' from"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit", "SystemExit"),
        ("import sys; sys.exit('bye')", "SystemExit: bye"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise ValueError('one\\ntwo')", "ValueError: one two."),
        ("raise ValueError('A sentence.')", "ValueError: A sentence."),
        ("def f(): f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        (UNREADABLE, "TypeError: twisted_chat_plugins.broken.ask: nothing can read when into"),
        (UNDOCUMENTED, "TypeError: ask needs a docstring, it is the help of /ask"),
    ],
)
def test_a_file_that_does_not_import_is_named_with_the_reason(
    tmp_path: Path, source: str, reason: str
) -> None:
    file = write(tmp_path / "broken.py", source)
    with capturedLogs() as logged:
        sentence = refusal_of(str(tmp_path))
    assert sentence.startswith(f"Plugin {file} cannot be loaded: {reason}")
    assert "\n" not in sentence
    (event,) = logged
    assert event["log_level"] is LogLevel.error
    assert event["name"] == file
    assert reason.partition(":")[0] in event["traceback"]


def test_the_error_behind_a_refusal_is_kept_for_its_traceback(tmp_path: Path) -> None:
    file = write(tmp_path / "broken.py", "1 / 0")
    with pytest.raises(PluginError) as raised:
        Chat(file)
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_what_is_not_there_is_named_without_a_traceback(tmp_path: Path) -> None:
    with capturedLogs() as logged:
        for missing in ("nowhere_at_all", "nowhere.at.all", "twisted_chat.nowhere"):
            assert refusal_of(missing) == (
                f"Plugin {missing} cannot be loaded: there is no module or folder {missing}."
            )
        for missing in (f"{tmp_path}/nowhere", f"{tmp_path}/nowhere.py"):
            assert refusal_of(missing) == (
                f"Plugin {missing} cannot be read: No such file or directory."
            )
    assert logged == []


def test_a_module_that_imports_what_is_not_there_keeps_its_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "chat_pack" / "__init__.py", "")
    write(tmp_path / "chat_pack" / "plugin.py", "import chat_pack.words")
    monkeypatch.syspath_prepend(tmp_path)
    with capturedLogs() as logged, pytest.raises(PluginError) as raised:
        Chat("chat_pack.plugin")
    assert "No module named 'chat_pack.words'" in str(raised.value)
    assert isinstance(raised.value.__cause__, ModuleNotFoundError)
    (event,) = logged
    assert "plugin.py" in event["traceback"]


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary.py").write_bytes(b"\x00\xff\xfe")
    assert refusal_of(str(tmp_path)).startswith(f"Plugin {tmp_path}/binary.py cannot be loaded: ")


@pytest.mark.parametrize("name", ["join", "j", "help", "q"])
def test_a_name_that_a_builtin_has_is_named_with_both(tmp_path: Path, name: str) -> None:
    file = write(tmp_path / "mine.py", answering(name, "mine"))
    owner = "server" if name in {"help", "q"} else "rooms"
    assert refusal_of(file) == (
        f"Plugin {file}: /{name} is taken by twisted_chat.commands.builtin.{owner} already."
    )


def test_a_name_that_two_plugins_want_is_named_with_both(tmp_path: Path) -> None:
    one = write(tmp_path / "one.py", answering("ask", "one"))
    two = write(tmp_path / "two.py", answering("ask", "two"))
    assert refusal_of(str(tmp_path)) == f"Plugin {two}: /ask is taken by {one} already."


def test_an_alias_counts_as_a_name(tmp_path: Path) -> None:
    file = write(
        tmp_path / "mine.py",
        answering("ask", "mine").replace("@command", "@command(aliases=['who'])"),
    )
    assert refusal_of(file) == (
        f"Plugin {file}: /who is taken by twisted_chat.commands.builtin.rooms already."
    )


# -- setting up and tearing down ------------------------------------------------------------------

LIFE = """
from twisted_chat import Context, command

NAME = {name!r}

def setup(hub):
    hub.life.append(f"{{NAME}} up")
    {setup}

def teardown():
    from {here} import LIVES
    LIVES.append(f"{{NAME}} down")
    {teardown}
"""

LIVES: list[str] = []


@pytest.fixture
def lives(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """
    Return the list in which the plugins of `LIFE` note their setup and teardown.
    """
    LIVES.clear()
    monkeypatch.setattr(Hub, "life", LIVES, raising=False)
    return LIVES


def living(path: Path, setup: str = "", teardown: str = "") -> str:
    return write(
        path,
        LIFE.format(
            name=path.stem, here=__name__, setup=setup or "pass", teardown=teardown or "pass"
        ),
    )


def test_plugins_are_set_up_in_order_and_torn_down_when_they_go(
    tmp_path: Path, lives: list[str]
) -> None:
    living(tmp_path / "a.py")
    living(tmp_path / "b.py")
    chat = Chat(str(tmp_path))
    assert lives == ["a up", "b up"]
    chat.plugins.load()
    assert lives[2:] == ["a down", "b down", "a up", "b up"]
    chat.plugins.unload()
    assert lives[6:] == ["a down", "b down"]
    chat.plugins.unload()
    assert lives[8:] == []


def test_setup_is_given_the_hub(tmp_path: Path) -> None:
    file = write(
        tmp_path / "greeter.py",
        """
        def setup(hub):
            hub.find_room("lobby").topic = "Welcome!"
        """,
    )
    alice = Chat(file).connect()
    alice.types("alice")
    assert alice.reads()[1] == "Topic: Welcome!"


def test_a_setup_that_fails_is_named_and_those_before_it_are_torn_down(
    tmp_path: Path, lives: list[str]
) -> None:
    living(tmp_path / "a.py")
    file = living(tmp_path / "b.py", setup="raise LookupError('no database')")
    living(tmp_path / "c.py")
    with capturedLogs() as logged:
        sentence = refusal_of(str(tmp_path))
    assert sentence == f"Plugin {file} cannot be set up: LookupError: no database."
    assert lives == ["a up", "b up", "a down"]
    assert [event["name"] for event in logged] == [file]


def test_a_teardown_that_fails_keeps_nothing_from_the_others(
    tmp_path: Path, lives: list[str]
) -> None:
    file = living(tmp_path / "a.py", teardown="raise SystemExit")
    living(tmp_path / "b.py")
    chat = Chat(str(tmp_path))
    with capturedLogs() as logged:
        chat.plugins.load()
        chat.plugins.unload()
    assert lives == ["a up", "b up", *["a down", "b down", "a up", "b up"], "a down", "b down"]
    assert [event["name"] for event in logged] == [f"{file}.teardown"] * 2


def test_a_setup_and_a_teardown_that_were_imported_are_not_the_plugins_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "chat_other.py", "def setup(hub): raise OSError")
    monkeypatch.syspath_prepend(tmp_path)
    file = write(tmp_path / "plugins" / "mine.py", "from chat_other import setup")
    # What has that name in the module is its own, even if it was imported.
    assert refusal_of(file) == f"Plugin {file} cannot be set up: OSError."


# -- reloading ------------------------------------------------------------------------------------


def test_a_reload_sees_what_was_edited_added_and_taken_away(tmp_path: Path) -> None:
    write(tmp_path / "ask.py", answering("ask", "before"))
    write(tmp_path / "old.py", answering("old", "old"))
    chat = Chat(str(tmp_path))
    # As long as before and within the same moment, so that no clock or size tells of it.
    write(tmp_path / "ask.py", answering("ask", "after!"))
    (tmp_path / "old.py").unlink()
    write(tmp_path / "new.py", answering("new", "new"))
    assert asking(chat, "/ask") == "before"
    chat.plugins.load()
    assert asking(chat, "/ask") == "after!"
    assert asking(chat, "/new") == "new"
    assert asking(chat, "/old") == "No such command: /old. Type /help for the list."


def test_a_reload_sees_what_was_edited_in_a_module_and_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "chat_alone.py", answering("alone", "before"))
    write(tmp_path / "chat_pack" / "__init__.py", "")
    write(tmp_path / "chat_pack" / "words.py", "WORD = 'before'")
    write(
        tmp_path / "chat_pack" / "plugin.py",
        answering("ask", "").replace("''", "WORD") + "from chat_pack.words import WORD\n",
    )
    monkeypatch.syspath_prepend(tmp_path)
    chat = Chat("chat_alone", "chat_pack.plugin")
    assert asking(chat, "/ask") == "before"
    write(tmp_path / "chat_alone.py", answering("alone", "after!"))
    write(tmp_path / "chat_pack" / "words.py", "WORD = 'after!'")
    chat.plugins.load()
    assert asking(chat, "/alone") == "after!"
    assert asking(chat, "/ask") == "after!"


def test_a_reload_takes_the_hooks_of_before_away(tmp_path: Path) -> None:
    source = """
        from attrs import evolve

        from twisted_chat import events, filters, on

        @filters(events.Said)
        def sign(hub, event):
            return evolve(event, text=event.text + " (before)")

        @on(events.Said)
        def hear(hub, event):
            hub.find_room(event.room).announce("before")
        """
    file = write(tmp_path / "sign.py", source)
    chat = Chat(file)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("hello")
    assert bob.reads() == ["alice: hello (before)", "*** before ***"]
    write(tmp_path / "sign.py", source.replace("before", "after"))
    chat.plugins.load()
    alice.types("hello")
    assert bob.reads() == ["alice: hello (after)", "*** after ***"]


def test_a_reload_finds_other_sources(tmp_path: Path) -> None:
    one = write(tmp_path / "one.py", answering("one", "first"))
    two = write(tmp_path / "two.py", answering("two", "second"))
    chat = Chat(one)
    chat.plugins.sources = (two,)
    chat.plugins.load()
    assert asking(chat, "/two") == "second"
    assert asking(chat, "/one") == "No such command: /one. Type /help for the list."


@pytest.mark.parametrize(
    "broken",
    [
        "def broken(:",
        "raise SystemExit",
        answering("who", "clash"),
        UNREADABLE,
        "def setup(hub): raise OSError",
        "def setup(hub): raise SystemExit",
    ],
)
def test_a_plugin_that_fails_at_a_reload_stays_as_it_was_alone(
    tmp_path: Path, lives: list[str], broken: str
) -> None:
    write(tmp_path / "ask.py", answering("ask", "before"))
    living(tmp_path / "life.py")
    write(
        tmp_path / "state.py",
        """
        from twisted_chat import Context, command, events, on

        count = 0

        @on(events.Said)
        def hear(hub, event):
            global count
            count += 1

        @command
        def counted(ctx: Context) -> str:
            "Tell how many lines were said."
            return str(count)
        """,
    )
    chat = Chat(str(tmp_path))
    alice = chat.arrive("alice")
    alice.types("one", "two")
    write(tmp_path / "ask.py", answering("ask", "after"))
    state = (tmp_path / "state.py").read_text()
    file = write(tmp_path / "state.py", broken)
    with pytest.raises(PluginError) as raised:
        chat.plugins.load()
    assert str(raised.value).startswith(f"Plugin {file}")
    alice.types("three")
    assert asking(chat, "/ask") == "after"
    assert asking(chat, "/counted") == "3"
    assert lives.count("life up") - lives.count("life down") == 1
    assert alice.is_connected
    write(tmp_path / "state.py", state)
    chat.plugins.load()
    assert asking(chat, "/counted") == "0"
    assert lives.count("life up") - lives.count("life down") == 1


SPEAKER = """
    from datetime import timedelta

    def setup(hub):
        for name in {names}:
            hub.bot(name)
        hub.every(timedelta(minutes=1), ring, key={key!r})
        {then}

    def ring(hub):
        hub.bot("robo").enter(hub.find_room("lobby"))
"""


def test_nothing_stays_of_a_new_plugin_whose_setup_fails(tmp_path: Path) -> None:
    chat = Chat(str(tmp_path))
    write(tmp_path / "speaker.py", SPEAKER.format(names=["robo"], key="new", then="1 / 0"))
    with pytest.raises(PluginError, match="ZeroDivisionError"):
        chat.plugins.load()
    assert chat.hub.schedules.of("speaker") == {}
    assert chat.hub.store.load().plugin_values == ()
    # The name is free again.
    assert "robo" not in chat.hub.world.users
    assert chat.arrive("robo").is_connected
    assert "robo" in chat.hub.world.users


def test_nor_of_new_code_for_one_that_goes_on(tmp_path: Path) -> None:
    code = SPEAKER.format(names=["robo"], key="old", then="")
    write(tmp_path / "speaker.py", code)
    chat = Chat(str(tmp_path))
    alice = chat.arrive("alice")
    chat.advance(60)
    assert alice.reads() == ["*** robo has joined #lobby ***"]
    bot, kept = chat.hub.find_user("robo"), chat.hub.schedules.of("speaker")
    names = ["robo", "rob2d2"]
    write(tmp_path / "speaker.py", SPEAKER.format(names=names, key="new", then="1 / 0"))
    with pytest.raises(PluginError, match="ZeroDivisionError"):
        chat.plugins.load()
    assert chat.hub.schedules.of("speaker") == kept
    # The old bot has not even left the room.
    assert chat.hub.find_user("robo") is bot
    assert alice.reads() == []
    assert "rob2d2" not in chat.hub.world.users
    chat.plugins.unload()
    assert set(chat.hub.world.users) == {"alice"}


@pytest.mark.parametrize("name", ["setup(hub)", "teardown()"])
def test_what_cannot_be_a_coroutine_is_named_at_the_start(tmp_path: Path, name: str) -> None:
    file = write(tmp_path / "late.py", f"async def {name}: ...")
    only = f"{name.partition('(')[0]} cannot be a coroutine."
    assert refusal_of(file) == f"Plugin {file} cannot be set up: TypeError: {only}"


def test_what_cannot_even_be_set_up_again_does_not_hide_what_was_wrong(tmp_path: Path) -> None:
    write(
        tmp_path / "once.py",
        """
        from twisted_chat import Context, command

        ups = 0

        def setup(hub):
            global ups
            ups += 1
            if ups > 1:
                raise OSError("once only")

        @command
        def ask(ctx: Context) -> str:
            "Answer."
            return "still here"
        """,
    )
    chat = Chat(str(tmp_path))
    file = write(tmp_path / "once.py", "def setup(hub): raise LookupError('no database')")
    with pytest.raises(PluginError) as raised:
        chat.plugins.load()
    assert str(raised.value) == f"Plugin {file} cannot be set up: LookupError: no database."
    assert asking(chat, "/ask") == "still here"


def test_a_module_that_did_not_load_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "chat_good.py", answering("ask", "good"))
    monkeypatch.syspath_prepend(tmp_path)
    chat = Chat("chat_good")
    before: Any = sys.modules["chat_good"]
    write(tmp_path / "plugins" / "broken.py", "1 / 0")
    write(tmp_path / "plugins" / "unfit.py", "def setup(hub): raise OSError")
    chat.plugins.sources = ("chat_good", str(tmp_path / "plugins"))
    for source in ("1 / 0", "def setup(hub): raise OSError", answering("who", "taken")):
        write(tmp_path / "chat_good.py", source)
        with pytest.raises(PluginError):
            chat.plugins.load()
        assert sys.modules["chat_good"] is before
    assert "twisted_chat_plugins.unfit" not in sys.modules
    assert "twisted_chat_plugins.broken" not in sys.modules


def test_a_module_is_told_by_the_name_of_its_plugin(tmp_path: Path) -> None:
    path = tmp_path / "dice.py"
    path.write_text("")
    plugins = Chat(path).plugins
    names = [plugins.name_of(name) for name in ("twisted_chat_plugins.dice", BUILTIN[0], "re")]
    assert names == [str(path), "", ""]


# -- one of them ----------------------------------------------------------------------------------


def test_one_plugin_is_switched_off_and_on_and_loaded_again(tmp_path: Path) -> None:
    one = write(tmp_path / "one.py", answering("one", "first"))
    write(tmp_path / "two.py", answering("two", "second"))
    chat = Chat(str(tmp_path))
    plugins = chat.plugins
    plugins.switch_off(one)
    assert (list(plugins.off), len(plugins.in_force)) == ([one], 1)
    assert asking(chat, "/one") == "No such command: /one. Type /help for the list."
    plugins.load()
    assert list(plugins.off) == [one]
    plugins.switch_on(one)
    assert asking(chat, "/one") == "first"
    write(tmp_path / "one.py", answering("one", "later"))
    write(tmp_path / "two.py", answering("two", "later"))
    plugins.load_again(one)
    assert asking(chat, "/one") == "later"
    assert asking(chat, "/two") == "second"


def test_one_that_cannot_be_loaded_again_stays_as_it_was_or_off(tmp_path: Path) -> None:
    one = write(tmp_path / "one.py", answering("one", "first"))
    chat = Chat(str(tmp_path))
    plugins = chat.plugins
    write(tmp_path / "one.py", "1 / 0")
    with pytest.raises(PluginError, match="ZeroDivisionError"):
        plugins.load_again(one)
    assert asking(chat, "/one") == "first"
    assert list(plugins.failed) == [one]
    plugins.switch_off(one)
    with pytest.raises(PluginError, match="ZeroDivisionError"):
        plugins.switch_on(one)
    assert (list(plugins.off), plugins.failed) == ([one], {})
    (tmp_path / "one.py").unlink()
    with pytest.raises(PluginError, match="is not there any more"):
        plugins.switch_on(one)
    plugins.load()
    assert plugins.off == {}


def test_a_program_is_switched_as_other_plugins_are() -> None:
    chat = Chat(options={"bot": {"run": ["./bot"]}})
    plugins = chat.plugins
    plugins.switch_off("bot")
    assert plugins.services.by_name == {}
    plugins.load()
    assert plugins.services.by_name == {}
    plugins.switch_on("bot")
    plugins.load_again("bot")
    assert list(plugins.services.by_name) == ["bot"]
    plugins.switch_off("bot")
    plugins.tables = {}
    plugins.load()
    assert plugins.off == {}
