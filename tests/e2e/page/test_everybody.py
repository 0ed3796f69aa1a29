"""
The page for everybody: whatever others write, at every size, in light and dark, by keyboard.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from harness import wait_until

HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(1)</script>\"'><b>bold</b>",
    "javascript:alert(1) https://a.example/\"onmouseover='alert(1)' {{7*7}} ${7*7} `x`",
    "\u202ereversed\u202c \u2066a\u2069 a\u0300\u0301\u0302\u0303\u0304\u0305 \u200b",
    "x" * 3000,
    "__proto__ constructor toString",
)
SIZES = {
    "wide": (1600, 1000),
    "usual": (1280, 800),
    "tablet": (820, 1100),
    "phone": (360, 640),
    # The usual one at 200 %, and a telephone on its side.
    "zoomed": (640, 400),
}
SEEN = [
    *[("wide", "dark"), ("usual", "light"), ("tablet", "dark"), ("phone", "light")],
    ("zoomed", "dark"),
]


def serious(tab) -> list[str]:
    """
    Return what axe finds that keeps users out.
    """
    found = Axe().run(tab.page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


def test_hostile_text_in_every_field_is_text(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    ada.page.on("dialog", lambda dialog: ada.problems.append(dialog.message))
    for text in HOSTILE:
        bob.types(text, f"/me {text}", f"/topic {text}"[:300], f"/msg ada {text}")
        bob.types(f"/away {text}"[:200])
    bob.types("/msg ada \u05e9\u05dc\u05d5\u05dd <b>12</b>")
    bob.types("first", "/re 3 <i>answer</i>", "/react 3 <b>", "/pin 3")
    bob.types("/quit <script>alert(1)</script>")
    ada.reads("has left the chat")
    ada.types(*HOSTILE)
    # Each is answered before the next is done, or its answer comes where nobody expects it.
    answers = {
        "#text": lambda: sum(HOSTILE[0] in line for line in ada.lines("said")) == 3,
        "#join-room": lambda: len(ada.lines("refusal")) == 1,
        "#search-words": lambda: ada.texts("#title") == ["Search results"],
    }
    for selector, has_come in answers.items():
        ada.page.locator(selector).fill(HOSTILE[0])
        ada.page.locator(selector).press("Enter")
        wait_until(has_come, f"what was typed in {selector} is answered")
    ada.page.get_by_role("button", name="@bob").click()
    ada.sees("#title", ["@bob"])
    texts = ada.lines("told")
    assert HOSTILE[0] in texts
    allowed = {"A", "B", "BR", "BUTTON", "DIV", "I", "SMALL", "SPAN", "TIME"}
    tags = ada.page.locator("#lines .line *").evaluate_all("all => all.map(each => each.tagName)")
    assert set(tags) <= allowed
    # What turns the direction of text is gone, and what reads from the right stays in its place.
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", ada.page.content())
    assert any("reversed a" in text for text in texts)
    line = ada.page.locator("#lines .line", has_text="\u05e9\u05dc\u05d5\u05dd")
    time, nick, text = (line.locator(each).bounding_box() for each in ("time", ".nick", ".text"))
    assert time["x"] + time["width"] <= nick["x"]
    assert nick["x"] + nick["width"] <= text["x"]
    styles = "all => all.map(each => getComputedStyle(each).unicodeBidi)"
    assert set(ada.page.locator("#lines .text").evaluate_all(styles)) == {"plaintext"}
    assert ada.page.evaluate("document.scripts.length") == 1
    assert ada.page.evaluate("document.querySelectorAll('img, iframe, object').length") == 0
    assert ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_text_cannot_become_markup_even_by_a_mistake_of_ours(visit):
    ada = visit("ada")
    thrown = ada.page.evaluate(
        "() => { try { document.body.innerHTML = '<b>x</b>'; return '' }"
        " catch (error) { return error.name } }"
    )
    assert thrown == "TypeError"
    ada.problems.clear()


@pytest.mark.parametrize(("size", "scheme"), SEEN)
def test_axe_finds_nothing_serious_and_everything_fits(visit, server, size, scheme):
    width, height = SIZES[size]
    viewport = {"width": width, "height": height}
    ada = visit(viewport=viewport, color_scheme=scheme)
    assert serious(ada) == []
    ada.comes_in("ada")
    bob = server.arrive("bob")
    bob.types("/topic tea", "ada: see https://chat.example", "x" * 300, "/re 5 yes", "/react 5 +1")
    bob.types("/me waves", "/msg ada psst")
    ada.sees(".badge.called", ["1"])
    ada.types("mine", "/nope")
    ada.reads("No such command")
    # A notice has its names in its sentence.
    notice = ada.page.locator(".line.note", has_text="set the topic")
    assert notice.inner_text().split("\n")[-1].endswith("bob set the topic of #lobby: tea")
    assert "bobbob" not in notice.inner_text()
    ada.page.keyboard.press("Control+a")
    ada.page.keyboard.type("/un")
    ada.presses("Tab")
    ada.page.locator("#words li").first.wait_for()
    ada.page.locator(".line.said").last.focus()
    ada.page.locator("#tools").wait_for()
    assert serious(ada) == []
    assert ada.page.evaluate("document.documentElement.scrollWidth") <= width
    for button in ("#send", "#show-people" if width < 1100 else "#pins", "#text"):
        box = ada.page.locator(button).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    ada.presses("Alt+k")
    ada.page.get_by_role("dialog").wait_for()
    assert serious(ada) == []


def test_the_keyboard_alone_is_enough_on_a_telephone_too(visit, server):
    ada = visit("ada", viewport={"width": 360, "height": 640})
    ada.types("/join den")
    ada.sees("#title", ["#den"])
    ada.types("first")
    ada.reads("first")
    ada.presses("Alt+ArrowUp")
    ada.sees("#title", ["#lobby"])
    # Back through the header to the rooms, and into one.
    for _ in range(20):
        ada.presses("Shift+Tab")
        if ada.page.evaluate("document.activeElement.id") == "show-places":
            break
    ada.is_at("#show-places")
    ada.presses("Enter")
    ada.is_at("#places.open button")
    ada.presses("Tab", "Enter")
    ada.sees("#title", ["#den"])
    assert ada.page.locator("#places.open").count() == 0
    ada.types("second")
    ada.reads("second")


def test_every_element_that_takes_the_focus_is_reached_by_tab_and_left_again(visit, server):
    server.arrive("bob")
    ada = visit("ada")
    ada.types("one")
    ada.reads("one")
    wanted = {"text", "send", "search-words", "pins", "keys", "lines", "join-room"}
    seen = set()
    for _ in range(40):
        ada.presses("Tab")
        seen.add(ada.page.evaluate("document.activeElement.id"))
    assert wanted <= seen


def test_tab_leads_to_what_is_in_a_line_and_escape_back_to_the_message(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.expect("*** ada has joined #lobby ***")
    bob.types("https://one.example", "/react 3 ok", "see https://two.example", "/re 3 yes")
    ada.reads("yes")
    # From the field backwards: no link of a line that was not chosen is on the way.
    ada.presses("Shift+Tab")
    ada.is_at("#lines")
    ada.presses("Tab")
    ada.is_at("#text")
    ada.presses("Alt+l", "ArrowUp", "ArrowUp")
    ada.is_at(".line:has-text('one.example')")
    ada.presses("Tab")
    ada.is_at("a")
    ada.presses("Tab")
    ada.is_at(".reactions button")
    ada.presses("Enter")
    ada.sees(".reactions button", ["ok 2"])
    ada.presses("Tab", "Tab")
    ada.is_at(".reactions button")
    ada.presses("Enter")
    ada.sees(".reactions button", ["ok 1"])
    # The tools of the line come next.
    ada.presses("Tab", "Tab", "Tab")
    ada.is_at("#tools button")
    assert ada.page.evaluate("document.activeElement.textContent") == "Reply"
    ada.presses("Escape")
    ada.is_at("#text")
    # A quote leads to its line.
    ada.presses("Alt+l", "Tab", "Enter")
    ada.is_at(".line.target:has-text('one.example')")
    ada.presses("Escape")
    ada.is_at("#text")


def test_escape_leads_out_of_everything_and_the_focus_returns(visit, server):
    ada = visit("ada")
    ada.types("/join den", "needle")
    ada.reads("needle")
    ada.presses("Alt+l", "p")
    ada.reads("(pinned)")
    # Results of a search, and pins.
    for look in ("search", "pins"):
        if look == "search":
            ada.presses("Alt+s")
            ada.is_at("#search-words")
            ada.types("needle")
            ada.sees("#title", ["Search results"])
        else:
            ada.page.locator("#pins").focus()
            ada.presses("Enter")
            ada.sees("#title", ["Pinned in #den"])
        ada.is_at(".line.said")
        ada.presses("Escape")
        ada.sees("#title", ["#den"])
        ada.is_at("#text")
    ada.presses("Alt+s", "Escape")
    ada.is_at("#text")
    # Dialogs: from a key, from a button, and one that a command asks for.
    ada.presses("Alt+k")
    ada.page.locator("#help").wait_for()
    # Behind it nothing happens.
    ada.presses("Alt+ArrowUp", "Escape")
    ada.page.locator("#help").wait_for(state="hidden")
    ada.is_at("#text")
    ada.sees("#title", ["#den"])
    ada.page.locator("#keys").focus()
    ada.presses("Enter")
    ada.page.locator("#help").wait_for()
    ada.presses("Escape")
    ada.is_at("#keys")
    ada.presses("Escape")
    ada.is_at("#text")
    ada.types("/register")
    ada.is_at("#secret-fields input")
    ada.presses("Escape")
    ada.is_at("#text")
    ada.types("still a guest")
    ada.reads("still a guest")
    ada.sees("#me", ["You are ada (guest)"])


def test_the_drawers_of_a_telephone_are_left_by_escape_by_tab_and_by_a_tap(visit, server):
    server.arrive("bob")
    ada = visit("ada", viewport={"width": 360, "height": 640}, has_touch=True)
    places = "#show-places", "#places", "#join-room", ("Tab", "Tab"), 350
    people = "#show-people", "#people", "#members li:first-child button", ("Shift+Tab",), 50
    for button, drawer, outermost, keys, beside in (places, people):
        ada.page.locator(button).focus()
        ada.presses("Enter")
        ada.is_at(f"{drawer}.open button")
        ada.presses("Escape")
        ada.is_at(button)
        ada.page.locator(drawer).wait_for(state="hidden")
        assert ada.page.locator(button).get_attribute("aria-expanded") == "false"
        ada.presses("Enter")
        ada.is_at(f"{drawer}.open button")
        ada.page.locator(outermost).focus()
        ada.presses(*keys)
        ada.page.locator(drawer).wait_for(state="hidden")
        ada.page.locator(button).tap()
        ada.is_at(f"{drawer}.open button")
        ada.page.touchscreen.tap(beside, 620)
        ada.page.locator(drawer).wait_for(state="hidden")
    # In the list of people a name leads to them.
    ada.page.locator("#show-people").focus()
    ada.presses("Enter")
    ada.is_at("#people.open button")
    ada.presses("Tab", "Enter")
    ada.sees("#title", ["@bob"])
    ada.is_at("#text")


def test_who_is_named_is_shown_a_notification(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada", permissions=["notifications"])
    ada.page.evaluate(
        "() => { globalThis.shown = []; globalThis.Notification = class {"
        " static permission = 'granted';"
        " constructor(title, { body }) { shown.push([title, body]) } };"
        " Object.defineProperty(document, 'hidden', { value: true }); }"
    )
    bob.types("nothing for you", "Ada: tea?", "adamant", "/msg ada psst")
    wait_until(lambda: len(ada.page.evaluate("shown")) == 2, "both are shown")
    assert ada.page.evaluate("shown") == [["bob in #lobby", "Ada: tea?"], ["bob", "psst"]]
    wait_until(lambda: ada.page.title().startswith("(2) "), "the title says how often")


def test_a_page_is_a_dozen_requests_to_its_own_server_and_one_at_the_next_visit(visit, server):
    ada = visit()
    # On as many connections as a browser has at once, which are kept for the next request.
    connected = ada.page.evaluate(
        "[...performance.getEntriesByType('navigation'), "
        "...performance.getEntriesByType('resource')]"
        ".filter(each => each.connectEnd > each.connectStart).length"
    )
    assert 1 <= connected <= 6
    ada.page.reload()
    ada.comes_in("ada")
    transferred = ada.page.evaluate(
        "performance.getEntriesByType('resource').map(each => [each.name, each.transferSize])"
    )
    base = f"http://127.0.0.1:{server.address}/"
    assert all(name.startswith(base) for name, _ in transferred)
    assert 10 < len(transferred) < 16
    # All but the document are kept.
    assert [name for name, size in transferred if size] == []
