"""
What is installed: the wheel, the editable install, and a plugin that is a package of its own.

Everything is built and installed without a network, in copies: nothing is written into the source
tree.
"""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen
from harness import WITHIN, Server, running

ROOT = Path(__file__).resolve().parents[2]
# The first that reads a licence's name from pyproject.toml.
_SETUPTOOLS = 77


def _major(distribution: str) -> int:
    try:
        return int(importlib.metadata.version(distribution).partition(".")[0])
    except importlib.metadata.PackageNotFoundError:
        return 0


pytestmark = [
    pytest.mark.skipif(
        _major("setuptools") < _SETUPTOOLS,
        reason=f"setuptools {_SETUPTOOLS} or later is not installed, nothing can be built",
    ),
    pytest.mark.skipif(not _major("pip"), reason="pip is not installed"),
]


def _environment() -> dict[str, str]:
    # Neither this run's own environment nor an index is to help.
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV"))
    }
    return {
        **kept,
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_CONFIG_FILE": os.devnull,
    }


def _run(directory: Path, *command: str | Path) -> str:
    done = subprocess.run(
        command,
        cwd=directory,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=10 * WITHIN,
        check=False,
    )
    output = done.stdout.decode()
    assert done.returncode == 0, output
    return output


def _build(directory: Path, *sources: Path) -> list[Path]:
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    _run(directory, *pip, "--wheel-dir", directory / "wheels", *sources)
    return sorted((directory / "wheels").iterdir())


@frozen
class Environment:
    """
    A virtual environment that finds what we depend on where the tests find it.
    """

    directory: Path

    @classmethod
    def create(cls, directory: Path) -> "Environment":
        _run(directory.parent, sys.executable, "-m", "venv", "--without-pip", directory)
        return cls(directory)

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"

    @property
    def twistd(self) -> list[str]:
        return [str(self.python), "-c", "from twisted.scripts.twistd import run; run()"]

    def install(self, *what: str | Path) -> None:
        pip = [sys.executable, "-m", "pip", "--python", self.python, "install", "--quiet"]
        _run(self.directory, *pip, "--no-deps", "--no-build-isolation", *what)

    def borrow(self) -> None:
        """
        Add the tests' own packages behind those of this environment.

        Only the folder: what is installed editable there, this package above all, stays out.
        """
        paths = {"base": str(self.directory), "platbase": str(self.directory)}
        folder = Path(sysconfig.get_path("purelib", vars=paths))
        borrowed = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
        (folder / "borrowed.pth").write_text("".join(f"{path}\n" for path in borrowed))

    def tells(self, code: str) -> str:
        return _run(self.directory, self.python, "-c", code).strip()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("source")
    ignored = shutil.ignore_patterns("__pycache__", "dropin.cache")
    for name in ("twisted_chat", "twisted"):
        shutil.copytree(ROOT / name, directory / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, directory)
    (directory / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "twisted-chat.1", directory / "docs")
    return directory


@pytest.fixture(scope="module")
def wheels(source: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """
    The server's, and that of the template for plugins that are packages.
    """
    directory = tmp_path_factory.mktemp("building")
    # Building leaves things in the tree that it is done in.
    shutil.copytree(source, directory / "chat")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "examples" / "package", directory / "hello", ignore=ignored)
    return _build(directory, directory / "chat", directory / "hello")


