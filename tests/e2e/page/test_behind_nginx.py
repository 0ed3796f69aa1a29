"""
The page behind nginx, which speaks TLS, with the configuration of docs/operating.md.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import UNLIMITED, Certificate, Server, running, wait_until
from needs import need

DOCS = Path(__file__).parents[3] / "docs" / "operating.md"
_AROUND = """
daemon off;
pid FOLDER/nginx.pid;
error_log FOLDER/error.log;
worker_processes 1;
events {}
http {
    access_log off;
    client_body_temp_path FOLDER/body;
    proxy_temp_path FOLDER/proxy;
    fastcgi_temp_path FOLDER/fastcgi;
    uwsgi_temp_path FOLDER/uwsgi;
    scgi_temp_path FOLDER/scgi;
CONFIGURATION
}
"""


def block(language: str) -> str:
    """
    Return the example of ``language`` in the docs.
    """
    _, _, rest = DOCS.read_text().partition(f"```{language}\n")
    return rest.partition("```")[0]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@pytest.fixture
def server(chromium, tmp_path) -> Iterator[Server]:
    with running(tmp_path, "--port=0", *UNLIMITED, "--trusted-proxy=127.0.0.1") as found:
        yield found


@pytest.fixture
def nginx(server: Server, tmp_path: Path, certificate: Certificate) -> Iterator[str]:
    """
    Run nginx before the server, and return the address of the page.
    """
    program = need("nginx")
    port = free_port()
    given = block("nginx")
    for written, meant in {
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/letsencrypt/live/chat.example/fullchain.pem": str(certificate.certificate),
        "/etc/letsencrypt/live/chat.example/privkey.pem": str(certificate.key),
        "127.0.0.1:7342": f"127.0.0.1:{server.address}",
    }.items():
        assert written in given, f"the docs have no {written!r} any more"
        given = given.replace(written, meant)
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(
        _AROUND.replace("CONFIGURATION", given).replace("FOLDER", str(tmp_path))
    )
    with subprocess.Popen(
        [program, "-c", str(configuration), "-p", str(tmp_path)], stderr=subprocess.PIPE
    ) as process:
        try:

            def answers() -> bool:
                assert process.poll() is None, process.stderr.read().decode()
                with socket.socket() as probe:
                    return probe.connect_ex(("127.0.0.1", port)) == 0

            wait_until(answers, "nginx answers")
            yield f"https://127.0.0.1:{port}/"
        finally:
            process.terminate()


def test_the_page_talks_through_a_proxy_that_speaks_tls(visit, server, nginx):
    bob = server.arrive("bob")
    ada = visit("ada", url=nginx, ignore_https_errors=True)
    bob.expect("*** ada has joined #lobby ***")
    ada.types("hello through nginx")
    bob.expect("ada: hello through nginx")
    bob.types("hello back")
    ada.reads("hello back")
    # The way is encrypted: a password may be given.
    ada.types("/register")
    ada.is_at("#secret-fields input")
    ada.types("correct-horse-battery", "correct-horse-battery")
    ada.sees("#me", ["You are ada"])
    assert "not encrypted" not in " ".join(ada.lines())
