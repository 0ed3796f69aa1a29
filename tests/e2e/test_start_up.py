"""
Options, and what stops the server at its start: one sentence that says which and why.
"""

import socket
from pathlib import Path

import pytest
from harness import refusal, run_twistd


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--port=99999", "port must be from 0 to 65535, not 99999."),
        ("--rate=-1", "rate must be a number, 0 or more, not '-1'."),
        ("--motd=missing", "motd: cannot read {here}/missing: No such file or directory."),
        ("--config=missing", "config: cannot read {here}/missing: No such file or directory."),
        ("--prot=7342", "option --prot not recognized."),
        ("--listen=tpc:0", "listen: 'tpc:0' is not an endpoint: Unknown endpoint type: 'tpc'."),
        ("--room=a/b", "room cannot be 'a/b': A room name may hold only letters, digits and"),
    ],
    ids=lambda value: value if value.startswith("--") else "",
)
def test_an_option_that_cannot_be_used_is_named_in_one_sentence(
    tmp_path: Path, option: str, words: str
) -> None:
    sentence = refusal(tmp_path, option)
    assert sentence.startswith("twistd chat: ")
    assert words.format(here=tmp_path) in sentence


@pytest.mark.parametrize("plugin", ["nosuch", "nosuch.py"], ids=["module", "file"])
@pytest.mark.parametrize("is_in_file", [False, True], ids=["command line", "file"])
def test_a_plugin_that_is_not_there_is_named_in_one_sentence(
    tmp_path: Path, plugin: str, is_in_file: bool
) -> None:
    (tmp_path / "chat.toml").write_text(f'plugins = ["{plugin}"]\n')
    option = "--config=chat.toml" if is_in_file else f"--plugins={plugin}"
    assert refusal(tmp_path, option).partition(plugin)[0].startswith("twistd chat: Plugin ")


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = refusal(tmp_path, f"--port={port}")
        assert sentence == f"twistd chat: port: cannot listen on {port}: Address already in use."
        endpoint = f"tcp:{port}:interface=127.0.0.1"
        sentence = refusal(tmp_path, f"--listen={endpoint}")
    assert sentence == f"twistd chat: listen: cannot listen on {endpoint}: Address already in use."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max-clinets = 5", "there is no option 'max-clinets'. Did you mean max-clients?"),
        ("rate = -2", "rate must be a number, 0 or more, not '-2'."),
        ("port = ", "is not TOML: "),
    ],
    ids=["unknown key", "bad value", "no TOML"],
)
def test_what_is_wrong_in_the_file_is_named_with_the_file(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "chat.toml").write_text(text)
    sentence = refusal(tmp_path, "--config=chat.toml")
    assert sentence.startswith(f"twistd chat: {tmp_path / 'chat.toml'}")
    assert words in sentence


def test_every_value_is_shown_with_where_it_came_from_and_the_command_line_wins(
    tmp_path: Path,
) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(COMMAND.format(name=name, parameters=""))
    (tmp_path / "chat.toml").write_text(
        'port = 7000\nrate = 5\nroom = "hall"\nplugins = ["one.py", "two.py"]\nidle-timeout = 0\n'
    )
    outcome = run_twistd(
        tmp_path, "-n", "chat", "--check-config", "--config=chat.toml", "--rate=9", "--burst=20"
    )
    assert (outcome.status, outcome.errors) == (0, "")
    lines = outcome.output.splitlines()
    for line in [
        "port = 7000  # {config}",
        'room = "hall"  # {config}',
        'plugins = ["{folder}/one.py", "{folder}/two.py"]  # {config}',
        "idle-timeout = 0  # {config}",
        "rate = 9  # command line",
        "burst = 20  # command line",
        "login-timeout = 60  # default",
        "max-line = 4096  # default",
        "send-queue = 262144  # default",
        "send-timeout = 30  # default",
        "max-per-host = 16  # default",
        "listen = []  # default",
    ]:
        assert line.format(config=tmp_path / "chat.toml", folder=tmp_path) in lines
    # What is shown is a file that says the same.
    (tmp_path / "shown.toml").write_text(outcome.output)
    again = run_twistd(tmp_path, "-n", "chat", "--check-config", "--config=shown.toml")
    assert (again.status, again.errors) == (0, "")
    assert [line.partition("  #")[0] for line in again.output.splitlines()] == [
        line.partition("  #")[0] for line in lines
    ]
    assert not (tmp_path / "twistd.pid").exists()


COMMAND = '''
from twisted_chat import command

@command
def {name}(ctx{parameters}):
    """Do it."""
'''


@pytest.mark.parametrize(
    ("files", "named", "why"),
    [
        (
            {
                "first.py": COMMAND.format(name="vote", parameters=""),
                "second.py": COMMAND.format(name="vote", parameters=""),
            },
            "plugins/second.py",
            "/vote is taken by {here}/plugins/first.py already.",
        ),
        (
            {"mine.py": COMMAND.format(name="vote", parameters=", on: dict")},
            "plugins/mine.py",
            "nothing can read on into <class 'dict'>",
        ),
        (
            {"mine.py": "import there_is_no_such_module\n"},
            "plugins/mine.py",
            "ModuleNotFoundError: No module named 'there_is_no_such_module'.",
        ),
        (
            {"mine.py": "def setup(hub):\n    raise LookupError('no database')\n"},
            "plugins/mine.py",
            "cannot be set up: LookupError: no database.",
        ),
    ],
    ids=["two take a name", "parameter", "import", "setup"],
)
def test_a_plugin_that_cannot_be_used_stops_the_start_with_its_name_and_the_reason(
    tmp_path: Path, files: dict[str, str], named: str, why: str
) -> None:
    (tmp_path / "plugins").mkdir()
    for name, text in files.items():
        (tmp_path / "plugins" / name).write_text(text)
    outcome = run_twistd(tmp_path, "-n", "chat", "--port=0", "--plugins=plugins")
    assert outcome.status == 1
    assert outcome.output == ""
    *traceback, sentence = outcome.errors.splitlines()
    assert sentence.startswith(f"twistd chat: Plugin {tmp_path / named}")
    assert why.replace("{here}", str(tmp_path)) in sentence
    # Where an exception is at fault, its traceback comes before; else there is the sentence alone.
    assert "NoneType" not in outcome.errors
    if traceback:
        assert traceback[0] == "Traceback (most recent call last):"
    assert not (tmp_path / "twistd.pid").exists()
    assert not list(tmp_path.rglob("*.pyc"))
