"""
What every user may ask about users, rooms and the server, by any door.
"""

from shared_hub import everybody

from twisted_chat.replies.people import Connection
from twisted_chat.replies.rooms import Member, RoomSummary
from twisted_chat.testing import BEGINNING, Chat


def here() -> Chat:
    chat = Chat()
    for nick in ("ada", "bob", "carl"):
        chat.program(nick)
    chat.hub.find_user("ada").roles.add("operator")
    return chat


def types(chat: Chat, nick: str, *lines: str) -> None:
    session = chat.hub.find_user(nick).sessions[0]
    for line in lines:
        chat.dispatcher.dispatch(session, line)
        chat.advance()


def test_whois_holds_what_the_one_who_asks_may_know() -> None:
    chat = here()
    types(chat, "bob", "/join den", "/private on", "/away tea")
    chat.advance(90)
    ada, bob, carl = map(chat.hub.find_user, ("ada", "bob", "carl"))
    seen = chat.hub.directory.whois(carl, bob)
    assert (seen.nick, seen.rooms, seen.away, seen.hosts) == ("bob", ("lobby",), "tea", None)
    assert (seen.since, seen.online, seen.idle) == (BEGINNING, 90.0, 90.0)
    assert chat.hub.directory.whois(bob, bob).rooms == ("lobby", "den")
    assert chat.hub.directory.whois(ada, bob).hosts == ("",)


def test_connections_are_those_of_the_one_who_asks() -> None:
    chat = here()
    chat.advance(60)
    session = chat.hub.find_user("bob").sessions[0]
    assert chat.hub.directory.connections(session).connections == (
        Connection("", BEGINNING, 60.0, 60.0, True),
    )


def test_rooms_are_the_largest_first_and_only_those_one_may_know_of() -> None:
    chat = here()
    types(chat, "ada", "/join attic", "/topic tea")
    types(chat, "bob", "/join den", "/private on")
    bob, carl = map(chat.hub.find_user, ("bob", "carl"))
    assert chat.hub.directory.rooms(carl).rooms == (
        RoomSummary("lobby", 3, ""),
        RoomSummary("attic", 1, "tea"),
    )
    few = chat.hub.directory.rooms(bob, most=1)
    assert (few.rooms, few.more) == ((RoomSummary("lobby", 3, ""),), 2)


def test_who_is_in_a_room_is_listed_by_name_and_the_others_counted() -> None:
    chat = here()
    types(chat, "bob", "/away")
    lobby = chat.hub.find_room("lobby")
    assert chat.hub.directory.who(lobby).members == (
        Member("ada", False),
        Member("bob", True),
        Member("carl", False),
    )
    few = chat.hub.directory.who(lobby, most=2)
    assert ([each.nick for each in few.members], few.more) == (["ada", "bob"], 1)


def test_modes_hold_how_a_room_is_set_and_who_operates_it() -> None:
    chat = here()
    types(chat, "bob", "/join den", "/slow 90s", "/topiclock on", "/topic tea")
    den = chat.hub.find_room("den")
    modes = chat.hub.directory.modes(den)
    assert (modes.room, modes.slow, modes.is_topic_locked, modes.is_private) == (
        "den",
        90,
        True,
        False,
    )
    assert (modes.owners, modes.operators, modes.voiced) == ((), ("bob",), ())
    assert chat.hub.directory.topic(chat.hub.find_user("bob"), den).topic == "tea"


def test_stats_count_what_goes_on() -> None:
    chat = here()
    types(chat, "bob", "hello", "/me waves")
    chat.advance(60)
    stats = chat.hub.directory.stats(chat.hub.find_user("bob"))
    assert (stats.up, stats.users, stats.rooms, stats.lines) == (60.0, 3, 1, 2)
    assert (stats.unsaved, stats.lost) == (0, 0)


def test_a_user_who_writes_to_an_absent_one_reads_why() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    bob.types("/away lunch")
    alice.types("/msg bob hello")
    assert alice.reads() == ["[you -> bob] hello", "bob is away: lunch"]
