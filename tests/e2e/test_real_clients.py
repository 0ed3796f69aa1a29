"""
The clients that people have: telnet at a terminal, nc, and a telnet library that negotiates.
"""

import asyncio
import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import telnetlib3
from attrs import define, field
from harness import UNLIMITED, WITHIN, Server, TimedOut, is_alive, running, wait_until
from needs import need
from telnetlib3 import telopt

#: Seconds in which nothing that comes is taken for what was typed ahead.
PAUSE = 3.0

# A plugin that asks, before there is a name and after.
SAFE = """
from twisted_chat import ChatError, Context, command


def answered(word: str) -> str:
    if word == "break":
        raise ValueError(word)
    return f"You have typed {len(word)} letters."


@command
def secret(ctx: Context) -> None:
    \"""Ask for a secret.\"""
    ctx.hub.ask(ctx.session, "Password: ", answered, secret=True)


@command
def impatient(ctx: Context) -> None:
    \"""Ask for a secret, and go.\"""
    ctx.hub.ask(ctx.session, "Password: ", answered, secret=True)
    ctx.hub.close(ctx.session, "Too late.", "")
"""


@define(eq=False)
class Terminal:
    """
    A program at a terminal of its own, which sends it a signal for a typed Ctrl-C.
    """

    process: subprocess.Popen[bytes]
    descriptor: int
    screen: str = field(init=False, default="")
    _shown: str = field(init=False, default="")

    @classmethod
    @contextlib.contextmanager
    def running(cls, *command: str) -> Iterator["Terminal"]:
        ours, theirs = pty.openpty()
        # The first terminal that a session's first process opens becomes the session's own.
        process = subprocess.Popen(
            ["sh", "-c", 'exec "$@" <"$0" >"$0" 2>&1', os.ttyname(theirs), *command],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TERM": "dumb", "LC_ALL": "C.UTF-8"},
        )
        terminal = cls(process, ours)
        try:
            yield terminal
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(WITHIN)
            os.close(theirs)
            os.close(ours)

    def types(self, text: str) -> None:
        os.write(self.descriptor, text.encode())

    @property
    def echoes(self) -> bool:
        """
        Whether what is typed is shown.
        """
        return bool(termios.tcgetattr(self.descriptor)[3] & termios.ECHO)

    @property
    def edits(self) -> bool:
        """
        Whether the terminal gives out whole lines, which can be edited until then.
        """
        return bool(termios.tcgetattr(self.descriptor)[3] & termios.ICANON)

    def expect(self, text: str) -> None:
        """
        Read on until ``text`` is shown.
        """
        deadline = time.monotonic() + WITHIN
        while text not in self._shown:
            seconds = max(0.0, deadline - time.monotonic())
            if not select.select([self.descriptor], [], [], seconds)[0]:
                raise TimedOut(f"{text!r} is not shown, but {self._shown!r}")
            read = os.read(self.descriptor, 65536).decode()
            self._shown += read
            self.screen += read
        self._shown = self._shown.partition(text)[2]


def test_telnet_at_a_terminal_talks_and_goes_on_after_an_interrupt(server: Server) -> None:
    bob = server.arrive("bob")
    with Terminal.running(need("telnet"), "127.0.0.1", server.address) as terminal:
        terminal.expect("Enter your name: ")
        terminal.types("tina\n")
        terminal.expect("You are in #lobby as tina with bob.")
        terminal.expect("Type /help for help.")
        bob.expect("*** tina has joined #lobby ***")
        terminal.types("hello from a terminal\n")
        bob.expect("tina: hello from a terminal")
        bob.types("hello yourself")
        terminal.expect("bob: hello yourself")
        for number in range(3):
            # What telnet makes of it is an interrupt, and it shows nothing until that is answered.
            terminal.types("half a line\x03")
            terminal.expect("^C")
            terminal.types(f"still here {number}\n")
            assert bob.reads_line().endswith(f"still here {number}")
            bob.types(f"so am I {number}")
            terminal.expect(f"bob: so am I {number}")
        bob.expect_nothing_more()
        terminal.types("/quit\n")
        terminal.expect("Goodbye, tina.")
        terminal.expect("Connection closed by foreign host.")
        wait_until(lambda: not is_alive(terminal.process.pid), "telnet has ended")
    bob.expect("*** tina has left #lobby ***")


