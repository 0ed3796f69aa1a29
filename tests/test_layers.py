"""
Who may know whom: imports go one way between folders, and no two modules stand in a circle.
"""

import ast
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "twisted_chat"

# A folder or module may import from its own group and from those before it.
ORDER = [
    ["version", "links"],
    ["client"],
    [
        "errors",
        "events",
        "signals",
        "replies",
        "text",
        "limits",
        "options",
        "log",
        "calls",
        "isolation",
        "http",
    ],
    ["store"],
    ["world"],
    ["delivery"],
    ["history", "auth"],
    ["rooms"],
    ["moderation"],
    ["people"],
    ["storage"],
    ["hub"],
    ["admin", "commands", "__init__"],
    ["plugins"],
    ["doors"],
    ["server", "testing"],
]
PLACES = {name: number for number, group in enumerate(ORDER) for name in group}
# Everything that is about text, never bytes: of Twisted it knows so much.
DOMAIN = ORDER[:14]
TWISTED_IN_THE_DOMAIN = {
    "twisted.logger",
    "twisted.internet.defer",
    "twisted.python.failure",
    "twisted.internet.interfaces",
}
# Which store it is, these alone know.
KNOW_THE_STORE = {"server", "admin", "testing"}
# The names of packages are handed out by modules in them.
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    ): path
    for path in PACKAGE.rglob("*.py")
}


def imports(path: Path) -> set[str]:
    """
    Return the modules that are imported, also those for annotations alone.
    """
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & set(MODULES)
            found |= inner or {str(node.module)}
    return found


def part(module: str) -> str:
    """
    Return the folder of ours that ``module`` is in, or the module where it is in none.
    """
    return [*module.split("."), "__init__"][1]


OURS = {name: imports(path) & set(MODULES) for name, path in MODULES.items()}


def test_imports_go_one_way_between_folders() -> None:
    assert {part(name) for name in MODULES} == set(PLACES)
    wrong = {
        (name, other)
        for name, others in OURS.items()
        for other in others
        if PLACES[part(other)] > PLACES[part(name)]
    }
    assert not wrong


def test_the_client_and_the_server_know_nothing_of_each_other() -> None:
    client = {name: others for name, others in OURS.items() if part(name) == "client"}
    assert len(client) > 10
    known = {part(other) for others in client.values() for other in others}
    assert known <= {"client", "version", "links"}
    others = {part(each) for name in OURS if part(name) != "client" for each in OURS[name]}
    assert "client" not in others


def test_no_modules_stand_in_a_circle() -> None:
    # It raises a CycleError that names them.
    TopologicalSorter(OURS).prepare()


def test_no_folder_holds_more_than_thirteen_modules() -> None:
    folders = [path.parent for path in MODULES.values() if path.name != "__init__.py"]
    assert {folder.name: n for folder in folders if (n := folders.count(folder)) > 13} == {}


def test_every_folder_is_installed() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))
    listed = set(project["tool"]["setuptools"]["packages"])
    folders = {path.parent.relative_to(PACKAGE.parent) for path in PACKAGE.rglob("*.py")}
    assert listed - {"twisted.plugins"} == {".".join(folder.parts) for folder in folders}


def test_only_the_server_knows_which_store_it_is() -> None:
    outside = {
        name: others for name, others in OURS.items() if not name.startswith("twisted_chat.store.")
    }
    knowing = {
        part(name)
        for name, others in outside.items()
        if any(other.startswith("twisted_chat.store.sqlite") for other in others)
    }
    assert knowing <= KNOW_THE_STORE


@pytest.mark.parametrize("name", sorted(MODULES))
def test_the_domain_knows_little_of_twisted(name: str) -> None:
    in_the_domain = part(name) in {each for group in DOMAIN for each in group} - {"admin"}
    if in_the_domain and not name.startswith("twisted_chat.store.sqlite"):
        twisted = {each for each in imports(MODULES[name]) if each.split(".")[0] == "twisted"}
        assert twisted <= TWISTED_IN_THE_DOMAIN


@pytest.mark.parametrize("path", sorted((PACKAGE / "commands/builtin").glob("*.py")), ids=str)
def test_a_builtin_command_imports_what_a_plugin_may_and_what_it_returns(path: Path) -> None:
    ours = {name for name in imports(path) if name.split(".")[0] == "twisted_chat"}
    assert ours <= {"twisted_chat", "twisted_chat.events", "twisted_chat.replies.reply"}


# Where the words of a plugin or of the operator are put into a `Notice`.
WORDED_BY_OTHERS = {
    "twisted_chat.delivery.fanout",
    "twisted_chat.doors.line.factory",
    "twisted_chat.world.model",
}


def test_the_server_tells_one_session_values_and_plugins_alone_use_text_of_their_own() -> None:
    calls = {
        (name, ast.unparse(node.func).rpartition(".")[2])
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    }
    assert {name for name, call in calls if call in {"notify", "Notice"}} == WORDED_BY_OTHERS


# What doors share and is none itself.
SHARED = (
    "twisted_chat.doors.editor.",
    "twisted_chat.doors.lists.",
    "twisted_chat.doors.values.dialect.",
)


def test_a_door_does_not_know_another_door() -> None:
    doors = {name: others for name, others in OURS.items() if name.count(".") > 2}
    for name, others in doors.items():
        own = ".".join(name.split(".")[:3])
        if name.startswith("twisted_chat.doors."):
            other_doors = {each for each in others if each.startswith("twisted_chat.doors.")}
            assert {each for each in other_doors if each.count(".") > 2} <= {
                each for each in MODULES if f"{each}.".startswith((f"{own}.", *SHARED))
            }
