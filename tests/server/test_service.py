"""
The service: started, reloaded and stopped.
"""

from __future__ import annotations

import re
import time
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from shared_service import Reactor, started
from twisted.internet.defer import fail
from twisted.python.failure import Failure

from twisted_chat.delivery.turns import WITHIN
from twisted_chat.doors.line.factory import ChatFactory
from twisted_chat.history.retention import SOON
from twisted_chat.plugins.plugin import PluginError
from twisted_chat.server import settings as all_settings
from twisted_chat.server.service import ChatService
from twisted_chat.server.settings import load
from twisted_chat.testing import MemoryTransport, Person
from twisted_chat.text.durations import Duration

Settings = partial(all_settings.Settings, database="memory:")


def in_memory(path: Path) -> all_settings.Settings:
    return load({"database": "memory:"}, str(path))


def arrive(service: ChatService, reactor: Reactor, nick: str) -> Person:
    protocol = factory_of(service).buildProtocol(None)
    transport = MemoryTransport(reactor, "127.0.0.1")
    transport.protocol = protocol
    protocol.makeConnection(transport)
    transport.receive(f"{nick}\n".encode())
    reactor.advance(WITHIN)
    return Person(None, protocol, transport)


def factory_of(service: ChatService) -> ChatFactory:
    door: ChatFactory = service._admission.doors[0]  # type: ignore[assignment]
    return door


LOCAL = Settings(listen=("tcp:7342:interface=127.0.0.1",))


@pytest.mark.parametrize(
    ("most", "words"), [(1, "1 connection at most"), (2, "2 connections at most")]
)
def test_when_it_is_ready_the_log_says_how_many_may_come(
    most: int, words: str, log: list[str]
) -> None:
    started(Settings(listen=("tcp:1",), max_clients=most))
    (line,) = [line for line in log if line.startswith("Chat is ready: ")]
    assert re.fullmatch(rf"Chat is ready: version \d+\.\d+\.\d+, \d+ commands, {words}", line)


def test_all_doors_share_one_hub() -> None:
    _, service = started(Settings(listen=("tcp:1000", "tcp:1001")))
    first, second = (door for door in service._admission.doors if isinstance(door, ChatFactory))
    assert first.hub is second.hub
    assert first.hub.rooms is service.hub.rooms


def test_a_stop_tells_everybody_and_waits_until_they_have_gone() -> None:
    reactor, service = started(LOCAL)
    alice = arrive(service, reactor, "alice")
    alice.reads()
    done: list[object] = []
    service.stopService().addCallback(done.append)
    assert alice.reads() == ["*** The server is shutting down. ***"]
    assert not done
    reactor.pump([0, 0.05])
    assert done == [None]


def test_a_database_that_cannot_be_closed_is_logged_and_the_stop_ends(log: list[str]) -> None:
    reactor, service = started(LOCAL)
    service.store.close = lambda: fail(OSError("disk on fire"))  # type: ignore[method-assign]
    done: list[object] = []
    service.stopService().addCallback(done.append)
    reactor.pump([0, 0.05])
    assert done == [None]
    assert any(line.startswith("The database could not be closed") for line in log)


def test_a_gentle_restart_that_fails_is_logged_and_stops_the_server(log: list[str]) -> None:
    _, service = started(LOCAL)
    stopped: list[object] = []
    service._stop = lambda: stopped.append(None)  # type: ignore[method-assign]
    service._fail_to_bow_out(Failure(LookupError("rooms")))
    assert stopped == [None]
    assert any(line.startswith("The gentle restart failed") for line in log)


def test_a_stop_does_not_wait_for_ever_for_one_who_does_not_read() -> None:
    reactor, service = started(LOCAL)
    alice = arrive(service, reactor, "alice")
    alice.transport.loseConnection = lambda: None
    alice.transport.abortConnection = lambda: None
    done: list[object] = []
    service.stopService().addCallback(done.append)
    reactor.pump([0.05] * 98)
    assert not done
    reactor.pump([0.05] * 5)
    assert done == [None]


def test_before_a_restart_no_new_users_are_let_in_and_everybody_is_sent_away_first() -> None:
    reactor, service = started(LOCAL)
    alice = arrive(service, reactor, "alice")
    service.bow_out()
    assert not service.ports.every
    service.bow_out()
    reactor.pump([0.25] * 120)
    assert not alice.is_connected
    assert reactor.hasStopped
    lines = alice.reads()
    assert [line for line in lines if "30 seconds" in line] == lines[2:3]
    assert lines[3:] == ["Disconnected: the server is restarting. Goodbye."]


