"""
The real server process, and people at real sockets.

Everything that is waited for has a deadline.  None is met by sleeping: a socket is read until the
line is there, a condition is asked again and again until it holds.
"""

import contextlib
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from attrs import define, field, frozen

#: Seconds until a wait fails: many, for a busy machine, and for what the server itself does only
#: after a while.  It ends no connection that is kept for another request before 15 seconds.
WITHIN = 60.0
#: Seconds until a server that is started must be ready: with twenty others at work, it may take
#: two minutes to load its modules.
STARTS_WITHIN = 240.0
PROMPT = b"Enter your name: "
GOODBYE = "*** The server is shutting down. ***"
#: No limits of persons and hosts, and nothing that was said in an earlier test.
UNLIMITED = (
    *("--rate=0", "--max-per-host=0", "--register-rate=0"),
    *("--idle-timeout=0", "--history-lines=0"),
)
#: The script beside the interpreter that runs the tests.
TWISTD = str(Path(sys.executable).parent / "twistd")
# A telnet command that offers or refuses, RFC 854 page 14.
_NEGOTIATION = re.compile(rb"\xff[\xfb-\xfe].", re.DOTALL)
# See sd_listen_fds(3): the sockets begin at 3, and are for the process that is named.
_HAND_OVER = """
import fcntl, os, sys
inherited = [fcntl.fcntl(int(each), fcntl.F_DUPFD, 100) for each in sys.argv[1].split(",")]
for number, each in enumerate(inherited, 3):
    os.dup2(each, number)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(inherited)))
if sys.argv[2]:
    os.environ.update(LISTEN_FDNAMES=sys.argv[2])
os.execv(sys.argv[3], sys.argv[3:])
"""
# The port tells its number, or its path, only in the log.
_STARTING = re.compile(r"starting on '?([^'\s]+)")
_PEOPLE = re.compile(r"People: (\d+)\.")
# The address of the probe that finds out whether a server answers: no test counts this address.
_PROBE = "127.0.255.254"


class TimedOut(AssertionError):
    """
    What was waited for did not come.
    """


def wait_until(condition: Callable[[], Any], what: str, within: float = WITHIN) -> Any:
    """
    Return what ``condition`` returns once that is true.

    Raises:
        AssertionError: it is not, in so many seconds.
    """
    deadline = time.monotonic() + within
    while not (result := condition()):
        assert time.monotonic() < deadline, f"waited {within:g} s in vain until {what}"
        time.sleep(0.005)
    return result


