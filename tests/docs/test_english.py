"""
The English of docstrings, comments, help, sentences to users and pages: plain, in usual words.

CONTRIBUTING.md says which words we use.  These tests find the habits that are hardest to read.
"""

import ast
import re
import tokenize
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from twisted_chat.server.settings import options
from twisted_chat.testing import Chat

ROOT = Path(__file__).parents[2]
CODE = sorted([*(ROOT / "twisted_chat").rglob("*.py"), *(ROOT / "examples").rglob("*.py")])
# Here strings are also what users type, so only docstrings, comments and names are looked at.
TESTS = sorted([*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])
PAGES = sorted(
    page for folder in (".", "docs", "benchmarks") for page in (ROOT / folder).glob("*.md")
)
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


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """
    Yield the comments of a module, each with its line.
    """
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """
    Yield the strings of a module, docstrings too, each with its line.
    """
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def names(path: Path) -> Iterator[tuple[int, str]]:
    """
    Yield the words of the names of a module's functions and classes, each with its line.
    """
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name.replace("_", " ")


def odd_words(path: Path, texts: Iterable[tuple[int, str]]) -> list[str]:
    """
    Return where ``texts`` of a module have a word that we do not use, and which.
    """
    return [
        f"{path.relative_to(ROOT)}:{line}: {match[0]}"
        for line, text in texts
        for match in ANYWHERE.finditer(text)
    ]


def test_odd_words_are_found_in_docstrings_comments_and_names(tmp_path: Path) -> None:
    path = tmp_path / "odd.py"
    path.write_text(
        "# Whoever comes.\n"
        'def test_somebody_is_kicked():\n    """\n    Say whether.\n    """\n'
        '    assert "anew"  # on and on\n'
    )
    found = [
        [match[0] for _, text in texts for match in ANYWHERE.finditer(text)]
        for texts in (comments(path), docstrings(path), names(path), strings(path))
    ]
    assert found == [
        ["Whoever", "on and on"], ["Say whether"], ["somebody"], ["Say whether", "anew"],
    ]  # fmt: skip


def test_code_uses_the_usual_words() -> None:
    found = []
    for path in CODE:
        # A reserved nick.
        kept = ((line, text) for line, text in strings(path) if text != "somebody")
        found += odd_words(path, [*comments(path), *names(path), *kept])
    assert found == []


def test_tests_and_benchmarks_use_the_usual_words() -> None:
    found = []
    for path in TESTS:
        found += odd_words(path, [*comments(path), *names(path), *docstrings(path)])
    assert found == []


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
        for path in [*CODE, *TESTS]
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
