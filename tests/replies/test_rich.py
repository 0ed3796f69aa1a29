"""
Rich answers: a table, a list and a link, as text for everybody and in parts for programs.
"""

from types import ModuleType
from typing import Any

import pytest
from shared_irc import Clients
from shared_json import Programs

from twisted_chat import Context, Link, Listing, Table, command
from twisted_chat.testing import Chat


@command
def votes(ctx: Context) -> Table:
    """Show the votes."""
    return Table(["tea", "votes"], [["Assam", 3], ["緑茶", 12]])


@command
def teas(ctx: Context) -> None:
    """Show the teas."""
    ctx.reply(Listing(["Assam", "緑茶"], "There is:"))


@command
def place(ctx: Context) -> Link:
    """Show where more is."""
    return Link("https://tea.example/all", "All teas")


def chat_with_teas() -> Chat:
    module = ModuleType(__name__)
    for each in (votes, teas, place):
        setattr(module, each.__name__, each)
    return Chat(module)


TEXTS = {
    "/votes": ["tea    votes", "Assam      3", "緑茶      12"],
    "/teas": ["There is:", "- Assam", "- 緑茶"],
    "/place": ["All teas: https://tea.example/all"],
}


@pytest.mark.parametrize("line", TEXTS)
def test_at_a_terminal_it_is_text_aligned_by_the_width_of_its_letters(line: str) -> None:
    chat = chat_with_teas()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types(line)
    assert alice.reads() == TEXTS[line]
    assert bob.reads() == []


@pytest.mark.parametrize("line", TEXTS)
def test_a_client_of_irc_reads_a_notice_for_each_line(line: str) -> None:
    client = Clients(chat_with_teas()).arrive("ann")
    told = client.asks(f"PRIVMSG ChatServ :{line[1:]}")
    assert [each.partition(" NOTICE ann :")[2] for each in told] == TEXTS[line]


def test_a_program_is_told_the_text_and_the_parts() -> None:
    program = Programs(chat_with_teas()).connect()
    program.asks("hello", name="prog")
    table, _ = program.asks("command", name="votes", label="a")
    assert (table["event"], table["text"]) == ("notice", "\n".join(TEXTS["/votes"]))
    assert table["table"] == {
        "columns": ["tea", "votes"],
        "rows": [["Assam", "3"], ["緑茶", "12"]],
    }
    assert (table["listing"], table["link"], table["label"]) == (None, None, "a")
    (listing,) = program.asks("command", name="teas")
    assert listing["listing"] == {"entries": ["Assam", "緑茶"], "title": "There is:"}
    (link,) = program.asks("command", name="place")
    assert link["link"] == {"url": "https://tea.example/all", "label": "All teas"}


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: Table([], []), "1 to 12 columns"),
        (lambda: Table(["x"] * 13, []), "1 to 12 columns"),
        (lambda: Table(["x"], [["y"]] * 201), "at most 200 rows"),
        (lambda: Table(["x"], [["y", "z"]]), "as many cells"),
        (lambda: Table(["x" * 501], []), "at most 500 characters"),
        (lambda: Listing(["x"] * 201), "at most 200 entries"),
        (lambda: Link("javascript:alert(1)"), "begins with"),
        (lambda: Link("https://a b"), "begins with"),
    ],
)
def test_what_cannot_be_shown_is_an_error_of_the_plugin(make: Any, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        make()


def test_one_text_in_the_place_of_several_is_an_error_too() -> None:
    with pytest.raises(TypeError, match="several texts"):
        Table("tea", [])  # type: ignore[arg-type]


def test_no_cell_breaks_a_line() -> None:
    assert Table(["a"], [["x\ny"]]).text == "a\nx y"