@define(eq=False)
class Person:
    """
    A user at a real connection; the same methods as `twisted_chat.testing.Person` where both
    can have them.
    """

    socket: socket.socket
    nick: str = ""
    _received: bytearray = field(init=False, factory=bytearray)
    _is_over: bool = field(init=False, default=False)

    def types(self, *lines: str) -> None:
        self.sends("".join(f"{line}\n" for line in lines).encode())

    def answers(self, line: str) -> None:
        """
        Answer what a command asks.
        """
        self.types(line)

    def logs_in(self, nick: str, password: str) -> None:
        self.types(nick, password)

    def sends(self, data: bytes) -> None:
        self.socket.settimeout(WITHIN)
        self.socket.sendall(data)

    def reads_line(self, within: float = WITHIN) -> str:
        """
        Return the next line, without its end, prompts and telnet.
        """
        deadline = time.monotonic() + within
        while (end := self._received.find(b"\r\n")) < 0:
            self._receive(deadline)
        line = bytes(self._received[:end])
        del self._received[: end + 2]
        return _NEGOTIATION.sub(b"", line).replace(PROMPT, b"").decode()

    def expect(self, *lines: str, within: float = WITHIN) -> None:
        """
        Read the next lines; they must be these.
        """
        for number, line in enumerate(lines, 1):
            read = self.reads_line(within)
            assert read == line, f"line {number}: {read!r} came, not {line!r}"

    def skip_to(self, line: str, within: float = WITHIN) -> list[str]:
        """
        Read on until ``line`` and return what came before it.
        """
        before: list[str] = []
        deadline = time.monotonic() + within
        while (read := self.reads_line(deadline - time.monotonic())) != line:
            before.append(read)
        return before

    def expect_prompt(self, prompt: bytes = PROMPT) -> None:
        """
        Read on until there is a prompt, and nothing after it.
        """
        deadline = time.monotonic() + WITHIN
        while not self._received.endswith(prompt):
            self._receive(deadline)
        self._received.clear()

    def expect_end(self, within: float = WITHIN) -> None:
        """
        Read the end of the connection; nothing may come before it.
        """
        rest = self.read_to_end(within).replace(PROMPT, b"")
        assert rest == b"", f"{rest!r} came before the end"

    def expect_nothing_more(self) -> None:
        """
        Get an answer that only this person is given; nothing may come before it.
        """
        self.types("/zzzz")
        self.expect("No such command: /zzzz. Type /help for the list.")

    def counts_people(self) -> int:
        """
        Ask the server how many people there are; whatever else is read is left out.
        """
        self.types("/stats")
        while not (found := _PEOPLE.match(self.reads_line())):
            pass
        return int(found[1])

    def reads_some(self) -> bytes:
        """
        Return the bytes that are there, once there are any.
        """
        if not self._received:
            self._receive(time.monotonic() + WITHIN)
        some = bytes(self._received)
        self._received.clear()
        return some

    def read_to_end(self, within: float = WITHIN) -> bytes:
        """
        Return all bytes up to the end of the connection.
        """
        deadline = time.monotonic() + within
        with contextlib.suppress(ConnectionResetError, ssl.SSLEOFError):
            while not self._is_over:
                self._receive(deadline, even_the_end=True)
        self._is_over = True
        rest = bytes(self._received)
        self._received.clear()
        return rest

    def hangs_up(self) -> None:
        self._is_over = True
        self.socket.close()

    def goes(self) -> None:
        """
        Leave, if still there, and wait until the server has closed the connection.
        """
        with contextlib.suppress(OSError):
            if not self._is_over:
                self.sends(b"\n/quit\n")
                self.read_to_end()
        self.hangs_up()

    def _receive(self, deadline: float, *, even_the_end: bool = False) -> None:
        seconds = deadline - time.monotonic()
        came = bytes(self._received[-500:])
        self.socket.settimeout(max(seconds, 0.001))
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            raise TimedOut(f"waited in vain; the last that came was {came!r}") from None
        self._received += data
        self._is_over = not data
        assert data or even_the_end, f"the connection ended after {came!r}"


@frozen
class Certificate:
    """
    A self-signed certificate for 127.0.0.1, as files, and a context that trusts it.
    """

    key: Path
    certificate: Path

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))


def connect(
    address: str | int,
    *,
    source: str | None = None,
    host: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
    receive_buffer: int = 0,
    proxied_for: str = "",
) -> Person:
    """
    Connect and do nothing more.

    Args:
        address: a port's number, or the path of a UNIX socket.
        source: the address to come from; on Linux all of 127.0.0.0/8 is the machine's own.
        tls: encrypts.
        receive_buffer: bytes that the kernel is to keep for us, the fewer the sooner it is full.
        proxied_for: the address that a proxy would tell.
    """
    path = str(address)
    family = socket.AF_UNIX if "/" in path else socket.AF_INET6 if ":" in host else socket.AF_INET
    connection = socket.socket(family)
    try:
        connection.settimeout(WITHIN)
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if family != socket.AF_UNIX:
            # Two lines in a row are not to wait for each other: that would only be our own doing.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if source is not None:
            connection.bind((source, 0))
        connection.connect(path if family == socket.AF_UNIX else (host, int(address)))
        if proxied_for:
            connection.sendall(f"PROXY TCP4 {proxied_for} 10.255.255.1 50000 7342\r\n".encode())
        if tls is not None:
            connection = tls.wrap_socket(connection, server_hostname=host)
    except BaseException:
        connection.close()
        raise
    return Person(connection)


