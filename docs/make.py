"""
Makes the parts of the docs that repeat what the code says: ``python docs/make.py``.

These are the tables in commands.md, options.md, architecture.md, errors.md and protocol.md,
between two marks in each, those of the last benchmark in benchmarks.md and the README, and
talk.svg, the picture there.  A test fails when one of them is out of date.
"""

import ast
import gc
import importlib
import inspect
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from attrs import fields

import twisted_chat
from benchmarks import measures, report
from benchmarks.run import Record
from twisted_chat.commands.parameters.params import Param
from twisted_chat.doors.json.dialect import name_of
from twisted_chat.doors.json.requests import REQUESTS
from twisted_chat.errors import ChatError
from twisted_chat.events import Event, SaidAsNotice, ToldAsAction, ToldAsNotice
from twisted_chat.options import is_flag, key, shown
from twisted_chat.replies.pages import UNTOLD, NewDay, Presence, Recalled
from twisted_chat.replies.reply import Labelled, Marked, Refused, Reply, Rung
from twisted_chat.server.settings import options
from twisted_chat.signals import Signal
from twisted_chat.testing import Chat, Person

DOCS = Path(__file__).parent
PACKAGE = DOCS.parent / "twisted_chat"
#: The two marks between which a page is made.
BEGIN, END = "<!-- Made by `python docs/make.py`. -->", "<!-- End of what is made. -->"

# Events that no program is told by these names: a refusal is told otherwise, a line within a page.
_NOT_TOLD = {Reply, Labelled, Marked, Rung, Recalled, Refused, Presence, NewDay}
_NOT_TOLD |= {SaidAsNotice, ToldAsAction, ToldAsNotice}

# What Alice and Bob type in the picture.
TALK = (
    ("alice", "alice"),
    ("alice", "/color on"),
    ("bob", "bob"),
    ("alice", "hello bob"),
    ("bob", "hi alice, tea?"),
    ("alice", "/me puts the kettle on"),
    ("bob", "/msg alice I brought cake"),
    ("alice", "/reply sharing it?"),
    ("bob", "of course"),
    ("alice", "/topic Tea at four"),
    ("bob", "/join kitchen"),
    ("alice", "/rooms"),
    ("bob", "/quit see you at four"),
)
# The colours of the terminal in the picture: by number in xterm's palette, and the others.
COLOURS = {
    "29": "#00875f", "63": "#5f5fff", "98": "#875fd7", "131": "#af5f5f", "163": "#d700af",
    "243": "#767676",
}  # fmt: skip
READ, TYPED, PAPER = "#c8ccd4", "#ffffff", "#000000"
COLUMNS, CHARACTER, LINE = 64, 8.43, 20
STYLED = re.compile(r"\x1b\[38;5;(\d+)m(.*?)\x1b\[0m")


def command_tables() -> Iterator[str]:
    """
    Yield the lines that list every command, a table for each topic.
    """
    commands = sorted(Chat().dispatcher.commands, key=lambda command: command.topic)
    for topic, group in groupby(commands, key=lambda command: command.topic):
        yield from (
            "",
            f"## {topic}",
            "",
            "| command | also | what it does |",
            "| --- | --- | --- |",
        )
        for command in group:
            also = " ".join(f"`/{alias}`" for alias in command.aliases)
            needs = " For operators of the server." if command.needs else ""
            yield f"| `{_cell(command.usage)}` | {also} | {_cell(command.help)}{needs} |"
    yield ""


def option_table() -> Iterator[str]:
    """
    Yield the lines that list every option with its default.
    """
    yield from ("", "| option | default | what it is |", "| --- | --- | --- |")
    for option in options():
        default = "" if is_flag(option) or option.default == () else shown(option.default)
        value = f"`{default}`" if default else ""
        yield f"| `--{key(option)}` | {value} | {_cell(option.metadata['help'])} |"
    yield ""


def module_tables() -> Iterator[str]:
    """
    Yield the lines that list every module with the first sentence of its docstring, by folder.
    """
    files = sorted(PACKAGE.rglob("*.py"), key=lambda file: (file.parent, file.stem))
    for folder, group in groupby(files, key=lambda file: file.parent):
        yield from ("", f"### `{folder.relative_to(PACKAGE.parent)}/`", "")
        yield from ("| module | what it holds |", "| --- | --- |")
        for file in group:
            docstring = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
            caption = " ".join(docstring.split("\n\n")[0].split())
            yield f"| `{file.stem}` | {_cell(caption)} |"
    yield ""


