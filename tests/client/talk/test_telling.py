"""
Lines of events, and which of them ring.
"""

from typing import Any

from shared_client import rows

from twisted_chat.client.show.line import Kind
from twisted_chat.client.talk.rooms import Rooms
from twisted_chat.client.talk.telling import Telling


def telling() -> tuple[Telling, Rooms]:
    world = Rooms()
    world.enter("dev")
    world.enter("lobby")
    made = Telling(world, ["tea"])
    made.nick = "ada"
    return made, world


def said(text: str, nick: str = "bob", room: str = "lobby", number: int = 7) -> dict[str, Any]:
    return {
        "event": "said", "at": 0, "room": room, "nick": nick, "text": text, "number": number,
    }  # fmt: skip


def test_talk_is_counted_and_rings_for_names_and_words() -> None:
    made, world = telling()
    lines = [
        *made.lines(said("hi ada")),
        *made.lines(said("tea?", room="dev")),
        *made.lines(said("ada is me", nick="ada")),
    ]
    assert rows(lines) == ["bob: hi ada", "#dev bob: tea?", "ada: ada is me"]
    assert [line.rings for line in lines] == [True, True, False]
    assert world.unread["dev"].mentions == 1
    assert made.own == {"lobby": (7, "ada is me")}


def test_an_answer_that_comes_again_is_not_shown_twice() -> None:
    made, _ = telling()
    own = said("tea?", nick="ada")
    page = {"event": "transcript", "at": 0, "kind": "missed", "room": "lobby", "nick": "",
            "lines": [{"event": own, "at": 0, "number": 7, "edited_by": "", "reactions": []}],
            "has_more": False, "count": 0, "is_at_least": False, "omitted": 0, "mentions": 0,
            "goes_on": False}  # fmt: skip
    assert "ada: tea?" in " ".join(rows(list(made.lines(page))))
    assert rows(list(made.lines({**own, "label": "x-1"}))) == []
    again = said("cake?", nick="ada", number=8)
    assert rows(list(made.lines({**again, "label": "x-2"}))) == ["ada: cake?"]


def test_an_announcement_is_news() -> None:
    made, _ = telling()
    told = {"event": "announced", "at": 0, "room": "dev", "text": "bob rolled 3", "number": 8}
    (line,) = made.lines(told)
    assert (line.kind, rows([line])) == (Kind.NEWS, ["#dev * bob rolled 3"])


def test_private_words_ring_and_wait_for_an_answer() -> None:
    made, world = telling()
    told = {"event": "told", "at": 0, "nick": "bob", "recipient": "ada", "text": "psst"}
    (line,) = made.lines(told)
    assert line.rings
    assert list(world.writers) == ["bob"]
    (line,) = made.lines({**told, "nick": "ada", "recipient": "bob", "text": "yes?"})
    assert not line.rings
    assert list(world.writers) == []


def test_a_page_tells_which_line_was_the_last_and_an_empty_one_nothing() -> None:
    made, world = telling()
    page: dict[str, Any] = {
        "event": "transcript", "at": 0, "kind": "earlier", "lines": [], "room": "dev",
        "nick": "", "has_more": False, "count": 0, "is_at_least": False, "omitted": 0,
        "mentions": 0, "goes_on": False,
    }  # fmt: skip
    assert list(made.lines(page)) == []
    entry = {"at": 0, "number": 9, "edited_by": "", "reactions": [], "hit": 0}
    mine = {**entry, "event": said("mine", nick="ada", room="dev", number=9)}
    assert rows(list(made.lines({**page, "lines": [mine]}))) == [
        "--- earlier in #dev ---", "ada: mine", "--- now ---",
    ]  # fmt: skip
    assert world.last["dev"] == 9
    assert made.own["dev"] == (9, "mine")


def test_other_events_are_sentences_and_an_invitation_rings() -> None:
    made, _ = telling()
    invited = {"event": "invited", "at": 0, "nick": "bob", "recipient": "ada", "room": "den"}
    (line,) = made.lines(invited)
    assert line.rings
    assert rows([line]) == ["* bob invites you to #den; /join den enters it"]
    pinned = {
        "event": "pinned", "at": 0, "room": "dev", "nick": "bob", "number": 3, "quote": "hi",
    }  # fmt: skip
    assert rows(list(made.lines(pinned))) == ["#dev * bob pinned 3 (hi)"]
    assert list(made.lines({"event": "read-up-to", "at": 0, "room": "dev", "number": 1})) == []
    assert list(made.lines({"event": "unread", "at": 0, "rooms": []})) == []


def test_what_the_user_has_set_at_the_server_decides_what_rings_and_counts() -> None:
    made, world = telling()
    told = {"event": "attention", "at": 0, "highlights": ["cake"]}
    assert list(made.lines({**told, "notify": {"dev": "none"}})) == []
    lines = [*made.lines(said("some Cake?")), *made.lines(said("cake, ada", room="dev"))]
    assert [line.rings for line in lines] == [True, False]
    assert (world.unread["dev"].lines, world.unread["dev"].mentions) == (1, 0)
    assert list(made.lines({**told, "notify": {"dev": "all"}})) == []
    (line,) = made.lines(said("hello", room="dev"))
    assert line.rings
    # It is told of every line, but is not named in them.
    assert world.unread["dev"].mentions == 0
    # Another visit has to be told again.
    made.begin()
    (line,) = made.lines(said("cake", room="dev"))
    assert not line.rings


def test_messages_are_known_until_they_are_marked_as_read() -> None:
    made, world = telling()
    told = {"event": "told", "at": 0, "nick": "bob", "recipient": "ada", "text": "hi"}
    list(made.lines({**told, "kept_id": 5}))
    list(made.lines({**told, "nick": "eve", "kept_id": 0}))
    list(made.lines({**told, "nick": "ada", "recipient": "bob", "kept_id": 6}))
    assert world.letters == {"bob": 5}
    page = {"event": "transcript", "at": 0, "kind": "waiting", "room": "", "nick": "",
            "lines": [{"event": told, "at": 0, "number": 0, "edited_by": "", "reactions": [],
                       "id": 9}],
            "has_more": False, "count": 1, "is_at_least": False, "omitted": 0, "mentions": 0,
            "goes_on": False}  # fmt: skip
    list(made.lines(page))
    assert world.letters == {"bob": 9}
