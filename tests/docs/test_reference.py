"""
The reference pages: complete, and as ``python docs/make.py`` makes them from the code.
"""

import inspect
import json
import re
import runpy
from pathlib import Path

import pytest

from benchmarks import measures, report
from benchmarks.run import Record
from twisted_chat.admin import __main__ as admin
from twisted_chat.options import is_flag, is_repeatable, key, shown
from twisted_chat.server.settings import options
from twisted_chat.server.tap import Options
from twisted_chat.store.sqlite import export
from twisted_chat.testing import Chat

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
RESULTS = ROOT / "benchmarks" / "results" / "results.json"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), ROOT / "benchmarks" / "README.md"])


def read(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def cells(page: str) -> list[list[str]]:
    """
    Return the rows of all tables of a page, headers and rules too.
    """
    rows = [line for line in read(page).splitlines() if line.startswith("| ")]
    split = [re.split(r"(?<!\\)\|", row)[1:-1] for row in rows]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in split]


def test_what_is_made_from_the_code_is_up_to_date() -> None:
    for path, text in runpy.run_path(str(DOCS / "make.py"))["made"]().items():
        assert path.read_text("utf-8") == text, f"{path.name}: run python docs/make.py"


def test_the_page_names_the_options_that_may_be_repeated() -> None:
    before, _, _ = read("options.md").partition(" may be repeated")
    names = re.findall(r"`--([\w-]+)`", before.rpartition("\n\n")[2])
    assert names == [key(option) for option in options() if is_repeatable(option)]


def test_every_command_has_a_row_with_its_names_and_its_help() -> None:
    shown_rows = {row[0]: row[1:] for row in cells("commands.md")}
    for command in Chat().dispatcher.commands:
        also, meaning = shown_rows[f"`{command.usage}`"]
        assert re.findall(r"`/(\S+)`", also) == list(command.aliases)
        assert meaning.startswith(command.help)
        assert ("operators of the server" in meaning.removeprefix(command.help)) is bool(
            command.needs
        )


def test_every_option_has_a_row_with_its_default_and_its_help() -> None:
    shown_rows = {row[0]: row[1:] for row in cells("options.md")}
    for option in options():
        default = "" if is_flag(option) else shown(option.default).replace("()", "")
        assert shown_rows[f"`--{key(option)}`"] == [
            f"`{default}`" if default else "",
            option.metadata["help"],
        ]


def test_every_word_of_the_command_line_is_explained() -> None:
    # That of twistd itself, which every service of Twisted has.
    own = {"help"}
    page = read("options.md")
    for name in set(Options().longOpt) - own:
        assert f"`--{name.rstrip('=')}" in page


def test_every_command_of_the_admin_program_is_explained(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        admin.main(["--help"])
    names = re.findall(r"^    (\w+)(?: +|$)", capsys.readouterr().out, re.MULTILINE)
    assert len(names) > 14
    for name in names:
        assert f"python -m twisted_chat.admin {name}" in read("operating.md")


def test_the_figures_are_those_that_were_measured() -> None:
    found = json.loads(RESULTS.read_text())
    results = report.Results([Record(**run) for run in found["runs"]])
    cases = [case for case in measures.cases() if results.servers(case)]
    assert "\n".join(report.summary(results, cases)) in read("benchmarks.md")
    for word in (found["date"], found["machine"]["cpu"], found["machine"]["python"]):
        assert word in read("benchmarks.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            # As GitHub makes them: without punctuation.
            anchors = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
            assert anchor in anchors, link


def test_every_type_of_line_of_an_export_has_a_row() -> None:
    kinds = set(re.findall(r"'type', '(\w+)'", inspect.getsource(export)))
    table = set(re.findall(r"^\| `(\w+)` \|", read("accounts.md"), re.MULTILINE))
    assert {"account", "read", "notify"} <= kinds <= table
