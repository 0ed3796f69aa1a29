"""
Lines by their numbers: finding them in memory or in the store, and who may change them.
"""

import pytest
from logins import told
from shared_lines import Company
from shared_registry import den
from twisted.internet.defer import Deferred

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.world import readable

pytestmark = pytest.mark.usefixtures("utc")


@pytest.mark.parametrize("number", ["0", "-1", "5", "99", "999999999999999999"])
def test_a_line_that_is_not_there_is_not_answered(number: str) -> None:
    company = Company()
    company.bob.types(f"/re {number} yes")
    assert company.bob.reads() == [
        f"There is no line {number} in #lobby. /numbers on shows the numbers."
    ]
    assert company.alice.reads() == []


def test_joins_and_parts_cannot_be_answered() -> None:
    company = Company()
    company.bob.types("/re 1 welcome")
    assert company.bob.reads() == [
        "1 is a join, a leave or a notice, not a line that a user said."
    ]


def test_a_line_that_one_may_not_read_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    company = Company()
    company.bob.types("/re 4 yes")
    company.carol.reads()
    monkeypatch.setattr(readable, "readable_from", lambda user, room: 5)
    company.carol.types("/re 4 yes", "/edit 4 no", "/delete 4", "/react 4 +1", "/pin 4")
    assert (
        company.carol.reads()
        == ["There is no line 4 in #lobby. /numbers on shows the numbers."] * 5
    )
    # Nor is it quoted to a user who reads an answer to it again.
    assert company.page(company.carol) == ["bob (re 4): yes"]
    dave = company.chat.connect()
    dave.types("dave")
    assert "] bob (re 4): yes" in dave.reads()[1]


class Slow(MemoryStore):
    """
    Finds lines by their numbers when told to.
    """

    def numbered(self, room, numbers):
        found = super().numbered(room, numbers)
        self.answer: Deferred[None] = Deferred()
        return self.answer.addCallback(lambda _: found)


def test_a_line_that_is_not_at_hand_is_answered_once_it_was_read() -> None:
    store = Slow()
    company = Company(store=store)
    company.alice.types(*[f"line {number}" for number in range(20)])
    company.look_away()
    company.bob.types("/re 4 yes", "or no")
    assert company.alice.reads() == ["bob: or no"]
    store.answer.callback(None)
    company.chat.advance()
    assert company.alice.reads() == ["bob (re 4 alice: lunch at noon?): yes"]


def test_a_user_who_has_left_while_the_line_was_read_does_not_answer_it() -> None:
    store = Slow()
    company = Company(store=store)
    company.alice.types(*[f"line {number}" for number in range(20)])
    company.bob.types("/re 4 yes", "/leave")
    company.look_away()
    store.answer.callback(None)
    company.chat.advance()
    assert company.bob.reads() == ["You are not in #lobby. Enter it with /join lobby."]
    assert company.alice.reads() == []


def test_only_ones_own_lines_are_edited_and_deleted() -> None:
    company = Company()
    company.bob.types("/edit 4 never", "/delete 4", "/edit 1 never")
    assert company.bob.reads() == [
        "Line 4 is not yours.",
        "Line 4 is not yours.",
        "1 is a join, a leave or a notice, not a line that a user said.",
    ]
    assert company.alice.reads() == []


def test_after_fifteen_minutes_a_line_stays_as_it_is() -> None:
    company = Company()
    company.chat.advance(15 * 60)
    company.alice.types("/edit 4 lunch at one?")
    edited = "*** alice edited 4 (alice: lunch at noon?): lunch at one? ***"
    assert company.alice.reads() == [edited]
    company.chat.advance(1)
    company.alice.types("/edit 4 lunch at two?", "/delete 4")
    assert company.alice.reads() == ["Line 4 is more than 15 minutes old."] * 2


def test_the_last_line_is_edited_and_deleted_without_its_number() -> None:
    company = Company()
    company.bob.types("yes", "at noom")
    company.alice.types("good")
    company.look_away()
    company.bob.types("/edit last at noon")
    assert company.carol.reads() == ["*** bob edited 6 (bob: at noom): at noon ***"]
    company.bob.types("/delete last", "/delete LAST", "/delete last")
    assert company.carol.reads() == [
        "*** bob deleted 6 (bob, 22:13) ***",
        "*** bob deleted 5 (bob, 22:13) ***",
    ]
    assert company.bob.reads()[-1] == "None of the latest lines in #lobby is yours."


def test_a_users_last_line_is_found_before_many_lines_of_others() -> None:
    company = Company()
    company.bob.types("at noom")
    company.alice.types(*[f"line {count}" for count in range(100)])
    company.look_away()
    company.bob.types("/edit last at noon")
    assert company.carol.reads() == ["*** bob edited 5 (bob: at noom): at noon ***"]


def test_the_last_line_of_an_earlier_user_of_the_same_name_is_not_edited() -> None:
    company = Company()
    company.alice.types("/quit")
    alice = company.chat.arrive("alice")
    alice.types("/edit last never", "/delete last")
    assert alice.reads() == ["None of the latest lines in #lobby is yours."] * 2


def test_an_old_line_is_nobodys_to_edit_and_an_operators_to_delete() -> None:
    chat, alice, bob = den()
    bob.types("/join den", "tea?")
    chat.advance(15 * 60 + 1)
    refused = ["Line 3 is more than 15 minutes old."] * 2
    assert told(bob, "/edit 3 coffee?", "/delete 3") == refused
    assert told(alice, "/edit 3 coffee?") == [
        "Line 3 is not yours, so you cannot edit it. /delete 3 deletes it."
    ]
    alice.types("/delete 3")
    assert bob.reads() == ["[#den] *** alice deleted 3 (bob, 22:13) ***"]