def test_telnet_is_interrupted_at_the_prompt_too(server: Server) -> None:
    with Terminal.running(need("telnet"), "127.0.0.1", server.address) as terminal:
        terminal.expect("Enter your name: ")
        terminal.types("\x03")
        terminal.expect("^C")
        terminal.types("tina\n")
        terminal.expect("You are in #lobby as tina. Nobody else is here yet.")


@pytest.fixture(scope="module")
def _safe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("safe")
    plugin = directory / "safe.py"
    plugin.write_text(SAFE)
    with running(directory, "--port=0", *UNLIMITED, f"--plugins={plugin}") as server:
        yield server


@pytest.fixture
def safe(_safe: Server) -> Iterator[Server]:
    """
    A server that asks for secrets.
    """
    yield _safe
    _safe.send_home()


def test_telnet_at_a_terminal_does_not_show_a_secret(safe: Server) -> None:
    bob = safe.arrive("bob")
    with Terminal.running(need("telnet"), "127.0.0.1", safe.address) as terminal:
        terminal.expect("Enter your name: ")
        terminal.types("tina\n")
        terminal.expect("Type /help for help.")
        for _ in range(2):
            assert terminal.echoes
            terminal.types("/secret\n")
            terminal.expect("Password: ")
            wait_until(lambda: not terminal.echoes, "the terminal hides what is typed")
            assert terminal.edits
            # The terminal takes these off by itself: DEL a letter, Ctrl-U all of it.
            terminal.types("nonsense\x15hunter22\x7f\n")
            terminal.expect("\r\nYou have typed 7 letters.")
            wait_until(lambda: terminal.echoes, "the terminal shows what is typed")
        terminal.types("seen by all\n")
        terminal.expect("seen by all")
        bob.expect("*** tina has joined #lobby ***", "tina: seen by all")
        terminal.types("/impatient\n")
        terminal.expect("Too late.")
        terminal.expect("Connection closed by foreign host.")
        assert terminal.echoes
        assert "hunter" not in terminal.screen
        assert "nonsense" not in terminal.screen
    assert "hunter" not in safe.log


def test_ctrl_c_leaves_a_question_for_a_secret_in_telnet(safe: Server) -> None:
    bob = safe.arrive("bob")
    with Terminal.running(need("telnet"), "127.0.0.1", safe.address) as terminal:
        terminal.expect("Enter your name: ")
        terminal.types("tina\n/secret\n")
        terminal.expect("Password: ")
        wait_until(lambda: not terminal.echoes, "the terminal hides what is typed")
        terminal.types("hunt\x03")
        terminal.expect("You have typed 0 letters.")
        wait_until(lambda: terminal.echoes, "the terminal shows what is typed")
        # That might be the rest of a password: telnet sends an interrupt for some letters too.
        terminal.types("er2\n")
        terminal.expect("That line was not sent")
        # It may come twice, but not after a pause.
        bob.expect("*** tina has joined #lobby ***")
        time.sleep(PAUSE)
        terminal.types("hello\n")
        bob.expect("tina: hello")
        assert "hunt" not in terminal.screen


# Of nine scripts, with letters whose bytes are, but for the eighth bit, Ctrl-C, Ctrl-E, Ctrl-O,
# Ctrl-Z, Ctrl-\\ and Ctrl-], which are telnet's own keys.
LINES = [
    "хорошо, я тут; њ ќ ѓ Нет",
    "Łódź, ąę, “quotes” … Ã Å",
    "σήμερα, όχι",
    "كلام، مرحبا",
    "ムッシュ、アイスをください",
    "안녕하세요 하하",
    "नमस्ते, कृपया",
    "שלום, מה נשמע",
    "你好，全部都在",
]


@pytest.mark.parametrize("client", ["inetutils-telnet", "telnet-ssl"])
def test_letters_of_all_scripts_arrive_from_telnet_once_it_has_shown_what_it_is(
    server: Server, client: str
) -> None:
    bob = server.arrive("bob")
    with Terminal.running(need(client), "127.0.0.1", server.address) as terminal:
        terminal.expect("Enter your name: ")
        # GNU's sends a command in place of the last byte of the name.
        terminal.types("зоя\n")
        terminal.expect("Type /help for help.")
        bob.expect("*** зоя has joined #lobby ***")
        for line in LINES if client == "inetutils-telnet" else ["я тут", "σήμερα, όχι", "你好"]:
            terminal.types(f"{line}\n")
            bob.expect(f"зоя: {line}")
        bob.types("Привет, “зоя” ムッシュ")
        terminal.expect("bob: Привет, “зоя” ムッシュ")
    bob.expect("*** зоя has left #lobby ***")


