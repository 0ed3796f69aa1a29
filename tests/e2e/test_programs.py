"""
Programs that are plugins, in several languages, started by a real server and stopped with it.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import UNLIMITED, WITHIN, Server, is_alive, running, wait_until
from needs import need

from twisted_chat.auth.tokens import hash_of

PROGRAMS = Path(__file__).parents[2] / "examples" / "programs"
TOKEN = "a token that nobody guesses"
#: Until a program that was started has registered.
LATER = 4 * WITHIN


def runner(program: str) -> list[str]:
    """
    Return how an example is run; skip the test where that cannot be.
    """
    path = str(PROGRAMS / program)
    if path.endswith(".py"):
        return [sys.executable, "-I", path]
    if path.endswith(".sh"):
        need("jq")
    elif shutil.which("node") is None:
        pytest.skip("node is not installed")
    return [path] if path.endswith(".sh") else ["node", path]


def configured(folder: Path, name: str, *lines: str, run: list[str] | None = None) -> str:
    """
    Write a file of options with one program, and return the option that names it.
    """
    words = ", ".join(f'"{word}"' for word in run or ())
    table = [f"[plugins.{name}]", *([f"run = [{words}]"] if run else []), *lines]
    (folder / "chat.toml").write_text("".join(f"{line}\n" for line in table))
    return f"--config={folder / 'chat.toml'}"


def wait_for(server: Server, state: str) -> None:
    """
    Wait until ``/plugins`` says that the program is in this state.
    """
    person = server.arrive("watcher")

    def is_so() -> bool:
        person.types("/plugins")
        return f": {state}" in person.reads_line()

    wait_until(is_so, f"the program is {state}", LATER)
    person.goes()


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    program, *lines = request.param
    option = configured(tmp_path, Path(program).stem, *lines, run=runner(program))
    with running(tmp_path, *UNLIMITED, "--port=0", option) as server:
        wait_for(server, "on")
        yield server


@pytest.mark.parametrize("server", [("roll.sh",)], indirect=True)
def test_a_program_in_shell_answers_a_command(server: Server) -> None:
    alice, bob = server.arrive("alice"), server.arrive("bob")
    alice.expect("*** bob has joined #lobby ***")
    alice.types("/roll many", "/help dice")
    alice.expect(
        'sides must be a whole number, not "many".',
        "Usage: /roll [sides]",
        "/roll [sides]",
        "  Roll a die for everybody in the room.",
        "  Also: /dice",
    )
    alice.types("/roll 1", "/dice 0")
    alice.expect("*** alice rolled 1 on a d1 ***", "A die has at least one side.")
    bob.expect("*** alice rolled 1 on a d1 ***")
    # Without an argument, it has that of its declaration.
    alice.types("/roll")
    assert re.fullmatch(r"\*\*\* alice rolled [1-6] on a d6 \*\*\*", bob.reads_line())


@pytest.mark.parametrize(
    "server", [("calm.py", 'rights = ["commands", "filter", "hear", "say"]')], indirect=True
)
def test_a_program_in_python_filters_and_hears(server: Server) -> None:
    alice = server.arrive("alice")
    alice.expect("*** Welcome, alice. ***")
    bob = server.arrive("bob")
    alice.expect("*** bob has joined #lobby ***", "*** Welcome, bob. ***")
    bob.expect("*** Welcome, bob. ***")
    alice.types("HELLO THERE", "no SPAM", "fine", "/calmed")
    bob.expect("alice: Hello there", "alice: fine")
    alice.expect("Not that word, please.", "1 lines were calmed.")


@pytest.mark.parametrize("server", [("pick.mjs",)], indirect=True)
def test_a_program_in_javascript_answers_a_command(server: Server) -> None:
    alice = server.arrive("alice")
    alice.types("/pick tea | tea")
    alice.expect("I pick tea.")
    alice.types("/pick tea")
    alice.expect("Give at least two options: /pick tea | coffee.")
    alice.types("/pick")
    alice.expect("/pick needs options.", "Usage: /pick options")


def test_a_program_connects_from_elsewhere_with_its_token(tmp_path: Path) -> None:
    command = runner("pick.mjs")
    option = configured(tmp_path, "pick", f'token = "{hash_of(TOKEN)}"')
    with running(tmp_path, *UNLIMITED, "--listen=tcp:0:interface=127.0.0.1", option) as server:
        wait_for(server, "not connected")
        connects = [*command, "127.0.0.1", server.addresses[0]]
        environment = {**os.environ, "CHAT_TOKEN": TOKEN}
        with subprocess.Popen(connects, env=environment) as process:
            try:
                wait_for(server, "on")
                alice = server.arrive("alice")
                alice.types("/pick tea | tea")
                alice.expect("I pick tea.")
            finally:
                process.kill()
        wait_for(server, "not connected")
        with subprocess.Popen(
            connects, env={**os.environ, "CHAT_TOKEN": "another"}, stderr=subprocess.PIPE
        ) as process:
            try:
                assert process.stderr is not None
                assert process.stderr.readline().startswith(b"That token is not known any more.")
            finally:
                process.kill()


STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
code = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(1000)"
child = subprocess.Popen([sys.executable, "-c", code])
print('{"request": "register", "commands": [{"name": "hang", "help": "Hang."}]}', flush=True)
print("child", child.pid, file=sys.stderr, flush=True)
while True:
    time.sleep(1000)
"""