@contextlib.contextmanager
def crowd(
    address: str, nicks: Sequence[str], *, receive_buffer: int = 0, segment: int = 0
) -> Iterator[list[socket.socket]]:
    """
    Connect many users quickly under these names; they then read nothing.

    Args:
        receive_buffer: bytes that the kernel is to keep for each.
        segment: the longest TCP segment each takes; the shorter, the fewer bytes for them the
            server's kernel keeps.
    """
    with contextlib.ExitStack() as stack:
        connections = []
        # So few at once that none waits for a place in the kernel's queue of new connections.
        for start in range(0, len(nicks), 40):
            named = nicks[start : start + 40]
            begun = [stack.enter_context(socket.socket()) for _ in named]
            for connection in begun:
                if receive_buffer:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
                if segment:
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
                connection.setblocking(False)
                connection.connect_ex(("127.0.0.1", int(address)))
            for nick, connection in zip(named, begun, strict=True):
                connection.settimeout(WITHIN)
                # Who says nothing waits for the prompt.
                connection.sendall(f"{nick}\n".encode())
            for connection in begun:
                assert connection.recv(1) == PROMPT[:1]
            connections += begun
        yield connections


@define(eq=False)
class Server:
    """
    A twistd process that serves.

    Attributes:
        addresses: where it listens, in the order of its endpoints: ports and paths.
        people: who came through `connect` and `arrive`.
        pid: the process; another than the one that was started, if that became a daemon.
        at_once: who comes types at once, and does not wait for the prompt.
    """

    directory: Path
    process: subprocess.Popen[bytes]
    pid: int
    addresses: list[str] = field(factory=list)
    at_once: bool = False
    people: list[Person] = field(init=False, factory=list)
    _status: int | None = field(init=False, default=None)

    @classmethod
    def start(
        cls,
        directory: Path,
        *options: str,
        reactor: str = "",
        descriptors: int = 0,
        listening: socket.socket | None = None,
        names: str = "chat",
        twistd: Sequence[str] = (TWISTD,),
        at_once: bool = False,
    ) -> Self:
        """
        Start it and wait until it answers.

        Args:
            options: those of ``chat``.
            reactor: another than the default one.
            descriptors: the limit of open files it is to have.
            listening: a socket that it is to be handed as systemd does.
            names: what that is called, as systemd says it; empty for a launcher that does not.
            twistd: how to run that.
            at_once: as above.
        """
        command = [*twistd, *(["-r", reactor] if reactor else [])]
        command += ["--pidfile=twistd.pid", "--logfile=log", "-n", "chat", *options]
        if descriptors:
            command = ["sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh", *command]
        inherited = () if listening is None else (listening.fileno(),)
        if inherited:
            command = handing_over(command, inherited, names)
        with (directory / "stderr").open("wb") as stderr:
            process = subprocess.Popen(
                command,
                cwd=directory,
                pass_fds=inherited,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )
        server = cls(directory, process, process.pid, at_once=at_once)
        try:
            server.wait_until_it_answers()
        except BaseException:
            server.kill()
            raise
        return server

    def wait_until_it_answers(self) -> None:
        """
        Read from the log where it listens, and wait until a client is greeted there.
        """

        def is_ready() -> bool:
            assert self.process.poll() in (None, 0), (self.directory / "stderr").read_text()
            return "Chat is ready" in self.log

        wait_until(is_ready, "the server is ready", STARTS_WITHIN)
        self.addresses = _STARTING.findall(self.log)
        probe = connect(
            self.address, source=None if "/" in self.address else _PROBE, receive_buffer=65536
        )
        if self.at_once:
            probe.types("")
        probe.expect_prompt()
        probe.goes()

    @property
    def address(self) -> str:
        return self.addresses[0]

    @property
    def log(self) -> str:
        return self.log_bytes.decode()

    @property
    def log_bytes(self) -> bytes:
        try:
            return (self.directory / "log").read_bytes()
        except FileNotFoundError:
            return b""

    def connect(self, address: str = "", **how: Any) -> Person:
        """
        Connect a user who gives no name yet.
        """
        person = connect(address or self.address, **how)
        self.people.append(person)
        return person

    def arrive(self, nick: str, address: str = "", **how: Any) -> Person:
        """
        Connect a user under a name, and read the greeting.
        """
        person = self.connect(address, **how)
        person.nick = nick
        if not self.at_once:
            person.expect_prompt()
        person.types(nick)
        person.skip_to("Type /help for help.")
        return person

    def send_home(self) -> None:
        """
        Disconnect everybody, so that the rooms are as they were.
        """
        for person in self.people:
            person.goes()
        self.people.clear()

    def signals(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def stop(self) -> int:
        """
        Stop it as an operator does and return its exit status.
        """
        if self._status is None:
            self.signals(signal.SIGTERM)
            self._status = self.wait()
        return self._status

    def wait(self) -> int:
        """
        Wait until it has stopped and return its exit status.
        """
        self._status = self.process.wait(WITHIN)
        return self._status

    def kill(self) -> None:
        """
        Kill it, whatever it is doing, where a test has left it running.
        """
        for person in self.people:
            person.hangs_up()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(WITHIN)


def handing_over(command: Sequence[str], descriptors: Sequence[int], names: str) -> list[str]:
    """
    Return ``command`` as a launcher runs it that hands these descriptors over.
    """
    numbers = ",".join(map(str, descriptors))
    return [sys.executable, "-c", _HAND_OVER, numbers, names, *command]


@contextlib.contextmanager
def running(directory: Path, *options: str, **how: Any) -> Iterator[Server]:
    """
    Run a server, and check that it ends well.
    """
    server = Server.start(directory, *options, **how)
    try:
        yield server
        server.send_home()
        assert server.stop() == 0
        assert "Unhandled" not in server.log
        assert (directory / "stderr").read_text() == ""
    finally:
        server.kill()


@define
class Outcome:
    """
    How a command ended.
    """

    status: int
    output: str
    errors: str


def run_twistd(
    directory: Path,
    *words: str,
    handed_over: Sequence[int] = (),
    within: Sequence[str] = (),
) -> Outcome:
    """
    Run twistd until it ends by itself.

    Args:
        handed_over: descriptors that it is to be handed as systemd does.
        within: the words of a command that runs the command behind it.
    """
    command = [*within, TWISTD, *words]
    names = ":".join(f"chat{number}" for number, _ in enumerate(handed_over))
    done = subprocess.run(
        handing_over(command, handed_over, names) if handed_over else command,
        cwd=directory,
        pass_fds=handed_over,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=STARTS_WITHIN,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def refusal(directory: Path, *options: str, **how: Any) -> str:
    """
    Start a server that cannot be started, and return the sentence that says why.

    Args:
        how: as for `run_twistd`.
    """
    words = ("--pidfile=twistd.pid", "-n", "chat", "--port=0", *options)
    outcome = run_twistd(directory, *words, **how)
    assert (outcome.status, outcome.output) == (1, ""), outcome
    assert "Traceback" not in outcome.errors, outcome.errors
    assert outcome.errors.count("\n") == 1, outcome.errors
    assert re.search(r"[^.?!][.?!]\n$", outcome.errors), outcome.errors
    assert not (directory / "twistd.pid").exists()
    return outcome.errors.removesuffix("\n")


def is_alive(pid: int) -> bool:
    """
    Return whether a process runs; one that only waits for its parent to reap it does not.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def sockets_of(port: str) -> int:
    """
    Return how many connections the kernel still keeps for the process that listens on ``port``.

    It may keep one that its process has closed: while there is something to send.
    """
    count = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            # See proc_net_tcp: 0A listens, and 06 is but the memory of a connection.
            _, local, _, state = line.split()[:4]
            if int(local.rpartition(":")[2], 16) == int(port) and state not in ("0A", "06"):
                count += 1
    return count


def processor_seconds(pid: int) -> float:
    """
    Return how long a process has kept a processor busy.
    """
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    # See proc(5): utime and stime are the 14th and 15th, and two stood before the bracket.
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
