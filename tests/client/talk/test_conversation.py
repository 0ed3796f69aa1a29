"""
Conversations with a server in memory: what the user types and reads, over losses too.
"""

import pytest
from shared_client import Talker, come, rows
from shared_json import Programs

from twisted_chat.client.errors import NotConnected, NotLoggedIn
from twisted_chat.client.talk.arrival import Identity
from twisted_chat.client.talk.conversation import Conversation
from twisted_chat.client.talk.rooms import Unread
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat

PASSWORD = "correct horse battery"


def two() -> tuple[Talker, Talker]:
    here = Programs()
    ada, bob = come(here, "ada"), come(here, "bob")
    assert ada.reads() == ["* bob has joined #lobby"]
    return ada, bob


def test_a_guest_comes_in_talks_and_reads() -> None:
    here = Programs()
    ada = Talker(here, Conversation(Identity("ada")))
    assert ada.reads() == ["You are in #lobby as ada. Nobody else is here yet."]
    bob = come(here, "bob")
    assert bob.types("hello") == ["bob: hello"]
    assert ada.reads() == ["* bob has joined #lobby", "bob: hello"]
    assert ada.types("/me waves") == ["* ada waves"]
    assert bob.reads() == ["* ada waves"]
    assert bob.types("/msg ada psst") == ["[you -> ada] psst"]
    assert ada.reads() == ["[bob -> you] psst"]
    assert list(ada.talk.rooms.writers) == ["bob"]
    assert ada.types("/reply yes?") == ["[you -> bob] yes?"]
    assert list(ada.talk.rooms.writers) == []


def test_a_refusal_is_shown() -> None:
    ada, _ = two()
    assert ada.types("/topicc tea") == ["! No such command: /topicc. Did you mean /topic?"]
    assert ada.talk.outgoing.waiting == 0


def test_lines_of_other_rooms_are_counted_and_named() -> None:
    ada, bob = two()
    for each in (ada, bob):
        each.types("/join dev")
    assert ada.talk.rooms.current == "dev"
    ada.reads()
    bob.talk.switch("lobby")
    bob.reads()
    bob.types("ada: look")
    bob.types("or not")
    assert ada.reads()[-2:] == ["#lobby bob: ada: look", "#lobby bob: or not"]
    unread = ada.talk.rooms.unread["lobby"]
    assert (unread.lines, unread.mentions) == (2, 1)
    ada.talk.switch(ada.talk.rooms.next())
    assert ada.reads() == ["You are now talking in #lobby."]
    assert ada.talk.rooms.current == "lobby"
    assert ada.talk.rooms.unread["dev"].lines == 0


def away_and_back() -> tuple[Talker, Talker]:
    """
    Return Ada, who has come again to her account, and Bob, who has talked meanwhile.
    """
    here = Programs()
    ada, bob = come(here, "ada"), come(here, "bob")
    ada.types("/register")
    ada.answers(PASSWORD)
    ada.answers(PASSWORD)
    for each in (ada, bob):
        for room in ("tea", "dev", "lobby"):
            each.types(f"/join {room}")
    bob.types("/join dev")
    bob.types("read already")
    ada.talk.switch("dev")
    ada.reads()
    ada.talk.switch("lobby")
    ada.reads()
    ada.lines += ada.talk.leave()
    ada.goes_on()
    for text in ("one", "ada: two"):
        bob.types(text)
    again = Talker(here, Conversation(Identity("ada", password=PASSWORD)))
    again.reads()
    return again, bob


def test_what_was_said_before_one_came_is_counted_and_shown_when_one_looks() -> None:
    ada, bob = away_and_back()
    assert ada.talk.rooms.current == "lobby"
    assert ada.talk.rooms.unread["dev"].lines == 2
    assert ada.talk.rooms.unread["dev"].mentions == 1
    bob.types("three")
    assert ada.reads() == ["#dev bob: three"]
    assert ada.talk.rooms.unread["dev"].lines == 3
    ada.talk.switch("dev")
    # What came since has been shown.
    assert ada.reads() == [
        "You are now talking in #dev.",
        "--- 2 lines, 1 names you in #dev ---",
        "bob: one",
        "bob: ada: two",
        "--- now ---",
    ]
    ada.talk.switch("lobby")
    assert ada.reads() == ["You are now talking in #lobby."]
    ada.talk.switch("dev")
    # It is read.
    assert ada.reads() == ["You are now talking in #dev."]