def protocol_tables() -> Iterator[str]:
    """
    Yield the tables of all requests and all events, with their members.
    """
    yield from ("", "## Requests", "", "| request | members | what it is |", "| --- | --- | --- |")
    for name, kind in REQUESTS.items():
        members = (
            f"`{each.name}`" if each.required else f"[`{each.name}`]"
            for each in msgspec.structs.fields(kind)
            if each.name != "label"
        )
        yield f"| `{name}` | {' '.join(members)} | {_cell(_first_words(kind))} |"
    yield from ("", "Members in brackets may be left out; so may `label`, which all have.", "")
    yield from ("| request | member | what it is |", "| --- | --- | --- |")
    for name, kind in REQUESTS.items():
        for member, meaning in _attributes(kind):
            yield f"| `{name}` | `{member}` | {_cell(meaning)} |"
    yield from ("", "## Arguments of commands", "", "| command | arguments |", "| --- | --- |")
    for command in Chat().dispatcher.commands:
        given = [_argument(param) for param in command.params]
        given += [f"[`{name}`] secret" for name in command.secrets]
        yield f"| `{command.name}` | {', '.join(given)} |"
    yield from ("", "## Events", "", "| event | members | what it is |", "| --- | --- | --- |")
    for kind in sorted(_events(Event), key=lambda kind: kind.__name__):
        own = [each.name for each in fields(kind) if each.name != "at"]
        members = " ".join(f"`{name}`" for name in own)
        yield f"| `{name_of(kind.__name__)}` | {members} | {_cell(_first_words(kind))} |"
    yield from ("", "All have `at` too, in seconds since the epoch.", "", "## Members", "")
    yield from member_tables()


def member_tables() -> Iterator[str]:
    """
    Yield the tables of what members mean, of the objects among them, and of the values of codes.
    """
    events = sorted(_events(Event), key=lambda kind: kind.__name__)
    yield from ("| event | member | what it is |", "| --- | --- | --- |")
    for kind in events:
        for name, meaning in _attributes(kind):
            yield f"| `{name_of(kind.__name__)}` | `{name}` | {_cell(meaning)} |"
    yield from ("", "## Objects", "", "| where | members | what it is |", "| --- | --- | --- |")
    kinds = _kinds_within(events)
    for kind, places in kinds.items():
        if not issubclass(kind, Enum):
            untold = {each.name for each in fields(kind) if UNTOLD in each.metadata}
            names = [each.name for each in fields(kind) if each.name not in untold]
            members = " ".join(f"`{name}`" for name in names)
            told = [(name, text) for name, text in _attributes(kind) if name not in untold]
            meanings = "; ".join(f"`{name}`: {text.removesuffix('.')}" for name, text in told)
            meaning = " ".join(filter(None, (_first_words(kind), _sentence(meanings))))
            yield f"| {', '.join(places)} | {members} | {_cell(meaning)} |"
    yield from ("", "## Values", "", "| where | values | what it is |", "| --- | --- | --- |")
    for kind, places in kinds.items():
        if issubclass(kind, Enum):
            values = " ".join(f"`{each.value}`" for each in kind)
            told = ((kind[name].value, text) for name, text in _attributes(kind))
            meanings = "; ".join(f"`{value}`: {text.removesuffix('.')}" for value, text in told)
            meaning = " ".join(filter(None, (_first_words(kind), _sentence(meanings))))
            yield f"| {', '.join(places)} | {values} | {_cell(meaning)} |"
    causes = " ".join(f"`{cause}`" for cause in sorted(_causes()))
    yield from (
        "",
        "`cause` of `left` and `quit` is empty where a user left by their own wish. Else it",
    )
    yield from (f"is one of these, or what a plugin gives: {causes}.", "")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}." if text else ""


def _attributes(kind: type) -> list[tuple[str, str]]:
    """
    Return what the docstring of ``kind`` says of each attribute, in the words of JSON.
    """
    _, _, listed = inspect.cleandoc(str(kind.__doc__)).partition("Attributes:\n")
    found = re.findall(r"^    (\w[\w, ]*): (.*(?:\n {8}.*)*)", listed, re.MULTILINE)
    return [(name, _in_json(" ".join(text.split()))) for name, text in found]


def _kinds_within(events: list[type[Event]]) -> dict[type, list[str]]:
    """
    Return what kinds of objects and codes events hold, each with the places where it stands.
    """
    kinds: dict[type, list[str]] = {}
    waiting = [(kind, f"`{name_of(kind.__name__)}`") for kind in events]
    for holder, called in waiting:
        for each in fields(holder):
            for name in re.findall(r"[A-Z]\w+", str(each.type)):
                kind = _NAMES.get(name)
                if kind is None or kind is Event or kind is Refused:
                    continue
                place = f"`{each.name}` of {called}"
                if place not in kinds.setdefault(kind, []):
                    kinds[kind].append(place)
                    if not issubclass(kind, Enum):
                        waiting.append((kind, place))
    return kinds


