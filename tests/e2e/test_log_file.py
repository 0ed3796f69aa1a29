"""
What the log says, and what it never does.
"""

import re
import signal
from collections.abc import Callable, Iterator

import pytest
from harness import Certificate, Server, running, wait_until

CANARY = "kanarienvogel"
# The time, then what wrote it; or a tab, where an event goes on.
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} \[[^\]]*\] \S|\t)")
_FAILING = '''
from twisted_chat import ChatError, Context, command, events, filters, on


@command
def raising(ctx: Context, *, text: str):
    """Fail with what was typed."""
    raise ValueError(text)


@command
def quoting(ctx: Context, *, text: str):
    """Fail with what Python says of what was typed."""
    try:
        int(text)
    except ValueError:
        {}[text]


@command
async def waiting(ctx: Context, *, text: str):
    """Fail with what was typed, in a coroutine."""
    raise ValueError(f"cannot use {text!r}")


@command
def later(ctx: Context, *, text: str):
    """Fail with what was typed, after a while."""
    ctx.later(0, fail, text)


def fail(text):
    raise ValueError(text)


@command
def painting(ctx: Context):
    """Fail with what would paint the operator's terminal."""
    raise ValueError("\\x1b[31m\\r2026-01-01T00:00:00+0000 [forged] line\\nforged\\x9b2J")


@on(events.Said)
def heard(hub, event):
    if "overheard" in event.text:
        raise ValueError(event.text)


@filters(events.Said)
def filtered(hub, event):
    if "filtered" in event.text:
        raise LookupError(event.text)
    if "refused" in event.text:
        raise ChatError("Not so loud.")
'''


@pytest.fixture(scope="module")
def _failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    plugin = tmp_path_factory.mktemp("failing") / "failing.py"
    plugin.write_text(_FAILING)
    directory = tmp_path_factory.mktemp("failing-server")
    with running(directory, "--port=0", "--rate=0", f"--plugins={plugin}") as server:
        yield server


@pytest.fixture
def failing(_failing: Server) -> Iterator[Server]:
    """
    A server with a plugin that fails in every way.
    """
    yield _failing
    _failing.send_home()


@pytest.mark.parametrize(
    ("typed", "failed", "error"),
    [
        (f"/raising {CANARY}", "/raising", "ValueError"),
        (f"/raising the {CANARY}, of all birds", "/raising", "ValueError"),
        (f"/quoting {CANARY}", "/quoting", "KeyError"),
        (f"/waiting {CANARY}", "/waiting", "ValueError"),
        (f"/later {CANARY}", "/later", "ValueError"),
        (f"I have overheard {CANARY}", "heard", "ValueError"),
        (f"I have filtered {CANARY}", "filtered", "LookupError"),
    ],
    ids=["raised", "raised among others", "quoted", "coroutine", "later", "heard", "filtered"],
)
def test_what_people_write_is_not_logged_though_a_plugin_raises_it(
    failing: Server, typed: str, failed: str, error: str
) -> None:
    before = len(failing.log)
    alice = failing.arrive("alice")
    alice.types(typed)
    wait_until(lambda: f"{failed} failed" in failing.log[before:], "the failure is in the log")
    # The log has what its author needs, and nothing that the person wrote.
    log = failing.log[before:]
    assert "Traceback" in log or 'failing.py", line' in log
    assert error in log
    assert CANARY not in log


def test_what_people_write_is_not_logged_when_all_goes_well(failing: Server) -> None:
    alice, bob = failing.arrive("alice"), failing.arrive("bob")
    alice.expect("*** bob has joined #lobby ***")
    bob.types(
        f"my {CANARY}",
        f"/msg alice {CANARY}",
        f"@alice:{CANARY}",
        f"/me {CANARY}",
        f"/topic {CANARY}",
        f"/away {CANARY}",
        f"/{CANARY}",
        f"/nick {CANARY} {CANARY}",
        f"//{CANARY}",
        f"refused {CANARY}",
        "x" * 5000 + CANARY,
    )
    alice.expect(
        f"bob: my {CANARY}",
        f"[bob -> you] {CANARY}",
        f"[bob -> you] {CANARY}",
        f"* bob {CANARY}",
        f"*** bob set the topic of #lobby: {CANARY} ***",
        f"bob: //{CANARY}",
    )
    bob.types(f"/quit {CANARY}")
    alice.expect(f"*** bob has left #lobby ({CANARY}) ***")
    bob.read_to_end()
    assert CANARY not in failing.log


