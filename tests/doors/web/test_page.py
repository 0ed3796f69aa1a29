"""
The files of the page: how they are found, kept and restricted.
"""

import re
from pathlib import Path

import pytest

from twisted_chat.doors.web.page import Page, read_page
from twisted_chat.doors.web.request import Request

FILES = {
    "index.html": '<script src="static/a.js">',
    "a.js": "1;",
    "b.css": "p{}",
    "c.svg": "<svg/>",
}
STATIC = Path(__file__).parents[3] / "twisted_chat" / "doors" / "web" / "static"


def ask(page, path, method="GET", **fields):
    """
    Return the status of the answer, its fields by name, and its text.
    """
    given = {name.replace("_", "-"): value for name, value in fields.items()}
    head, _, text = page.answer(Request(method, path, given)).decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines), text


def path_in(document):
    return "/" + re.search(r'src="([^"]+)"', document)[1]


def test_the_document_names_files_that_may_be_kept_for_ever():
    page = Page.of(FILES)
    status, fields, document = ask(page, "/")
    assert (status, fields["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert fields["Cache-Control"] == "no-cache"
    status, fields, script = ask(page, path_in(document))
    assert (status, fields["Content-Type"], script) == (
        200,
        "text/javascript; charset=utf-8",
        "1;",
    )
    assert fields["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(("name", "kind"), [("b.css", "text/css"), ("c.svg", "image/svg+xml")])
def test_each_file_has_its_media_type(name, kind):
    page = Page.of(FILES)
    folder = path_in(page.files["/"]).rpartition("/")[0]
    assert ask(page, f"{folder}/{name}")[1]["Content-Type"] == f"{kind}; charset=utf-8"


def test_files_that_change_are_at_another_address():
    old, new = Page.of(FILES), Page.of(FILES | {"b.css": "p{color:red}"})
    assert new.answer(Request("GET", path_in(old.files["/"]), {})) is None
    assert path_in(old.files["/"]) != path_in(new.files["/"])


def test_what_a_browser_has_is_not_sent_again():
    page = Page.of(FILES)
    tag = ask(page, "/")[1]["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        status, fields, text = ask(page, "/", if_none_match=known)
        assert (status, fields["ETag"], text) == (304, tag, "")
    assert ask(page, "/", if_none_match='"x"')[0] == 200


def test_head_is_answered_without_the_text():
    status, fields, text = ask(Page.of(FILES), "/", method="HEAD")
    assert (status, fields["Content-Length"], text) == (
        200,
        str(len(ask(Page.of(FILES), "/")[2])),
        "",
    )


@pytest.mark.parametrize(
    "path", ["/static/a.js", "/a.js", "/index.html", "//", "/../page.py", "*"]
)
def test_nothing_else_is_there(path):
    assert Page.of(FILES).answer(Request("GET", path, {})) is None


def test_every_file_is_restricted_to_its_own_site_and_to_no_code_from_text():
    page = read_page()
    for path in page.files:
        fields = ask(page, path)[1]
        policy = dict(each.split(" ", 1) for each in fields["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["trusted-types"] == "'none'"
        assert policy["require-trusted-types-for"] == "'script'"
        assert {policy[f"{kind}-src"] for kind in ("script", "style", "connect", "img")} == {
            "'self'"
        }
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert fields["X-Content-Type-Options"] == "nosniff"
        assert fields["Referrer-Policy"] == "no-referrer"


def test_the_page_is_small_and_complete():
    # The document, the modules and the stylesheet; not the icon, which nobody waits for.
    read = [path for path in STATIC.iterdir() if path.name != "icon.svg"]
    assert {path.suffix for path in read} == {".html", ".js", ".css"}
    assert sum(path.stat().st_size for path in read) < 100 * 1024
    page = read_page()
    names = {path.rpartition("/")[2] for path in page.files}
    assert names - {""} == {path.name for path in STATIC.iterdir()} - {"index.html"}
    for named in re.findall(r'(?:src|href)="(static/[^"]+)"', page.files["/"]):
        assert f"/{named}" in page.files
    imported = re.compile(r'^import .* from "\./([^"]+)";$|^\} from "\./([^"]+)";$', re.MULTILINE)
    for path in STATIC.glob("*.js"):
        for names_ in imported.findall(path.read_text()):
            assert (STATIC / "".join(names_)).is_file()


def test_nothing_is_asked_of_another_site_and_no_text_becomes_markup():
    for path in STATIC.iterdir():
        text = path.read_text()
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)[a-z]", text), path
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", text), (
            path
        )
        assert not re.search(r" style=| on[a-z]+=|<style", text) or path.suffix != ".html"


def test_what_the_client_takes_for_over_in_a_while_the_page_does_too():
    client = (STATIC.parents[2] / "client" / "talk" / "arrival.py").read_text()
    page = (STATIC / "connection.js").read_text()
    texts = (
        re.search(r"_LATER = frozenset\(\s*\{(.*?)\}", client, re.DOTALL),
        re.search(r"LATER = new Set\((.*?)\.split", page, re.DOTALL),
    )
    by_client, by_page = (set(re.findall(r"[a-z]+(?:-[a-z]+)*", found[1])) for found in texts)
    assert "store-unavailable" in by_client
    assert by_page == by_client
