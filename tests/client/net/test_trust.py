"""
Trust: which certificate of a server is taken, over real TLS of this machine.
"""

import asyncio
import datetime as dt
import ssl
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from certificate_chains import Authority, pem_of_key
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from twisted_chat.client.errors import NotConnected
from twisted_chat.client.keeping import Keeping
from twisted_chat.client.net.address import Address, parse
from twisted_chat.client.net.trust import Trust, fingerprint


def self_signed(folder: Path, name: str) -> tuple[ssl.SSLContext, str]:
    """
    Return what a server needs that signed its certificate itself, and the fingerprint of that.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + pem_of_key(key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, made.fingerprint(hashes.SHA256()).hex(":").upper()


def issued(authority: Authority, host: str) -> ssl.SSLContext:
    found = authority.issue(f"for-{host}", host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(found.fullchain, found.privkey)
    return context


def open_one(
    context: ssl.SSLContext | None,
    trust: Trust,
    *,
    address: str = "chats://localhost:{}",
    port: int = 0,
) -> Address:
    """
    Connect to a server that shows a certificate, and close the connection.
    """

    async def serving(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def run() -> Address:
        server = await asyncio.start_server(serving, "localhost", port, ssl=context)
        free = server.sockets[0].getsockname()[1]
        async with server:
            found = parse(address.format(free))
            asyncio.get_running_loop().set_exception_handler(lambda *_: None)
            wire = await trust.open(found)
            await wire.close()
            return found

    return asyncio.run(run())


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def trusting(tmp_path: Path, asked: list[str]) -> Callable[..., Trust]:
    def trust(*, answer: bool = True, is_insecure: bool = False, only: str = "") -> Trust:
        async def confirm(shown: str) -> bool:
            asked.append(shown)
            return answer

        return Trust(Keeping(tmp_path / "kept"), confirm, is_insecure, only)

    return trust


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_a_certificate_that_the_system_knows_is_taken(
    trusting: Callable[..., Trust],
    asked: list[str],
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    open_one(issued(authority, "localhost"), trusting())
    with pytest.raises(NotConnected, match=r"is not valid \(Hostname mismatch") as refused:
        open_one(issued(authority, "chat.example"), trusting())
    assert refused.value.is_final
    assert asked == []


def test_one_of_an_authority_that_nobody_knows_is_not(
    trusting: Callable[..., Trust], asked: list[str], authority: Authority
) -> None:
    with pytest.raises(NotConnected, match="--fingerprint or SSL_CERT_FILE say which"):
        open_one(issued(authority, "localhost"), trusting())
    assert asked == []
    open_one(issued(authority, "localhost"), trusting(is_insecure=True))


def test_a_self_signed_one_is_shown_once_and_kept(
    tmp_path: Path, trusting: Callable[..., Trust], asked: list[str]
) -> None:
    context, shown = self_signed(tmp_path, "chat.example")
    trust = trusting()
    address = open_one(context, trust)
    assert asked == [shown]
    file = trust.keeping.fingerprint_file(address)
    assert file.read_text().strip() == shown
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    # The same server at another start, and another one in its place.
    other, new = self_signed(tmp_path, "other.example")

    async def serving(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def again(which: ssl.SSLContext) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        async with await asyncio.start_server(serving, "localhost", address.port, ssl=which):
            await (await trust.open(address)).close()

    asyncio.run(again(context))
    with pytest.raises(NotConnected) as refused:
        asyncio.run(again(other))
    assert refused.value.is_final
    assert shown in str(refused.value)
    assert new in str(refused.value)
    assert str(file) in str(refused.value)
    assert asked == [shown]


def test_one_that_the_user_does_not_trust_is_not_kept(
    tmp_path: Path, trusting: Callable[..., Trust]
) -> None:
    context, _ = self_signed(tmp_path, "chat.example")
    trust = trusting(answer=False)
    with pytest.raises(NotConnected, match="is not trusted"):
        open_one(context, trust)
    assert list((tmp_path / "kept").glob("certificates/*")) == []


def test_a_server_that_an_authority_vouched_for_is_never_pinned(
    tmp_path: Path,
    trusting: Callable[..., Trust],
    asked: list[str],
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    context, shown = self_signed(tmp_path, "localhost")
    trust = trusting()
    address = open_one(issued(authority, "localhost"), trust)
    with pytest.raises(NotConnected, match="is self-signed now, but an authority") as refused:
        open_one(context, trust, port=address.port)
    assert refused.value.is_final
    assert str(trust.keeping.fingerprint_file(address)) in str(refused.value)
    assert asked == []
    # One that was pinned and is vouched for later is the same from then on.
    other = open_one(context, trust)
    open_one(issued(authority, "localhost"), trust, port=other.port)
    with pytest.raises(NotConnected, match="is self-signed now"):
        open_one(context, trust, port=other.port)
    assert asked == [shown]


def test_a_fingerprint_that_the_user_gives_is_the_only_one_taken(
    tmp_path: Path,
    trusting: Callable[..., Trust],
    asked: list[str],
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    context, shown = self_signed(tmp_path, "chat.example")
    open_one(context, trusting(only=shown))
    with pytest.raises(NotConnected, match="and not that of --fingerprint"):
        open_one(issued(authority, "localhost"), trusting(only=shown))
    assert asked == []
    assert list((tmp_path / "kept").glob("certificates/*")) == []


def test_a_websocket_is_held_to_the_same(
    tmp_path: Path, trusting: Callable[..., Trust], asked: list[str]
) -> None:
    context, shown = self_signed(tmp_path, "chat.example")
    # It is no WebSocket, but its certificate was looked at before that is known.
    with pytest.raises(NotConnected):
        open_one(context, trusting(), address="wss://localhost:{}")
    assert asked == [shown]


def test_a_server_without_tls_is_told_apart(trusting: Callable[..., Trust]) -> None:
    async def serving(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Enter your name: ")
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serving, "localhost", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            with pytest.raises(NotConnected, match="does not speak TLS"):
                await trusting().open(parse(f"chats://localhost:{port}"))

    asyncio.run(run())
    open_one(None, trusting(), address="chat://localhost:{}")


def test_a_fingerprint_is_that_of_openssl() -> None:
    # printf abc | openssl dgst -sha256 -c
    assert fingerprint(b"abc") == (
        "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:"
        "B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD"
    )