def test_each_event_is_one_line_and_nobody_forges_one(failing: Server) -> None:
    forged = "2026-01-01T00:00:00+0000 [forged] line"
    person = failing.connect()
    person.expect_prompt()
    # Each of them is refused as a name.
    for name in (f"\x1b[31m{forged}", "\x9b2J", f"-\r{forged}", "a\u2028b", "zoë\x07"):
        person.types(name)
        person.expect_prompt()
    person.types("zoë")
    person.skip_to("Type /help for help.")
    person.types("/painting", f"\x1b]0;title\x07 {forged}")
    person.expect("Sorry, /painting failed. It has been logged.")
    person.types(f"/quit \x1b[31m{forged}\x85{forged}")
    person.read_to_end()
    wait_until(lambda: "closed" in failing.log.partition("is 'zoë'")[2], "zoë's end is logged")
    for line in failing.log_bytes.split(b"\n")[:-1]:
        assert re.fullmatch(rb"\t?[^\x00-\x08\x0a-\x1f\x7f]*", line), line
        assert _LINE.match(line.decode()), line
        assert line.decode().expandtabs().isprintable(), line
    assert f"\n{forged}" not in failing.log
    assert "/painting failed" in failing.log


def test_a_proxy_cannot_be_made_to_write_into_the_log(
    start: Callable[..., Server],
) -> None:
    server = start("--listen=haproxy:tcp:0:interface=127.0.0.1", "--max-per-host=1")
    for name in ("alice", "bob"):
        person = server.connect(proxied_for="\x1b[31mevil")
        person.types(name)
        person.reads_some()
    server.connect().sends(b"PROXY TCP4 \r\x1b[31m\r\n")
    wait_until(lambda: "too many connections" in server.log, "one is refused")
    assert b"\x1b" not in server.log_bytes


def test_the_log_tells_of_every_connection_and_of_its_end(failing: Server) -> None:
    before = len(failing.log)
    alice = failing.arrive("alice", source="127.0.3.1")
    alice.types("/quit supper")
    alice.read_to_end()
    wait_until(lambda: "of 'alice' closed" in failing.log[before:], "the end is logged")
    log = failing.log[before:]
    assert re.search(
        r"\] Connection (\d+) from '?127\.0\.3\.1'?\n.*\] Connection \1 is 'alice'\n", log
    )


def test_the_log_names_each_endpoint_and_whether_it_is_encrypted(
    start: Callable[..., Server], certificate: Certificate
) -> None:
    keys = f"privateKey={certificate.key}:certKey={certificate.certificate}"
    server = start(
        "--listen=tcp:0:interface=127.0.0.1", f"--listen=ssl:0:interface=127.0.0.1:{keys}"
    )
    first, second = re.findall(r"\] Listening on (.+)\n", server.log)
    assert re.fullmatch(r"127\.0\.0\.1:\d+", first)
    assert re.fullmatch(r"127\.0\.0\.1:\d+ with TLS", second)
    assert re.search(r"\] Chat is ready: version \d+\.\d+\.\d+, ", server.log)


def test_only_its_owner_reads_the_log_and_sigusr1_begins_a_new_one(
    start: Callable[..., Server],
) -> None:
    server = start("--port=0")
    assert (server.directory / "log").stat().st_mode & 0o777 == 0o600
    server.signals(signal.SIGUSR1)
    wait_until((server.directory / "log.1").exists, "a new log is begun")
    server.arrive("alice")
    wait_until(lambda: "is 'alice'" in server.log, "the new one is written to")
    assert "Chat is ready" not in server.log