def _causes() -> set[str]:
    """
    Return the causes for which the server lets users leave, as the source has them.
    """
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = ast.unparse(call.func)
            if name == "Departure":
                given = [
                    *call.args[1:2],
                    *(each.value for each in call.keywords if each.arg == "cause"),
                ]
            elif name.endswith((".cut", ".close")) and "doors" in path.parts:
                # Doors give their reasons in words.
                given = call.args[:1]
            else:
                continue
            found.update(text.replace(" ", "-") for each in given for text in _texts(each))
    return {cause for cause in found if re.fullmatch("[a-z-]+", cause)}


def _argument(param: Param) -> str:
    name = f"`{param.name}`" if param.required else f"[`{param.name}`]"
    return f"{name} {_cell(param.wanted)}"


def _first_words(kind: type) -> str:
    return _in_json(" ".join(str(kind.__doc__).strip().split("\n\n")[0].split()))


def _in_json(text: str) -> str:
    """
    Return what is said of Python's values in the words of JSON.
    """
    text = text.replace("``", "`")
    text = re.sub(r"`(\w+)\.([A-Z_]+)`", lambda code: f"`{_NAMES[code[1]][code[2]].value}`", text)
    text = re.sub(r"`([A-Z]\w+)(?:\.(\w+))?`", _named, text)
    return re.sub(r"\b(None|True|False)\b", lambda word: f"`{_WORDS[word[1]]}`", text)


def _named(name: re.Match[str]) -> str:
    if name[1] not in _NAMES:
        return name[0]
    return f"`{name[2]}` of `{name_of(name[1])}`" if name[2] else f"`{name_of(name[1])}`"


def _events(kind: type[Event]) -> Iterator[type[Event]]:
    for each in kind.__subclasses__():
        # What is told at one door alone stands with it, and what a test makes with the test.
        module = each.__module__
        is_ours = module.startswith("twisted_chat.") and ".doors." not in module
        if is_ours and each not in _NOT_TOLD and not issubclass(each, Signal):
            yield each
        yield from _events(each)


def error_table() -> Iterator[str]:
    """
    Yield the table of errors.md: every code of a refusal with its facts and its sentences.
    """
    yield "| code | facts | sentence |"
    yield "| --- | --- | --- |"
    for code, (facts, sentences) in sorted(refusals().items()):
        names = ", ".join(f"`{name}`" for name in sorted(facts))
        yield f"| `{code}` | {names} | {_cell(' / '.join(sentences))} |"