def test_letters_of_all_scripts_arrive_from_telnet_that_is_told_so_by_its_user(
    server: Server,
) -> None:
    bob = server.arrive("bob")
    telnet = [need("inetutils-telnet"), "-8", "--", "127.0.0.1", f"-{server.address}"]
    with Terminal.running(*telnet) as terminal:
        terminal.expect("Enter your name: ")
        # Behind this, client and server have agreed on letters of eight bits.
        terminal.types("\n")
        terminal.expect("Enter your name: ")
        terminal.types("Нина\n")
        # With a CR, or each line would begin where the one before it ended.
        terminal.expect("Нина\r\n")
        terminal.expect("Type /help for help.")
        bob.expect("*** Нина has joined #lobby ***")
        for line in LINES:
            terminal.types(f"{line}\n")
            bob.expect(f"Нина: {line}")


def test_a_user_whose_letters_telnet_left_out_is_told_so_and_they_arrive_from_then_on(
    server: Server,
) -> None:
    bob = server.arrive("bob")
    with Terminal.running(need("inetutils-telnet"), "127.0.0.1", server.address) as terminal:
        terminal.expect("Enter your name: ")
        terminal.types("хорошо\n")
        terminal.expect("Your client left out some letters of that line.")
        terminal.expect("Enter your name: ")
        terminal.types("хорошо\n")
        bob.expect("*** хорошо has joined #lobby ***")
        terminal.types("хорошо\n")
        bob.expect("хорошо: хорошо")


