"""
The server in memory that plugin authors test with.
"""

import gc
from pathlib import Path
from types import ModuleType

import pytest

from twisted_chat import Context, command
from twisted_chat.doors.line.factory import LineLimits
from twisted_chat.limits import Limits
from twisted_chat.plugins.plugin import PluginError
from twisted_chat.testing import BEGINNING, Chat


def answering() -> ModuleType:
    @command
    def ask(ctx: Context) -> str:
        """Answer."""
        return f"Hello {ctx.user.nick}."

    @command(name="break")
    def break_(ctx: Context) -> None:
        """Break."""
        raise LookupError("no such thing")

    module = ModuleType(__name__)
    vars(module).update({"ask": ask, "break": break_})
    return module


def test_the_example_in_the_docstring_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = Path(__file__).parent.parent / "examples" / "plugins" / "dice.py"
    (tmp_path / "dice.py").write_text(dice.read_text())
    monkeypatch.chdir(tmp_path)
    chat = Chat("dice.py")
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/roll 1")
    assert bob.reads() == ["*** alice rolled 1 on a d1 ***"]


# -- people ---------------------------------------------------------------------------------------


def test_a_user_who_arrives_has_read_the_greeting() -> None:
    chat = Chat(motd="Welcome!")
    alice = chat.arrive("alice")
    assert alice.reads() == []
    assert alice.is_connected
    assert list(chat.hub.users) == ["alice"]


def test_a_user_who_connects_has_read_nothing_yet() -> None:
    newcomer = Chat(motd="Welcome!").connect()
    assert newcomer.receives() == b"Welcome!\r\nEnter your name: "
    newcomer.types("everybody")
    assert newcomer.reads() == ["The name everybody is reserved, please choose another."]


def test_one_reads_what_came_since_the_last_look() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    assert alice.reads() == ["*** bob has joined #lobby ***"]
    assert alice.reads() == []
    alice.types("one", "two")
    assert bob.reads() == ["alice: one", "alice: two"]
    alice.types("three")
    bob.reads()
    assert bob.reads() == []


def test_prompts_are_bytes_but_no_lines() -> None:
    newcomer = Chat().connect()
    newcomer.types("admin")
    newcomer.types("9")
    assert newcomer.reads() == [
        "The name admin is reserved, please choose another.",
        "A name needs at least one letter.",
    ]


def test_bytes_are_sent_as_they_are() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.sends(b"he")
    assert bob.reads() == []
    alice.sends(b"llo\r\nz\xc3\xbcri\n")
    assert bob.receives() == b"alice: hello\r\nalice: z\xc3\xbcri\r\n"


def test_a_user_who_hangs_up_is_gone() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.hangs_up()
    alice.hangs_up()
    assert not alice.is_connected
    assert bob.reads() == ["*** alice has left #lobby ***"]
    alice.types("hello?")
    assert bob.reads() == []


def test_a_user_who_quits_is_gone_once_the_server_has_closed() -> None:
    alice = Chat().arrive("alice")
    alice.types("/quit")
    assert not alice.is_connected
    assert alice.reads() == ["Goodbye, alice."]


def test_people_come_from_the_host_one_says() -> None:
    chat = Chat()
    chat.arrive("alice", host="192.0.2.7")
    assert [session.host for session in chat.hub.sessions] == ["192.0.2.7"]


# -- time -----------------------------------------------------------------------------------------


def test_time_stands_still_until_it_is_moved() -> None:
    chat = Chat()
    assert chat.hub.now() == BEGINNING
    assert chat.hub.seconds() == 0
    chat.arrive("alice").types("hello")
    assert chat.hub.seconds() == 0
    chat.advance(90)
    assert chat.hub.seconds() == 90
    assert chat.hub.now() == BEGINNING + 90


def test_advancing_by_nothing_finishes_what_was_begun() -> None:
    chat = Chat()
    calls: list[int] = []

    def count(down: int) -> None:
        calls.append(down)
        if down:
            chat.clock.callLater(0, count, down - 1)

    chat.clock.callLater(0, count, 3)
    chat.advance()
    assert calls == [3, 2, 1, 0]


# -- plugins and limits ---------------------------------------------------------------------------


def test_plugins_can_be_modules_of_the_test_itself() -> None:
    alice = Chat(answering()).arrive("alice")
    alice.types("/ask")
    assert alice.reads() == ["Hello alice."]


def test_a_plugin_that_does_not_load_fails_the_test() -> None:
    with pytest.raises(PluginError, match="nowhere_at_all"):
        Chat("nowhere_at_all")


def test_the_path_of_a_plugin_may_be_a_path(tmp_path: Path) -> None:
    file = tmp_path / "ask.py"
    file.write_text(
        "from twisted_chat import Context, command\n"
        "@command\n"
        "def ask(ctx: Context) -> str:\n"
        '    """Answer."""\n'
        "    return 'from a path'\n"
    )
    for source in (file, tmp_path):
        alice = Chat(source).arrive("alice")
        alice.types("/ask")
        assert alice.reads() == ["from a path"]


def test_the_traceback_of_a_command_that_fails_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    alice = Chat(answering()).arrive("alice")
    alice.types("/break")
    shown = capsys.readouterr().err
    assert "/break failed" in shown
    assert "LookupError: no such thing" in shown
    alice.types("/ask", "hello")
    assert capsys.readouterr().err == ""


def test_a_user_types_as_fast_as_they_like() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types(*["hello"] * 1000)
    assert bob.reads() == ["alice: hello"] * 1000


def test_limits_hold_where_they_are_given() -> None:
    chat = Chat(
        limits=Limits(rate=1.0, burst=3.0, max_clients=2), line_limits=LineLimits(max_line=10)
    )
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    assert chat.connect().reads() == ["The server is full, please try again later."]
    chat.advance(100)
    alice.types("one", "two", "three", "four", "and a long one")
    assert bob.reads() == ["alice: one", "alice: two", "alice: three"]
    chat.advance(1)
    assert bob.reads() == ["alice: four"]
    chat.advance(1)
    assert alice.reads()[-1] == "That line was longer than 10 bytes and was not sent."


def test_two_chats_know_nothing_of_each_other() -> None:
    one, other = Chat(), Chat()
    alice, bob = one.arrive("alice"), other.arrive("bob")
    alice.types("hello")
    assert bob.reads() == []
    other.arrive("alice")
    assert alice.is_connected


def test_a_plugin_keeps_its_files_in_a_folder_that_goes_with_the_chat(tmp_path: Path) -> None:
    chat, other, given = Chat(), Chat(), Chat(data=tmp_path / "kept")
    assert not (tmp_path / "kept").exists()
    folders = [each.hub.data for each in (chat, other, given)]
    for folder in folders:
        (folder / "counts").write_text("1")
    assert len(set(folders)) == 3
    del chat, other, given
    gc.collect()
    assert [folder.exists() for folder in folders] == [False, False, True]
