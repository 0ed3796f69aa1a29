"""
Lines by their numbers: shown, answered, edited and deleted, by users who may.
"""

import pytest
from logins import SECRET, register
from shared_lines import SHOWING, Company

from twisted_chat.rooms import annotations
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat
from twisted_chat.world import readable

pytestmark = pytest.mark.usefixtures("utc")

# -- numbers --------------------------------------------------------------------------------------


def test_a_user_who_wants_it_reads_the_number_of_each_line() -> None:
    company = Company()
    company.bob.types("/numbers on")
    assert company.bob.reads() == ["Numbers are on."]
    company.alice.types("hello?", "/me waits")
    assert company.bob.reads() == ["[5] alice: hello?", "[6] * alice waits"]
    assert company.carol.reads() == ["alice: hello?", "* alice waits"]
    company.bob.types("/history 1")
    assert company.bob.reads()[1].endswith("] [6] * alice waits")
    company.bob.types("/numbers off")
    company.alice.types("bye")
    assert company.bob.reads()[-1] == "alice: bye"


@pytest.mark.parametrize("nothing", ["\u2060\u200d", "\u3164", "\u2800", "\ufe0f"])
def test_an_edited_line_says_something(nothing: str) -> None:
    company = Company()
    company.alice.types(f"/edit 4 {nothing}")
    assert company.alice.reads() == ["That text is invisible. To delete a line, use /delete."]
    assert company.bob.reads() == []


# -- answering ------------------------------------------------------------------------------------


def test_an_answer_quotes_the_line_for_everybody_but_its_writer() -> None:
    company = Company()
    company.bob.types("/re 4 yes")
    assert company.alice.reads() == ["bob (re 4 alice: lunch at noon?): yes"]
    assert company.carol.reads() == ["bob (re 4 alice: lunch at noon?): yes"]
    assert company.bob.reads() == []


def test_a_long_line_is_quoted_by_its_beginning() -> None:
    company = Company()
    company.alice.types("it is so good to see all of you here again, my friends")
    company.look_away()
    company.bob.types("/re 5 yes")
    assert company.alice.reads() == [
        "bob (re 5 alice: it is so good to see all of you here aga...): yes"
    ]


def test_answers_are_answered_as_they_were_said_without_what_they_quote() -> None:
    company = Company()
    company.bob.types("/re 4 yes", "/me is hungry")
    company.look_away()
    company.carol.types("/re 5 me too", "/re 6 so am I")
    assert company.alice.reads() == [
        "carol (re 5 bob: yes): me too",
        "carol (re 6 bob is hungry): so am I",
    ]


def test_what_is_read_again_quotes_too_whether_at_hand_or_not() -> None:
    store = MemoryStore()
    company = Company(store=store)
    company.bob.types("/re 4 yes")
    assert company.page(company.carol) == ["bob (re 4 alice: lunch at noon?): yes"]
    dave = company.chat.connect()
    dave.types("dave")
    assert "] bob (re 4 alice: lunch at noon?): yes" in dave.reads()[2]
    # And after a restart.
    erin = Chat(limits=SHOWING, store=store).connect()
    erin.types("erin")
    assert any("bob (re 4 alice: lunch at noon?): yes" in line for line in erin.reads())


def test_a_user_who_is_ignored_is_not_quoted_either() -> None:
    company = Company()
    company.carol.types("/ignore alice", "/bell on")
    company.carol.reads()
    company.bob.types("/re 4 yes, carol", "/react 4 +1", "/pin 4", "/re 5 indeed")
    assert company.carol.reads() == [
        "\abob (re 4): yes, carol",
        "*** bob reacts to 4 with +1 ***",
        "*** bob pinned 4 ***",
        "bob (re 5 bob: yes, carol): indeed",
    ]
    company.carol.types("/history 2", "/search indeed", "/search yes")
    page = " ".join(company.carol.reads())
    assert "(re 4): yes" in page
    assert "(re 5 bob: yes, carol)" in page
    assert "lunch" not in page
    assert "lunch" in " ".join(company.alice.reads())


