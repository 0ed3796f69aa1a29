"""
The command line, and the server that twistd makes of it.
"""

import importlib.metadata
import io
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.server import tap
from twisted_chat.server.tap import Options


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--prot", "1"], "twistd chat: option --prot not recognized."),
        (["--port"], "twistd chat: option --port requires argument."),
        (["--port", "x"], "twistd chat: port must be a whole number, 0 or more, not 'x'."),
        (["extra"], "twistd chat: unexpected argument 'extra', see --help."),
        (
            ["--config", "/nowhere"],
            "twistd chat: config: cannot read /nowhere: No such file or directory.",
        ),
    ],
)
def test_a_bad_command_line_is_one_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(SystemExit) as caught:
        Options().parseOptions(words)
    assert caught.value.code == sentence


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("max-clinets = 5", "there is no option 'max-clinets'. Did you mean max-clients?"),
        ("bursts = 5", "there is no option 'bursts'. Did you mean burst?"),
        ("zzz = 5", "there is no option 'zzz'."),
        ("port = ", "is not TOML: Invalid value (at end of document)."),
    ],
)
def test_a_sentence_that_ends_with_a_question_has_no_other_end(
    tmp_path: Path, text: str, end: str
) -> None:
    (tmp_path / "chat.toml").write_text(text)
    with pytest.raises(SystemExit) as caught:
        Options().parseOptions(["--config", str(tmp_path / "chat.toml")])
    assert str(caught.value.code).endswith(end)


def test_the_settings_are_printed_with_where_they_came_from(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config = tmp_path / "chat.toml"
    config.write_text("burst = 7\n")
    with pytest.raises(SystemExit) as caught:
        Options().parseOptions(["--check-config", "--port", "1", "--config", str(config)])
    assert caught.value.code == 0
    printed = capsys.readouterr().out.splitlines()
    assert "port = 1  # command line" in printed
    assert f"burst = 7  # {config}" in printed
    assert 'room = "lobby"  # default' in printed


def test_the_options_of_plugins_are_printed_with_where_they_came_from(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "dice.py").write_text(
        "from attrs import frozen\n"
        "from twisted_chat import option\n"
        "@frozen\n"
        "class Options:\n"
        "    sides: int = option(6, 'Sides.')\n"
        "    mood: str = option('calm', 'How it rolls.')\n"
    )
    config = tmp_path / "chat.toml"
    config.write_text(f"[plugins]\nload = ['{tmp_path}/dice.py']\n[plugins.dice]\nsides = 20\n")
    with pytest.raises(SystemExit) as caught:
        Options().parseOptions(["--check-config", "--config", str(config)])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[-5:] == [
        "[plugins]",
        f'load = ["{tmp_path}/dice.py"]  # {config}',
        "[plugins.dice]",
        f"sides = 20  # {config}",
        'mood = "calm"  # default',
    ]
    assert tomllib.loads(printed)["plugins"]["dice"] == {"sides": 20, "mood": "calm"}
    config.write_text(f"[plugins]\nload = ['{tmp_path}/dice.py']\n[plugins.dice]\nside = 20\n")
    with pytest.raises(SystemExit, match="Did you mean sides"):
        Options().parseOptions(["--check-config", "--config", str(config)])


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("load = ['one.py', 'two.py']", "/one.py already."),
        ("load = ['who.py']", "/who is taken by twisted_chat.commands.builtin.rooms already."),
        (
            "dice.run = ['./gone']",
            "'./gone' cannot be run: there is no such file.",
        ),
        ("dice.run = ['one.py']", "'one.py' cannot be run: there is no such program in PATH."),
        ("dice.run = ['./one.py']", "'./one.py' cannot be run: it is not an executable file."),
        ("dice.run = ['./']", "'./' cannot be run: it is not an executable file."),
        ("dice.run = ['./dice.sh']", None),
        ("dice.run = ['sh', 'any']", None),
    ],
)
def test_what_cannot_start_is_found_by_the_check(
    table: str, problem: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file, name in (("one.py", "roll"), ("two.py", "roll"), ("who.py", "who")):
        (tmp_path / file).write_text(
            "from twisted_chat import Context, command\n"
            "@command\n"
            f"def {name}(ctx: Context) -> None:\n"
            '    """Do it."""\n'
        )
    (tmp_path / "dice.sh").write_text("#!/bin/sh\n")
    (tmp_path / "dice.sh").chmod(0o755)
    (tmp_path / "chat.toml").write_text(f"[plugins]\n{table}\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        Options().parseOptions(["--check-config", "--config", "chat.toml"])
    if problem is None:
        assert caught.value.code == 0
    else:
        assert str(caught.value.code).endswith(problem)


def test_secrets_of_plugins_and_programs_are_not_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "builds.py").write_text(
        "from attrs import frozen\n"
        "from twisted_chat import option\n"
        "@frozen\n"
        "class Options:\n"
        "    secret: str = option('', 'The secret.', secret=True)\n"
    )
    config = tmp_path / "chat.toml"
    config.write_text(
        f"[plugins]\nload = ['{tmp_path}/builds.py']\n[plugins.builds]\nsecret = 'hush'\n"
        "[plugins.bot]\nrun = ['sh', 'bot']\nenvironment = ['API_KEY=hush']\n"
    )
    with pytest.raises(SystemExit) as caught:
        Options().parseOptions(["--check-config", "--config", str(config)])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert f"# secret = (set)  # {config}" in printed.splitlines()
    assert f"# environment = (set)  # {config}" in printed.splitlines()
    assert "hush" not in printed


def test_an_option_that_takes_no_value_is_true_where_it_stands() -> None:
    for words, is_given in ((["--ascii-names"], True), ([], False)):
        options = Options()
        options.parseOptions(words)
        assert options.settings.ascii_names is is_given
        assert ("ascii_names" in options.settings.origins) is is_given


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("listen", ("tcp:1000", "json:tcp:1001")),
        ("reserved-names", ("chef", "cook")),
        ("tls-certificate", ("/a.pem", "/b.pem")),
        ("trusted-proxy", ("127.0.0.1", "10.0.0.0/8")),
        ("web-origin", ("https://a.example", "https://b.example")),
    ],
)
def test_an_option_that_may_be_repeated_takes_all_its_values(
    option: str, values: tuple[str, str]
) -> None:
    options = Options()
    keys = ["--tls-key=/a.key", "--tls-key=/b.key"] if option == "tls-certificate" else []
    options.parseOptions([*(f"--{option}={value}" for value in values), *keys])
    assert getattr(options.settings, option.replace("-", "_")) == values


