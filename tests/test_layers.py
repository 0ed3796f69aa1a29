"""
Who may know whom: an import goes from right to left in the order of the house, never back.
"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "twisted_chat"

# Each group may import the groups before it; within a group, as the second list allows.
LAYERS = [
    {"errors", "events", "text.clean", "text.durations", "text.lookalikes"},
    {
        "store.decisions",
        "limits",
        "text.names",
        "store.records",
        "store.interface",
        "auth.throttle",
        "history.search_syntax",
        "world.sanctions",
    },
    {"log", "delivery.outages"},
    {"isolation"},
    {"delivery.journal", "store.deadlines", "history.timelines", "history.reader"},
    {
        "people.accounts",
        "auth.prompts",
        "rooms.locks",
        "people.logins",
        "history.messages",
        "world.policy",
        "delivery.hooks",
        "world.model",
        "people.sessions",
        "people.timeouts",
        "delivery.delivery",
        "delivery.fanout",
        "hub",
        "people.arrivals",
        "people.nicks",
        "rooms.membership",
        "rooms.talk",
        "rooms.annotations",
        "history.archive",
        "history.pager",
        "history.access",
        "history.search",
        "people.lame_duck",
        "delivery.questions",
        "auth.passwords",
        "history.retention",
        "moderation.actions",
        "rooms.modes",
        "rooms.registry",
        "rooms.ranks",
        "moderation.bans",
        "moderation.reports",
        "moderation.targets",
        "history.audit",
        "history.search_queue",
    },
    {"commands.params", "commands.command"},
    {"commands.plugins"},
    {"commands.builtin", "doors", "store.sqlite", "auth.hashing"},
    {"server.settings", "testing"},
    {"server.handover"},
    {"server.endpoints"},
    {"server.service"},
    {"server.tap", "admin"},
]
DOMAIN = set().union(*LAYERS[:7])
TWISTED_IN_THE_DOMAIN = {
    "twisted.logger",
    "twisted.internet.defer",
    "twisted.python.failure",
    "twisted.internet.interfaces",
}


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if own_part(path)]


def part(name: str) -> str:
    name = name.removeprefix("twisted_chat.")
    known = [one for group in LAYERS for one in group if f"{name}.".startswith(f"{one}.")]
    return max(known, key=len, default="")


def own_part(path: Path) -> str:
    return part(".".join(path.relative_to(PACKAGE).with_suffix("").parts))


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
    return {part(name) for name in imports(path) if name.startswith("twisted_chat.")} - {""}


@pytest.mark.parametrize("path", modules(), ids=str)
def test_an_import_never_goes_to_the_right(path: Path) -> None:
    own = own_part(path)
    wrong = {other for other in own_parts(path) - {own} if layer(other) > layer(own)}
    assert not wrong


@pytest.mark.parametrize("path", modules(), ids=str)
def test_the_domain_knows_little_of_twisted(path: Path) -> None:
    own = own_part(path)
    if own in DOMAIN:
        twisted = {name for name in imports(path) if name.split(".")[0] == "twisted"}
        assert twisted <= TWISTED_IN_THE_DOMAIN


@pytest.mark.parametrize("path", sorted((PACKAGE / "commands" / "builtin").glob("*.py")), ids=str)
def test_a_builtin_command_imports_what_a_plugin_may(path: Path) -> None:
    ours = {name for name in imports(path) if name.split(".")[0] == "twisted_chat"}
    public = set(ast.literal_eval(_all_of(PACKAGE / "__init__.py")))
    assert ours <= {"twisted_chat"} | {f"twisted_chat.{name}" for name in public}


def test_doors_builtin_commands_and_the_store_do_not_know_each_other() -> None:
    apart = {"commands.builtin", "doors", "store.sqlite"}
    for name in apart:
        for path in PACKAGE.joinpath(*name.split(".")).rglob("*.py"):
            assert own_parts(path).isdisjoint(apart - {name})


def _all_of(path: Path) -> ast.expr:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return node.value
    raise AssertionError(path)
