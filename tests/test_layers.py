"""
Who may know whom: an import goes from right to left in the order of the house, never back.
"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "twisted_chat"

# Each group may import the groups before it; within a group, as the second list allows.
LAYERS = [
    {"errors", "events", "clean", "durations", "lookalikes"},
    {"decisions", "limits", "names", "records", "storage", "guesses", "searching", "sanctions"},
    {"log", "troubles"},
    {"isolation"},
    {"journal", "patience", "chronicles", "history"},
    {
        "accounts",
        "challenges",
        "locks",
        "logins",
        "messages",
        "policy",
        "hooks",
        "people",
        "sessions",
        "timeouts",
        "delivery",
        "fanout",
        "hub",
        "arrivals",
        "nicks",
        "presence",
        "talk",
        "annotations",
        "archive",
        "readers",
        "shelf",
        "finds",
        "lame_duck",
        "questions",
        "passwords",
        "retention",
        "moderation",
        "modes",
        "lifetimes",
        "ownership",
        "penalties",
        "reports",
        "targets",
        "trail",
        "turns",
    },
    {"params", "commands"},
    {"plugins"},
    {"builtin", "protocols", "store", "hashing"},
    {"settings", "testing"},
    {"handover"},
    {"listening"},
    {"service"},
    {"tap", "admin"},
]
DOMAIN = set().union(*LAYERS[:7])
TWISTED_IN_THE_DOMAIN = {
    "twisted.logger",
    "twisted.internet.defer",
    "twisted.python.failure",
    "twisted.internet.interfaces",
}


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def layer(name: str) -> int:
    return next(number for number, group in enumerate(LAYERS) if name in group)


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.add(str(node.module))
            if node.module == "twisted_chat":
                found |= {f"twisted_chat.{alias.name}" for alias in node.names}
    return found


def own_parts(path: Path) -> set[str]:
    parts = {name.split(".")[1] for name in imports(path) if name.startswith("twisted_chat.")}
    return parts & set().union(*LAYERS)


@pytest.mark.parametrize("path", modules(), ids=str)
def test_an_import_never_goes_to_the_right(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    wrong = {other for other in own_parts(path) - {own} if layer(other) > layer(own)}
    assert not wrong


@pytest.mark.parametrize("path", modules(), ids=str)
def test_the_domain_knows_little_of_twisted(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own in DOMAIN:
        twisted = {name for name in imports(path) if name.split(".")[0] == "twisted"}
        assert twisted <= TWISTED_IN_THE_DOMAIN


@pytest.mark.parametrize("path", sorted((PACKAGE / "builtin").glob("*.py")), ids=str)
def test_a_builtin_command_imports_what_a_plugin_may(path: Path) -> None:
    ours = {name for name in imports(path) if name.split(".")[0] == "twisted_chat"}
    public = set(ast.literal_eval(_all_of(PACKAGE / "__init__.py")))
    assert ours <= {"twisted_chat"} | {f"twisted_chat.{name}" for name in public}


def test_doors_builtin_commands_and_the_store_do_not_know_each_other() -> None:
    apart = {"builtin", "protocols", "store"}
    for name in apart:
        for path in (PACKAGE / name).glob("*.py"):
            assert own_parts(path).isdisjoint(apart - {name})


def _all_of(path: Path) -> ast.expr:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return node.value
    raise AssertionError(path)
