"""
Reading on the page: history, search, and what a screen reader is told.
"""

from __future__ import annotations

from typing import Any

from browser import PATIENT, said, written
from harness import running, wait_until
from stage import Stage


def test_history_is_read_by_scrolling_up_and_at_most_500_lines_are_in_the_document(visit, server):
    said(server, "den", 1200)
    ada = visit("ada")
    ada.types("/join den")
    ada.reads("line 1200")
    first, least, most = "line 1200", 1200, 0
    while least > 1:
        ada.page.locator("#lines").evaluate("each => each.scrollTop = 0")
        wait_until(lambda first=first: ada.lines("said")[0] != first, "earlier lines are read")
        lines = ada.lines("said")
        first, least = lines[0], int(lines[0].removeprefix("line "))
        most = max(most, ada.page.locator("#lines .line").count())
        assert lines == [f"line {least + n}" for n in range(len(lines))]
    assert most == 500
    # Down again, as far as it goes.
    while ada.lines("said")[-1] != "line 1200":
        last = ada.lines("said")[-1]
        ada.page.locator("#lines").evaluate("each => each.scrollTop = each.scrollHeight")
        wait_until(lambda last=last: ada.lines("said")[-1] != last, "later lines are read")
        assert ada.page.locator("#lines .line").count() <= 500
    ada.page.locator("#lines").evaluate("each => each.scrollTop = each.scrollHeight")
    ada.page.get_by_role("button", name="Go to the latest line").wait_for(state="hidden")


def test_private_messages_are_read_by_scrolling_up_and_down_too(visit, server):
    ada = visit("ada")
    written(server, "ada", 620)
    ada.page.get_by_role("button", name="@writer").click()
    ada.reads("line 620")
    seen = [ada.lines("told")[0]]
    while seen[-1] != "line 1":
        ada.page.locator("#lines").evaluate("each => each.scrollTop = 0")
        wait_until(lambda: ada.lines("told")[0] != seen[-1], "earlier messages are read")
        lines = ada.lines("told")
        first = int(lines[0].removeprefix("line "))
        assert lines == [f"line {first + n}" for n in range(len(lines))]
        assert ada.page.locator("#lines .line").count() <= 500
        seen.append(lines[0])
    # What comes now is not lost while she reads what was before.
    bob = server.arrive("bob")
    bob.types("/msg ada not here")
    while ada.lines("told")[-1] != "line 620":
        last = ada.lines("told")[-1]
        ada.page.locator("#lines").evaluate("each => each.scrollTop = each.scrollHeight")
        wait_until(lambda last=last: ada.lines("told")[-1] != last, "later messages are read")
        lines = ada.lines("told")
        first = int(lines[0].removeprefix("line "))
        assert lines == [f"line {first + n}" for n in range(len(lines))]
    ada.sees("#messages .name", ["@writer", "@bob"])


def test_what_is_read_stays_where_it_is_while_earlier_lines_come(visit, server):
    said(server, "den", 300)
    ada = visit("ada")
    ada.types("/join den")
    ada.reads("line 300")
    place = "n => [...document.querySelectorAll('.line')].find(e => e.textContent.endsWith(n))"
    top = f"n => ({place})(n).getBoundingClientRect().top"
    ada.page.locator("#lines").evaluate("each => each.scrollTop = 700")
    before = ada.page.evaluate(top, "line 240")
    ada.page.locator("#lines").evaluate("each => each.scrollTop = 500")
    wait_until(lambda: ada.lines("said")[0] == "line 101", "earlier lines are read")
    assert abs(ada.page.evaluate(top, "line 240") - before - 200) < 2


