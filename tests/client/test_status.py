"""
The status line.
"""

from shared_client import come
from shared_json import Programs

from twisted_chat.client.status import status
from twisted_chat.client.talk.arrival import Identity
from twisted_chat.client.talk.conversation import Conversation
from twisted_chat.client.talk.rooms import Unread


def test_it_says_where_one_is_what_is_unread_and_who_wrote() -> None:
    here = Programs()
    ada, bob = come(here, "ada"), come(here, "bob")
    assert status(ada.talk, "chat.example") == "#lobby | ada at chat.example"
    for each in (ada, bob):
        each.types("/join dev")
    bob.types("/join lobby")
    for text in ("one", "ada: two", "/msg ada psst"):
        bob.types(text)
    ada.reads()
    assert status(ada.talk, "x") == "#dev | #lobby 2!1 | from bob | ada at x"
    ada.types("/join tea")
    assert status(ada.talk, "x") == "#tea | #lobby 2!1 | +1 room | from bob | ada at x"


def test_where_more_is_unread_than_was_counted_it_says_so() -> None:
    ada = come(Programs(), "ada")
    ada.talk.rooms.unread = {"dev": Unread(200, 3, is_at_least=True)}
    assert status(ada.talk, "x") == "#lobby | #dev 200+!3 | ada at x"


def test_a_narrow_window_shows_first_that_there_is_no_connection() -> None:
    ada = come(Programs(), "ada")
    ada.talk.rooms.unread = {"dev": Unread(2)}
    ada.is_cut_off()
    assert status(ada.talk, "x") == "#lobby | connecting to x | #dev 2"


def test_it_says_how_the_connection_stands() -> None:
    talk = Conversation(Identity("ada"))
    assert status(talk, "x") == "no room | connecting to x"
    ada = come(Programs(), "ada")
    ada.is_cut_off()
    ada.types("later")
    assert status(ada.talk, "x", is_waiting=True) == (
        "#lobby | not connected, Enter tries at once | 1 to be sent"
    )