def test_a_room_that_one_has_read_is_read_for_the_next_run_too() -> None:
    ada, bob = away_and_back()
    ada.talk.switch("dev")
    ada.reads()
    ada.talk.mark_read()
    # Once is enough.
    asked = len(ada.talk.outgoing.outbox)
    ada.talk.mark_read()
    assert len(ada.talk.outgoing.outbox) == asked
    ada.reads()
    # The window is closed without a word.
    ada.is_cut_off()
    again = Talker(ada.here, Conversation(Identity("ada", password=PASSWORD)))
    again.reads()
    assert again.talk.rooms.unread.get("dev", Unread()) == Unread()
    bob.types("four")


def test_of_very_much_the_last_is_shown() -> None:
    here = Programs(Chat(limits=Limits(rate=0.0)))
    ada, bob = come(here, "ada"), come(here, "bob")
    for each in (ada, bob):
        each.types("/join dev")
    bob.types("read already")
    ada.reads()
    ada.talk.mark_read()
    ada.talk.switch("lobby")
    ada.reads()
    for number in range(230):
        bob.types(f"line {number}")
    bob.types("/join lobby")
    # Another window of the same user, to whom all of that is new.
    other = Talker(here, Conversation(Identity("ada", token=ada.talk.token)))
    other.reads()
    assert (other.talk.rooms.unread["dev"].lines, other.talk.rooms.current) == (200, "lobby")
    other.talk.switch("dev")
    read = other.reads()
    assert read[1:4] == [
        "--- at least 200 lines in #dev ---",
        "--- /history shows earlier lines ---",
        "bob: line 30",
    ]
    assert read[-2:] == ["bob: line 229", "--- now ---"]


def test_a_server_that_counts_nothing_harms_nothing() -> None:
    ada = come(Programs(), "ada")
    ada.is_cut_off()
    ada.talk.connected()
    label = ada.talk.outgoing.outbox.pop()["label"]
    ada.talk.take(
        {
            "event": "hello", "at": 0, "nick": "ada", "account": "", "token": "t",
            "is_resumed": True, "max_message": 16384, "is_whole": True, "label": label,
        }
    )  # fmt: skip
    (asked,) = [each for each in ada.talk.outgoing.outbox if each["request"] == "unread"]
    refused = {"error": "bad-request", "message": "What?", "at": 0, "label": asked["label"]}
    assert ada.talk.take(refused) == []
    assert ada.talk.is_connected


def test_it_rings_for_ones_name_ones_words_and_what_is_private() -> None:
    here = Programs()
    ada, bob = come(here, "ada", notify=["release"]), come(here, "bob")
    ada.reads()
    for text in ("hi ada!", "adapt it", "the release is out", "hm", "/msg ada psst"):
        bob.types(text)
    ada.goes_on()
    assert [line.text for line in ada.lines if line.rings] == [
        "hi ada!", "the release is out", "psst",
    ]  # fmt: skip


def test_a_name_that_is_taken_is_asked_for_again() -> None:
    here = Programs()
    come(here, "ada")
    other = Talker(here, Conversation(Identity("ada")))
    assert other.reads() == ["! The name ada is taken, please choose another."]
    assert other.prompt == "Your name: "
    assert other.answers("eve") == ["You are in #lobby as eve with ada."]
    assert other.prompt == ""


def test_who_gives_no_name_is_asked_for_it() -> None:
    eve = Talker(Programs(), Conversation(Identity()))
    assert eve.prompt == "Your name: "
    assert eve.types("hello?") == ["! That was not sent: the server does not know you yet."]
    eve.answers("eve")
    assert eve.talk.nick == "eve"


def test_where_nobody_can_be_asked_it_ends() -> None:
    here = Programs()
    nameless = Talker(here, Conversation(Identity(), can_ask=False))
    assert isinstance(nameless.talk.end, NotLoggedIn)
    come(here, "ada")
    taken = Talker(here, Conversation(Identity("ada"), can_ask=False))
    assert isinstance(taken.talk.end, NotLoggedIn)
    assert str(taken.talk.end) == "The name ada is taken, please choose another."


def test_an_account_is_made_and_comes_again_with_its_password_then_with_its_token() -> None:
    here = Programs()
    ada = come(here, "ada")
    assert ada.types("/register") == []
    assert ada.prompt == "New password: "
    assert ada.talk.question is not None
    assert ada.talk.question.is_secret
    ada.answers("correct horse battery")
    assert ada.prompt == "New password again: "
    ada.answers("correct horse batteries")
    assert ada.prompt == "The two passwords differ. New password: "
    ada.answers("correct horse battery")
    assert ada.answers("correct horse battery") == [
        "ada is registered to you. From now on, that name needs your password."
    ]
    ada.talk.leave()
    assert ada.reads() == ["Goodbye, ada."]
    assert ada.talk.is_over
    again = Talker(here, Conversation(Identity("ada")))
    assert again.prompt == "Password of ada: "
    assert again.answers("wrong") == ["! Wrong name or password."]
    again.answers("correct horse battery")
    token = again.talk.token
    again.talk.leave()
    again.reads()
    third = Talker(here, Conversation(Identity("ada", token)))
    third.reads()
    assert (third.talk.nick, third.prompt) == ("ada", "")
    beside = Talker(here, Conversation(Identity("ada", token, resumes=False)))
    beside.reads()
    assert (beside.talk.nick, beside.talk.token) == ("ada", token)
    assert third.bot.is_connected


