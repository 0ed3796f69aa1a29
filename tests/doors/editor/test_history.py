"""
What was entered before comes back, within bounds.
"""

from work import work_of

from twisted_chat.doors.editor.history import MOST_CHARACTERS, MOST_LINES, History


def history(*lines: str) -> History:
    made = History()
    for line in lines:
        made.add(line)
    return made


def test_one_goes_back_and_forth_and_finds_what_one_was_typing() -> None:
    entered = history("one", "two")
    assert entered.older("begun") == "two"
    assert entered.older("two") == "one"
    assert entered.older("one") is None
    assert entered.newer() == "two"
    assert entered.newer() == "begun"
    assert entered.newer() is None


def test_the_same_again_and_nothing_are_not_remembered() -> None:
    entered = history("one", "one", "", "  ")
    assert entered.older("") == "one"
    assert entered.older("one") is None


def test_a_search_finds_each_line_once_the_newest_first_in_any_case() -> None:
    entered = history("/msg bob tea", "hello", "/msg bob tea", "Tea is ready")
    assert entered.find("TEA", 0) == ("Tea is ready", 3)
    assert entered.find("tea", 1) == ("/msg bob tea", 12)
    assert entered.find("tea", 2) is None
    assert entered.find("", 0) is None


def test_an_older_one_is_found_without_another_search() -> None:
    entered = history(*[f"{number} {'ß' * 150}" for number in range(MOST_LINES)])

    def searches(times: int) -> int:
        entered.add(f"{times} more")
        return work_of(lambda: [entered.find("1", number) for number in range(times)])

    first = searches(1)
    assert first > 500, "each line is looked at"
    assert searches(1000) < first + 1000 * 60


def test_what_is_entered_is_found_by_a_search_that_was_made_before() -> None:
    entered = history("tea")
    assert entered.find("tea", 0) == ("tea", 3)
    entered.add("more tea")
    assert entered.find("tea", 0) == ("more tea", 8)


def test_the_place_of_what_was_found_is_within_the_line_whatever_folding_makes_of_it() -> None:
    line, place = history("ßßßß").find("SSS", 0) or ("", 0)
    assert (line, 0 < place <= 4) == ("ßßßß", True)


def test_it_is_bounded_in_lines_and_in_characters() -> None:
    entered = history(*map(str, range(MOST_LINES + 10)))
    assert entered.find("109", 0) == ("109", 3)
    assert not [number for number in range(10) if entered.find(f"{number}", 99)]
    long = history(*[f"{number}{'x' * 4000}" for number in range(10)])
    kept = 0
    while long.older("") is not None:
        kept += 1
    assert kept == MOST_CHARACTERS // 4001
