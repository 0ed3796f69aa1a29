"""
What a start does not use is not imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from twisted_chat.server import imports
from twisted_chat.server import settings as all_settings
from twisted_chat.server.imports import may_need_tls, unused_left_out

Settings = partial(all_settings.Settings, database="memory:")


@pytest.mark.parametrize(
    ("given", "needs"),
    [
        ({}, False),
        ({"listen": ("tcp:1000", "unix:chat.sock")}, False),
        ({"listen": ("tcp:1000", "line:haproxy:ssl:1001")}, True),
        ({"tls": "self-signed"}, True),
        ({"tls_certificate": ("a.pem",), "tls_key": ("b.pem",)}, True),
        ({"plugins": ("dice.py",)}, True),
        ({"smtp": "mail.example.org"}, True),
        ({"smtp": "localhost", "smtp_tls": "off"}, False),
    ],
)
def test_tls_is_needed_where_it_is_spoken_and_where_a_plugin_may_speak_it(
    given: dict, needs: bool
) -> None:
    assert may_need_tls(Settings(**given)) is needs


def test_a_plugin_that_is_installed_may_speak_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "entry_points", lambda **_: ["one"])
    assert may_need_tls(Settings())


def test_it_is_left_out_for_that_long_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "OpenSSL", raising=False)
    with unused_left_out(Settings()), pytest.raises(ImportError):
        import OpenSSL  # noqa: F401
    assert "OpenSSL" not in sys.modules
    with unused_left_out(Settings(tls="self-signed")):
        assert "OpenSSL" not in sys.modules


def test_what_is_there_already_stays() -> None:
    import OpenSSL

    with unused_left_out(Settings()):
        assert sys.modules["OpenSSL"] is OpenSSL


# Runs a server, connects to it, and tells what is imported when the first client was answered.
_SERVER = """
import json, socket, sys
from twisted_chat.server import tap
options = tap.Options()
options.parseOptions(sys.argv[1:])
service = tap.makeService(options)
from twisted.internet import reactor
service.privilegedStartService()
service.startService()
client = socket.create_connection(("127.0.0.1", service.ports.every[0].getHost().port))
client.sendall(b"alice\\n")
client.setblocking(False)
said = b""
def look():
    global said
    try:
        said += client.recv(65536)
    except BlockingIOError:
        pass
    if b"/help for help" in said:
        print(json.dumps(sorted(sys.modules)))
        reactor.stop()
    else:
        reactor.callLater(0.01, look)
reactor.callWhenRunning(look)
reactor.callLater(60, reactor.stop)
reactor.run()
"""


def imported(folder: Path, *options: str) -> set[str]:
    """
    Return the modules of a server that has answered a client of the line door.
    """
    ran = subprocess.run(
        [sys.executable, "-c", _SERVER, "--listen=tcp:0:interface=127.0.0.1", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(imports.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(ran.stdout.splitlines()[-1]))


# What belongs to the other doors, to passwords, to letters other than those of ASCII, and to what
# few servers do.
_UNUSED = (
    "OpenSSL",
    "argon2",
    "cryptography",
    "precis_i18n",
    "prompt_toolkit",
    "tomllib",
    "twisted.conch",
    "twisted.protocols.haproxy",
    "twisted.web",
    "twisted_chat.admin",
    "twisted_chat.client",
    "twisted_chat.doors.editor.editor",
    "twisted_chat.doors.irc",
    "twisted_chat.doors.json.protocol",
    "twisted_chat.doors.ssh",
    "twisted_chat.doors.web.protocol",
    "twisted_chat.doors.websocket.protocol",
    "twisted_chat.plugins.programs.service",
    "twisted_chat.server.proxied",
    "twisted_chat.store.sqlite.memory",
    "wcwidth",
    "websockets",
)


def test_a_start_imports_no_door_before_its_first_client(tmp_path: Path) -> None:
    # The host key is made at the first start.
    imported(tmp_path)
    found = imported(tmp_path)
    assert {"sqlite3", "twisted_chat.doors.line.protocol"} <= found
    assert found.isdisjoint(_UNUSED)


def test_a_server_holds_openssl_if_it_speaks_tls(tmp_path: Path) -> None:
    found = imported(tmp_path, "--database=memory:", "--tls=self-signed")
    assert {"OpenSSL", "cryptography"} <= found
    assert found.isdisjoint({"twisted.web", "twisted.conch"})


def test_without_it_a_plugin_can_import_it_later(tmp_path: Path) -> None:
    program = (
        "from twisted_chat.server import tap; options = tap.Options();"
        "options.parseOptions(['--port=0', '--database=memory:']); tap.makeService(options);"
        "import twisted.internet.ssl; twisted.internet.ssl.CertificateOptions().getContext()"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(imports.__file__).parents[2])}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=env, check=True)
