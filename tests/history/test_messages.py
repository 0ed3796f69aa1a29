"""
Messages: private lines between two users, kept and read again.
"""

from __future__ import annotations

from logins import SECRET
from shared_accounts import come_in, registered
from stores import HangingStore

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, Person


def test_a_message_to_a_user_who_is_away_waits_for_them() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    registered(chat, "alice").hangs_up()
    bob = chat.arrive("bob")
    bob.types("/msg alice tea?", "@alice:or coffee?")
    waits = "alice is offline and will see it on returning."
    assert bob.reads() == ["[you -> alice] tea?", waits, "[you -> alice] or coffee?", waits]
    # Over a restart, too.
    chat = Chat(store=store)
    alice = come_in(chat, "alice")
    read = alice.reads()
    assert read[2] == "--- 2 messages while you were away ---"
    assert [line.partition("] ")[2] for line in read[3:5]] == [
        "[bob -> you] tea?",
        "[bob -> you] or coffee?",
    ]
    assert read[5:] == ["--- now ---"]
    chat.advance(5)
    assert alice.reads() == []
    alice.hangs_up()
    assert come_in(chat, "alice").reads()[2:] == []


def test_what_could_not_be_written_to_the_disk_yet_is_read_all_the_same_and_once() -> None:
    store = HangingStore()
    chat = Chat(store=store)
    registered(chat, "alice").hangs_up()
    bob = chat.arrive("bob")
    bob.types("/msg alice written")
    store.holds = ("write",)
    bob.types("/msg alice on its way")
    # The disk hangs, and the user no longer waits for it.
    chat.advance(2)
    alice = come_in(chat, "alice")
    read = [line.partition("] ")[2] for line in alice.reads()]
    assert [line for line in read if "bob" in line] == [
        "[bob -> you] written",
        "[bob -> you] on its way",
    ]
    alice.hangs_up()
    alice = come_in(chat, "alice")
    assert not [line for line in alice.reads() if "bob ->" in line]


def test_a_user_who_is_gone_before_the_page_comes_reads_it_the_next_time() -> None:
    store = HangingStore()
    chat = Chat(store=store)
    registered(chat, "alice").hangs_up()
    chat.arrive("bob").types("/msg alice psst")
    store.holds = ("waiting",)
    come_in(chat, "alice").hangs_up()
    store.goes_on()
    assert come_in(chat, "alice").reads()[-2].endswith("[bob -> you] psst")


def test_the_oldest_of_very_many_messages_are_dropped_with_a_note() -> None:
    chat = Chat()
    registered(chat, "alice").hangs_up()
    bob = chat.arrive("bob")
    bob.types(*[f"/msg alice {number}" for number in range(203)])
    read = come_in(chat, "alice").reads()
    assert read[2] == ("--- 200 messages while you were away; 3 older ones were dropped ---")
    assert read[3].endswith("[bob -> you] 3")
    assert read[-2].endswith("[bob -> you] 202")


def test_a_user_who_goes_by_another_name_is_written_to_by_the_name_of_their_account_too() -> None:
    chat = Chat()
    alice, bob = registered(chat, "alice"), chat.arrive("bob")
    alice.types("/nick ally")
    alice.reads()
    bob.types("/msg alice psst")
    assert alice.reads() == ["[bob -> you] psst"]


def test_messages_between_two_are_read_again_by_the_two_alone() -> None:
    chat = Chat()
    alice, bob, eve = registered(chat, "alice"), chat.arrive("bob"), chat.arrive("eve")
    bob.types("/msg alice psst")
    alice.types("/msg bob what?")
    for person, shown in (
        (alice, ["[bob -> you] psst", "[you -> bob] what?"]),
        (bob, ["[you -> alice] psst", "[alice -> you] what?"]),
    ):
        person.reads()
        person.types("/messages bob" if person is alice else "/messages alice")
        heading, *lines, footing = person.reads()
        other = "bob" if person is alice else "alice"
        assert heading == f"--- messages with {other} ---"
        assert footing == f"--- start of messages with {other} ---"
        assert [line.partition("] ")[2] for line in lines] == shown
    eve.reads()
    # Nor does she learn who is here, who has an account, and which names are unknown.
    for nick in ("alice", "bob", "nobody"):
        eve.types(f"/messages {nick}")
        assert eve.reads() == [
            f"No messages between you and {nick} are kept; that needs an account on one side."
        ]


def between(person: Person, nick: str) -> list[str]:
    """
    Return the messages that a user reads again, without the time.
    """
    person.reads()
    person.types(f"/messages {nick}")
    heading, *lines, footing = person.reads()
    assert heading == f"--- messages with {nick.removeprefix('#')} ---"
    assert footing == f"--- start of messages with {nick.removeprefix('#')} ---"
    return [line.partition("] ")[2] for line in lines]


