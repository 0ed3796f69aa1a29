"""
Webhooks with the curl that people have, over a kill; and plugins that ask the real network.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from harness import UNLIMITED, WITHIN, Person, Server, running
from needs import need

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
PASSWORD = "correct horse"
# Asks whatever it is told to, and sends those who ask it elsewhere.
FETCH = '''
from twisted_chat import Context, HttpRequest, HttpResponse, Hub, command, http_route


@command
async def fetch(ctx: Context, url: str) -> str:
    """Ask a server."""
    found = await ctx.http.get(url)
    return f"{found.status} {found.text.strip()[:40]}"


@http_route("/jump")
def jump(hub: Hub, request: HttpRequest) -> HttpResponse:
    return HttpResponse("", 302, {"Location": request.query["to"]})
'''


def hooked(server: Server) -> tuple[Person, str]:
    """
    Return the owner of a room, and the address of its webhook.
    """
    alice = server.arrive("alice")
    alice.types("/register")
    alice.expect_prompt(b"New password: ")
    alice.types(PASSWORD)
    alice.expect_prompt(b"Repeat the password: ")
    alice.types(PASSWORD, "/join ops", "/webhook add deploy")
    alice.skip_to("Who sends a line to this address says it in #ops, as deploy[hook]:")
    address = alice.reads_line()
    alice.reads_line()
    return alice, address


def curl(server: Server, words: list[str], address: str) -> subprocess.CompletedProcess[str]:
    """
    Run a command of the page at a webhook.
    """
    assert words[0] == "curl"
    return subprocess.run(
        [
            *("curl", "-sS", "-w", " %{http_code}", "--cacert", "self-signed.pem"),
            *(word.replace("ADDRESS", address) for word in words[1:]),
        ],
        cwd=server.directory,
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )


def test_every_command_of_the_page_says_its_line_also_after_a_kill(tmp_path: Path) -> None:
    need("curl")
    (tmp_path / "report.txt").write_text("two\nlines\n")
    (block,) = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    commands = [shlex.split(line) for line in block.splitlines()]
    options = ("--port=0", "--tls=self-signed", *UNLIMITED)
    server = Server.start(tmp_path, *options)
    try:
        alice, address = hooked(server)
        assert address.startswith(f"https://localhost:{server.address}/hook/")
        for command in commands:
            ran = curl(server, command, address)
            assert (ran.stdout, ran.stderr) == ("Said.\n 200", "")
        alice.expect(
            "[#ops] deploy[hook]: build failed",
            "[#ops] deploy[hook]: two",
            "  | lines",
            "[#ops] ci[hook]: build failed",
            "[#ops] ci[hook]: 50% done & more",
        )
    finally:
        # As kill -9 does.
        server.kill()
    token = address.rpartition("/")[2]
    for left in ("log", "twistd.pid"):
        (tmp_path / left).unlink()
    with running(tmp_path, *options) as again:
        bob = again.arrive("bob")
        bob.types("/join ops", "/history")
        # What was said before the kill was kept before it was answered.
        for text in ("deploy[hook]: build failed", "ci[hook]: 50% done & more"):
            while not bob.reads_line().endswith(text):
                pass
        moved = address.replace(f":{server.address}/", f":{again.address}/")
        plain = moved.replace("https:", "http:")
        for where in (moved, plain):
            ran = curl(again, ["curl", "-d", "still here", where], where)
            assert ran.stdout == "Said.\n 200"
        bob.skip_to("[#ops] deploy[hook]: still here")
        bob.expect("[#ops] deploy[hook]: still here")
        ran = curl(again, ["curl", "-d", "x", f"{moved}x"], moved)
        assert ran.stdout == "There is no webhook at this address.\n 404"
        assert token not in again.log
    assert token.encode() not in (tmp_path / "chat.db").read_bytes()


def test_it_is_reached_behind_a_proxy_that_tells_who_comes(tmp_path: Path) -> None:
    with running(
        tmp_path,
        *("--listen=haproxy:tcp:0:interface=127.0.0.1", "--listen=tcp:0:interface=127.0.0.1"),
        "--database=memory:",
        *UNLIMITED,
    ) as server:
        proxied, direct = server.addresses
        alice = server.arrive("alice", direct)
        alice.types("/register", PASSWORD, PASSWORD, "/join ops", "/webhook add")
        alice.skip_to("Who sends a line to this address says it in #ops, as news[hook]:")
        path = alice.reads_line().partition("/hook/")[2]
        alice.reads_line()
        sender = server.connect(proxied, proxied_for="203.0.113.7")
        # It is not kept for another request, which would be awaited for a while.
        head = f"POST /hook/{path} HTTP/1.1", "Host: x", "Connection: close", "Content-Length: 2"
        sender.sends("\r\n".join([*head, "", "hi"]).encode())
        assert sender.read_to_end().startswith(b"HTTP/1.1 200 OK\r\n")
        alice.expect("[#ops] news[hook]: hi")


def test_a_plugin_asks_what_the_operator_allows_and_nothing_else_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fetch.py").write_text(FETCH)
    options = ("--port=0", "--tls=self-signed", "--database=memory:", "--plugins=fetch.py")
    with running(
        tmp_path, *options, "--plugin-http-allow=127.0.0.1", "--plugin-http-allow=::1", *UNLIMITED
    ) as server:
        alice = server.arrive("alice")
        here = f"127.0.0.1:{server.address}"
        refused = "cannot be reached: there is no such host, or it is not on the public internet."
        for url, answer in {
            f"http://{here}/health": '200 {"status": "ok", "version":',
            f"http://localhost:{server.address}/health": '200 {"status": "ok", "version":',
            # This one serves too, but is not allowed: neither at once nor by a redirect.
            f"http://127.0.0.2:{server.address}/health": f"The server 127.0.0.2 {refused}",
            f"http://{here}/plugin/fetch/jump?to=http://127.0.0.2:{server.address}/": (
                f"The server 127.0.0.2 {refused}"
            ),
            f"http://{here}/plugin/fetch/jump?to=/health": '200 {"status": "ok", "version":',
            "http://2130706434:1024/": f"The server 2130706434 {refused}",
            "http://[::ffff:127.0.0.2]:7342/": f"The server ::ffff:127.0.0.2 {refused}",
            "http://no-such-host.invalid/": f"The server no-such-host.invalid {refused}",
            f"https://{here}/health": (
                "The server 127.0.0.1 has no certificate that can be trusted."
            ),
            f"https://localhost:{server.address}/health": (
                "The server localhost has no certificate that can be trusted."
            ),
            "file:///etc/passwd": "That address cannot be asked by HTTP;",
        }.items():
            alice.types(f"/fetch {url}")
            read = alice.reads_line()
            assert read.startswith(answer), (url, read)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "self-signed.pem"))
    (tmp_path / "log").unlink()
    with running(tmp_path, *options, "--plugin-http-allow=127.0.0.0/8", *UNLIMITED) as server:
        alice = server.arrive("alice")
        alice.types(f"/fetch https://localhost:{server.address}/health")
        assert alice.reads_line().startswith('200 {"status": "ok", "version":')