@pytest.mark.parametrize("seconds", [0, 30])
def test_a_restart_without_time_or_without_users_is_a_stop(seconds: float) -> None:
    reactor, service = started(Settings(listen=("tcp:1",), lame_duck=seconds))
    service.bow_out()
    assert reactor.hasStopped


def test_a_stop_waits_for_those_who_were_closed_just_before() -> None:
    reactor, service = started(LOCAL)
    alice = arrive(service, reactor, "alice")
    # What she was sent last is still on its way.
    alice.transport.loseConnection = lambda: None
    alice.transport.receive(b"/quit\n")
    reactor.advance(WITHIN)
    assert not service.hub.sessions
    done: list[object] = []
    service.stopService().addCallback(done.append)
    reactor.pump([0.05] * 3)
    assert not done
    alice.transport.hang_up()
    reactor.advance(0.05)
    assert done == [None]


def test_two_signals_at_one_moment_are_one() -> None:
    reactor, service = started(LOCAL)
    stops: list[str] = []
    reactor.stop = lambda: stops.append("stop")
    service._stop()
    service._stop()
    assert stops == ["stop"]


def test_a_reload_takes_up_what_has_changed_and_keeps_everybody(tmp_path: Path) -> None:
    config, motd, plugin = (tmp_path / name for name in ("chat.toml", "motd", "plug.py"))
    config.write_text(f'listen = ["tcp:1"]\nmotd = "{motd}"\nplugins = ["{plugin}"]\n')
    motd.write_text("old")
    source = 'from twisted_chat import command\n@command\ndef f(ctx):\n    "F."\n    return "{}"\n'
    plugin.write_text(source.format("old"))
    reactor, service = started(in_memory(config), lambda: in_memory(config))
    alice = arrive(service, reactor, "alice")
    motd.write_text("new")
    plugin.write_text(source.format("new"))
    config.write_text(config.read_text() + "max-rooms = 1\n")
    service.reload()
    alice.receives()
    alice.transport.receive(b"/f\n/join dev\n")
    reactor.advance(WITHIN)
    assert alice.reads() == ["new", "You are in 1 rooms already; /leave one first."]
    bob = arrive(service, reactor, "bob")
    assert bob.receives().startswith(b"new\r\nEnter your name: ")


@pytest.mark.parametrize("broken", ["config", "motd", "plugin"])
def test_a_reload_of_something_broken_leaves_everything_as_it_was(
    tmp_path: Path, broken: str, log: list[str]
) -> None:
    config, motd, plugin = (tmp_path / name for name in ("chat.toml", "motd", "plug.py"))
    config.write_text(f'listen = ["tcp:1"]\nmotd = "{motd}"\nplugins = ["{plugin}"]\n')
    motd.write_text("old")
    plugin.write_text(
        'from twisted_chat import command\n@command\ndef f(ctx):\n    "F."\n    return "old"\n'
    )
    reactor, service = started(in_memory(config), lambda: in_memory(config))
    alice = arrive(service, reactor, "alice")
    alice.receives()
    match broken:
        case "config":
            config.write_text("port = 'x'")
        case "motd":
            motd.unlink()
        case _:
            plugin.write_text("raise RuntimeError('broken')")
    service.reload()
    alice.transport.receive(b"/f\n")
    reactor.advance(WITHIN)
    assert alice.reads() == ["old"]
    assert factory_of(service).invitation == b"old\r\nEnter your name: "
    said = "Not all plugins are reloaded: " if broken == "plugin" else "Not reloaded: "
    assert any(line.startswith(said) for line in log)


def test_a_plugin_that_cannot_be_loaded_stops_the_start(tmp_path: Path) -> None:
    plugin = tmp_path / "bad.py"
    plugin.write_text("import nothing_of_this_name")
    with pytest.raises(PluginError, match=r"bad\.py cannot be loaded: ModuleNotFoundError"):
        started(Settings(listen=("tcp:1",), plugins=(str(plugin),)))


def test_no_user_is_timed_out_by_a_step_of_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = [1000.0]
    monkeypatch.setattr("twisted_chat.server.wall_clock.time.time", lambda: wall[0])
    reactor, service = started(LOCAL)
    alice = arrive(service, reactor, "alice")
    wall[0] += 86400
    reactor.pump([1] * 10)
    assert alice.is_connected