def test_who_logs_out_chooses_a_name_again() -> None:
    here = Programs()
    ada = come(here, "ada")
    ada.types("/register")
    ada.answers("correct horse battery")
    ada.answers("correct horse battery")
    assert ada.types("/logout") == ["You have logged out. Goodbye, ada."]
    assert (ada.prompt, ada.talk.token, ada.talk.rooms.names) == ("Your name: ", "", [])
    assert ada.answers("eve") == ["You are in #lobby as eve. Nobody else is here yet."]
    assert ada.talk.rooms.names == ["lobby"]
    assert ada.types("hello") == ["eve: hello"]


def test_a_token_that_is_not_known_any_more_is_left_out() -> None:
    ada = Talker(Programs(), Conversation(Identity("ada", "n0n5en5e")))
    assert ada.reads() == ["You are in #lobby as ada. Nobody else is here yet."]


def test_a_lost_connection_goes_on_and_nothing_is_missed_or_said_twice() -> None:
    ada, bob = two()
    ada.types("before")
    ada.is_cut_off()
    bob.types("meanwhile 1")
    assert ada.types("typed meanwhile") == [
        "- The connection is lost; connecting again ...",
        "- That will be sent when the connection is back.",
    ]
    bob.types("meanwhile 2")
    ada.comes()
    assert ada.reads() == [
        "- Connected again.",
        "--- in #lobby ---",
        "bob: meanwhile 1",
        "bob: meanwhile 2",
        "--- now ---",
        "ada: typed meanwhile",
    ]
    assert [row for row in bob.reads() if row.startswith("ada")] == ["ada: typed meanwhile"]


def test_what_was_never_sent_is_told_when_the_user_leaves() -> None:
    ada, _ = two()
    ada.is_cut_off()
    ada.types("typed meanwhile")
    assert rows(ada.talk.leave()) == ["! This was not sent: typed meanwhile"]
    assert ada.talk.is_over


def test_what_was_done_before_the_loss_is_not_done_again() -> None:
    ada, bob = two()
    ada.talk.composer.typed("once")
    # It is done, and the answer is lost.
    (request,) = ada.talk.outgoing.outbox
    ada.bot.asks(request["request"], **{k: v for k, v in request.items() if k != "request"})
    ada.is_cut_off()
    ada.comes()
    ada.reads()
    assert ada.talk.outgoing.waiting == 0
    assert [row for row in bob.reads() if "once" in row] == ["ada: once"]


def test_all_of_a_long_time_away_is_read() -> None:
    here = Programs(Chat(limits=Limits(rate=0)))
    ada, bob = come(here, "ada"), come(here, "bob")
    ada.reads()
    ada.is_cut_off()
    for number in range(450):
        bob.types(f"line {number}")
    ada.comes()
    said = [row for row in ada.reads() if row.startswith("bob: ")]
    assert said == [f"bob: line {number}" for number in range(450)]


def test_a_visit_that_the_server_has_ended_begins_again_in_its_rooms() -> None:
    ada, bob = two()
    for each in (ada, bob):
        each.types("/join dev")
    ada.reads()
    ada.is_cut_off()
    ada.types("is this lost?")
    ada.here.chat.clock.advance(601)
    bob.types("where is ada?")
    ada.comes()
    read = ada.reads()
    assert "- Connected again." in read
    assert "! It is not known whether this was sent: is this lost?" in read
    assert "bob: where is ada?" in read
    assert ada.talk.rooms.current == "dev"
    assert ada.talk.rooms.names == ["dev", "lobby"]


def test_the_rooms_of_the_configuration_are_entered_and_the_first_is_talked_in() -> None:
    ada = come(Programs(), "ada", rooms_to_enter=["dev", "tea"])
    assert ada.talk.rooms.names == ["dev", "lobby", "tea"]


def test_a_password_for_a_room_is_asked_for() -> None:
    ada, bob = two()
    ada.types("/join den")
    ada.types("/lock")
    ada.answers("open sesame now")
    ada.answers("open sesame now")
    bob.reads()
    assert bob.types("/j den") == []
    assert bob.prompt == "Password: "
    assert bob.answers("open sesame now")[-1] == "You are in #den as bob with ada."
    bob.types("/leave den")
    assert bob.talk.rooms.names == ["lobby"]