def test_paths_are_those_of_where_it_was_started_whatever_the_directory_is_later(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "motd").touch()
    config = tmp_path / "chat.toml"
    config.write_text('motd = "motd"\n')
    monkeypatch.chdir(tmp_path)
    options = Options()
    sources = ["plugins", "extra/karma.py", "dice.py", "chat_thanks"]
    options.parseOptions([*(f"--plugins={source}" for source in sources), "--config", "chat.toml"])
    monkeypatch.chdir("/")
    for settings in (options.settings, options.load()):
        assert settings.motd == str(tmp_path / "motd")
        assert settings.plugins == (
            *(str(tmp_path / source) for source in sources[:-1]),
            "chat_thanks",
        )


def test_connections_never_exceed_what_there_are_descriptors_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tap.resource, "getrlimit", lambda _: (256, 256))
    for given in ([], ["--max-clients", "0"], ["--max-clients", "5000"]):
        options = Options()
        options.parseOptions(given)
        assert options.settings.max_clients == 128
    options = Options()
    options.parseOptions(["--max-clients", "50"])
    assert options.settings.max_clients == 50


def test_half_of_a_few_descriptors_are_for_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tap.resource, "getrlimit", lambda _: (100, 100))
    options = Options()
    options.parseOptions([])
    assert options.settings.max_clients == 50


@pytest.mark.parametrize(
    ("limit", "given", "warned"),
    [
        # No number was asked for, and there is room enough, or hardly any.
        (1024, [], False),
        (256, [], True),
        # The number that was asked for can be had, or cannot.
        (256, ["--max-clients", "50"], False),
        (1024, ["--max-clients", "5000"], True),
        (1024, ["--max-clients", "0"], True),
    ],
)
def test_a_low_limit_of_descriptors_is_named_with_how_to_raise_it(
    monkeypatch: pytest.MonkeyPatch, limit: int, given: list[str], warned: bool
) -> None:
    monkeypatch.setattr(tap.resource, "getrlimit", lambda _: (limit, limit))
    with capturedLogs() as logged:
        Options().parseOptions(given)
    sentence = (
        f"The limit of {limit} descriptors leaves room for {limit - 128} connections only; "
        "raise it with `ulimit -n`, or LimitNOFILE= in a systemd unit"
    )
    assert [formatEvent(event) for event in logged] == [sentence] * warned


def test_the_clock_of_the_server_is_one_that_never_steps() -> None:
    program = (
        "import time; from twisted.internet import reactor; from twisted_chat.server import tap;"
        "options = tap.Options();"
        "options.parseOptions(['--database', 'memory:', '--listen', 'tcp:0:interface=127.0.0.1']);"
        "tap.makeService(options); print(reactor.seconds is time.monotonic)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout == "True\n"


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        Options().parseOptions(["--version"])
    assert caught.value.code == 0
    version = importlib.metadata.version("twisted-chat")
    assert capsys.readouterr().out == f"Twisted Chat {version}\n"


class Terminal(io.TextIOWrapper):
    """
    A terminal in memory that shows the letters of one encoding.
    """

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def shown(self) -> str:
        self.flush()
        written: bytes = self.buffer.getvalue()  # type: ignore[attr-defined]
        return written.decode(self.encoding)


@pytest.mark.parametrize(
    ("encoding", "line"),
    [
        ("utf-8", 'motd = "/é/ж👍"  # command line'),
        ("ascii", r'motd = "/\u00e9/\u0436\U0001f44d"  # command line'),
        ("latin-1", r'motd = "/\u00e9/\u0436\U0001f44d"  # command line'),
    ],
)
def test_letters_that_the_terminal_lacks_are_shown_as_toml_writes_them(
    encoding: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "é").mkdir()
    (tmp_path / "é" / "ж👍").touch()
    terminal = Terminal(encoding)
    monkeypatch.setattr("sys.stdout", terminal)
    with pytest.raises(SystemExit):
        Options().parseOptions(["--check-config", "--motd", str(tmp_path / "é" / "ж👍")])
    (shown,) = [each for each in terminal.shown().splitlines() if each.startswith("motd")]
    assert shown.replace(str(tmp_path), "") == line
    assert tomllib.loads(shown)["motd"] == f"{tmp_path}/é/ж👍"
