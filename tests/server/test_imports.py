"""
What a start does not use is not imported.
"""

from __future__ import annotations

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


@pytest.mark.parametrize(("options", "is_there"), [([], False), (["--tls=self-signed"], True)])
def test_a_server_holds_openssl_only_if_it_speaks_tls(
    options: list[str], is_there: bool, tmp_path: Path
) -> None:
    program = (
        "import sys; from twisted_chat.server import tap; options = tap.Options();"
        "options.parseOptions(sys.argv[1:]); tap.makeService(options);"
        "print([name in sys.modules for name in"
        " ('OpenSSL', 'cryptography', 'twisted.web', 'twisted.conch')])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "--port=0", "--database=memory:", *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(imports.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines()[-1] == str([is_there, is_there, False, False])


def test_without_it_a_plugin_can_import_it_later(tmp_path: Path) -> None:
    program = (
        "from twisted_chat.server import tap; options = tap.Options();"
        "options.parseOptions(['--port=0', '--database=memory:']); tap.makeService(options);"
        "import twisted.internet.ssl; twisted.internet.ssl.CertificateOptions().getContext()"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(imports.__file__).parents[2])}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=env, check=True)