def test_plugins_that_were_torn_down_hear_nothing_of_the_end(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    plugin = tmp_path / "plug.py"
    plugin.write_text(
        "from pathlib import Path\n"
        "from twisted_chat import events, on\n"
        f"file = Path({str(heard)!r})\n"
        "def note(word): file.write_text(file.read_text() + word if file.exists() else word)\n"
        "def setup(hub): note('setup ')\n"
        "def teardown(): note('teardown ')\n"
        "@on(events.Left)\n"
        "def hear(hub, event): note('left ')\n"
    )
    settings = Settings(listen=("tcp:1",), plugins=(str(plugin),))
    reactor, service = started(settings, lambda: settings)
    arrive(service, reactor, "alice")
    service.stopService()
    service.reload()
    reactor.pump([0, 0.05, 0.05])
    assert heard.read_text() == "setup teardown "


def test_what_a_plugin_keeps_when_it_is_torn_down_is_there_at_the_next_start(
    tmp_path: Path,
) -> None:
    plugin = tmp_path / "plug.py"
    plugin.write_text(
        "def teardown(hub):\n"
        "    kept = hub.storage(__name__)\n"
        "    kept.set('ends', kept.get('ends', 0) + 1)\n"
    )
    settings = Settings(listen=("tcp:1",), plugins=(str(plugin),))
    _, service = started(settings)
    service.stopService()
    (kept,) = service.store.load().plugin_values
    assert (kept.plugin, kept.key, kept.value) == ("plug", "ends", "1")


def test_a_reload_takes_up_how_long_history_is_kept_and_where_exports_go(tmp_path: Path) -> None:
    now = Settings(listen=("tcp:1",))
    reactor, service = started(now, lambda: now)
    assert service.hub.upkeep.exports == Path("exports")
    arrive(service, reactor, "alice")
    now = Settings(listen=("tcp:1",), keep_history=Duration(seconds=1), exports=str(tmp_path))
    service.reload()
    assert service.hub.upkeep.exports == tmp_path
    service.hub.world.now = lambda: time.time() + 2
    reactor.advance(SOON)
    lines: list[Any] = []
    service.store.lines(1, 100, 100).addCallback(lines.extend)
    assert lines == []


@pytest.mark.parametrize(
    ("tls", "place", "told"),
    [("off", "example.org", []), ("tls", "", ["A new smtp needs a restart"])],
)
def test_a_reload_takes_up_a_mail_server_unless_that_needs_what_was_left_out(
    tls: str, place: str, told: list[str], log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twisted_chat.server.imports.entry_points", lambda **_: [])
    now = Settings(listen=("tcp:1",))
    _, service = started(now, lambda: now)
    assert service.hub.addresses.post.place == ""
    now = Settings(
        listen=("tcp:1",), smtp="localhost", smtp_tls=tls, smtp_sender="chat@example.org"
    )
    service.reload()
    assert service.hub.addresses.post.place == place
    assert [line for line in log if "smtp" in line] == told
    now = Settings(listen=("tcp:1",))
    service.reload()
    assert service.hub.addresses.post.place == ""


def test_a_server_that_is_stopped_no_longer_looks_for_what_is_old() -> None:
    reactor, service = started(LOCAL)
    service.stopService()
    reactor.advance(20)
    assert not reactor.getDelayedCalls()


# -- the database ---------------------------------------------------------------------------------


class ThreadedReactor(Reactor):
    """
    Is asked by other threads, and does that when the test says so.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked: SimpleQueue[tuple[Any, ...]] = SimpleQueue()

    def callFromThread(self, function: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N802
        self.asked.put((function, *args))

    def do_what_was_asked(self) -> None:
        function, *args = self.asked.get(timeout=60)
        function(*args)


def test_what_is_kept_is_told_once_the_reactor_has_read_what_came_meanwhile(
    tmp_path: Path,
) -> None:
    reactor = ThreadedReactor()
    settings = all_settings.Settings(
        database=f"sqlite:///{tmp_path / 'chat.db'}", listen=("tcp:1",), sync="full"
    )
    service = ChatService(reactor, settings)
    service.listen()
    alice = arrive(service, reactor, "alice")
    alice.reads()
    reactor.do_what_was_asked()
    # It is a timer by now, and those have their turn when the sockets were read.
    assert alice.reads() == []
    reactor.advance(WITHIN)
    assert "Type /help for help." in alice.reads()
    closed = service.store.close()
    while not closed.called:
        reactor.do_what_was_asked()
        reactor.advance(WITHIN)


def test_a_reload_takes_up_where_it_is_reached_and_what_plugins_may_ask() -> None:
    listen = ("tcp:7342",)
    settings = [Settings(listen=listen)]
    _, service = started(settings[0], lambda: settings[0])
    assert service.hub.webhooks.site == "http://localhost:7342"
    fetch: Any = service.hub.http.inner
    assert not fetch._allowed().admits("10.0.0.1")
    settings[0] = Settings(
        listen=listen, web_address="https://a.example", plugin_http_allow=("10.0.0.0/8",)
    )
    service.reload()
    assert service.hub.webhooks.site == "https://a.example"
    assert fetch._allowed().admits("10.0.0.1")