@pytest.mark.parametrize("client", [["inetutils-telnet"], ["telnet-ssl"], ["busybox", "telnet"]])
def test_what_a_guest_reads_in_telnet_is_wrapped_at_words_from_the_first_page_on(
    server: Server, client: list[str]
) -> None:
    bob = server.arrive("bob")
    bob.types("/topic " + "за окном идёт дождь, а у нас тепло, " * 4)
    assert "*** bob set the topic" in bob.reads_line()
    name, *rest = client
    telnet = [need(name), *rest, "127.0.0.1", server.address]
    with Terminal.running(*telnet) as terminal:
        fcntl.ioctl(terminal.descriptor, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
        terminal.expect("Enter your name: ")
        terminal.types("tina\n")
        terminal.expect("Type /help for help.")
        bob.expect("*** tina has joined #lobby ***")
        bob.types("за окном идёт дождь, а у нас тепло, " * 4)
        bob.types("the end")
        terminal.expect("bob: the end")
        bob.types("/topic -")
        terminal.expect("*** bob removed the topic of #lobby ***")
        rows = re.split("\r+\n", terminal.screen)
    assert max(map(len, rows)) <= 80
    begin = [row[:4] for row in rows if "дождь" in row or "тепло" in row]
    assert begin == ["Topi", "    ", "bob:", "    "]
    # Nothing is shown of how the client was asked.
    assert "\ufffd" not in terminal.screen


PASSWORDS = {
    "Russian": "пароль у дома 12",
    "Greek": "σύρμα όχι 12 σ",
    "Arabic": "كلمة السر كاملة",
    "Japanese": "ムッシュのパスワード",
}


@pytest.mark.parametrize("language", PASSWORDS)
def test_a_password_of_any_letters_typed_into_telnet_is_never_said_and_opens_again(
    server: Server, language: str
) -> None:
    bob, password, name = server.arrive("bob"), PASSWORDS[language], f"anna{language.lower()}"
    telnet = [need("inetutils-telnet"), "127.0.0.1", server.address]
    with Terminal.running(*telnet) as terminal:
        terminal.expect("Enter your name: ")
        terminal.types(f"{name}\n")
        terminal.expect("Type /help for help.")
        terminal.types("/register\n")
        for prompt in ("New password: ", "Repeat the password: "):
            terminal.expect(prompt)
            wait_until(lambda: not terminal.echoes, "the terminal hides what is typed")
            terminal.types(f"{password}\n")
        terminal.expect(f"{name} is registered to you")
        assert password not in terminal.screen
    bob.expect(f"*** {name} has joined #lobby ***", f"*** {name} has left #lobby ***")
    with Terminal.running(*telnet) as terminal:
        terminal.expect("Enter your name: ")
        terminal.types(f"{name}\n")
        terminal.expect("Password: ")
        wait_until(lambda: not terminal.echoes, "the terminal hides what is typed")
        terminal.types(f"{password}\n")
        terminal.expect(f"You are in #lobby as {name} with bob.")
    bob.expect(f"*** {name} has joined #lobby ***", f"*** {name} has left #lobby ***")
    bob.expect_nothing_more()


def test_busybox_shows_neither_of_two_passwords_and_says_when_it_shows_one(
    server: Server,
) -> None:
    telnet = [need("busybox"), "telnet", "127.0.0.1", server.address]
    with Terminal.running(*telnet) as terminal:
        terminal.expect("Enter your name: ")
        terminal.types("busy\n")
        terminal.expect("Type /help for help.")
        terminal.types("/register\n")
        for prompt in ("New password: ", "Repeat the password: "):
            terminal.expect(prompt)
            terminal.types("tr0ub4dor 3\n")
        terminal.expect("busy is registered to you")
        assert "tr0ub4dor" not in terminal.screen
        # It hides once in a connection, and refuses from then on.
        terminal.types("/passwd\n")
        terminal.expect("Current password: ")
        terminal.expect("Your client shows what you type here: make sure that nobody is watching.")
        terminal.expect("Current password: ")
        terminal.types("\n")
        terminal.expect("Cancelled.")


def test_nc_is_asked_for_a_secret_too(safe: Server) -> None:
    with subprocess.Popen(
        [need("nc"), "127.0.0.1", safe.address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            shown, _ = process.communicate(
                b"nick\n/secret\nhunter2\n/secret\nbreak\n/quit\n", timeout=WITHIN
            )
        finally:
            process.kill()
    hidden, seen = b"\xff\xfb\x01Password: ", b"\xff\xfc\x01"
    assert shown.partition(b"for help.\r\n")[2] == (
        b"\xff\xfd\x00" + hidden + seen + b"You have typed 7 letters.\r\n"
        + hidden + seen + b"Sorry, that failed. It has been logged.\r\n"
        + b"Goodbye, nick.\r\n"
    )  # fmt: skip
    wait_until(lambda: "answered failed" in safe.log, "the failure is logged")
    assert "its message quotes what was typed" in safe.log


def test_nc_talks(server: Server) -> None:
    bob = server.arrive("bob")
    with subprocess.Popen(
        [need("nc"), "127.0.0.1", server.address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            assert process.stdin is not None
            process.stdin.write("nick\nhello from nc, Grüße\n".encode())
            process.stdin.flush()
            bob.expect("*** nick has joined #lobby ***", "nick: hello from nc, Grüße")
            shown, _ = process.communicate(b"/quit\n", timeout=WITHIN)
        finally:
            process.kill()
    assert shown.decode() == (
        "Enter your name: You are in #lobby as nick with bob.\r\n"
        "Type /help for help.\r\n"
        "Goodbye, nick.\r\n"
    )
    bob.expect("*** nick has left #lobby ***")


def test_nc_sends_what_is_piped_into_it(server: Server) -> None:
    nc = need("nc")
    told = subprocess.run([nc, "-h"], capture_output=True, timeout=WITHIN, check=False)
    if b"OpenBSD" not in told.stdout + told.stderr:
        pytest.skip("this nc is not OpenBSD's and may not know how to end with its input")
    bob = server.arrive("bob")
    done = subprocess.run(
        [nc, "-N", "127.0.0.1", server.address],
        input=b"nick\nthe build is green\n/msg bob psst\n/quit\n",
        capture_output=True,
        timeout=WITHIN,
        check=False,
    )
    bob.expect(
        "*** nick has joined #lobby ***",
        "nick: the build is green",
        "[nick -> you] psst",
        "*** nick has left #lobby ***",
    )
    assert done.stdout.decode().endswith("[you -> bob] psst\r\nGoodbye, nick.\r\n")


@contextlib.asynccontextmanager
async def _telnetlib3(server: Server, **how: Any) -> AsyncIterator[tuple[Any, Any]]:
    reader, writer = await telnetlib3.open_connection(
        "127.0.0.1", int(server.address), encoding="utf8", **how
    )
    try:
        yield reader, writer
    finally:
        writer.close()
        # The socket itself is closed in the loop's next turn.
        await asyncio.sleep(0.01)


def test_a_client_that_negotiates_talks_beyond_ascii_once_binary_is_agreed(
    server: Server,
) -> None:
    bob = server.arrive("bob")

    async def talk() -> None:
        # One that calls itself a vt220 would be edited as one.
        async with _telnetlib3(server, term="unknown", cols=90, rows=30) as (reader, writer):
            assert await reader.readuntil(b"name: ") == b"Enter your name: "
            for option in (telopt.TTYPE, telopt.NAWS, telopt.BINARY):
                writer.iac(telopt.WILL, option)
            writer.iac(telopt.DO, telopt.BINARY)
            writer.write("tess\r\n")
            assert await reader.readline() == "You are in #lobby as tess with bob.\r\n"
            assert await reader.readline() == "Type /help for help.\r\n"
            # Until then it sends, and shows, only ASCII.
            await asyncio.to_thread(
                wait_until, lambda: writer.outbinary and writer.inbinary, "binary is agreed"
            )
            writer.write("Grüße, 世界 🌍\r\n")
            await asyncio.to_thread(
                bob.expect, "*** tess has joined #lobby ***", "tess: Grüße, 世界 🌍"
            )
            bob.types("Привет 🌍")
            assert await reader.readline() == "bob: Привет 🌍\r\n"
            # An interrupt, and "are you there".
            writer.send_iac(telopt.IAC + telopt.IP)
            writer.send_iac(telopt.IAC + telopt.AYT)
            writer.write("still here\r\n")
            assert await reader.readline() == "\r\n"
            assert await reader.readline() == "[Yes]\r\n"
            await asyncio.to_thread(bob.expect, "tess: still here")
            writer.write("/quit\r\n")
            assert await reader.readline() == "Goodbye, tess.\r\n"
            assert await reader.read() == ""

    asyncio.run(asyncio.wait_for(talk(), WITHIN))
    bob.expect("*** tess has left #lobby ***")
    bob.expect_nothing_more()


def test_a_client_whose_user_says_that_the_line_is_clean_talks_beyond_ascii_at_once(
    server: Server,
) -> None:
    bob = server.arrive("bob")

    async def talk() -> None:
        async with _telnetlib3(server, force_binary=True) as (reader, writer):
            writer.write("tess\r\nñandú\r\n")
            await reader.readuntil(b"/help for help.\r\n")
            await asyncio.to_thread(bob.expect, "*** tess has joined #lobby ***", "tess: ñandú")
            bob.types("olé")
            assert await reader.readline() == "bob: olé\r\n"
            writer.write("/quit\r\n")
            assert await reader.read() == "Goodbye, tess.\r\n"

    asyncio.run(asyncio.wait_for(talk(), WITHIN))


def test_a_client_that_negotiates_is_told_what_to_hide_and_when_to_show_it_again(
    safe: Server,
) -> None:
    async def talk() -> None:
        async with _telnetlib3(safe) as (reader, writer):
            heard: list[bytes] = []
            protocol = writer.transport.get_protocol()
            receive = protocol.data_received

            def hear(data: bytes) -> None:
                heard.append(data)
                receive(data)

            protocol.data_received = hear

            def said() -> bytes:
                # What its terminal is, it is asked whenever it has told its width.
                asked = (b"\xff\xfd\x18", b"\xff\xfa\x18\x01\xff\xf0")
                return b"".join(heard).replace(asked[0], b"").replace(asked[1], b"")

            writer.write("tess\r\n/secret\r\n")
            await reader.readuntil(b"Password: ")
            assert said().endswith(b"\xff\xfb\x01Password: ")
            assert writer.will_echo
            writer.write("hunter2\r\n")
            assert await reader.readline() == "\r\n"
            assert await reader.readline() == "You have typed 7 letters.\r\n"
            assert not writer.will_echo
            assert said().endswith(b"\r\n\xff\xfc\x01You have typed 7 letters.\r\n")
            # To that, and to BINARY, it is not answered again; it is asked for its width.
            assert said().count(b"\xff") == 4
            writer.write("/impatient\r\n")
            assert await reader.read() == "Password: \r\nToo late.\r\n"
            assert said().endswith(b"\xff\xfb\x01Password: \xff\xfc\x01\r\nToo late.\r\n")

    asyncio.run(asyncio.wait_for(talk(), WITHIN))