@pytest.fixture(scope="module")
def installed(wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = Environment.create(tmp_path_factory.mktemp("wheel") / "venv")
    environment.install(*wheels)
    environment.borrow()
    return environment


@pytest.fixture
def installed_server(installed: Environment, tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path, "--port=0", twistd=installed.twistd) as server:
        yield server


def test_the_wheel_holds_every_module_and_schema_and_nothing_else(
    source: Path, wheels: list[Path]
) -> None:
    (wheel,) = [path for path in wheels if path.name.startswith("twisted_chat-")]
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = {
        str(path.relative_to(source))
        for path in source.rglob("*")
        if path.suffix in (".py", ".sql", ".txt")
        or path.name == "py.typed"
        or path.parent.name == "static"
    }
    (manual,) = [name for name in held if name.endswith("/share/man/man1/twisted-chat.1")]
    assert held - {manual} == files
    assert "twisted/plugins/twisted_chat_plugin.py" in held
    # They would hide Twisted itself.
    assert "twisted/__init__.py" not in held
    assert "twisted/plugins/__init__.py" not in held


def test_the_wheel_has_the_program_of_the_client(wheels: list[Path]) -> None:
    (wheel,) = [path for path in wheels if path.name.startswith("twisted_chat-")]
    with zipfile.ZipFile(wheel) as archive:
        (entries,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "twisted-chat = twisted_chat.client.__main__:main" in archive.read(entries).decode()


def test_the_wheel_has_its_licences(wheels: list[Path]) -> None:
    (wheel,) = [path for path in wheels if path.name.startswith("twisted_chat-")]
    with zipfile.ZipFile(wheel) as archive:
        for licence in (
            "LICENSE",
            "twisted_chat/auth/ZXCVBN-LICENSE.txt",
            "twisted_chat/text/lookalikes/UNICODE-LICENSE.txt",
        ):
            (name,) = [name for name in archive.namelist() if name.endswith(f"licenses/{licence}")]
            assert archive.read(name) == (ROOT / licence).read_bytes()


def test_twistd_lists_chat_after_a_wheel_install(installed: Environment) -> None:
    place = Path(installed.tells("import twisted_chat; print(twisted_chat.__file__)"))
    assert place.is_relative_to(installed.directory)
    shown = _run(installed.directory, *installed.twistd, "--help")
    (line,) = [line for line in shown.splitlines() if line.strip().startswith("chat ")]
    assert "A chat server" in line


def test_twistd_lists_chat_after_an_editable_install(source: Path, tmp_path: Path) -> None:
    copy = tmp_path / "source"
    shutil.copytree(source, copy)
    environment = Environment.create(tmp_path / "venv")
    # The build happens inside it, and needs setuptools.
    environment.borrow()
    environment.install("--editable", copy)
    place = Path(environment.tells("import twisted_chat; print(twisted_chat.__file__)"))
    assert place == copy / "twisted_chat" / "__init__.py"
    shown = _run(tmp_path, *environment.twistd, "--help")
    assert any(line.strip().startswith("chat ") for line in shown.splitlines())


def test_the_server_runs_from_the_wheel_and_finds_an_installed_plugin_by_its_entry_point(
    installed_server: Server,
) -> None:
    alice, bob = installed_server.arrive("alice"), installed_server.arrive("bob")
    alice.expect("*** bob has joined #lobby ***")
    bob.types("hi", "/hello", "/help hello")
    alice.expect("bob: hi", "*** bob says hello. ***")
    bob.expect("*** bob says hello. ***", "/hello", "  Say hello to the room.")


def test_the_test_of_the_template_passes_where_it_is_installed(
    installed: Environment, tmp_path: Path
) -> None:
    copy = tmp_path / "package"
    shutil.copytree(ROOT / "examples" / "package", copy)
    output = _run(copy, installed.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert "1 passed" in output


def test_an_installed_plugin_that_does_not_import_stops_the_start(
    installed: Environment, tmp_path: Path
) -> None:
    # What pip would put there, without the wait.
    information = tmp_path / "chat_broken-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: chat-broken\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[twisted_chat.plugins]\nbroken = chat_broken\n")
    (tmp_path / "chat_broken.py").write_text("1 / 0\n")
    done = subprocess.run(
        [*installed.twistd, "-n", "chat", "--port=0"],
        cwd=tmp_path,
        env={**_environment(), "PYTHONPATH": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=WITHIN,
        check=False,
    )
    sentence = done.stderr.decode().splitlines()[-1]
    assert done.returncode == 1
    assert sentence == (
        "twistd chat: Plugin broken cannot be loaded: ZeroDivisionError: division by zero."
    )