def refusals() -> dict[str, tuple[set[str], dict[str, None]]]:
    """
    Return the facts and the sentences of each code that is raised, as the source has them.
    """
    found: dict[str, tuple[set[str], dict[str, None]]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        values = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        owners = {
            node: kind.name
            for kind in ast.walk(tree)
            if isinstance(kind, ast.ClassDef)
            for node in ast.walk(kind)
        }
        for call in ast.walk(tree):
            kind = _refusal(call, owners)
            if not isinstance(call, ast.Call) or kind is None:
                continue
            given = {each.arg: each.value for each in call.keywords if each.arg}
            first = call.args[0]
            said = values.get(first.id) if isinstance(first, ast.Name) else first
            codes = _texts(given["code"]) if "code" in given else [kind.code]
            told = _texts(said) or [str(kind.__doc__).strip().partition("\n")[0]]
            for index, code in enumerate(codes):
                facts, sentences = found.setdefault(code, (set(), {}))
                facts.update(given.keys() - {"code"})
                # Where both have two, each has its own.
                own = told[index : index + 1] if len(codes) == len(told) else told
                sentences.update(dict.fromkeys(own))
    found[ChatError.code] = (set(), {"A plugin's own sentence, if it gives no code.": None})
    return found


def _refusal(call: ast.AST, owners: dict[ast.AST, str]) -> type[ChatError] | None:
    """
    Return the kind of refusal that ``call`` makes with its sentence, if it makes one.
    """
    if not isinstance(call, ast.Call) or not call.args or isinstance(call.args[0], ast.Starred):
        return None
    text = ast.unparse(call.func)
    # That of its own class, or of one further up.
    is_made = text.endswith(".__init__")
    name = owners.get(call, "") if is_made else text.rpartition(".")[2]
    kind = _KINDS.get(name)
    is_own = kind is not None and "__init__" in vars(kind) and kind is not ChatError
    return None if is_own and not is_made and name != "BadArgument" else kind


def _texts(node: ast.expr | None) -> list[str]:
    """
    Return the texts that an expression may be, with the name of each part in braces.
    """
    match node:
        case ast.Constant(value=str() as text):
            return [text.replace("\n", " ")]
        case ast.IfExp():
            return [*_texts(node.body), *_texts(node.orelse)]
        case ast.JoinedStr():
            return ["".join(map(_part, node.values)).replace("\n", " ")]
        case _:
            return []


def _part(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=text):
            return str(text)
        case ast.FormattedValue():
            return f"{{{_part(node.value)}}}"
        case ast.Attribute():
            return node.attr.strip("_")
        case ast.Name():
            return node.id.strip("_").lower()
        case ast.Call() if node.args:
            return _part(node.args[0])
        case _:
            return "..."


def _kinds(kind: type[ChatError]) -> Iterator[type[ChatError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _kinds(each)


# What JSON calls them.
_WORDS = {"None": "null", "True": "true", "False": "false"}
# Those of the whole server: some doors are imported with their first client.
for _module in pkgutil.walk_packages(twisted_chat.__path__, "twisted_chat."):
    if not _module.name.endswith("__main__") and ".client" not in _module.name:
        importlib.import_module(_module.name)
# With slots, attrs makes each class twice, and the first one may still be there.
gc.collect()
# Events, and what they hold, by the names of their classes.
_NAMES: dict[str, Any] = {
    name: kind
    for module in list(sys.modules.values())
    if module.__name__.startswith(("twisted_chat.events", "twisted_chat.replies."))
    for name, kind in vars(module).items()
    if isinstance(kind, type) and kind.__module__ == module.__name__
}
_KINDS = {kind.__name__: kind for kind in _kinds(ChatError)}


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def page(path: Path, lines: Iterator[str]) -> str:
    """
    Return the text of a page with ``lines`` between its marks.
    """
    before, _, rest = path.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return "".join([before, BEGIN, "\n".join(["", *lines, ""]), END, after])


def figures() -> Iterator[str]:
    """
    Yield what the last benchmark found of every server.
    """
    about, results, cases = _measured()
    place = about["machine"]
    yield from ("", f"{place['cpu']}, {place['cores']} cores, {place['kernel']}, Python")
    yield f"{place['python']}, {about['date']}. Medians of {about['rounds']} rounds."
    yield from ("", *report.summary(results, cases), "")


def short_figures() -> Iterator[str]:
    """
    Yield what it found of this server as it is started by default, and of a few others.
    """
    _, results, cases = _measured()
    yield from report.summary(results, cases, report.SHORT, report.SHORT_OF)


def _measured() -> tuple[dict[str, Any], report.Results, list[measures.Case]]:
    about = json.loads((DOCS.parent / "benchmarks/results/results.json").read_text("utf-8"))
    results = report.Results([Record(**run) for run in about["runs"]])
    return about, results, [case for case in measures.cases() if results.servers(case)]


def talk() -> list[tuple[str, str]]:
    """
    Let Alice and Bob talk on a server in memory.

    Returns:
        the lines that Alice sees: what she was asked or read, with colours, and what she typed.
    """
    chat = Chat()
    people: dict[str, Person] = {}
    seen = [("$ ", "nc localhost 7342")]
    for name, text in TALK:
        if name not in people:
            people[name] = chat.connect()
            people[name].reads()
        if name == "alice":
            seen.append((people[name].prompt, text))
        people[name].types(text)
        if "alice" in people:
            seen += [(line, "") for line in people["alice"].reads()]
    return seen


def picture() -> str:
    """
    Return the SVG of what Alice sees.
    """
    lines = talk()
    width, height = round(COLUMNS * CHARACTER) + 32, len(lines) * LINE + 32
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}">',
        "<title>Alice's terminal: she joins, talks with Bob, and answers his message</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>',
        f'<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="{READ}">',
    ]
    for number, (read, typed) in enumerate(lines):
        spans = "".join(_spans(read, typed))
        rows.append(f'<text x="16" y="{number * LINE + 30}" xml:space="preserve">{spans}</text>')
    return "\n".join([*rows, "</g>", "</svg>", ""])


def _spans(read: str, typed: str) -> Iterator[str]:
    at = 0
    for styled in STYLED.finditer(read):
        yield escape(read[at : styled.start()])
        yield f'<tspan fill="{COLOURS[styled[1]]}">{escape(styled[2])}</tspan>'
        at = styled.end()
    yield escape(read[at:])
    if typed:
        yield f'<tspan fill="{TYPED}" font-weight="bold">{escape(typed)}</tspan>'


def made() -> dict[Path, str]:
    """
    Return every file that is made here, with the text that it should have.
    """
    pages = {
        "commands.md": command_tables(),
        "options.md": option_table(),
        "architecture.md": module_tables(),
        "errors.md": error_table(),
        "protocol.md": protocol_tables(),
        "benchmarks.md": figures(),
        "../README.md": short_figures(),
    }
    return {
        **{DOCS / name: page(DOCS / name, lines) for name, lines in pages.items()},
        DOCS / "talk.svg": picture(),
    }


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text, "utf-8")
