"""
The English of docstrings, comments, help, sentences to users and pages: plain, in usual words.

CONTRIBUTING.md says which words we use.  These tests find the habits that are hardest to read.
"""

import ast
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from twisted_chat.server.settings import options
from twisted_chat.testing import Chat

ROOT = Path(__file__).parents[2]
CODE = sorted([*(ROOT / "twisted_chat").rglob("*.py"), *(ROOT / "examples").rglob("*.py")])
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
# What we write in place of each: a user, Return whether, Check that, from now on, in memory, again
# or reload, again and again, permanently, recently.
ANYWHERE = re.compile(
    r"\b(?:who(?:so)?ever|somebody|say whether|look that|from here on|by heart|anew|on and on"
    r"|lastingly|of late)\b",
    re.IGNORECASE,
)
# A docstring begins with a verb for what the function does to its object: set, add, mute.
BEGINNING = re.compile(r"(?:Look|Take up|Take down|Let go|Let .* hold|Have .* kept)\b")


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """
    Yield the docstrings of a module, each with its line.
    """
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ) and (text := ast.get_docstring(node)):
            yield node.body[0].lineno, text


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """
    Yield the strings and comments of a module, each with its line.
    """
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def test_code_uses_the_usual_words() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line}: {match[0]}"
        for path in CODE
        for line, text in texts(path)
        for match in ANYWHERE.finditer(text)
        # A reserved nick.
        if text != "somebody"
    ] == []


def joined(path: Path) -> Iterator[tuple[int, str]]:
    """
    Yield each part of an f-string that is put in by name, with its line and what follows it.
    """
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            for part, after in pairwise(node.values):
                if isinstance(part, ast.FormattedValue) and isinstance(after, ast.Constant):
                    # Quoted by `!r`, it is a word and no sentence.
                    quoted = "" if part.conversion == -1 else "!r"
                    yield node.lineno, f"{ast.unparse(part.value)}{quoted}{after.value}"


def test_a_sentence_that_may_have_an_end_is_not_given_another() -> None:
    # An error that is quoted, a hint and a reason may end with a question mark, or a full stop.
    assert [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in CODE
        for line, text in joined(path)
        if re.match(r"(?:error|reason|message|hint|problem|\w+\((?:\w+, )?error\))\.(?: |$)", text)
    ] == []
    assert [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in [*CODE, *PAGES]
        for line, text in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"[\w)][?!…][\"']?\.(?=[ \"]|$)", text)
    ] == []


def test_docstrings_begin_with_what_is_done() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line}: {text.splitlines()[0]}"
        for path in CODE
        for line, text in docstrings(path)
        if BEGINNING.match(text)
    ] == []


def test_help_of_commands_and_options_uses_the_usual_words() -> None:
    helps = [command.help for command in Chat().dispatcher.commands]
    helps += [option.metadata["help"] for option in options()]
    assert [text for text in helps if ANYWHERE.search(text)] == []


def test_pages_use_the_usual_words() -> None:
    # A word in quotes is spoken about.
    assert [
        f"{path.name}:{number}: {line}"
        for path in PAGES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if ANYWHERE.search(re.sub(r"\"[^\"]*\"", "", line))
    ] == []