def test_messages_with_a_guest_who_has_left_are_read_again_by_the_name_of_then() -> None:
    chat = Chat()
    alice, anna = registered(chat, "alice"), chat.arrive("anna")
    anna.types("/msg alice psst")
    alice.types("/msg ANNA what?")
    anna.types("/nick ann", "/msg alice nothing", "/quit")
    shown = ["[anna -> you] psst", "[you -> anna] what?", "[ann -> you] nothing"]
    assert between(alice, "anna") == between(alice, "#Ann") == shown
    # And the user who has the name by now reads nothing of that.
    anna = chat.arrive("anna")
    anna.types("/messages alice")
    assert anna.reads()[0].startswith("No messages between you and alice are kept;")
    anna.types("/msg alice boo")
    assert between(alice, "anna") == [*shown, "[anna -> you] boo"]
    assert between(anna, "alice") == ["[you -> alice] boo"]


def test_messages_with_a_user_who_removed_their_account_can_be_read_again() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, anna = registered(chat, "alice"), registered(chat, "anna")
    anna.types("/msg alice psst", "/unregister", SECRET, "/quit")
    for person in (alice, come_in(Chat(store=store), "alice")):
        assert between(person, "anna") == ["[anna -> you] psst"]


def test_a_user_who_comes_next_on_a_connection_reads_nothing_of_a_user_who_was_there_before() -> (
    None
):
    chat = Chat()
    alice = registered(chat, "alice")
    alice.types("/history", "/logout", "carol")
    alice.reads()
    alice.types("/more")
    assert alice.reads() == ["There is nothing more to show. /history shows the latest lines."]


def test_a_reply_to_an_account_whose_owner_has_left_waits_for_them() -> None:
    chat = Chat()
    alice, bob = registered(chat, "alice"), chat.arrive("bob")
    alice.types("/msg bob psst")
    alice.hangs_up()
    bob.reads()
    bob.types("/reply what?")
    assert bob.reads() == [
        "[you -> alice] what?",
        "alice is offline and will see it on returning.",
    ]


def test_a_guest_who_registers_reads_on_what_they_wrote_in_this_visit() -> None:
    chat = Chat()
    alice, gast = registered(chat, "alice"), chat.arrive("gast")
    gast.types("/msg alice before")
    alice.types("/msg gast heard")
    gast.types("/register", SECRET, SECRET, "/msg alice behind")
    said = ["[you -> alice] before", "[alice -> you] heard", "[you -> alice] behind"]

    def asks(command: str) -> list[str]:
        gast.reads()
        gast.types(command)
        return [line.partition("] ")[2] for line in gast.reads() if "->" in line]

    assert asks("/messages alice") == said
    # Page by page, too.
    gast.types("/messages alice 1")
    for line in (said[1], said[0]):
        assert asks("/more") == [line]
    gast.hangs_up()
    # What a guest wrote ends with the visit.
    gast = come_in(chat, "gast")
    assert asks("/messages alice") == ["[you -> alice] behind"]


def test_a_guest_who_logs_in_reads_what_the_account_and_what_the_guest_wrote() -> None:
    chat = Chat()
    registered(chat, "alice")
    bob = registered(chat, "bob")
    bob.types("/msg alice as bob")
    bob.hangs_up()
    chat.advance(1)
    gast = chat.arrive("gast")
    gast.types("/msg alice as a guest", "/login bob", SECRET)
    gast.reads()
    gast.types("/messages alice")
    read = "\n".join(gast.reads())
    assert 0 < read.index("as bob") < read.index("as a guest")
    # So does another client of the account, which is here in this visit.
    bob = come_in(chat, "bob")
    assert between(bob, "alice") == ["[you -> alice] as bob", "[gast -> alice] as a guest"]


def test_a_guest_who_logs_in_to_an_account_that_is_here_leaves_their_messages_behind() -> None:
    chat = Chat()
    registered(chat, "alice")
    bob = registered(chat, "bob")
    bob.types("/msg alice as bob")
    gast = chat.arrive("gast")
    gast.types("/msg alice as a guest", "/login bob", SECRET)
    for person in (bob, gast):
        assert between(person, "alice") == ["[you -> alice] as bob"]


def test_past_the_messages_of_who_is_ignored_is_read_on() -> None:
    chat = Chat()
    alice, eve = registered(chat, "alice"), chat.arrive("eve")
    alice.types("/msg eve mine")
    for number in range(5):
        eve.types(f"/msg alice {number}")
    mallory = chat.arrive("mallory")
    mallory.types("/msg alice buy tea")
    alice.types("/ignore eve", "/ignore mallory")
    alice.reads()
    alice.types("/messages eve 2", "/more", "/messages mallory 2", "/messages nobody 2")
    told = [line.partition("] ")[2] or line for line in alice.reads()]
    assert told == [
        "--- messages with eve ---",
        "[you -> eve] mine",
        "--- start of messages with eve ---",
        "There are no earlier messages between you and eve.",
        "You ignore mallory; /unignore mallory shows what they wrote.",
        "No messages between you and nobody are kept; that needs an account on one side.",
    ]