def test_being_kicked_or_closed_from_elsewhere_ends_it() -> None:
    here = Programs()
    ada = come(here, "ada")
    ada.lines += ada.talk.take({"event": "closed", "at": 0, "cause": "idle", "nick": "ada"})
    assert isinstance(ada.talk.end, NotConnected)
    assert str(ada.talk.end) == "Disconnected: idle for too long."
    eva = come(here, "eva")
    eva.talk.take({"event": "closed", "at": 0, "cause": "guessing", "nick": "eva"})
    assert isinstance(eva.talk.end, NotLoggedIn)
    bob = come(here, "bob")
    kick = {"event": "kicked", "at": 0, "nick": "bob", "room": "", "by": "eve", "reason": "spam"}
    bob.talk.take({**kick, "is_yours": True})
    assert str(bob.talk.end) == "You were kicked from this server by eve: spam"
    eve = come(here, "eve")
    # Before a restart nothing ends.
    assert rows(eve.talk.take({"event": "closed", "at": 0, "cause": "restart", "nick": "e"})) == []
    assert not eve.talk.is_over


def test_a_server_that_is_full_is_tried_again_later() -> None:
    ada, _ = two()
    ada.is_cut_off()
    ada.talk.connected()
    ada.talk.take({"error": "server-full", "message": "The server is full.", "at": 0})
    assert ada.talk.hangs_up
    assert not ada.talk.is_over


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"event": 7},
        {"event": []},
        {"event": "said"},
        {"event": "said", "room": 1, "nick": [], "text": None, "number": "x", "at": 1e300},
        {"event": "transcript", "kind": "missed", "lines": [7], "room": "lobby"},
        {"event": "hello", "nick": "x"},
        {"event": "mode-changed", "nick": "x", "mode": "odd", "setting": 1, "at": 0},
        {"error": "odd"},
        {"event": "left", "at": 0},
    ],
)
def test_a_message_that_is_not_as_it_should_be_harms_nothing(message: dict[str, object]) -> None:
    ada, _ = two()
    (row,) = rows(ada.talk.take(message))
    assert row.startswith("- The server sent a message that is not understood")
    assert ada.types("still here") == ["ada: still here"]


def test_the_server_is_told_the_largest_id_that_is_known() -> None:
    ada, bob = two()
    for text in ("one", "two"):
        bob.types(text)
    ada.goes_on()
    known = max(line.number for line in ada.lines)
    ada.reads()
    ada.talk.take(
        {"event": "told", "at": 0, "nick": "bob", "recipient": "ada", "text": "x", "id": 2**60}
    )
    ada.is_cut_off()
    ada.talk.connected()
    (hello,) = ada.talk.outgoing.outbox
    assert (hello["seen"], hello["last"]) == (2**60, {"lobby": known})
    ada.talk.take({"event": "token-changed", "at": 0, "token": "another"})
    assert ada.talk.token == "another"


def test_what_is_not_known_is_left_out_unless_the_server_has_words_for_it() -> None:
    ada, _ = two()
    new = {"event": "something-new", "at": 0, "sentence": "It rains.\nStill."}
    assert rows(ada.talk.take(new)) == ["It rains.", "  Still."]
    assert ada.talk.take({"event": "something-new", "at": 0, "text": "x"}) == []


def test_where_nobody_can_be_asked_no_line_becomes_a_password() -> None:
    ada = come(Programs(), "ada", can_ask=False)
    (refused,) = ada.types("/register")
    assert refused.startswith("! ")
    assert ada.types("hello") == ["ada: hello"]


def test_every_event_of_the_protocol_is_understood_also_where_lines_are_a_number() -> None:
    ada = come(Programs(), "ada")
    for event in ("was-missed", "lines-wait", "lines-stopped"):
        told = {"event": event, "at": 0, "room": "lobby", "lines": 3, "count": 3, "sentence": "x"}
        told |= {"mentions": 0, "has_more": False, "seconds": 1, "since": 0, "is_at_least": False}
        assert not any("not understood" in line.text for line in ada.talk.take(told))


def test_who_logs_out_leaves_nothing_to_the_next_user() -> None:
    here = Programs()
    ada = come(here, "ada")
    ada.types("/register")
    ada.answers(PASSWORD)
    ada.answers(PASSWORD)
    come(here, "bob").types("/msg ada psst")
    ada.types("mine")
    assert ada.talk.rooms.writers
    ada.types("/logout")
    assert not ada.talk.rooms.writers
    assert not ada.talk.rooms.last
    assert ada.talk.composer.last_own is None
    assert not ada.talk.outgoing.waiting