def test_a_search_leads_to_the_place(visit, server):
    said(server, "den", 700)
    ada = visit("ada")
    ada.types("/join den")
    ada.reads("line 700")
    ada.presses("Alt+s")
    ada.types('"line 123"')
    ada.sees("#title", ["Search results"])
    ada.sees(".line.said .text", ["#den line 123"])
    ada.is_at(".line.said")
    ada.presses("Enter")
    ada.sees("#title", ["#den"])
    ada.sees(".line.target .text", ["line 123"])
    ada.is_at(".line.target")
    lines = ada.lines("said")
    assert {"line 100", "line 123", "line 150"} <= set(lines)
    assert "line 700" not in lines
    server.arrive("bob").types("/join den", "news")
    ada.page.get_by_role("button", name="new below").click()
    ada.reads("news")
    ada.is_at("#text")
    ada.types("back again")
    ada.reads("back again")


def test_a_line_is_gone_to_also_while_another_page_is_being_read(visit):
    stage = Stage(late={"history"})
    ada = visit()
    stage.opens(ada)
    ada.sees("#title", ["#lobby"])

    def read() -> list[dict[str, Any]]:
        asked = [each for each in stage.asked if each["request"] == "history"]
        return [each for each in asked if each["room"] == "lobby"]

    def page(*numbers: int) -> None:
        lines = [{"event": {**said, "text": f"line {n}"}, "number": n, "at": n} for n in numbers]
        label = read()[-1]["label"]
        told = {"event": "transcript", "kind": "history", "room": "lobby", "has_more": True}
        stage.tells({**told, "at": 1, "lines": lines, "label": label})
        stage.tells({"event": "done", "at": 1, "label": label})

    said = {"event": "said", "room": "lobby", "nick": "bob", "text": "", "at": 1.0}
    wait_until(lambda: bool(ada.page.title()) and read(), "the latest lines are asked for")
    stage.tells({**said, "number": 90, "id": 9, "text": "as it was", "re": 3, "quote": "line 3"})
    ada.page.locator("button[data-re='3']").click()
    page(80, 81)
    wait_until(lambda: bool(ada.page.title()) and len(read()) == 2, "that line is asked for")
    assert read()[-1]["around"] == 3
    page(2, 3, 4)
    ada.is_at(".line.target:has-text('line 3')")


def test_a_screen_reader_is_read_new_lines_and_no_history(visit, server):
    said(server, "den", 30)
    ada = visit("ada")
    log = ada.page.get_by_role("log")
    assert log.all_inner_texts() == [""]
    assert log.get_attribute("aria-live") == "polite"
    ada.types("/join den")
    ada.reads("line 30")
    bob = server.arrive("bob")
    bob.types("/join den", "news")
    ada.reads("news")
    spoken = log.locator(".said .text").all_inner_texts()
    assert spoken == ["news"]
    assert len(ada.lines("said")) == 31
    assert ada.page.locator("#history .said").count() == 30


def test_a_line_is_heard_with_who_has_said_it(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.types("news")
    ada.reads("news")
    heard = ada.page.locator("#log").aria_snapshot()
    assert "bob" in heard
    assert "news" in heard


def test_a_newcomer_scrolls_up_from_the_lines_that_a_room_greets_with(visit, tmp_path):
    (tmp_path / "greeting").mkdir()
    options = ("--port=0", "--rate=0", "--max-per-host=0")
    with running(tmp_path / "greeting", *options, **PATIENT) as server:
        said(server, "den", 60)
        ada = visit("ada", url=f"http://127.0.0.1:{server.address}/")
        ada.types("/join den")
        ada.reads("line 60")
        wait_until(lambda: ada.lines("said")[0] == "line 1", "all lines are read")
        assert ada.lines("said") == [f"line {number}" for number in range(1, 61)]


def test_a_long_search_is_read_on_by_scrolling_up(visit, server):
    said(server, "den", 150)
    ada = visit("ada")
    ada.types("/join den")
    ada.reads("line 150")
    ada.presses("Alt+s")
    ada.types("line")
    ada.sees("#title", ["Search results"])

    def has_all() -> bool:
        ada.page.locator("#lines").evaluate("each => each.scrollTop = 0")
        return len(ada.lines("said")) == 150

    wait_until(has_all, "all results are read")
    assert ada.lines("said") == [f"#den line {number}" for number in range(1, 151)]
