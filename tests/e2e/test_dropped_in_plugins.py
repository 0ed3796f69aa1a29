"""
A Python file dropped into a folder extends the real server.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Server, running, wait_until

_GREETINGS = '''
from twisted_chat import ChatError, Context, User, command, events, filters, on

import attrs


@command(aliases=["hi"])
def greet(ctx: Context, whom: User, times: int = 1) -> str:
    """Greet a user."""
    if times > 3:
        raise ChatError("That would be too much.")
    ctx.room.announce(f"{ctx.user.nick} greets {whom.nick}" + "!" * times)
    return "Done."


@on(events.Joined)
def welcome(hub, event):
    if event.nick == "newcomer":
        hub.find_user(event.nick).notify("Welcome, newcomer.")


@filters(events.Said)
def calm(hub, event):
    if event.text.isupper():
        return attrs.evolve(event, text=event.text.lower())
'''
_BLOCKING = '''
import time

from twisted_chat import Context, command


@command
def ponder(ctx: Context) -> str:
    """Keep everybody waiting."""
    time.sleep(0.3)
    return "42"


@command
async def ponder_later(ctx: Context) -> str:
    """Keep everybody waiting, in a coroutine."""
    time.sleep(0.3)
    return "43"
'''
_FAILING = '''
from twisted_chat import Context, command


@command
def stumble(ctx: Context) -> str:
    """Fail."""
    return 1 // 0


@command
def leave_early(ctx: Context) -> str:
    """Try to end the process."""
    raise SystemExit(3)
'''


@pytest.fixture(scope="module")
def _plugin_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("plugins")
    (folder / "greetings.py").write_text(_GREETINGS)
    (folder / "blocking.py").write_text(_BLOCKING)
    (folder / "_notes.py").write_text("what begins with _ is no plugin\n")
    (folder / "README").write_text("nor is this\n")
    more = tmp_path_factory.mktemp("more") / "failing.py"
    more.write_text(_FAILING)
    directory = tmp_path_factory.mktemp("plugin-server")
    options = [
        "--port=0",
        "--rate=0",
        "--history-lines=0",
        f"--plugins={folder}",
        f"--plugins={more}",
    ]
    with running(directory, *options) as server:
        yield server
    assert sorted(path.name for path in folder.iterdir()) == [
        "README",
        "_notes.py",
        "blocking.py",
        "greetings.py",
    ]


@pytest.fixture
def plugin_server(_plugin_server: Server) -> Iterator[Server]:
    yield _plugin_server
    _plugin_server.send_home()


def test_a_file_dropped_into_the_folder_answers(plugin_server: Server) -> None:
    alice, bob = plugin_server.arrive("alice"), plugin_server.arrive("bob")
    alice.expect("*** bob has joined #lobby ***")
    alice.types("/greet BOB", "/hi bob 2", "/hi bob 9", "/hi bob often", "/help hi")
    alice.expect(
        "*** alice greets bob! ***",
        "Done.",
        "*** alice greets bob!! ***",
        "Done.",
        "That would be too much.",
        'times must be a whole number, not "often".',
        "Usage: /greet whom [times]",
        "/greet whom [times]",
        "  Greet a user.",
        "  Also: /hi",
    )
    bob.expect("*** alice greets bob! ***", "*** alice greets bob!! ***")


def test_what_it_hears_and_filters_is_what_people_say(plugin_server: Server) -> None:
    alice = plugin_server.arrive("alice")
    newcomer = plugin_server.connect()
    newcomer.types("newcomer")
    newcomer.expect(
        "You are in #lobby as newcomer with alice.", "Welcome, newcomer.", "Type /help for help."
    )
    alice.expect("*** newcomer has joined #lobby ***")
    newcomer.types("HELLO THERE")
    alice.expect("newcomer: hello there")


@pytest.mark.parametrize(("command", "answer"), [("ponder", "42"), ("ponder_later", "43")])
def test_a_command_that_keeps_everybody_waiting_is_named_in_the_log(
    plugin_server: Server, command: str, answer: str
) -> None:
    alice = plugin_server.arrive("alice")
    alice.types(f"/{command}")
    alice.expect(answer)
    blocked = re.compile(rf"/{command} blocked the server for (\d+) ms")
    found = wait_until(lambda: blocked.search(plugin_server.log), "it is in the log")
    # Of which it slept 300.
    assert int(found[1]) >= 299


@pytest.mark.parametrize(
    ("command", "error"), [("stumble", "ZeroDivisionError"), ("leave_early", "SystemExit")]
)
def test_a_command_that_fails_is_told_and_logged_and_everybody_stays(
    plugin_server: Server, command: str, error: str
) -> None:
    alice, bob = plugin_server.arrive("alice"), plugin_server.arrive("bob")
    alice.expect("*** bob has joined #lobby ***")
    alice.types(f"/{command}", "still here")
    alice.expect(f"Sorry, /{command} failed. It has been logged.")
    bob.expect("alice: still here")
    assert f"/{command} failed" in plugin_server.log
    assert error in plugin_server.log
    assert "failing.py" in plugin_server.log


def test_a_command_that_keeps_failing_is_switched_off_and_the_others_are_not(
    plugin_server: Server,
) -> None:
    alice = plugin_server.arrive("alice")
    for _ in range(10):
        alice.types("/stumble")
        if "switched off" in alice.reads_line():
            break
    alice.types("/stumble", "/greet alice")
    alice.expect(
        "/stumble is switched off, because it kept failing.", "*** alice greets alice! ***"
    )