def written(folder: Path, source: str) -> list[str]:
    (folder / "program.py").write_text(source)
    return [sys.executable, "-I", str(folder / "program.py")]


def test_a_program_that_will_not_end_is_killed_with_its_children_when_the_server_stops(
    tmp_path: Path,
) -> None:
    option = configured(tmp_path, "stubborn", run=written(tmp_path, STUBBORN))
    with running(tmp_path, *UNLIMITED, "--port=0", option) as server:
        wait_for(server, "on")
        wait_until(lambda: "wrote 'child" in server.log, "its errors are in the log")
        child = int(server.log.partition("wrote 'child ")[2].partition("'")[0])
        started = server.log.partition("Program stubborn is started, process ")[2]
        program = int(started.partition("\n")[0])
        assert is_alive(child)
        assert is_alive(program)
        server.send_home()
        assert server.stop() == 0
        wait_until(lambda: not is_alive(child) and not is_alive(program), "they are gone")


FILTERING = """
import sys
print('{"request": "register", "filters": ["said"]}', flush=True)
for line in sys.stdin:
    if '"check"' in line:
        print('a check came', file=sys.stderr, flush=True)
        print(%r, flush=True)
"""


@pytest.mark.parametrize(
    ("source", "logged"),
    [
        ("raise SystemExit(3)", "Program bad ended with status 3; it is started again in 1 s"),
        # Nobody reads what it is told in return, so it is let go.
        ("while True: print('x' * 1000)", "Program bad ended"),
        ("import os; os.kill(os.getpid(), 9)", "Program bad ended by signal 9"),
        ("import os\nos.close(1)\nos.close(0)\nwhile True: pass", "Program bad ended by signal"),
        ("1 / 0", "Program bad wrote 'ZeroDivisionError: division by zero'"),
    ],
    ids=["dies", "babbles", "is killed", "hangs up", "fails"],
)
def test_whatever_a_program_does_the_talk_goes_on(
    tmp_path: Path, source: str, logged: str
) -> None:
    option = configured(
        tmp_path, "bad", 'rights = ["commands", "hear", "filter"]', run=written(tmp_path, source)
    )
    with running(tmp_path, *UNLIMITED, "--port=0", "--send-timeout=1", option) as server:
        alice, bob = server.arrive("alice"), server.arrive("bob")
        alice.expect("*** bob has joined #lobby ***")
        wait_until(lambda: logged in server.log, "it is in the log", LATER)
        for number in range(3):
            alice.types(f"line {number}")
            bob.expect(f"alice: line {number}")


@pytest.mark.parametrize(
    "answer",
    ["{", "[]", '{"request": "verdict", "check": "1"}', '{"request": "verdict", "check": 999}'],
)
def test_a_filter_that_answers_nonsense_is_passed_over(tmp_path: Path, answer: str) -> None:
    source = written(tmp_path, FILTERING % answer)
    option = configured(tmp_path, "bad", 'rights = ["filter"]', run=source)
    with running(tmp_path, *UNLIMITED, "--port=0", option) as server:
        wait_for(server, "on")
        alice, bob = server.arrive("alice"), server.arrive("bob")
        alice.expect("*** bob has joined #lobby ***")
        alice.types("line 0")
        bob.expect("alice: line 0")
        for logged in ("wrote 'a check came'", "did not check a line within 1 s: lines are said"):
            wait_until(lambda logged=logged: f"Program bad {logged}" in server.log, logged)  # type: ignore[misc]
        alice.types("line 1", "line 2")
        bob.expect("alice: line 1", "alice: line 2")


def test_a_program_is_started_again_when_it_was_killed_and_its_commands_come_back(
    tmp_path: Path,
) -> None:
    option = configured(tmp_path, "roll", run=runner("roll.sh"))
    with running(tmp_path, *UNLIMITED, "--port=0", option) as server:
        wait_for(server, "on")
        started = server.log.partition("Program roll is started, process ")[2]
        os.kill(int(started.partition("\n")[0]), signal.SIGKILL)
        wait_until(lambda: "Program roll ended by signal 9" in server.log, "its end is logged")
        wait_for(server, "on")
        alice = server.arrive("alice")
        alice.types("/roll 1")
        alice.expect("*** alice rolled 1 on a d1 ***")
