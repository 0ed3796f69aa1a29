"""
Servers for the tests: one that many share for each way to run it, and any number of others.
"""

import contextlib
import datetime as dt
import ipaddress
import itertools
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from harness import UNLIMITED, Certificate, Server, running


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    Try tests of this folder once more if they fail; the summary tells which did, and why.

    They run real programs at real sockets, and the machine does other things meanwhile.  A test
    that needs its second try has a fault all the same, or what it tests has.
    """
    ours = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    reason = "these tests know Linux: its loopback addresses, /proc and terminals"
    for item in ours:
        # Who looks at a failure by the debugger wants to see the first.
        if not config.getoption("usepdb"):
            item.add_marker(pytest.mark.flaky(reruns=1))
        if sys.platform != "linux":
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    directory = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "chat.example")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = Certificate(directory / "key.pem", directory / "certificate.pem")
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    files.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return files


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """
    Start servers for one test alone.
    """
    numbers = itertools.count()
    with contextlib.ExitStack() as stack:

        def start_one(*options: str, **how: Any) -> Server:
            directory = tmp_path / f"server-{next(numbers)}"
            directory.mkdir()
            return stack.enter_context(running(directory, *options, **how))

        yield start_one


@pytest.fixture(scope="session")
def _unlimited_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("unlimited"), "--port=0", *UNLIMITED) as server:
        yield server


@pytest.fixture
def server(
    request: pytest.FixtureRequest, _unlimited_server: Server, start: Callable[..., Server]
) -> Iterator[Server]:
    """
    The server that most tests share, without users; on its default listener, without limits.

    A second try has one for itself, in which nothing is left of the first.
    """
    if getattr(request.node, "execution_count", 1) > 1:
        yield start("--port=0", *UNLIMITED)
        return
    yield _unlimited_server
    _unlimited_server.send_home()


@pytest.fixture(scope="session")
def _default_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("defaults"), "--port=0", "--history-lines=0") as server:
        yield server


@pytest.fixture
def default_server(_default_server: Server) -> Iterator[Server]:
    """
    A shared server with every limit as it is by default; each test has an address of its own.
    """
    yield _default_server
    _default_server.send_home()


@pytest.fixture(scope="module")
def descriptors() -> Iterator[Callable[[int], None]]:
    """
    Allow this process, and the servers it starts, so many open files; where that is refused, skip.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    def need(count: int) -> None:
        if hard != resource.RLIM_INFINITY and hard < count:
            pytest.skip(f"may not open {count} files, only {hard}")
        if 0 <= soft < count:
            resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))

    yield need
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