def test_a_line_that_some_in_the_room_may_not_read_is_not_quoted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = Company()
    monkeypatch.setattr(
        readable, "readable_from", lambda user, room: 5 if user.nick == "carol" else 1
    )
    company.bob.types("/re 4 yes", "/react 4 +1", "/pin 4")
    company.alice.types("/edit 4 lunch at one?")
    for person in (company.alice, company.carol):
        assert person.reads() == [
            "bob (re 4): yes",
            "*** bob reacts to 4 with +1 ***",
            "*** bob pinned 4 ***",
            "*** alice edited 4 ***",
        ]
    assert company.page(company.alice) == ["bob (re 4 alice: lunch at one?): yes"]
    assert company.page(company.carol, 2) == ["bob (re 4): yes", "alice: *"]


# -- editing and deleting -------------------------------------------------------------------------


def test_an_edit_is_told_and_read_again() -> None:
    company = Company()
    company.alice.types("/edit 4 lunch at one?")
    told = "*** alice edited 4 (alice: lunch at noon?): lunch at one? ***"
    for person in (company.alice, company.bob):
        assert person.reads() == [told]
    company.bob.types("/re 4 yes")
    assert company.carol.reads()[-1] == "bob (re 4 alice: lunch at one?): yes"
    assert company.page(company.carol, 2) == [
        "alice: lunch at one? (edited)",
        "bob (re 4 alice: lunch at one?): yes",
    ]
    dave = company.chat.connect()
    dave.types("dave")
    assert dave.reads()[1].endswith("] alice: lunch at one? (edited)")


def test_a_deletion_is_told_and_leaves_a_mark_and_nothing_of_what_was_said() -> None:
    store = MemoryStore()
    company = Company(store=store)
    company.bob.types("/re 4 yes")
    company.look_away()
    company.alice.types("/delete 4")
    for person in (company.alice, company.bob):
        # What was deleted is not shown again.
        assert person.reads() == ["*** alice deleted 4 (alice, 22:13) ***"]
    assert company.page(company.carol, 2) == ["alice: (deleted)", "bob (re 4): yes"]
    dave = company.chat.connect()
    dave.types("dave")
    erin = Chat(limits=SHOWING, store=store).connect()
    erin.types("erin")
    for newcomer in (dave, erin):
        lines = newcomer.reads()
        assert lines[1].endswith("] alice: (deleted)")
        assert lines[2].endswith("] bob (re 4): yes")
    company.carol.types("/re 4 yes", "/edit 4 no", "/delete 4")
    assert company.carol.reads()[-3:] == ["Line 4 was deleted by alice."] * 3


def test_another_one_of_the_same_name_does_not_own_the_lines() -> None:
    company = Company()
    company.alice.types("/quit")
    alice = company.chat.arrive("alice")
    alice.types("/edit 4 never")
    assert alice.reads() == ["Line 4 is not yours."]


def test_a_line_stays_ones_own_under_another_name() -> None:
    company = Company()
    company.alice.types("/nick al", "/edit 4 lunch at one?")
    edited = "*** al edited 4 (alice: lunch at noon?): lunch at one? ***"
    assert company.bob.reads()[-1] == edited
    assert company.page(company.bob, 2)[0] == "alice: lunch at one? (edited by al)"


@pytest.mark.parametrize("who", ["the owner", "an operator", "an operator of the server"])
def test_no_user_edits_a_line_of_another_user(who: str) -> None:
    chat = Chat()
    alice, bob, carol = register(chat, "alice"), chat.arrive("bob"), chat.arrive("carol")
    alice.types("/join den")
    bob.types("/join den", "I like tea", "/me sips tea")
    carol.types("/join den", "/re 3 me too")
    alice.types("/op carol", "/pin 3")
    editor = alice if who == "the owner" else carol
    if who == "an operator of the server":
        alice.types("/deop carol")
        chat.hub.find_user("carol").roles.add("operator")
    for person in (alice, bob, carol):
        person.reads()
    editor.types("/edit 3 I stole the money", "/edit 4 steals the money")
    assert editor.reads() == [
        f"Line {number} is not yours, so you cannot edit it. /delete {number} deletes it."
        for number in (3, 4)
    ]
    assert bob.reads() == []
    bob.types("/history", "/search stole", "/search like", "/pins", "/show 1")
    page = "\n".join(bob.reads())
    assert "stole" not in page
    assert "steals" not in page
    assert page.count("bob: I like tea") == 6


def test_an_operator_deletes_any_users_line_at_any_time_and_that_is_told_everywhere() -> None:
    company = Company()
    company.chat.hub.find_user("carol").roles.add("operator")
    company.chat.advance(3600)
    company.look_away()
    company.carol.types("/delete 4")
    assert company.alice.reads() == ["*** carol deleted 4 (alice, 22:13) ***"]
    assert company.page(company.bob) == ["alice: (deleted by carol)"]
    company.bob.types("/re 4 yes", "/edit 4 no", "/react 4 +1")
    assert company.bob.reads() == ["Line 4 was deleted by carol."] * 3


def test_a_room_operator_deletes_any_line_there_and_the_audit_trail_says_so() -> None:
    chat = Chat()
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    alice.types("/join den")
    bob.types("/join den", "a phone number")
    bob.reads()
    alice.types("/delete 3")
    assert bob.reads() == ["[#den] *** alice deleted 3 (bob, 22:13) ***"]
    alice.types("/audit")
    assert alice.reads()[-1].endswith(" alice: delete line 3 of bob in #den")


def test_a_reason_for_a_deletion_is_told_and_stands_in_the_audit_trail_of_a_line_of_another() -> (
    None
):
    company = Company()
    company.chat.hub.find_user("carol").roles.add("operator")
    company.alice.types("/delete last wrong room")
    assert company.bob.reads() == ["*** alice deleted 4 (alice, 22:13): wrong room ***"]
    company.alice.types("a phone number")
    company.look_away()
    company.carol.types("/delete 5 private", "/audit")
    assert company.alice.reads() == ["*** carol deleted 5 (alice, 22:13): private ***"]
    assert company.carol.reads()[-1].endswith(" carol: delete line 5 of alice in #lobby: private")
    company.alice.types(f"/delete last {'x' * 201}")
    assert company.alice.reads() == ["A reason may be at most 200 characters long, not 201."]


def test_words_in_a_reason_are_hidden_like_others_of_users_who_are_ignored_or_muted() -> None:
    company = Company()
    company.chat.hub.find_user("carol").roles.add("operator")
    company.bob.types("/ignore alice")
    company.look_away()
    company.alice.types("/delete last buy my things")
    assert company.bob.reads() == ["*** alice deleted 4 (alice, 22:13) ***"]
    assert company.carol.reads() == ["*** alice deleted 4 (alice, 22:13): buy my things ***"]
    company.alice.types("once more")
    company.carol.types("/mute alice 10m")
    company.look_away()
    company.alice.types("/delete last buy my things")
    assert company.carol.reads() == ["*** alice deleted 5 (alice, 22:13) ***"]


def test_a_user_who_wants_numbers_reads_those_of_their_own_lines_too() -> None:
    company = Company()
    company.bob.types("/numbers on")
    company.look_away()
    company.bob.types("yes", "/re 4 indeed", "/me nods")
    assert company.bob.reads() == ["[5] is your line.", "[6] is your line.", "[7] * bob nods"]
    company.alice.types("good")
    company.look_away()
    company.chat.hub.rooms["lobby"].timeline.is_kept = False
    company.bob.types("psst")
    assert company.bob.reads() == []


def test_a_topic_and_an_announcement_are_not_edited_but_deleted_by_operators() -> None:
    company = Company()
    company.bob.types("/topic tea")
    company.chat.hub.find_user("bob").roles.add("operator")
    company.look_away()
    company.bob.types("/edit 5 coffee", "/delete 5")
    assert company.bob.reads() == [
        "Line 5 cannot be edited.",
        "*** bob deleted 5 (bob, 22:13) ***",
    ]


def test_a_user_who_ignores_another_reads_none_of_their_edits() -> None:
    company = Company()
    company.bob.types("/ignore alice")
    company.look_away()
    company.alice.types("/edit 4 lunch at one?", "/delete 4")
    assert company.bob.reads() == ["*** alice deleted 4 (alice, 22:13) ***"]


def test_an_edit_passes_the_filters() -> None:
    company = Company("examples/plugins/wordfilter.py")
    company.alice.types("/edit 4 darn noon", "/edit 4 spam")
    assert company.alice.reads() == [
        "*** alice edited 4 (alice: lunch at noon?): **** noon ***",
        "Not with that word, please.",
    ]
    assert company.page(company.bob) == ["alice: **** noon (edited)"]


def test_in_no_room_there_is_no_line() -> None:
    company = Company()
    company.bob.types("/leave")
    company.bob.reads()
    company.bob.types("/re 4 yes", "/edit 4 yes", "/delete 4")
    assert company.bob.reads() == ["You are not in a room. Enter one with /join room."] * 3


def test_the_same_numbers_are_other_lines_in_another_room() -> None:
    company = Company()
    company.bob.types("/join attic", "boo", "/re 2 yes", "/re 4 yes")
    assert company.bob.reads()[-1].startswith("There is no line 4 in #attic.")


# -- reacting -------------------------------------------------------------------------------------


def test_a_reaction_is_told_and_counted_where_the_line_is_read_again() -> None:
    store = MemoryStore()
    company = Company(store=store)
    company.bob.types("/react 4 +1")
    for person in (company.alice, company.bob):
        assert person.reads() == ["*** bob reacts to 4 (alice: lunch at noon?) with +1 ***"]
    company.carol.types("/react 4 +1", "/react 4 \N{SHORTCAKE}")
    assert company.page(company.bob) == ["alice: lunch at noon?  +1 x2  \N{SHORTCAKE}"]
    erin = Chat(limits=SHOWING, store=store).connect()
    erin.types("erin")
    assert erin.reads()[1].endswith("alice: lunch at noon?  +1 x2  \N{SHORTCAKE}")


def test_the_name_of_an_emoji_stands_for_it() -> None:
    company = Company()
    company.bob.types("/react 4 :tea:")
    company.carol.types("/react 4 \N{TEACUP WITHOUT HANDLE}", "/react 4 :no_such_thing:")
    company.look_away()
    assert company.page(company.bob) == [
        "alice: lunch at noon?  \N{TEACUP WITHOUT HANDLE} x2  :no_such_thing:"
    ]
    company.bob.types("/unreact 4 :tea:")
    told = company.alice.reads()[-1]
    assert told.startswith("*** bob no longer reacts to 4")
    assert told.endswith("with \N{TEACUP WITHOUT HANDLE} ***")


def test_a_reaction_is_taken_back() -> None:
    company = Company()
    company.bob.types("/react 4 +1", "/react 4 -1")
    company.carol.types("/react 4 +1")
    company.look_away()
    company.bob.types("/unreact 4 +1")
    for person in (company.alice, company.bob):
        assert person.reads() == [
            "*** bob no longer reacts to 4 (alice: lunch at noon?) with +1 ***"
        ]
    assert company.page(company.alice) == ["alice: lunch at noon?  +1  -1"]
    company.bob.types("/unreact 4 -1", "/unreact 4 +1", "/unreact 1 +1", "/react 4 +1")
    assert company.bob.reads()[-3:] == [
        "You have not reacted to 4 with +1.",
        "1 is a join, a leave or a notice, not a line that a user said.",
        "*** bob reacts to 4 (alice: lunch at noon?) with +1 ***",
    ]


def test_a_reaction_from_before_the_login_is_taken_back_too() -> None:
    company = Company()
    company.bob.types("/react 4 +1")
    company.bob.types("/register", SECRET, SECRET)
    company.bob.types("/unreact 4 +1")
    company.bob.reads()
    assert company.page(company.alice) == ["alice: lunch at noon?"]


def test_each_reacts_once_with_each_symbol() -> None:
    company = Company()
    company.bob.types("/react 4 +1", "/react 4 +1", "/nick bert", "/react 4 +1")
    assert company.bob.reads()[1:] == [
        "You have already reacted to 4 with +1.",
        "You are now known as bert.",
        "You have already reacted to 4 with +1.",
    ]


def test_reactions_are_short_visible_and_of_few_kinds() -> None:
    company = Company()
    company.bob.types("/react 4 " + "x" * 17, "/react 4 \N{HANGUL FILLER}")
    assert company.bob.reads() == [
        "A reaction may be at most 16 characters long, not 17.",
        "That reaction is invisible.",
    ]
    company.bob.types(*[f"/react 4 {number}" for number in range(21)])
    assert company.bob.reads()[-1] == "Line 4 has 20 different reactions already."
    company.carol.types("/react 4 7")
    assert company.bob.reads() == ["*** carol reacts to 4 (alice: lunch at noon?) with 7 ***"]


def test_a_line_has_so_many_reactions_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotations, "MAX_REACTIONS", 2)
    company = Company()
    for person in (company.alice, company.bob, company.carol):
        person.types("/react 4 +1")
    assert company.carol.reads()[-1] == "Line 4 has 2 reactions already."


def test_an_edit_keeps_the_reactions_and_a_deletion_does_not() -> None:
    company = Company()
    company.bob.types("/react 4 +1", "/pin 4")
    company.alice.types("/edit 4 lunch at one?")
    assert company.page(company.bob) == ["alice: lunch at one? (edited)  +1"]
    company.alice.types("/delete 4")
    assert company.page(company.bob, 2)[0] == "alice: (deleted)"
    company.bob.types("/pins")
    assert company.bob.reads() == ["No lines are pinned in #lobby. /pin pins one."]


# -- pinning --------------------------------------------------------------------------------------


def test_pinned_lines_stay_until_they_are_unpinned() -> None:
    store = MemoryStore()
    company = Company(store=store)
    company.bob.types("/pin 4")
    for person in (company.alice, company.bob):
        assert person.reads() == ["*** bob pinned 4 (alice: lunch at noon?) ***"]
    company.alice.types("tea at five", "/pin 5", "/pin 4", "/pins")
    assert [line.split("] ", 1)[-1] for line in company.alice.reads()[1:]] == [
        "Line 4 is pinned already.",
        "--- pinned in #lobby ---",
        "[4] alice: lunch at noon?",
        "[5] alice: tea at five",
    ]
    company.carol.types("/unpin 4", "/unpin 4")
    assert company.carol.reads()[-2:] == ["*** carol unpinned 4 ***", "Line 4 is not pinned."]
    erin = Chat(limits=SHOWING, store=store).arrive("erin")
    erin.types("/pins")
    assert len(erin.reads()) == 2


def test_twenty_lines_are_pinned_and_no_more() -> None:
    company = Company()
    company.alice.types(*[f"line {number}" for number in range(20)])
    company.bob.types(*[f"/pin {number}" for number in range(4, 25)])
    assert company.bob.reads()[-1] == "20 lines are pinned in #lobby; /unpin one first."
    company.bob.types("/unpin 4", "/pin 24")
    assert company.bob.reads()[-1] == "*** bob pinned 24 (alice: line 19) ***"


def test_a_user_who_ignores_another_reads_neither_their_reactions_nor_their_pinned_lines() -> None:
    company = Company()
    company.carol.types("hello", "/pin 5", "/pin 4")
    company.bob.types("/ignore carol")
    company.look_away()
    company.carol.types("/react 4 +1")
    company.bob.types("/pins")
    assert [line.split("] ", 1)[-1] for line in company.bob.reads()] == [
        "--- pinned in #lobby ---",
        "[4] alice: lunch at noon?",
    ]
